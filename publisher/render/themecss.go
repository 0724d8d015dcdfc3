package render

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"tributary/internal/lazy"
)

var (
	cssURL     = lazy.Regexp(`(?i)url\(\s*("[^"]*"|'[^']*'|[^'")\s]*)\s*\)|/\*(?s:.*?)\*/`)
	cssImports = lazy.Regexp(`(?i)@import\b`)
)

// addressed returns a style sheet whose references lead to the theme's files
// under the names that they are served by.
func (t *Theme) addressed(file string, body []byte) ([]byte, error) {
	var wrong error
	fail := func(at int, problem, hint string) {
		if wrong == nil {
			wrong = &ThemeError{File: file, Line: 1 + bytes.Count(body[:at], []byte("\n")), Problem: problem, Hint: hint}
		}
	}
	if at := cssImports().FindIndex(body); at != nil {
		fail(at[0], "@import makes readers wait for one style sheet after the other", `link the other one in layout.html: <link rel="stylesheet" href="{{.Asset "other.css"}}">`)
	}
	var out bytes.Buffer
	last := 0
	for _, at := range cssURL().FindAllSubmatchIndex(body, -1) {
		if at[2] < 0 { // a comment
			continue
		}
		target := strings.Trim(string(body[at[2]:at[3]]), `"'`)
		if target == "" || target[0] == '#' || strings.HasPrefix(target, "data:") {
			continue
		}
		plain, _, _ := strings.Cut(target, "#")
		plain, _, _ = strings.Cut(plain, "?")
		if strings.Contains(plain, ":") || strings.HasPrefix(plain, "//") {
			fail(at[0], fmt.Sprintf("%s is on another server", target), "pages ask no other server for what they look like: put the file into the theme's folder")
			continue
		}
		a := t.assets[path.Join(path.Dir(file), plain)]
		if a == nil {
			fail(at[0], fmt.Sprintf("there is no file %s in the theme", path.Join(path.Dir(file), plain)), "a reference starts at the style sheet's folder")
			continue
		}
		out.Write(body[last:at[2]])
		// Both lie below one folder: assets.
		out.WriteString(`"` + strings.Repeat("../", strings.Count(file, "/")) + a.Name + `"`)
		last = at[3]
	}
	out.Write(body[last:])
	return out.Bytes(), wrong
}
