package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

// unixScheme begins the address of a UNIX socket.
const unixScheme = "unix:"

// SocketPath returns the path of an address such as "unix:/run/tributary.sock".
func SocketPath(address string) (path string, ok bool) {
	return strings.CutPrefix(address, unixScheme)
}

// ErrTaken says that another program listens at an address.
var ErrTaken = errors.New("another program listens there")

// Listen listens at HOST:PORT, or at a UNIX socket, which gets that mode. A
// socket that nobody listens at any more is replaced.
func Listen(ctx context.Context, address string, mode fs.FileMode) (net.Listener, error) {
	path, ok := SocketPath(address)
	if !ok {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
		if errors.Is(err, syscall.EADDRINUSE) {
			return nil, ErrTaken
		}
		return l, err
	}
	if err := removeStale(ctx, path); err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, mode); err != nil {
		_ = l.Close() // the mode's error says more
		return nil, err
	}
	return l, nil
}

// removeStale removes the socket of a process that was killed.
func removeStale(ctx context.Context, path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode()&fs.ModeSocket == 0:
		return fmt.Errorf("%s is there and no socket: remove it, or name another path", path)
	}
	c, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "unix", path)
	if err == nil {
		_ = c.Close() // it was only to see
		return ErrTaken
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return err
	}
	return os.Remove(path)
}
