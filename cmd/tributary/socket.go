package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"tributary/config"
)

// socketPath returns where the daemon of a configuration listens for other
// commands: beside its store.
func socketPath(cfg *config.Config) string {
	path, err := filepath.Abs(storePath(cfg))
	if err != nil {
		path = storePath(cfg)
	}
	return path + ".sock"
}

// storePath is where the store of a configuration lies.
func storePath(cfg *config.Config) string {
	_, place, _ := strings.Cut(cfg.Storage, ":")
	return place
}

// maxSocket is how long the path of a UNIX socket can be everywhere.
const maxSocket = 100

var errLongSocket = errors.New("the path is too long for a UNIX socket on this machine; a storage with a shorter one has none of this trouble")

// shortened returns a path to the socket that fits into its address: a long
// one leads through its folder, which is open until done is called.
func shortened(path string) (short string, done func(), err error) {
	if len(path) <= maxSocket {
		return path, func() {}, nil
	}
	const descriptors = "/proc/self/fd"
	if _, err := os.Stat(descriptors); err != nil {
		return "", nil, errLongSocket
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return "", nil, err
	}
	short = fmt.Sprintf("%s/%d/%s", descriptors, folder.Fd(), filepath.Base(path))
	if len(short) > maxSocket {
		return "", nil, closing(folder, errLongSocket)
	}
	return short, func() { _ = folder.Close() }, nil // it was opened for its path only
}

// listenControl opens the socket. One that is left of a daemon that was killed
// is removed: whoever has the store open is the only one who may.
func listenControl(ctx context.Context, cfg *config.Config) (net.Listener, error) {
	path := socketPath(cfg)
	l, err := listenSocket(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("listen for other commands on %s: %w", path, err)
	}
	return l, nil
}

func listenSocket(ctx context.Context, path string) (net.Listener, error) {
	short, done, err := shortened(path)
	if err != nil {
		return nil, err
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
		_ = os.Remove(path) // listening tells if it is still there
	}
	l, err := new(net.ListenConfig).Listen(ctx, "unix", short)
	if err != nil {
		done()
		return nil, err
	}
	socket := &controlListener{l, done}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, closing(socket, err)
	}
	return socket, nil
}

// A controlListener removes its socket at its end, by the way it was made.
type controlListener struct {
	net.Listener
	done func()
}

// Close implements net.Listener.
func (l *controlListener) Close() error {
	defer l.done()
	return l.Listener.Close()
}

// dialControl connects to the daemon of a configuration.
func dialControl(ctx context.Context, cfg *config.Config) (net.Conn, error) {
	short, done, err := shortened(socketPath(cfg))
	if err != nil {
		return nil, err
	}
	defer done()
	return new(net.Dialer).DialContext(ctx, "unix", short)
}
