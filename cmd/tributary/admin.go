package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"strings"
	"time"
)

// admin answers the operator: how the process is, what it counts, where its
// time goes. It changes nothing.
func (d *daemon) admin(listens string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", d.writeMetrics)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", d.tellReady)
	mux.HandleFunc("GET /status", d.tellStatus)
	mux.HandleFunc("GET /sources", d.tellSources)
	mux.HandleFunc("GET /subscribers", d.tellSubscribers)
	mux.HandleFunc("GET /explain", d.explainEntry)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return forHosts(listens, mux)
}

// forHosts answers requests for addresses, localhost and the host that is
// listened at only: a page in the operator's browser whose name leads to this
// machine shall not read what is here.
func forHosts(listens string, h http.Handler) http.Handler {
	own, _, _ := net.SplitHostPort(listens)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := strings.Trim(r.Host, "[]")
		if name, _, err := net.SplitHostPort(r.Host); err == nil {
			host = name
		}
		_, err := netip.ParseAddr(host)
		if err != nil && host != "" && host != "localhost" && !strings.EqualFold(host, own) {
			http.Error(w, "this is no host of the admin listener: ask for its address", http.StatusMisdirectedRequest)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// tellReady says whether readers can be answered.
func (d *daemon) tellReady(w http.ResponseWriter, r *http.Request) {
	if d.stopping.Load() {
		http.Error(w, "it is stopping", http.StatusServiceUnavailable)
		return
	}
	if err := d.storeAnswers(r.Context()); err != nil {
		http.Error(w, "the store does not answer: "+err.Error(), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}

func adminServer(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10}
}

// listenAdmin opens the admin listener; nil when the configuration has none.
func (a *app) listenAdmin(ctx context.Context) (net.Listener, error) {
	if a.cfg.Admin.Listen == "" {
		return nil, nil
	}
	return listen(ctx, a.cfg, a.cfg.Admin.Listen, "[admin] listen")
}
