package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"tributary/config"
	"tributary/internal/cli"
	"tributary/server"
	"tributary/websub"
)

// A front is what readers meet: the server of the site, with the request log
// and the certificate that the configuration in force names.
type front struct {
	server  *server.Server
	metrics *siteMetrics
	out     io.Writer // for a request log on standard output

	// The rest is the reloader's.
	parts  parts
	unload context.CancelFunc // ends the watch over the certificate
}

// parts are what a configuration names and the system has to give.
type parts struct {
	access      *server.AccessLog
	accessPath  string
	accessKind  string
	certificate *server.Certificate
}

// open opens what cfg names, of the request log what is not open already.
func (f *front) open(cfg *config.Server) (parts, error) {
	p := parts{accessPath: cfg.AccessLog, accessKind: cfg.AccessLogFormat}
	var err error
	if p.certificate, err = certificate(cfg); err != nil {
		return parts{}, err
	}
	if cfg.AccessLog == "" {
		return p, nil
	}
	if f.parts.access != nil && f.parts.accessPath == p.accessPath && f.parts.accessKind == p.accessKind {
		p.access = f.parts.access
		return p, nil
	}
	p.access, err = server.OpenAccessLog(cfg.AccessLog, cfg.AccessLogFormat == "combined", f.out)
	if err != nil {
		return parts{}, fmt.Errorf("%w\n  [server] access_log in the configuration says where", err)
	}
	return p, nil
}

// certificate reads the certificate that cfg names; nil when it names none.
func certificate(cfg *config.Server) (*server.Certificate, error) {
	if cfg.TLSCert == "" {
		return nil, nil
	}
	c, err := server.LoadCertificate(cfg.TLSCert, cfg.TLSKey)
	if err != nil {
		return nil, cli.Usage(fmt.Errorf("%w\n  [server] tls_cert and tls_key in the configuration name the files", err))
	}
	return c, nil
}

// use puts a configuration with its parts in force.
func (f *front) use(ctx context.Context, d *daemon, cfg *config.Config, p parts) error {
	log := d.app().log
	c := &cfg.Server
	set := server.Settings{
		Limits: server.Limits{
			Header: c.HeaderTimeout, Body: c.BodyTimeout, Idle: c.IdleTimeout, Write: c.WriteTimeout,
			HeaderBytes: int(c.MaxHeader), Connections: c.MaxConnections, PerClient: c.MaxPerClient,
		},
		Handler: http.HandlerFunc(d.site), Ready: d.ready, Observe: f.metrics.observe,
		Trusted: c.TrustedProxies, Access: p.access, Certificate: p.certificate, Log: log,
	}
	if most := connectionsFor(openFilesLimit()); set.Limits.Connections > most {
		log.Warn("fewer connections than max_connections: this process may not have more files open", "connections", most)
		set.Limits.Connections = most
	}
	if f.server == nil {
		f.server = server.New(set)
	} else {
		f.server.Configure(set)
	}
	if f.unload != nil {
		f.unload()
	}
	if p.certificate != nil {
		var watching context.Context
		watching, f.unload = context.WithCancel(ctx)
		go p.certificate.Watch(watching, log)
	}
	old := f.parts
	f.parts = p
	if old.access != nil && old.access != p.access {
		return old.access.Close()
	}
	return nil
}

// reopen goes on in a new file: whoever rotates logs has moved the old away.
func (f *front) reopen() error {
	if f.parts.access == nil {
		return nil
	}
	return f.parts.access.Reopen()
}

// close writes what is left of the request log.
func (f *front) close() error {
	if f.unload != nil {
		f.unload()
	}
	if f.parts.access == nil {
		return nil
	}
	return f.parts.access.Close()
}

// keptFiles are for the store, the log and upstreams.
const keptFiles = 512

// connectionsFor returns how many connections leave files for the rest.
func connectionsFor(files int) int { return max(files-keptFiles, files/2) }

// ready reports whether the publisher in force has a document at path.
func (d *daemon) ready(path string) bool {
	return !(d.hubs != nil && websub.Handles(path)) && d.pub.Load().Ready(path)
}

// listen opens the listener at an address of the configuration, which key names.
func listen(ctx context.Context, cfg *config.Config, address, key string) (net.Listener, error) {
	l, err := server.Listen(ctx, address, cfg.Server.SocketMode)
	switch {
	case errors.Is(err, server.ErrTaken):
		return nil, fmt.Errorf("listen on %s: another program listens there\n  stop it, or set another %s in the configuration", address, key)
	case err != nil:
		return nil, fmt.Errorf("listen on %s: %w\n  %s in the configuration says where", strings.TrimPrefix(address, "unix:"), err, key)
	}
	return l, nil
}
