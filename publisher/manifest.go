package publisher

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"

	"tributary/feed"
	"tributary/internal/atomicfile"
)

// manifestName is the file that lists what a tree's owner wrote. Generators of sites
// leave names with a dot alone.
const manifestName = ".tributary-manifest"

// A manifest is the log of a tree, a line each:
//
//	f SHA256 SIZE OWNER PATH   we write a file
//	- PATH                     we remove one
//	s DIGEST SOURCE            what documents say of a source
//	= JSON                     a build ended, see built
//
// A line comes before what it tells of, so that nothing of ours is ever taken
// for somebody else's. What "s" says counts once a "=" follows. Lines that are
// cut short or unknown say nothing.
//
// In memory a file is some numbers, whatever the length of its path.
type manifest struct {
	path    string
	file    *os.File            // open for appending, locked
	live    map[uint64]listed   // by key of the path: what was listed last
	older   map[uint64]struct{} // keys of path and digest of what was listed before that
	folders map[string]struct{} // that have files of ours, or had
	folder  string              // of the last file that was seen
	sources map[feed.SourceID]uint64
	last    *built // nil: no build has ended, or its record is damaged
	sum     uint64 // of live and sources: the same for the same
	lines   int
	early   bool // it has lines of the first layout: DIGEST PATH
	unended bool // there are lines after the last record: of a build that was killed
	changed changedLines
}

// A listed is what is remembered of a file.
type listed struct {
	digest uint64 // the beginning of its SHA-256
	owner  uint64 // of which entry it is; 0: of none
}

// A line is one line of the manifest, read.
type line struct {
	kind   byte // 'f', '-', 's', '=', or 'd' for the first layout
	digest [32]byte
	size   int64
	owner  uint64
	path   string // the path, the source or the JSON
}

func pathKey(path string) uint64 { return xxhash.Sum64String(path) }

// key is one number for a path and a digest.
func key(path, digest uint64) uint64 { return (path*31 + digest) * 0x9E3779B97F4A7C15 }

func short(digest [32]byte) uint64 { return binary.BigEndian.Uint64(digest[:8]) }

// openManifest reads the manifest of a folder, locks it and opens it for
// appending.
func openManifest(root string) (*manifest, error) {
	m := &manifest{
		path: filepath.Join(root, manifestName), live: map[uint64]listed{}, older: map[uint64]struct{}{},
		folders: map[string]struct{}{".": {}}, sources: map[feed.SourceID]uint64{},
	}
	var err error
	if m.file, err = os.OpenFile(m.path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o644); err != nil {
		return nil, fileError("write", m.path, err)
	}
	if err = lock(m.file); err == nil {
		err = m.replay()
	}
	if err == nil {
		err = m.endLine()
	}
	if err != nil {
		_ = m.file.Close() // err says more
		return nil, err
	}
	return m, nil
}

// endLine ends a line that a crash cut short.
func (m *manifest) endLine() error {
	end, err := m.file.Seek(0, io.SeekEnd)
	if err != nil || end == 0 {
		return err
	}
	var last [1]byte
	if _, err = m.file.ReadAt(last[:], end-1); err == nil && last[0] != '\n' {
		return m.write("\n")
	}
	return err
}

// replay makes m what its lines say.
func (m *manifest) replay() error {
	pending := map[feed.SourceID]uint64{}
	var ended struct {
		record string
		files  int
		sum    uint64
	}
	err := m.each(func(l *line) error {
		m.lines++
		m.unended = l.kind != '=' && l.kind != 0
		switch l.kind {
		case 'f':
			m.see(l.path, listed{short(l.digest), l.owner})
		case '-':
			m.forget(pathKey(l.path))
		case 's':
			pending[feed.SourceID(l.path)] = short(l.digest)
		case '=':
			m.know(pending)
			clear(pending)
			ended.record, ended.files, ended.sum = l.path, len(m.live), m.sum
		case 'd':
			m.early = true
			m.older[key(pathKey(l.path), short(l.digest))] = struct{}{}
			m.folders[path.Dir(l.path)] = struct{}{}
		}
		return nil
	})
	m.last = readBuilt(ended.record, ended.files, ended.sum)
	return err
}

