package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/storage"
)

// A journal notes beside the file which polls have begun, so that the next
// process knows what this one had asked for when it was killed. It is written
// and not synced: what the system has been given outlives the process.
type journal struct {
	path string

	mu    sync.Mutex
	begun map[feed.SourceID]begun // and not ended
	file  *os.File                // nil: nothing was noted yet
	size  int64
}

// begun is a poll that has begun.
type begun struct {
	revision uint64
	at       time.Time // zero in the journal: it has ended without a commit
	before   bool      // by a process before this one
}

// Bounds of the journal: it is written anew when it is long.
const (
	journalSize = 1 << 20
	journalMost = 16 << 20 // that are read: a longer one is not ours
)

func journalPath(store string) string { return store + ".begun" }

// openJournal reads what the process before this one has left. What cannot be
// read is as if it were not there: it only spares upstreams a request.
func openJournal(path string) *journal {
	j := &journal{path: path, begun: map[feed.SourceID]begun{}}
	info, err := os.Stat(path)
	if err != nil || info.Size() > journalMost {
		return j
	}
	text, err := os.ReadFile(path)
	if err == nil {
		j.read(text)
	}
	return j
}

// read takes the records of a journal, up to one that is cut short.
func (j *journal) read(b []byte) {
	for len(b) > 0 {
		n, k := binary.Uvarint(b)
		if k <= 0 || n > uint64(len(b)-k) || len(b)-k-int(n) < 16 {
			return
		}
		id := feed.SourceID(b[k : k+int(n)])
		b = b[k+int(n):]
		if at := binary.BigEndian.Uint64(b[8:]); at == 0 {
			delete(j.begun, id)
		} else {
			j.begun[id] = begun{revision: binary.BigEndian.Uint64(b), at: keyTime(at), before: true}
		}
		b = b[16:]
	}
}

func appendBegun(b []byte, id feed.SourceID, is begun) []byte {
	b = binary.AppendUvarint(b, uint64(len(id)))
	b = append(b, id...)
	b = binary.BigEndian.AppendUint64(b, is.revision)
	return binary.BigEndian.AppendUint64(b, timeKey(is.at))
}

// note writes that polls begin.
func (j *journal) note(states []storage.Begun, at time.Time) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	var b []byte
	for i := range states {
		is := begun{revision: states[i].Revision, at: at}
		j.begun[states[i].Source] = is
		b = appendBegun(b, states[i].Source, is)
	}
	if j.file == nil || j.size > journalSize {
		return j.rewrite()
	}
	n, err := j.file.Write(b)
	j.size += int64(n)
	return err
}

// rewrite begins a new journal with the polls that have not ended. The old one
// stays until the new one has its name.
func (j *journal) rewrite() error {
	var b []byte
	for _, id := range slices.Sorted(maps.Keys(j.begun)) {
		b = appendBegun(b, id, j.begun[id])
	}
	making := j.path + ".new"
	file, err := os.OpenFile(making, os.O_WRONLY|os.O_CREATE|os.O_TRUNC|os.O_APPEND, fileMode)
	if err != nil {
		return err
	}
	_, err = file.Write(b)
	if err == nil {
		err = os.Rename(making, j.path)
	}
	if err != nil {
		return errors.Join(err, file.Close(), os.Remove(making))
	}
	if j.file != nil {
		_ = j.file.Close() // it has no name any more
	}
	j.file, j.size = file, int64(len(b))
	return nil
}

// ended notes that polls have ended that no commit tells of.
func (j *journal) ended(polls []storage.Deferral) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	var b []byte
	for i := range polls {
		id := polls[i].Source
		if is, ok := j.begun[id]; ok && is.revision == polls[i].Revision {
			delete(j.begun, id)
			b = appendBegun(b, id, begun{revision: is.revision})
		}
	}
	if len(b) == 0 {
		return nil
	}
	if j.file == nil {
		return j.rewrite()
	}
	n, err := j.file.Write(b)
	j.size += int64(n)
	return err
}

// end forgets a poll whose end a commit tells of: its revision has gone on.
func (j *journal) end(id feed.SourceID, revision uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if is, ok := j.begun[id]; ok && is.revision == revision {
		delete(j.begun, id)
	}
}

// left returns the polls of the process before this one that have not ended.
func (j *journal) left() map[feed.SourceID]begun {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := map[feed.SourceID]begun{}
	for id, is := range j.begun {
		if is.before {
			out[id] = is
		}
	}
	return out
}

// close removes the journal unless polls are left in it.
func (j *journal) close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	var err error
	if j.file != nil {
		err = j.file.Close()
		j.file = nil
	}
	if len(j.begun) > 0 {
		return err
	}
	if gone := os.Remove(j.path); err == nil && !errors.Is(gone, fs.ErrNotExist) {
		err = gone
	}
	return err
}

// Begin implements storage.Writer.
func (s *store) Begin(_ context.Context, polls []storage.Begun) error {
	if len(polls) == 0 {
		return nil
	}
	if err := s.journal.note(polls, time.Now()); err != nil {
		return s.wrap("note a poll beside", err)
	}
	return nil
}

// Interrupted implements storage.Writer. A poll that was committed has raised
// its source's revision, and one whose source is gone is nobody's any more.
func (s *store) Interrupted(context.Context) (polls []storage.Begun, err error) {
	left := s.journal.left()
	err = s.view(func(tx *bbolt.Tx) error {
		for id, is := range left {
			value := s.recents.find(tx, id)
			if value == nil {
				s.journal.end(id, is.revision)
				continue
			}
			st, err := decodeState(value)
			if err != nil {
				return fmt.Errorf("source %q: %w", id, err)
			}
			if st.unwanted || st.Revision != is.revision {
				s.journal.end(id, is.revision)
				continue
			}
			polls = append(polls, storage.Begun{Source: id, Revision: is.revision, At: is.at})
		}
		return nil
	})
	slices.SortFunc(polls, func(a, b storage.Begun) int { return strings.Compare(string(a.Source), string(b.Source)) })
	return polls, err
}
