package fetch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"strings"
	"time"

	"tributary/feed"
)

// Command fetches what a command writes: an exec: URL has the folder that it
// runs in as its path, and its words as the values of w in its query. There is
// no shell, and nothing of our environment.
type Command struct{ limits Limits }

// NewCommand returns a fetcher for exec: URLs.
func NewCommand(limits Limits) *Command { return &Command{limits.WithDefaults()} }

const (
	maxComplaint = 4 << 10         // bytes of standard error that are read
	lastWords    = 2 * time.Second // for a command that is told to end
	commandPath  = "/usr/local/bin:/usr/bin:/bin"
)

// Fetch runs the command. It is ended, with all it has started, when it takes
// longer than Limits.Timeout or writes more than Limits.Body.
func (f *Command) Fetch(ctx context.Context, s *feed.State) (*Document, error) {
	cmd, end, err := f.command(ctx, s)
	if err != nil {
		return nil, err
	}
	defer end(nil)
	out := &limited{most: f.limits.Body, full: func() { end(errTooLong) }}
	complaint := &limited{most: maxComplaint, full: func() {}}
	cmd.Stdout, cmd.Stderr = out, complaint
	if err := cmd.Run(); err != nil {
		if errors.Is(err, exec.ErrWaitDelay) && cmd.Cancel != nil {
			_ = cmd.Cancel() // what it has started may have ended meanwhile
		}
		return nil, f.explain(ctx, cmd, err, out, complaint.b.Bytes())
	}
	if out.over {
		return nil, f.tooLong()
	}
	doc := &Document{Body: out.b.Bytes(), Received: int64(out.b.Len())}
	if len(bytes.TrimSpace(doc.Body)) == 0 {
		return nil, &Error{Reason: "the command wrote nothing to its standard output" + quoted(complaint.b.Bytes())}
	}
	sum := sha256.Sum256(doc.Body)
	doc.Digest = feed.Digest(sum[:len(doc.Digest)])
	if doc.Digest == s.Body {
		doc.NotModified, doc.Body = true, nil
	}
	return doc, nil
}

// command makes the command; end ends it, for a reason.
func (f *Command) command(ctx context.Context, s *feed.State) (*exec.Cmd, func(error), error) {
	u, err := url.Parse(s.URL)
	if err != nil || u.Scheme != "exec" || u.Host != "" || len(u.Query()["w"]) == 0 {
		return nil, nil, &Error{Reason: "the source has no command"}
	}
	words := u.Query()["w"]
	ctx, end := context.WithCancelCause(ctx)
	ctx, stop := context.WithTimeoutCause(ctx, f.limits.Timeout, errTimeout)
	cmd := exec.CommandContext(ctx, words[0], words[1:]...) // the operator's own words
	cmd.Dir = u.Path
	cmd.Env = []string{"PATH=" + commandPath, "LANG=C.UTF-8", "TRIBUTARY_SOURCE=" + strings.ReplaceAll(string(s.Source.ID), "\x00", "")}
	cmd.WaitDelay = lastWords
	ownGroup(cmd)
	return cmd, func(err error) { end(err); stop() }, nil
}

func (f *Command) tooLong() error {
	return &Error{Reason: fmt.Sprintf("the command writes more than %d bytes (max_body)", f.limits.Body), Err: errTooLong}
}

// explain says in plain words how a command ended.
func (f *Command) explain(ctx context.Context, cmd *exec.Cmd, err error, out *limited, complaint []byte) error {
	var status *exec.ExitError
	switch {
	case out.over:
		return f.tooLong()
	case ctx.Err() != nil:
		return &Error{Reason: "stopped while the command ran", Err: ctx.Err()}
	case errors.As(err, &status) && status.Exited():
		return &Error{Reason: fmt.Sprintf("the command ended with exit status %d%s", status.ExitCode(), quoted(complaint)), Err: err}
	case cmd.Process == nil:
		return &Error{Reason: "the command cannot be started: " + err.Error(), Err: err}
	case errors.As(err, &status) || errors.Is(err, exec.ErrWaitDelay):
		return &Error{Reason: fmt.Sprintf("the command did not end within %s (timeout), or was killed%s", f.limits.Timeout, quoted(complaint)), Err: err}
	}
	return &Error{Reason: "the command's output cannot be read: " + err.Error(), Err: err}
}

// quoted returns the last line of what a command said to people.
func quoted(complaint []byte) string {
	text := strings.TrimSpace(strings.ToValidUTF8(string(complaint), "\uFFFD"))
	if text == "" {
		return ""
	}
	line := text[strings.LastIndexByte(text, '\n')+1:]
	if r := []rune(line); len(r) > 200 {
		line = string(r[:200]) + "…"
	}
	return fmt.Sprintf(": %q", line)
}

// A limited keeps what is written up to a number of bytes, and then tells.
type limited struct {
	b    bytes.Buffer
	most int64
	over bool
	full func()
}

func (l *limited) Write(p []byte) (int, error) {
	room := l.most - int64(l.b.Len())
	if int64(len(p)) <= room {
		return l.b.Write(p)
	}
	l.b.Write(p[:room])
	if !l.over {
		l.over = true
		l.full()
	}
	return len(p), nil
}
