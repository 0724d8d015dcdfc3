package media

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// policy lets a picture that is looked at by itself do and load nothing.
const policy = "default-src 'none'; frame-ancestors 'none'; sandbox"

// staleAge is how long a reader may keep a picture that is out of date here.
const staleAge = time.Minute

// Serve answers a GET or HEAD of a picture's address.
func (p *Proxy) Serve(w http.ResponseWriter, r *http.Request, signature, src string) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin") // pages of readers' programs show it
	if !p.now.Load().signer.verify(src, signature) {
		p.count.forbidden.Add(1)
		refuse(w, r, http.StatusForbidden, "no-store", "this address is not one of ours: its signature is another's")
		return
	}
	pic, err := p.picture(r.Context(), src)
	if err != nil {
		status, caching, words := p.problem(src, err)
		refuse(w, r, status, caching, words)
		return
	}
	defer pic.close()
	age := max(time.Until(pic.Until), staleAge)
	h.Set("Cache-Control", fmt.Sprintf("public, max-age=%d, stale-while-revalidate=600, stale-if-error=86400", age/time.Second))
	h.Set("Etag", `"`+pic.Digest+`"`)
	h.Set("Content-Type", pic.Type)
	http.ServeContent(w, r, "", time.Time{}, pic)
}

// problem returns what a reader is told who gets no picture.
func (p *Proxy) problem(src string, err error) (status int, caching, words string) {
	var told *Failure
	switch {
	case !errors.As(err, &told):
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errSlow) {
			return http.StatusGatewayTimeout, "no-store", "the picture's site does not answer"
		}
		return http.StatusBadGateway, "no-store", "the picture cannot be had"
	case told == errBusy, told == errClosed:
		return http.StatusServiceUnavailable, "no-store", told.Reason
	}
	status, words = http.StatusBadGateway, "the picture cannot be had"
	if told.Status == http.StatusNotFound || told.Status == http.StatusGone {
		status, words = http.StatusNotFound, "there is no such picture any more"
	}
	return status, "public, max-age=" + strconv.Itoa(int(p.rest(src)/time.Second)), words
}

// rest returns for how long a picture will not be asked for.
func (p *Proxy) rest(src string) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(time.Until(p.failures[src].until), 0)
}

func refuse(w http.ResponseWriter, r *http.Request, status int, caching, words string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", caching)
	h.Set("Content-Length", strconv.Itoa(len(words)+1))
	if status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "5")
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write([]byte(words + "\n")) // the client is gone: nobody to tell
	}
}
