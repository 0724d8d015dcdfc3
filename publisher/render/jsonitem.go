package render

import (
	"bytes"
	"encoding/json"
)

// JSONItem returns the page's only entry as an item of its category's JSON
// Feed, on one line without its end.
func JSONItem(p *Page) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(p.jsonItem(&p.feedItems()[0])); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
