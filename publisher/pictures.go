package publisher

import (
	"net/http"
	"net/url"
	"strings"

	"tributary/publisher/render"
)

// Pictures shows other sites' pictures at addresses of ours.
type Pictures interface {
	// Sign returns the signature of a picture's URL, of 32 characters, the same
	// for good.
	Sign(url string) string
	// Serve answers a GET or HEAD of a picture, whose signature may be anybody's.
	Serve(w http.ResponseWriter, r *http.Request, signature, url string)
}

// servePicture answers for the address of a picture, and reports whether the
// path is one.
func (h *handler) servePicture(w http.ResponseWriter, r *http.Request, path string) bool {
	if h.set.Pictures == nil {
		return false
	}
	signature, src, ok := render.ParseMediaPath(path)
	if ok {
		h.set.Pictures.Serve(w, r, signature, src)
	}
	return ok
}

// pictureSources returns where pages may load pictures from: their own server
// where it shows all of them, at base_url if they are looked at elsewhere.
func (p *Publisher) pictureSources() string {
	if p.set.Pictures == nil {
		return "http: https: data:"
	}
	sources := "'self' data:"
	if u, err := url.Parse(p.set.Site.BaseURL); err == nil && u.Host != "" && !strings.ContainsAny(u.Host, "; ,'") {
		sources = "'self' " + u.Scheme + "://" + u.Host + " data:"
	}
	return sources
}
