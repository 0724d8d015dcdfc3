package server

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"tributary/internal/filestate"
)

// A Certificate is a pair of files, a certificate with what leads to its
// authority and its key, which is read again when they change.
type Certificate struct {
	cert, key string
	now       atomic.Pointer[tls.Certificate]
	seen      [2]filestate.State // of what was read last
}

// LoadCertificate reads the files, both PEM.
func LoadCertificate(cert, key string) (*Certificate, error) {
	c := &Certificate{cert: cert, key: key}
	return c, c.read()
}

func (c *Certificate) read() error {
	c.seen = [2]filestate.State{filestate.Of(c.cert), filestate.Of(c.key)}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return fmt.Errorf("read the certificate %s and its key %s: %w", c.cert, c.key, err)
	}
	if left := time.Until(pair.Leaf.NotAfter); left <= 0 {
		return fmt.Errorf("the certificate %s ended %s", c.cert, pair.Leaf.NotAfter.Format(time.DateOnly))
	}
	c.now.Store(&pair)
	return nil
}

// Ends returns when the certificate in use does.
func (c *Certificate) Ends() time.Time { return c.now.Load().Leaf.NotAfter }

// certificateEvery is how often the files are looked at. A change counts when
// it was the same twice: both are written one after the other.
const certificateEvery = 2 * time.Second

// Watch reads the files again when they have changed, until ctx ends. A pair
// that does not fit is told of, and the one in use stays.
func (c *Certificate) Watch(ctx context.Context, log *slog.Logger) {
	ticker := time.NewTicker(certificateEvery)
	defer ticker.Stop()
	before := c.seen
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		at := [2]filestate.State{filestate.Of(c.cert), filestate.Of(c.key)}
		if at != before || at == c.seen {
			before = at
			continue
		}
		if err := c.read(); err != nil {
			log.Error("the new certificate cannot be used, the old one stays", "err", err, "ends", c.Ends())
			continue
		}
		log.Info("certificate taken on", "file", c.cert, "ends", c.Ends())
	}
}

func (c *Certificate) config() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.now.Load(), nil },
	}
}
