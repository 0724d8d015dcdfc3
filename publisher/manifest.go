package publisher

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	manifestFile = ".tributary-manifest"
	// manifestPart lists what a build that has not ended wrote.
	manifestPart   = ".tributary-manifest.part"
	manifestHeader = "tributary manifest 1: files that tributary wrote here, and may replace and remove\n"
)

// maxName bounds the length of a line of the manifest, in bytes.
const maxName = 8 << 10

// A manifest is the set of names that former builds wrote, but for those that
// folder.isOurs knows by themselves: there may be a million.
type manifest map[string]bool

func (m manifest) has(name string) bool { return m[name] }

// readManifest reads what is kept in memory of the manifest.
func (f *folder) readManifest() (manifest, error) {
	m := manifest{}
	err := f.eachOld(func(name string) error {
		if f.isOurs == nil || !f.isOurs(name) {
			m[name] = true
		}
		return nil
	})
	return m, err
}

// eachOld calls do with each name that former builds wrote; some come twice.
func (f *folder) eachOld(do func(name string) error) error {
	file, err := f.root.Open(manifestFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return f.error("read", manifestFile, err)
	}
	defer file.Close() //nolint:errcheck // only read
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, maxName)
	if lines.Scan() && lines.Text()+"\n" != manifestHeader {
		return fmt.Errorf("read %s: it is no manifest of tributary\n  move it away, or write to another folder", filepath.Join(f.dir, manifestFile))
	}
	for lines.Scan() {
		if err := do(lines.Text()); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return f.error("read", manifestFile, err)
	}
	return nil
}

// recoverManifest adds to the manifest what a build wrote that did not end.
func (f *folder) recoverManifest() error {
	part, err := f.root.ReadFile(manifestPart)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	names, ours := strings.CutPrefix(string(part), manifestHeader)
	if !ours {
		return f.root.Remove(manifestPart)
	}
	whole := names[:strings.LastIndexByte(names, '\n')+1] // its last line may be half a name
	file, err := f.root.OpenFile(manifestFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if info, serr := file.Stat(); serr == nil && info.Size() == 0 {
		whole = manifestHeader + whole
	}
	_, err = io.WriteString(file, whole)
	if cerr := file.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return f.root.Remove(manifestPart)
}
