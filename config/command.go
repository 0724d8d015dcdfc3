package config

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
)

const maxArguments = 100

// command returns the exec: URL of a source that is a command: the folder it
// runs in as the path, and its words, one by one, in the query.
func (r *roster) command(s *section, e *entry) string {
	s.asked = append(s.asked, "url")
	words := s.list("command", `["./my-feed", "--since", "yesterday"]`)
	at := s.t.find("command").value.at
	if v := s.t.find("url"); v != nil {
		s.wrong("url", v.value.at, "a source has either a url or a command", "keep one of the two", "")
		return ""
	}
	if !r.allowExec() {
		s.wrong("command", at, "sources that are commands are off",
			"commands run with the rights of tributary: whoever may write this file may run them", "to turn them on: allow_exec = true in [aggregator]")
	}
	if len(words) == 0 || len(words) > maxArguments {
		if s.t.find("command").value.kind == isList {
			s.wrong("command", at, fmt.Sprintf("command has %d words", len(words)), `expected the program and its arguments, such as command = ["./my-feed", "--since", "yesterday"]; there is no shell`, "")
		}
		return ""
	}
	query := make([]string, 0, len(words))
	for i, w := range words {
		text := w.text
		if strings.IndexByte(text, 0) >= 0 || i == 0 && strings.TrimSpace(text) == "" {
			s.wrong("command", w.at, "command has a word that no program can be given", "expected words without NUL characters, the program's name first", "")
			return ""
		}
		if i == 0 && strings.ContainsRune(text, '/') && !filepath.IsAbs(text) {
			text = filepath.Join(r.absoluteFolder(), text)
		}
		query = append(query, "w="+url.QueryEscape(text))
	}
	u := url.URL{Scheme: "exec", Path: filepath.ToSlash(r.absoluteFolder()), RawQuery: strings.Join(query, "&")}
	full := u.String()
	if first, taken := r.taken.add(upstream{canonical: full, source: int32(len(r.sources)), at: at}); taken {
		s.wrong("command", at, fmt.Sprintf("command is that of source %q in line %d too", r.sources[first.source].ID, r.line(first.at)),
			"every upstream is polled once", "keep one source, and give it the categories of both")
	}
	return full
}

// allowExec reports whether the file turns commands on.
func (d *decoder) allowExec() bool {
	if e := d.toml.root.find("aggregator"); e != nil && e.value.kind == isTable {
		if v := e.value.sub.find("allow_exec"); v != nil {
			return v.value.kind == isBool && v.value.text == "true"
		}
	}
	return false
}

func (d *decoder) absoluteFolder() string {
	full, err := filepath.Abs(d.folder)
	if err != nil {
		return d.folder
	}
	return full
}