// readBuilt returns the record of a build, nil when it does not fit the lines
// before it.
func readBuilt(text string, files int, sum uint64) *built {
	b := &built{}
	if text == "" || json.Unmarshal([]byte(text), b) != nil || b.Files != files || b.Sum != strconv.FormatUint(sum, 16) {
		return nil
	}
	return b
}

// know notes what documents say of sources, and returns the lines that say so.
func (m *manifest) know(sources map[feed.SourceID]uint64) string {
	var text strings.Builder
	for id, digest := range sources {
		was, known := m.sources[id]
		if known && was == digest {
			continue
		}
		k := pathKey("source " + string(id))
		if known {
			m.sum ^= key(k, was)
		}
		m.sum ^= key(k, digest)
		m.sources[id] = digest
		fmt.Fprintf(&text, "s %016x %s\n", digest, id)
	}
	return text.String()
}

func (m *manifest) see(name string, now listed) {
	k := pathKey(name)
	m.forget(k)
	m.live[k] = now
	m.sum ^= key(k, now.digest)
	if dir := path.Dir(name); dir != m.folder { // mostly it is the last one
		m.folder = dir
		m.folders[dir] = struct{}{}
	}
}

// forget makes what is known of a path something of the past.
func (m *manifest) forget(k uint64) {
	if was, ok := m.live[k]; ok {
		m.older[key(k, was.digest)] = struct{}{}
		m.sum ^= key(k, was.digest)
		delete(m.live, k)
	}
}

// has reports whether a file of these bytes was listed at the path.
func (m *manifest) has(path string, data []byte, digest [32]byte) bool {
	k := pathKey(path)
	if now, ok := m.live[k]; ok && now.digest == short(digest) {
		return true
	}
	if _, ok := m.older[key(k, short(digest))]; ok {
		return true
	}
	if !m.early {
		return false
	}
	d := feed.DigestOf(string(data))
	_, ok := m.older[key(k, xxhash.Sum64(d[:]))]
	return ok
}

// list notes that a file is ours from now on.
func (m *manifest) list(l *line) error {
	now := listed{short(l.digest), l.owner}
	if was, ok := m.live[pathKey(l.path)]; ok && was == now {
		return nil
	}
	if err := m.write(l.String()); err != nil {
		return err
	}
	m.see(l.path, now)
	m.changed.note(l.path, l)
	return nil
}

// unlist notes that there is no file of ours at the path.
func (m *manifest) unlist(path string) error {
	k := pathKey(path)
	if _, ok := m.live[k]; !ok {
		return nil
	}
	if err := m.write("- " + path + "\n"); err != nil {
		return err
	}
	m.forget(k)
	m.changed.note(path, nil)
	return nil
}

// end notes that a build has ended, and what documents say of sources.
func (m *manifest) end(b *built, sources map[feed.SourceID]uint64) error {
	text := m.know(sources)
	b.Files, b.Sum = len(m.live), strconv.FormatUint(m.sum, 16)
	record, err := json.Marshal(b)
	if err != nil {
		return err
	}
	m.last = b
	return m.write(text + "= " + string(record) + "\n")
}

func (m *manifest) write(text string) error {
	m.lines += strings.Count(text, "\n")
	if _, err := m.file.WriteString(text); err != nil {
		return fileError("write", m.path, err)
	}
	return nil
}

func (l *line) String() string {
	text := hex.AppendEncode(append(make([]byte, 0, 128+len(l.path)), "f "...), l.digest[:])
	text = strconv.AppendInt(append(text, ' '), l.size, 10)
	text = strconv.AppendUint(append(text, ' '), l.owner, 16)
	return string(append(append(append(text, ' '), l.path...), '\n'))
}

