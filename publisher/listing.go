package publisher

import (
	"bytes"
	"encoding/hex"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"

	"github.com/cespare/xxhash/v2"

	"tributary/internal/atomicfile"
	"tributary/publisher/render"
)

// list writes the listing: a line for each file of the site, sorted by the
// bytes of its path: path, size, SHA-256 and media type, with tabs between. It is
// made from the manifest, or from the last listing and what has changed: no
// file of the site is looked at. It returns the listing's digest, "" when none
// is asked for.
func (b *build) list() (digest string, err error) {
	if b.to.Listing == "" {
		return "", nil
	}
	old := b.lastListing()
	if old != nil && !b.out.manifest.changed.any() {
		return listingDigest(old), nil
	}
	var text []byte
	if old != nil {
		text = b.renewed(old)
	} else if text, err = b.wholeListing(); err != nil {
		return "", err
	}
	if _, err := atomicfile.WriteIfChanged(b.to.Listing, text); err != nil {
		return "", fileError("write", b.to.Listing, err)
	}
	return listingDigest(text), nil
}

func listingDigest(text []byte) string { return strconv.FormatUint(xxhash.Sum64(text), 16) }

// lastListing returns what the last build listed, if that is still there and
// it is known what has changed since.
func (b *build) lastListing() []byte {
	m := b.out.manifest
	if b.touched.all || m.unended || m.changed.many || m.last.Listing == "" {
		return nil
	}
	text, err := os.ReadFile(b.to.Listing)
	if err != nil || listingDigest(text) != m.last.Listing {
		return nil
	}
	return text
}

// wholeListing returns the listing of all that the manifest has.
func (b *build) wholeListing() ([]byte, error) {
	lines := make([]string, 0, len(b.out.manifest.live))
	var text []byte
	err := b.out.manifest.current(func(l *line) error {
		text = b.appendLine(text[:0], l)
		lines = append(lines, string(text))
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(lines)
	var out bytes.Buffer
	for _, l := range lines {
		out.WriteString(l)
	}
	return out.Bytes(), nil
}

// appendLine appends a file's line of the listing.
func (b *build) appendLine(text []byte, l *line) []byte {
	text = append(append(text, l.path...), '\t')
	text = append(strconv.AppendInt(text, l.size, 10), '\t')
	text = append(hex.AppendEncode(text, l.digest[:]), '\t')
	return append(append(text, b.mediaType(l.path)...), '\n')
}

// renewed returns a listing with the lines of what has changed since.
func (b *build) renewed(old []byte) []byte {
	changed := b.out.manifest.changed.lines
	paths := slices.SortedFunc(maps.Keys(changed), func(x, y string) int { return bytes.Compare([]byte(x+"\t"), []byte(y+"\t")) })
	out := make([]byte, 0, len(old)+len(old)/64+4096)
	for len(old) > 0 || len(paths) > 0 {
		end := bytes.IndexByte(old, '\n') + 1
		if end == 0 {
			end = len(old)
		}
		order := -1 // of the old line to the next that has changed
		switch {
		case end == 0:
			order = 1
		case len(paths) > 0:
			order = bytes.Compare(old[:bytes.IndexByte(old[:end], '\t')+1], []byte(paths[0]+"\t"))
		}
		if order < 0 {
			out = append(out, old[:end]...)
		}
		if order <= 0 {
			old = old[end:]
		}
		if order >= 0 {
			if l := changed[paths[0]]; l != nil {
				out = b.appendLine(out, l)
			}
			paths = paths[1:]
		}
	}
	return out
}

// mediaType returns what the site's server says of a file.
func (b *build) mediaType(file string) string {
	if t, ok := b.find("/" + file); ok {
		return t.format.MediaType
	}
	if t, ok := b.findArchive("/" + file); ok {
		return t.format.MediaType
	}
	if _, ok := findSitemap("/" + file); ok {
		return sitemapFormat.MediaType
	}
	for _, a := range b.set.Site.Assets() {
		if fileOf(render.AssetPath(a.Name)) == file {
			return a.MediaType
		}
	}
	if a, ok := b.named()["/"+file]; ok {
		return a.MediaType
	}
	if known := byExtension[path.Ext(file)]; known != "" {
		return known
	}
	return "application/octet-stream"
}

// byExtension are the media types of what no server of ours serves.
var byExtension = map[string]string{
	".css":   "text/css; charset=utf-8",
	".html":  "text/html; charset=utf-8",
	".md":    "text/markdown; charset=utf-8",
	".yml":   "application/yaml; charset=utf-8",
	noJekyll: "text/plain; charset=utf-8",

	packedExt[gzipped]: "application/gzip", packedExt[zstandard]: "application/zstd", packedExt[brotlied]: "application/octet-stream",
}
