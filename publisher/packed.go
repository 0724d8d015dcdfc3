package publisher

import "strings"

// packedExt are the ends of the names of files that hold another one in a
// coding, as nginx's gzip_static and brotli_static look for them.
var packedExt = [codings]string{gzipped: ".gz", zstandard: ".zst", brotlied: ".br"}

// pack writes a file's coded forms beside it. They are made again when the file
// is written, when everything is rendered, and after a build that was killed.
func (b *build) pack(j *job, body []byte, what fate) error {
	if !b.to.Compress || !isCompressible(b.mediaType(j.path)) {
		return nil
	}
	if what == kept || len(body) < smallestPacked {
		return b.unpack(j.path) // they would be sent in the place of what is somebody else's
	}
	for in := gzipped; in < codings; in++ {
		path := j.path + packedExt[in]
		if what == same && !b.touched.all && !b.out.manifest.unended && b.out.lists(path) {
			continue // of a build that was killed it may be the former one
		}
		small := compress(body, in)
		if small == nil || len(small) >= len(body) {
			if err := b.drop(path); err != nil {
				return err
			}
			continue
		}
		if _, err := b.out.put(path, small, j.owner); err != nil {
			return err
		}
	}
	return nil
}

// unpack removes a file's coded forms.
func (b *build) unpack(path string) error {
	for in := gzipped; in < codings; in++ {
		if err := b.drop(path + packedExt[in]); err != nil {
			return err
		}
	}
	return nil
}

// drop removes a file if it is one of ours.
func (b *build) drop(path string) error {
	if !b.out.lists(path) {
		return nil
	}
	return b.out.remove(path)
}

// isCompressible reports whether a media type is one of text.
func isCompressible(mediaType string) bool {
	return strings.HasPrefix(mediaType, "text/") || strings.Contains(mediaType, "xml") || strings.Contains(mediaType, "json")
}
