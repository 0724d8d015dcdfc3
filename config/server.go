package config

import (
	"fmt"
	"io/fs"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Server is the [server] table: how readers are answered.
type Server struct {
	TLSCert, TLSKey string      // PEM files; empty: plain HTTP
	SocketMode      fs.FileMode // of a UNIX socket that Site.Listen names; default 0660
	AccessLog       string      // file, or "-" for standard output; empty: none
	AccessLogFormat string      // "combined" or "common"
	TrustedProxies  []netip.Prefix
	MaxConnections  int // default 16384
	MaxPerClient    int // connections of one address, or of one /64 of IPv6; default 256
	MaxHeader       int64
	HeaderTimeout   time.Duration // default 10s
	BodyTimeout     time.Duration // default 30s
	IdleTimeout     time.Duration // default 2m
	WriteTimeout    time.Duration // in which a reader has to take some more of an answer; default 30s
}

// Admin is the [admin] table.
type Admin struct {
	Listen string // host:port or unix:path; empty: nowhere
}

const (
	maxConnections    = 1_000_000
	maxHeaderBytes    = 1 << 20
	maxServerTimeout  = time.Hour
	defaultSocketMode = 0o660
	unixScheme        = "unix:"
)

func (d *decoder) server(s *section) Server {
	v := Server{
		TLSCert:         s.file("tls_cert", "certificate.pem"),
		TLSKey:          s.file("tls_key", "key.pem"),
		SocketMode:      s.mode("socket_mode", defaultSocketMode),
		AccessLogFormat: s.choice("access_log_format", "combined", "common"),
		TrustedProxies:  s.networks("trusted_proxies"),
		MaxConnections:  s.number("max_connections", maxConnections, 16384),
		MaxPerClient:    s.number("max_connections_per_client", maxConnections, 256),
		MaxHeader:       s.size("max_header", maxHeaderBytes, 32<<10),
		HeaderTimeout:   s.duration("header_timeout", maxServerTimeout, 10*time.Second),
		BodyTimeout:     s.duration("body_timeout", maxServerTimeout, 30*time.Second),
		IdleTimeout:     s.duration("idle_timeout", maxServerTimeout, 2*time.Minute),
		WriteTimeout:    s.duration("write_timeout", maxServerTimeout, 30*time.Second),
	}
	if v.AccessLog = s.text("access_log", "access.log", ""); v.AccessLog != "" && v.AccessLog != "-" {
		v.AccessLog = d.inFolder(v.AccessLog)
	}
	if (v.TLSCert == "") != (v.TLSKey == "") {
		there, missing := "tls_cert", "tls_key"
		if v.TLSCert == "" {
			there, missing = missing, there
		}
		s.wrong(there, s.valueAt(there), fmt.Sprintf("%s is given and %s is not", there, missing), "expected both for TLS, or none for plain HTTP", "")
	}
	s.done()
	return v
}

func (d *decoder) admin(s *section) Admin {
	a := Admin{}
	if e := s.t.find("listen"); e == nil || e.value.kind == isText && e.value.text == "off" {
		s.asked = append(s.asked, "listen")
	} else {
		a.Listen = s.listenOn("listen", "")
	}
	s.done()
	return a
}

// file returns the path of a file, from the folder of the configuration.
func (s *section) file(key, example string) string {
	text := s.text(key, example, "")
	if text == "" {
		return ""
	}
	return s.d.inFolder(text)
}

func (d *decoder) inFolder(path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(d.folder, path)
}

// mode returns the permissions of a file, written in octal.
func (s *section) mode(key string, fallback fs.FileMode) fs.FileMode {
	v := s.get(key, isText, fmt.Sprintf("%04o", uint32(fallback)))
	if v == nil {
		return fallback
	}
	n, err := strconv.ParseUint(v.text, 8, 32)
	if err != nil || n == 0 || n > 0o777 {
		s.wrong(key, v.at, fmt.Sprintf("%s %q are no permissions", key, shorten(v.text)),
			fmt.Sprintf(`expected three digits from 0 to 7 behind a 0, such as %s = "%04o"`, key, uint32(fallback)), "")
		return fallback
	}
	return fs.FileMode(n)
}

// socket returns the address of a UNIX socket, its path from the folder of the
// configuration.
func (s *section) socket(key, text string) string {
	path := strings.TrimPrefix(text, unixScheme)
	if path == "" {
		s.wrong(key, s.valueAt(key), fmt.Sprintf("%s %q names no path", key, text), fmt.Sprintf(`expected the path of a UNIX socket, such as %s = "unix:/run/tributary/web.sock"`, key), "")
	}
	return unixScheme + s.d.inFolder(path)
}
