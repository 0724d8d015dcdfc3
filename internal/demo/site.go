package demo

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A site serves the channels.
type site struct {
	set   Settings
	base  string
	start time.Time
	polls atomic.Int64 // GETs of the flaky channel
}

func newSite(set Settings, base string, start time.Time) *site {
	return &site{set: set, base: base, start: start}
}

func (s *site) schedule(i int) schedule {
	return schedule{start: s.start, every: s.set.Every, index: i}
}

func (s *site) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.home)
	mux.HandleFunc("GET /bell.wav", serveBell)
	for i := range channels {
		c := &channels[i]
		mux.HandleFunc("GET "+c.path(), func(w http.ResponseWriter, r *http.Request) { s.document(w, r, i) })
		mux.HandleFunc("GET /"+c.name+"/{page}", func(w http.ResponseWriter, r *http.Request) { s.entry(w, r, i) })
	}
	return mux
}

func serveBell(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "audio/wav")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(sound()))
}

// document serves a channel's feed.
func (s *site) document(w http.ResponseWriter, r *http.Request, i int) {
	c := &channels[i]
	p := c.page(s.set.Seed, s.base, s.schedule(i), time.Now())
	body, err := c.render(p)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", c.mediaType)
	if c.flaky && r.Method == http.MethodGet && s.fail(w, body) {
		return
	}
	serve(w, r, body, p.Updated)
}

// serve answers with body, compressed for those who can read it, or with 304.
func serve(w http.ResponseWriter, r *http.Request, body []byte, modified time.Time) {
	tag := fmt.Sprintf("%x", sha256.Sum256(body))[:16]
	w.Header().Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(body) // a buffer takes everything
		_ = z.Close()
		body, tag = b.Bytes(), tag+"-gzip"
		w.Header().Set("Content-Encoding", "gzip")
	}
	w.Header().Set("ETag", strconv.Quote(tag))
	http.ServeContent(w, r, "", modified, bytes.NewReader(body))
}

// fail answers every third request badly, in turn with 503 and with half a
// body, and reports whether it did.
func (s *site) fail(w http.ResponseWriter, body []byte) bool {
	switch s.polls.Add(1) % 6 {
	case 3:
		w.Header().Set("Retry-After", "2")
		http.Error(w, "The bell is being oiled. Come back in a moment.", http.StatusServiceUnavailable)
		return true
	case 0:
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body[:len(body)/2]) // it is cut short anyway
		panic(http.ErrAbortHandler)
	}
	return false
}

var pages = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Parse(`{{define "entry"}}<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{{.Title}}</title></head>
<body><h1>{{.Title}}</h1><p>{{.Author}}, {{.Published.Format "2006-01-02 15:04:05 -0700"}}</p>
{{range .Paragraphs}}<p>{{.}}</p>
{{end}}</body></html>
{{end}}{{define "home"}}<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>The demo's upstream</title></head>
<body><h1>The demo's upstream</h1><p>Made-up feeds, which tributary polls:</p>
<ul>{{range .}}<li><a href="{{.Path}}">{{.Title}}</a>: {{.About}}</li>
{{end}}</ul></body></html>
{{end}}`))
})

// entry serves an entry's page, such as /harbour/12.html.
func (s *site) entry(w http.ResponseWriter, r *http.Request, i int) {
	name, ok := strings.CutSuffix(r.PathValue("page"), ".html")
	n, err := strconv.Atoi(name)
	if !ok || err != nil || n < 0 || n >= s.schedule(i).count(time.Now()) {
		http.NotFound(w, r)
		return
	}
	showPage(w, "entry", channels[i].entry(s.set.Seed, s.base, s.schedule(i), n))
}

func (s *site) home(w http.ResponseWriter, _ *http.Request) {
	var list []*page
	for i := range channels {
		list = append(list, &page{channel: &channels[i]})
	}
	showPage(w, "home", list)
}

func showPage(w http.ResponseWriter, name string, about any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = pages().ExecuteTemplate(w, name, about) // the reader is gone, or it was written
}
