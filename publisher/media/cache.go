package media

import (
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// A cache keeps pictures in files, those used last, up to a number of bytes.
// Files are replaced whole, so whoever is killed leaves no part of one. When a
// picture was last used is the time of its file, to a few minutes.
type cache struct {
	dir string

	mu      sync.Mutex // guards what follows
	max     int64
	bytes   int64
	files   map[string]*list.Element // by name
	order   *list.List               // of *kept, the last used first
	evicted uint64
}

// kept is a file of the cache.
type kept struct {
	name  string
	bytes int64
	used  time.Time // of its file
	sound bool      // it was written, or read as a whole, by this process
}

const (
	tempPrefix = "new-"
	usedStep   = 10 * time.Minute // how coarse the time of a file is
	block      = 4 << 10          // of which a file takes whole ones, and one for its name
)

func openCache(dir string, size int64) (*cache, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of pictures: %w\n  it lies beside the store: make that folder writable", err)
	}
	return &cache{dir: dir, max: size, files: map[string]*list.Element{}, order: list.New()}, nil
}

// nameOf returns the name of a URL's file.
func nameOf(url string) string {
	sum := sha256.Sum256([]byte(url))
	return hex.EncodeToString(sum[:16])
}

func (c *cache) path(name string) string { return filepath.Join(c.dir, name[:2], name) }

func cost(size int64) int64 { return (size+block-1)/block*block + block }

// get opens a picture, nil when it is not there.
func (c *cache) get(url string) *picture {
	name := nameOf(url)
	f, err := os.Open(c.path(name))
	if err != nil {
		c.forget(name)
		return nil
	}
	k := c.use(name, f)
	p, err := readFile(f, !k.sound)
	if err != nil || p.URL != url {
		_ = f.Close() // only read
		c.remove(name)
		return nil
	}
	if !k.sound {
		c.vouch(name)
	}
	return p
}

// use notes that a file is used, and returns what is known of it: one of an
// earlier run is counted now.
func (c *cache) use(name string, f *os.File) kept {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	e := c.files[name]
	if e == nil {
		size := int64(0)
		if info, err := f.Stat(); err == nil {
			size = info.Size()
		}
		e = c.add(&kept{name: name, bytes: cost(size)})
	}
	c.order.MoveToFront(e)
	k := e.Value.(*kept) // the list holds nothing else
	if now.Sub(k.used) >= usedStep {
		k.used = now
		_ = os.Chtimes(c.path(name), now, now) // only the order after a restart hangs on it
	}
	return *k
}

func (c *cache) vouch(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.files[name]; e != nil {
		e.Value.(*kept).sound = true // the list holds nothing else
	}
}

// add counts a file as the one used last. The lock is held.
func (c *cache) add(k *kept) *list.Element {
	e := c.order.PushFront(k)
	c.files[k.name] = e
	c.bytes += k.bytes
	return e
}

// put keeps a picture, and makes room for it.
func (c *cache) put(a *about, body []byte) error {
	name := nameOf(a.URL)
	path := c.path(name)
	temp, err := c.temp(filepath.Dir(path))
	if err != nil {
		return err
	}
	err = errors.Join(writeFile(temp, a, body), temp.Close())
	var size int64
	if err == nil {
		var info fs.FileInfo
		if info, err = os.Stat(temp.Name()); err == nil {
			size = info.Size()
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temp.Name()) // err says more
		return err
	}
	c.drop(name)
	c.add(&kept{name: name, bytes: cost(size), used: time.Now(), sound: true})
	c.evict()
	return nil
}

func (c *cache) temp(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, tempPrefix)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(dir, 0o700); err == nil {
			f, err = os.CreateTemp(dir, tempPrefix)
		}
	}
	return f, err
}

// evict removes what was used longest ago until the rest fits. The lock is
// held.
func (c *cache) evict() {
	for c.bytes > c.max && c.order.Len() > 1 {
		k := c.order.Back().Value.(*kept) // the list holds nothing else
		c.drop(k.name)
		_ = os.Remove(c.path(k.name)) // it is counted anew when it is used or at the next start
		c.evicted++
	}
}

// drop forgets a file. The lock is held.
func (c *cache) drop(name string) {
	if e := c.files[name]; e != nil {
		c.bytes -= c.order.Remove(e).(*kept).bytes // the list holds nothing else
		delete(c.files, name)
	}
}

// forget forgets a file that is not there.
func (c *cache) forget(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(name)
}

// remove removes a file that is of no use.
func (c *cache) remove(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(name)
	_ = os.Remove(c.path(name)) // it is not read again otherwise
}

func (c *cache) resize(size int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.max = size
	c.evict()
}

func (c *cache) status() (n int, bytes int64, evicted uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.files), c.bytes, c.evicted
}

// list counts the files of earlier runs behind those used meanwhile, and
// removes what a process left that was killed.
func (c *cache) list(ctx context.Context) error {
	began := time.Now()
	folders, err := os.ReadDir(c.dir)
	if err != nil {
		return err
	}
	var found []*kept
	for _, folder := range folders {
		if !folder.IsDir() || len(folder.Name()) != 2 {
			continue
		}
		entries, err := os.ReadDir(filepath.Join(c.dir, folder.Name()))
		if err != nil {
			return err
		}
		for _, e := range entries {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if k := c.look(folder.Name(), e, began); k != nil {
				found = append(found, k)
			}
		}
	}
	slices.SortFunc(found, func(a, b *kept) int { return b.used.Compare(a.used) })
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range found {
		if c.files[k.name] == nil {
			c.files[k.name] = c.order.PushBack(k)
			c.bytes += k.bytes
		}
	}
	c.evict()
	return nil
}

// look returns what a file of an earlier run is, nil when it is none of ours.
// One that was being written then is removed.
func (c *cache) look(folder string, e fs.DirEntry, began time.Time) *kept {
	info, err := e.Info()
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	name := e.Name()
	if strings.HasPrefix(name, tempPrefix) {
		if info.ModTime().Before(began) {
			_ = os.Remove(filepath.Join(c.dir, folder, name)) // the next start tries again
		}
		return nil
	}
	if len(name) != 32 || !strings.HasPrefix(name, folder) {
		return nil
	}
	return &kept{name: name, bytes: cost(info.Size()), used: info.ModTime()}
}
