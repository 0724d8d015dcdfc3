package publisher

import (
	"bytes"
	"fmt"
	"path"
	"slices"

	"tributary/internal/atomicfile"
	"tributary/publisher/render"
)

// list writes the listing: a line for each file of the site, sorted by the
// bytes of its path: path, size, SHA-256 and media type, with tabs between. It is
// made from the manifest: no file is looked at.
func (b *build) list() error {
	if b.to.Listing == "" {
		return nil
	}
	var lines []string
	err := b.out.manifest.current(func(l *line) error {
		lines = append(lines, fmt.Sprintf("%s\t%d\t%x\t%s\n", l.path, l.size, l.digest, b.mediaType(l.path)))
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(lines)
	var out bytes.Buffer
	for _, l := range lines {
		out.WriteString(l)
	}
	if _, err := atomicfile.WriteIfChanged(b.to.Listing, out.Bytes()); err != nil {
		return fileError("write", b.to.Listing, err)
	}
	return nil
}

// mediaType returns what the site's server says of a file.
func (b *build) mediaType(file string) string {
	if t, ok := b.find("/" + file); ok {
		return t.format.MediaType
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
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".md":   "text/markdown; charset=utf-8",
	".yml":  "application/yaml; charset=utf-8",
}
