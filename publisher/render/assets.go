package render

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"path"
)

//go:embed html
var files embed.FS

// An Asset is a file that pages refer to. Its name holds a digest of its
// content, so it may be kept for good.
type Asset struct {
	Name      string
	MediaType string
	Body      []byte
}

var (
	styleSheet = newAsset("site.css", "text/css; charset=utf-8")
	icon       = newAsset("icon.svg", "image/svg+xml")
)

// Assets returns the files that pages refer to, at AssetPath of their names.
func Assets() []Asset { return []Asset{styleSheet, icon} }

func newAsset(name, mediaType string) Asset {
	body, err := files.ReadFile("html/" + name)
	if err != nil {
		panic(fmt.Sprintf("asset %s: %v", name, err))
	}
	body = bytes.TrimSpace(body)
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	return Asset{
		Name:      name[:len(name)-len(ext)] + "-" + hex.EncodeToString(sum[:5]) + ext,
		MediaType: mediaType,
		Body:      body,
	}
}
