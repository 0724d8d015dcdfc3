package media

import (
	"bytes"
	"mime"
	"strings"
)

// magic is what files of pictures begin with. A dot stands for any byte.
var magic = []struct{ begin, mediaType string }{
	{"\x89PNG\r\n\x1a\n", "image/png"},
	{"\xff\xd8\xff", "image/jpeg"},
	{"GIF87a", "image/gif"},
	{"GIF89a", "image/gif"},
	{"RIFF....WEBP", "image/webp"},
	{"....ftypavif", "image/avif"},
	{"....ftypavis", "image/avif"},
	{"\x00\x00\x01\x00", "image/x-icon"},
	{"BM....\x00\x00\x00\x00", "image/bmp"},
}

// sniff returns the type of a picture by its bytes, "" when it is none that a
// browser draws and nothing else. SVG is none: it is a document that can hold
// scripts and lead to other sites, served from our own origin.
func sniff(body []byte) string {
	for _, m := range magic {
		if begins(body, m.begin) {
			return m.mediaType
		}
	}
	return ""
}

func begins(body []byte, begin string) bool {
	if len(body) < len(begin) {
		return false
	}
	for i := range len(begin) {
		if begin[i] != '.' && body[i] != begin[i] {
			return false
		}
	}
	return true
}

// kindOf returns the type that a picture is sent with: that of its bytes. It
// is "", and why says so, where these are no picture, or where the site says
// that they are something else. Which picture it says it is does not count:
// many sites are wrong about that, and every browser looks for itself.
func kindOf(declared string, body []byte) (mediaType, why string) {
	said, _, err := mime.ParseMediaType(declared)
	if err != nil {
		said = ""
	}
	mediaType = sniff(body)
	switch {
	case strings.HasPrefix(said, "image/svg"), mediaType == "" && looksLikeSVG(body):
		return "", "it is SVG, a document that can hold scripts"
	case said != "" && !strings.HasPrefix(said, "image/") && !unspecific[said]:
		return "", "the server says that it is " + said
	case mediaType == "":
		return "", "it is no picture of a kind that is served: PNG, JPEG, GIF, WebP, AVIF, ICO or BMP"
	}
	return mediaType, ""
}

// unspecific are types by which servers say that they do not know.
var unspecific = map[string]bool{"application/octet-stream": true, "binary/octet-stream": true, "application/binary": true}

func looksLikeSVG(body []byte) bool {
	return bytes.Contains(body[:min(len(body), 1024)], []byte("<svg"))
}
