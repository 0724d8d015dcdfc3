package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// A usage is what the operating system counted for one finished process.
type usage struct {
	wall, cpu time.Duration
	rss       int64 // bytes, at the highest
}

// measure runs a command to its end. exit codes in ok are fine.
func measure(ctx context.Context, ok []int, name string, args ...string) (usage, error) {
	u, _, err := measureOutput(ctx, ok, name, args...)
	return u, err
}

// measureOutput is measure for those who want to know what was printed.
func measureOutput(ctx context.Context, ok []int, name string, args ...string) (usage, string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	began := time.Now()
	err := cmd.Run()
	u := usage{wall: time.Since(began)}
	if cmd.ProcessState == nil {
		return u, "", err
	}
	if err != nil && !slices.Contains(ok, cmd.ProcessState.ExitCode()) {
		return u, "", fmt.Errorf("%s %v: %w\n%s", filepath.Base(name), args, err, out.Bytes())
	}
	u.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if ru, isUnix := cmd.ProcessState.SysUsage().(*syscall.Rusage); isUnix {
		u.rss = ru.Maxrss << 10
	}
	return u, out.String(), nil
}

// build compiles the package in dir to a binary in the folder out.
func build(ctx context.Context, dir, pkg, out string) (string, error) {
	bin, err := filepath.Abs(out)
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-o", bin, pkg)
	cmd.Dir = dir
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", pkg, err, text)
	}
	return bin, nil
}

// median returns the usage with the middle wall time.
func median(runs []usage) usage {
	runs = slices.Clone(runs)
	slices.SortFunc(runs, func(a, b usage) int { return int(a.wall - b.wall) })
	return runs[len(runs)/2]
}

// start starts a process that runs until stop is called.
func start(ctx context.Context, name string, args ...string) (stop func(), err error) {
	_, stop, err = startProcess(ctx, name, args...)
	return stop, err
}

// startProcess is start for those who want to look at the process.
func startProcess(ctx context.Context, name string, args ...string) (pid int, stop func(), err error) {
	return startWith(ctx, nil, name, args...)
}

// startWith is startProcess with more variables in the environment.
func startWith(ctx context.Context, env []string, name string, args ...string) (pid int, stop func(), err error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return 0, nil, err
	}
	return cmd.Process.Pid, func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		_ = cmd.Wait()                          // ended by us
	}, nil
}

// output runs a command, with more variables in the environment, and returns
// what it prints.
func output(ctx context.Context, env []string, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	return string(out), err
}

// freeAddress returns a loopback address that nobody listens on.
func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
