package render

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// The limits of a theme.
const (
	maxThemeFiles = 200
	maxThemeFile  = 4 << 20 // bytes
	maxThemeDepth = 4       // folders
)

// LoadTheme reads a theme from a folder, whose name errors begin with, and
// tries it: each of its pages is written once with everything that pages can
// show, and once with nothing. What is wrong is a ThemeError, or several of
// them joined.
func LoadTheme(folder fs.FS, name string) (*Theme, error) {
	t, err := readTheme(folder, name)
	if err != nil {
		return nil, err
	}
	if err := t.try(name); err != nil {
		return nil, err
	}
	return t, nil
}

// readTheme reads a theme, without trying it.
func readTheme(folder fs.FS, name string) (*Theme, error) {
	own, changed, err := themeFiles(folder, name)
	if err != nil {
		return nil, err
	}
	t := &Theme{Changed: changed, Digest: digestOf(own), assets: map[string]*Asset{}}
	if err := errors.Join(t.readAssets(own, name), t.readTemplates(own, name)); err != nil {
		return nil, err
	}
	return t, nil
}

// digestOf is the same for the same files.
func digestOf(own map[string][]byte) string {
	h := sha256.New()
	for _, file := range slices.Sorted(maps.Keys(own)) {
		fmt.Fprintf(h, "%q %d\n", file, len(own[file]))
		h.Write(own[file])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// themeFiles returns a folder's files by their names, and when one of them
// last changed.
func themeFiles(folder fs.FS, name string) (map[string][]byte, time.Time, error) {
	own := map[string][]byte{}
	var changed time.Time
	err := fs.WalkDir(folder, ".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return &ThemeError{File: path.Join(name, file), Problem: reason(err)}
		case file != "." && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir():
			if strings.Count(file, "/") >= maxThemeDepth {
				return &ThemeError{File: path.Join(name, file), Problem: fmt.Sprintf("it lies more than %d folders deep", maxThemeDepth)}
			}
			return nil
		}
		body, at, err := themeFile(folder, file)
		if err != nil || body == nil {
			return within(name, err)
		}
		if len(own) == maxThemeFiles {
			return &ThemeError{File: name, Problem: fmt.Sprintf("a theme has at most %d files", maxThemeFiles)}
		}
		own[file] = body
		if at.After(changed) {
			changed = at
		}
		return nil
	})
	return own, changed, err
}

// themeFile returns the content of a file, nil for one that a theme may have
// about it.
func themeFile(folder fs.FS, file string) ([]byte, time.Time, error) {
	ext := strings.ToLower(path.Ext(file))
	switch {
	case strings.ContainsAny(file, "\"'\\?#%<>&\n\r\t "):
		return nil, time.Time{}, &ThemeError{File: file, Problem: "this name cannot stand in a style sheet or a page as it is", Hint: "use letters, digits, - and _"}
	case slices.Contains(templateFiles, file), ext != ".html" && assetTypes[ext] != "":
	case ext == ".md", ext == ".txt", ext == "":
		return nil, time.Time{}, nil
	default:
		return nil, time.Time{}, ofNoUse(file, ext)
	}
	info, err := fs.Stat(folder, file)
	if err == nil && info.Size() > maxThemeFile {
		return nil, time.Time{}, &ThemeError{File: file, Problem: fmt.Sprintf("it has more than %d MiB", maxThemeFile>>20)}
	}
	var body []byte
	if err == nil {
		body, err = fs.ReadFile(folder, file)
	}
	if err != nil {
		return nil, time.Time{}, &ThemeError{File: file, Problem: reason(err)}
	}
	return append([]byte{}, body...), info.ModTime(), nil
}

func ofNoUse(file, ext string) error {
	e := &ThemeError{File: file, Problem: "a theme has no use for this file", Hint: "templates are " + strings.Join(templateFiles, ", ") +
		"; besides, there may be style sheets, pictures and fonts"}
	if ext == ".js" || ext == ".mjs" {
		e.Problem, e.Hint = "pages run no script", "the site's Content-Security-Policy forbids it, so that nothing in an entry can ever run"
	}
	return e
}

// readAssets takes the theme's files over the embedded ones.
func (t *Theme) readAssets(own map[string][]byte, name string) error {
	for _, file := range []string{styleFile, iconFile, touchFile, faviconFile} {
		if own[file] == nil {
			body, err := files.ReadFile("html/" + file)
			if err != nil {
				return err
			}
			t.assets[file] = newAsset(file, body)
		}
	}
	var sheets []string
	for file, body := range own {
		if path.Ext(file) == ".css" {
			sheets = append(sheets, file)
		} else if path.Ext(file) != ".html" {
			t.assets[file] = newAsset(file, body)
		}
	}
	slices.Sort(sheets)
	var errs []error
	for _, file := range sheets { // last: they refer to the others
		body, err := t.addressed(file, own[file])
		errs = append(errs, within(name, err))
		t.assets[file] = newAsset(file, body)
	}
	return errors.Join(errs...)
}

// readTemplates reads the pages' templates.
func (t *Theme) readTemplates(own map[string][]byte, name string) error {
	text := func(file string) (string, error) {
		if body := own[file]; body != nil {
			return string(body), nil
		}
		body, err := files.ReadFile("html/" + file)
		return string(body), err
	}
	var errs []error
	for page, into := range map[string]**template.Template{"home": &t.home, "category": &t.category, "entry": &t.entry, "problem": &t.problem} {
		set := template.New("theme")
		for _, file := range []string{"layout.html", "parts.html", page + ".html"} {
			body, err := text(file)
			if err == nil {
				_, err = set.New(file).Parse(body)
			}
			if err != nil {
				errs = append(errs, writtenWrong(name, err))
			}
		}
		*into = set.Lookup("layout.html")
		if set.Lookup("main") == nil && len(errs) == 0 {
			errs = append(errs, &ThemeError{File: path.Join(name, page+".html"), Problem: `it does not define "main", the page's content`,
				Hint: `write {{define "main"}} … {{end}} around it`})
		}
	}
	if frame := template.New("theme"); len(errs) == 0 {
		for _, file := range []string{"layout.html", "parts.html"} {
			body, err := text(file)
			if err == nil {
				_, err = frame.New(file).Parse(body)
			}
			if err != nil {
				errs = append(errs, writtenWrong(name, err))
			}
		}
		t.nav, t.parts = newNavItems(frame), newFrameParts(frame)
	}
	return errors.Join(once(errs)...)
}