// each calls do for every line that says something. The line is do's only
// until it returns.
func (m *manifest) each(do func(*line) error) error {
	f, err := os.Open(m.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fileError("read", m.path, err)
	}
	defer f.Close() //nolint:errcheck // only read
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	for lines.Scan() {
		var l line
		if !l.parse(lines.Bytes()) {
			continue
		}
		if err := do(&l); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fileError("read", m.path, err)
	}
	return nil
}

// maxLine bounds a line: a path, or the record of a build.
const maxLine = 4 << 20

func (l *line) parse(text []byte) bool {
	kind, rest, _ := bytes.Cut(text, []byte{' '})
	if len(kind) == 16 {
		return l.parseEarly(kind, rest)
	}
	if len(kind) != 1 || len(rest) == 0 {
		return false
	}
	l.kind = kind[0]
	switch l.kind {
	case 'f':
		return l.parseFile(rest)
	case '-':
		l.path = string(rest)
		return isInside(l.path)
	case 's':
		return l.parseSource(rest)
	case '=':
		l.path = string(rest)
		return true
	}
	return false
}

func (l *line) parseEarly(digest, path []byte) bool {
	l.kind, l.path = 'd', string(path)
	_, err := hex.Decode(l.digest[:8], digest)
	return err == nil && isInside(l.path)
}

func (l *line) parseSource(text []byte) bool {
	digest, id, ok := bytes.Cut(text, []byte{' '})
	if !ok || len(digest) != 16 {
		return false
	}
	l.path = string(id)
	_, err := hex.Decode(l.digest[:8], digest)
	return err == nil
}

func (l *line) parseFile(text []byte) bool {
	digest, rest, _ := bytes.Cut(text, []byte{' '})
	size, rest, _ := bytes.Cut(rest, []byte{' '})
	owner, name, _ := bytes.Cut(rest, []byte{' '})
	if len(digest) != 64 {
		return false
	}
	_, err := hex.Decode(l.digest[:], digest)
	var sizeErr, ownerErr error
	l.size, sizeErr = strconv.ParseInt(string(size), 10, 64)
	l.owner, ownerErr = strconv.ParseUint(string(owner), 16, 64)
	l.path = string(name)
	return err == nil && sizeErr == nil && ownerErr == nil && isInside(l.path)
}

// isInside reports whether a path is one of a tree's files.
func isInside(path string) bool {
	return filepath.IsLocal(filepath.FromSlash(path)) && !strings.ContainsAny(path, "\n\\")
}

// current calls do for each file that is listed now, once.
func (m *manifest) current(do func(*line) error) error {
	told := make(map[uint64]struct{}, len(m.live))
	return m.each(func(l *line) error {
		if l.kind != 'f' {
			return nil
		}
		k := pathKey(l.path)
		now, ok := m.live[k]
		if _, again := told[k]; !ok || again || now != (listed{short(l.digest), l.owner}) {
			return nil
		}
		told[k] = struct{}{}
		return do(l)
	})
}

// slack is how many lines more than needed are worth no new manifest.
const slack = 1000

// shorten replaces the manifest by one without lines of the past, when those
// are many.
func (m *manifest) shorten() error {
	if needed := len(m.live) + len(m.sources) + 1; m.lines <= 2*needed+slack {
		return nil
	}
	var text bytes.Buffer
	err := m.current(func(l *line) error {
		text.WriteString(l.String())
		return nil
	})
	if err != nil {
		return err
	}
	for id, digest := range m.sources {
		fmt.Fprintf(&text, "s %016x %s\n", digest, id)
	}
	if m.last != nil {
		record, err := json.Marshal(m.last)
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "= %s\n", record)
	}
	if err := atomicfile.Write(m.path, text.Bytes()); err != nil {
		return fileError("write", m.path, err)
	}
	return nil
}

func (m *manifest) close() error { return m.file.Close() }
