package render

import (
	"html/template"
	"io/fs"
	"maps"
	"path"
	"slices"
	"sync"
	"time"
)

// A Theme is how pages look: their templates, and the files that these refer
// to. What a theme does not have itself is as in the embedded one.
type Theme struct {
	Changed                        time.Time // when one of its files last did
	Digest                         string    // of its files
	home, category, entry, problem *template.Template
	nav                            *navItems
	parts                          *frameParts
	assets                         map[string]*Asset // by the names that templates call them
}

// The files that every theme has.
const (
	styleFile   = "site.css"
	iconFile    = "icon.svg"
	touchFile   = "touch.png"
	faviconFile = "favicon.ico"
)

// templateFiles are the templates there are: the frame of every page, what
// several pages share, and the pages.
var templateFiles = []string{"layout.html", "parts.html", "home.html", "category.html", "entry.html", "problem.html"}

// embeddedTheme is used where a site has none.
var embeddedTheme = sync.OnceValue(func() *Theme {
	folder, err := fs.Sub(files, "html")
	if err == nil {
		var t *Theme
		if t, err = readTheme(folder, ""); err == nil {
			return t
		}
	}
	panic(err) // the files are part of the program
})

func (s *Site) theme() *Theme {
	if s.Theme == nil {
		return embeddedTheme()
	}
	return s.Theme
}

// Assets returns the files that the site's pages refer to, at AssetPath of
// their names.
func (s *Site) Assets() []Asset {
	t := s.theme()
	out := make([]Asset, 0, len(t.assets))
	for _, name := range slices.Sorted(maps.Keys(t.assets)) {
		out = append(out, *t.assets[name])
	}
	return out
}

// Favicon returns what is at FaviconPath, for whoever asks without having
// read a page.
func (s *Site) Favicon() Asset { return *s.theme().assets[faviconFile] }

// Asset returns what leads from the page to one of its theme's files.
func (f *frame) Asset(name string) (string, error) {
	a := f.theme.assets[path.Clean(name)]
	if a == nil {
		return "", &missingAsset{name}
	}
	return f.path(AssetPath(a.Name)), nil
}

// Style returns what leads to the style sheet.
func (f *frame) Style() (string, error) { return f.Asset(styleFile) }

// Icon returns what leads to the site's icon.
func (f *frame) Icon() (string, error) { return f.Asset(iconFile) }

// TouchIcon returns what leads to the icon for a phone's home screen.
func (f *frame) TouchIcon() (string, error) { return f.Asset(touchFile) }

// A missingAsset is a name that a template calls a file by, and no file has.
type missingAsset struct{ name string }

func (e *missingAsset) Error() string { return "there is no file " + e.name }
