package server

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"
)

// An AccessLog writes a line for each request, in the common log format or the
// combined one, which adds Referer and User-Agent. Lines are written together,
// at most a second after their requests. Close writes what is left.
type AccessLog struct {
	path     string // "-": out
	combined bool
	out      io.Writer

	mu     sync.Mutex // guards what follows
	file   *os.File   // nil: out
	buf    []byte
	second int64
	stamp  []byte // of second, in brackets
	lost   error  // why nothing is written

	done   chan struct{}
	closed sync.WaitGroup
}

// OpenAccessLog opens a log that is appended to. For the path "-" it is out.
func OpenAccessLog(path string, combined bool, out io.Writer) (*AccessLog, error) {
	l := &AccessLog{path: path, combined: combined, out: out, done: make(chan struct{})}
	if err := l.Reopen(); err != nil {
		return nil, err
	}
	l.closed.Go(l.flushing)
	return l, nil
}

// Reopen writes what is left to the file that was open and goes on in one of
// that name: whoever rotates logs has moved the old one away.
func (l *AccessLog) Reopen() error {
	if l.path == "-" {
		return nil
	}
	f, err := os.OpenFile(l.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o640)
	if err != nil {
		return fmt.Errorf("open the request log: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	old := l.file
	if old != nil {
		l.flush()
	}
	l.file, l.lost = f, nil
	if old != nil {
		return old.Close()
	}
	return nil
}

// Close writes what is left.
func (l *AccessLog) Close() error {
	close(l.done)
	l.closed.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.flush()
	err := l.lost
	if l.file != nil {
		if cerr := l.file.Close(); err == nil {
			err = cerr
		}
	}
	return err
}

// Lines wait for others for so long, or until they are so many bytes.
const (
	logWait = time.Second
	logFull = 64 << 10
)

func (l *AccessLog) flushing() {
	ticker := time.NewTicker(logWait)
	defer ticker.Stop()
	for {
		select {
		case <-l.done:
			return
		case <-ticker.C:
			l.mu.Lock()
			l.flush()
			l.mu.Unlock()
		}
	}
}

// flush writes the lines that wait. When that fails they are lost: answering
// goes on, and Close tells.
func (l *AccessLog) flush() {
	if len(l.buf) == 0 {
		return
	}
	var to io.Writer = l.out
	if l.file != nil {
		to = l.file
	}
	if _, err := to.Write(l.buf); err != nil {
		l.lost = err
	}
	l.buf = l.buf[:0]
}

// write notes a request that was answered at a time.
func (l *AccessLog) write(r *http.Request, status int, bytes int64, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if second := at.Unix(); second != l.second || l.stamp == nil {
		l.second = second
		l.stamp = at.AppendFormat(l.stamp[:0], "[02/Jan/2006:15:04:05 -0700]")
	}
	b := append(l.buf, hostOnly(r.RemoteAddr)...)
	b = append(b, " - - "...)
	b = append(b, l.stamp...)
	b = append(b, ` "`...)
	b = quoted(b, r.Method)
	b = append(b, ' ')
	b = quoted(b, r.RequestURI)
	b = append(b, ' ')
	b = append(b, r.Proto...)
	b = append(b, `" `...)
	b = strconv.AppendInt(b, int64(status), 10)
	b = append(b, ' ')
	b = strconv.AppendInt(b, bytes, 10)
	if l.combined {
		b = append(b, ` "`...)
		b = quoted(b, orDash(r.Header["Referer"]))
		b = append(b, `" "`...)
		b = quoted(b, orDash(r.Header["User-Agent"]))
		b = append(b, '"')
	}
	l.buf = append(b, '\n')
	if len(l.buf) >= logFull {
		l.flush()
	}
}

func orDash(values []string) string {
	if len(values) == 0 || values[0] == "" {
		return "-"
	}
	return values[0]
}

// longest is how much of a value is written.
const longest = 2048

// quoted appends what somebody sent, so that it neither ends its quotes nor
// the line, and no control character reaches a terminal.
func quoted(b []byte, text string) []byte {
	const hex = "0123456789abcdef"
	for i := range min(len(text), longest) {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ' || c >= 0x7f:
			b = append(b, '\\', 'x', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return b
}
