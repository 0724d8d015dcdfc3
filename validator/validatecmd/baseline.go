package validatecmd

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"tributary/validator"
)

// A baseline is the messages that are known already. It goes by what they say
// of which element, not by their lines, so that it outlives edits above.
type baseline struct {
	mu    sync.Mutex
	Files map[string]map[string]int `json:"files"` // by file and print, how often
}

func newBaseline() *baseline { return &baseline{Files: map[string]map[string]int{}} }

func readBaseline(path string) (*baseline, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	b := newBaseline()
	if err := json.Unmarshal(text, b); err != nil {
		return nil, fmt.Errorf("%s is no baseline, write one with --write-baseline: %w", path, err)
	}
	return b, nil
}

// fingerprint is the code and what the message is about.
func fingerprint(m *validator.Message) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s|%s|%s|%s", m.Parent, m.Element, m.Attribute, m.Value)
	return fmt.Sprintf("%s %016x", m.Rule.Code, h.Sum64())
}

// filter leaves the known messages out of a result, or notes all of them.
func (b *baseline) filter(name string, r *validator.Result, note bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	name = filepath.ToSlash(name)
	if note {
		for i := range r.Messages {
			if b.Files[name] == nil {
				b.Files[name] = map[string]int{}
			}
			b.Files[name][fingerprint(&r.Messages[i])]++
		}
		return
	}
	left := b.Files[name]
	if left == nil {
		return
	}
	r.Messages = slices.DeleteFunc(r.Messages, func(m validator.Message) bool {
		p := fingerprint(&m)
		if left[p] == 0 {
			return false
		}
		left[p]--
		r.Counts[m.Rule.Code]--
		return true
	})
	r.Valid = !slices.ContainsFunc(r.Messages, func(m validator.Message) bool { return m.Level == validator.Error })
}

func (b *baseline) write(path string) error {
	text, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644) //nolint:gosec // a project's file, for all who read the project
}
