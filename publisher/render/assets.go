package render

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"path"
	"strings"
)

//go:embed html
var files embed.FS

// An Asset is a file that pages refer to. Its name holds a digest of its
// content, so it may be kept for good.
type Asset struct {
	Name      string // slash-separated
	MediaType string
	Body      []byte
}

// assetTypes are the media types of what pages may refer to.
var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
	".webp": "image/webp", ".avif": "image/avif", ".gif": "image/gif", ".ico": "image/x-icon",
	".woff2": "font/woff2", ".woff": "font/woff", ".ttf": "font/ttf", ".otf": "font/otf",
}

func newAsset(name string, body []byte) *Asset {
	if isText(name) {
		body = bytes.TrimSpace(body)
	}
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	return &Asset{
		Name:      strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:5]) + ext,
		MediaType: assetTypes[strings.ToLower(ext)],
		Body:      body,
	}
}

func isText(name string) bool { return path.Ext(name) == ".css" || path.Ext(name) == ".svg" }
