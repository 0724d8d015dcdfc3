package publisher

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"tributary/feed"
	"tributary/publisher/render"
)

// A handler serves the site.
type handler struct {
	*Publisher
	assets map[string]*document
	secure []field

	variants map[string][]variant // of the paths whose format is negotiated
	tapes    map[string]*tape     // of the paths that are streams
}

// Handler returns what serves the site: at the path of Site.BaseURL, and at
// the root for a proxy that takes that path off.
func (p *Publisher) Handler() http.Handler {
	h := &handler{Publisher: p, assets: map[string]*document{}, secure: p.secure(), variants: p.negotiated(), tapes: p.streams()}
	for _, a := range p.set.Site.Assets() {
		h.assets[render.AssetPath(a.Name)] = undated(a.Body, a.MediaType, immutable)
	}
	for path, a := range p.named() {
		h.assets[path] = undated(a.Body, a.MediaType, cacheable)
	}
	return h
}

// secure returns the header fields of every response. Pages run no script and
// load nothing but the site's style sheet and what entries show, frames of
// the hosts that may be shown included.
func (p *Publisher) secure() []field {
	policy := "default-src 'none'; style-src 'self'; font-src 'self'; img-src " + p.pictureSources() + "; media-src http: https:; "
	if frames := p.set.Frames; len(frames) > 0 {
		policy += "frame-src https://" + strings.Join(frames, " https://") + "; "
	}
	return []field{
		{"Content-Security-Policy", []string{policy + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}},
		{"Referrer-Policy", []string{"no-referrer"}},
		{"X-Content-Type-Options", []string{"nosniff"}},
	}
}

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	set(w.Header(), h.secure)
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		h.problem(w, r, http.StatusMethodNotAllowed)
		return
	}
	path := r.URL.Path
	if inside, ok := strings.CutPrefix(path, h.base); ok && h.base != "" {
		if inside == "" {
			h.redirect(w, r, r.URL.EscapedPath()+"/")
			return
		}
		if inside[0] == '/' && h.serve(w, r, inside) {
			return
		}
	}
	if !h.serve(w, r, path) {
		h.problem(w, r, http.StatusNotFound)
	}
}

// serve answers for one of the site's paths, and reports whether there is
// something there.
func (h *handler) serve(w http.ResponseWriter, r *http.Request, path string) bool {
	if asset := h.assets[path]; asset != nil {
		h.send(w, r, path, asset, nil)
		return true
	}
	if variants := h.variants[path]; variants != nil {
		h.serveNegotiated(w, r, variants)
		return true
	}
	if t := h.tapes[path]; t != nil {
		h.serveEvents(w, r, t)
		return true
	}
	name := path
	if strings.HasSuffix(name, "/") {
		name += indexFile
	} else if strings.HasSuffix(name, "/"+indexFile) && h.knows(name) {
		h.redirect(w, r, strings.TrimSuffix(r.URL.EscapedPath(), indexFile))
		return true
	}
	t, ok := h.find(name)
	if !ok {
		if h.knows(path + "/" + indexFile) {
			h.redirect(w, r, r.URL.EscapedPath()+"/")
			return true
		}
		return h.servePicture(w, r, path) || h.serveArchive(w, r, name) || h.serveSitemap(w, r, name) || h.serveChosen(w, r, path)
	}
	if t.number > 1 {
		h.requested.note(h.cache, name, numberedOf(t.category.Term))
	}
	return h.servePaged(w, r, name, t) || h.serveDocument(w, r, name, t, nil)
}

// serveDocument answers with what a path stands for, and reports whether there
// is something. The header fields of more are added.
func (h *handler) serveDocument(w http.ResponseWriter, r *http.Request, name string, t target, more []field) bool {
	doc, err := h.document(r.Context(), name, t)
	switch {
	case errors.Is(err, errNoPage):
		return false
	case err != nil:
		h.log.Error("document cannot be made", "path", name, "err", err)
		h.problem(w, r, http.StatusInternalServerError)
	case r.Header["A-Im"] != nil && h.sendDelta(w, r, name, t, doc, more):
	default:
		h.send(w, r, name, doc, more)
	}
	return true
}

const indexFile = "index.html"

func (p *Publisher) knows(name string) bool {
	if _, ok := p.targets[name]; ok {
		return true
	}
	_, ok := p.findNumbered(name)
	return ok
}

// find returns what a path stands for.
func (p *Publisher) find(name string) (target, bool) {
	if t, ok := p.targets[name]; ok {
		return t, true
	}
	if t, ok := p.findNumbered(name); ok {
		return t, true
	}
	inner, ok := strings.CutPrefix(name, "/entry/")
	if !ok {
		return target{}, false
	}
	for _, f := range entryFormats {
		word, ok := strings.CutSuffix(inner, f.File)
		if id, err := feed.ParseEntryID(word); ok && err == nil && id.String() == word {
			return target{format: f, entry: id}, true
		}
	}
	return target{}, false
}

// redirect leads to a path of this server for good.
func (h *handler) redirect(w http.ResponseWriter, r *http.Request, path string) {
	if r.URL.RawQuery != "" {
		path += "?" + r.URL.RawQuery
	}
	w.Header().Set("Location", path)
	w.Header().Set("Cache-Control", cacheable)
	w.WriteHeader(http.StatusMovedPermanently)
}

// problem answers with a page that says what is wrong.
func (h *handler) problem(w http.ResponseWriter, r *http.Request, status int) {
	var page bytes.Buffer
	if err := render.Problem(&page, &render.Page{Site: h.set.Site, Categories: h.categories}, status); err != nil {
		h.log.Error("document cannot be made", "path", r.URL.Path, "err", err)
		page.Reset()
	}
	header := w.Header()
	header.Set("Content-Type", render.ProblemType)
	header.Set("Content-Length", strconv.Itoa(page.Len()))
	header.Set("Cache-Control", "no-cache")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(page.Bytes()) // the client is gone: nobody to tell
	}
}
