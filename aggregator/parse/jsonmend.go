package parse

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// mendJSON returns s in a form that can be read, and what was wrong; or no
// note if it cannot be mended. It cuts a document that ends too soon after
// its last whole item, drops what follows the document, and gives fields of
// the wrong type the one they should have.
func mendJSON(s string) (string, string) {
	dec := json.NewDecoder(strings.NewReader(s))
	dec.UseNumber()
	var whole map[string]any
	if dec.Decode(&whole) == nil {
		note := "fields of the wrong type were read as well as they could be"
		if strings.TrimSpace(s[dec.InputOffset():]) != "" {
			note = "what follows the feed is no part of it"
		}
		return remade(whole), note
	}
	whole, items, err := cutItems(s)
	if err == nil {
		return "", ""
	}
	if len(items) > 0 {
		whole["items"] = items
	}
	line := 1 + strings.Count(s, "\n")
	return remade(whole), fmt.Sprintf("line %d: the document ends in the middle of entry %d; those before it are read", line, len(items)+1)
}

// cutItems reads the members of a damaged feed up to the damage.
func cutItems(s string) (map[string]any, []any, error) {
	dec := json.NewDecoder(strings.NewReader(s))
	dec.UseNumber()
	whole, items := map[string]any{}, []any{}
	if _, err := dec.Token(); err != nil {
		return whole, items, err
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return whole, items, err
		}
		if key != "items" {
			var v any
			if err := dec.Decode(&v); err != nil {
				return whole, items, err
			}
			whole[fmt.Sprint(key)] = v
			continue
		}
		if _, err := dec.Token(); err != nil {
			return whole, items, err
		}
		for dec.More() {
			var v any
			if err := dec.Decode(&v); err != nil {
				return whole, items, err
			}
			items = append(items, v)
		}
		if _, err := dec.Token(); err != nil {
			return whole, items, err
		}
	}
	_, err := dec.Token()
	return whole, items, err
}

// remade writes a feed whose members have the types that JSON Feed says.
func remade(whole map[string]any) string {
	for key, v := range whole {
		whole[key] = typed(key, v)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(whole) != nil {
		return ""
	}
	return b.String()
}

// typed gives the member of a feed or item the type it should have; nil where
// there is no telling.
func typed(key string, v any) any {
	switch key {
	case "items", "attachments":
		return list(v, objects)
	case "authors":
		return list(v, author)
	case "author":
		return author(v)
	case "tags":
		return list(v, text)
	case "expired", "id", "size_in_bytes", "duration_in_seconds":
		return v
	}
	if key == "" || key[0] == '_' || key == "hubs" {
		return nil
	}
	return text(v)
}

func list(v any, each func(any) any) any {
	many, ok := v.([]any)
	if !ok {
		many = []any{v}
	}
	out := make([]any, 0, len(many))
	for _, one := range many {
		if one = each(one); one != nil {
			out = append(out, one)
		}
	}
	return out
}

func objects(v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	for key, member := range m {
		m[key] = typed(key, member)
	}
	return m
}

func author(v any) any {
	if name, ok := v.(string); ok {
		return map[string]any{"name": name}
	}
	return objects(v)
}

func text(v any) any {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return fmt.Sprint(v)
	}
	return nil
}
