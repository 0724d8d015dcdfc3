// Package lsp is a language server (LSP 3.17) that judges feeds while they are
// edited: diagnostics, hover with the explanation, quick fixes.
package lsp

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
)

// limits of what a client may send.
const (
	maxMessage  = 64 << 20
	maxDocument = 16 << 20
	maxOpen     = 200 // documents
)

// A message is one of JSON-RPC 2.0.
type message struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  any             `json:"result,omitempty"`
	Error   *rpcError       `json:"error,omitempty"`
}

type rpcError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

// error codes of JSON-RPC and LSP.
const (
	invalidRequest = -32600
	methodNotFound = -32601
	invalidParams  = -32602
	notInitialized = -32002
)

// A server is one session with an editor.
type server struct {
	out      *bufio.Writer
	mu       sync.Mutex // guards out and docs
	docs     map[string]*document
	encoding string // of positions: utf-8, utf-16 or utf-32
	version  string
	ready    bool
	stopped  bool
	wait     sync.WaitGroup
}

// errExit ends a session.
var errExit = errors.New("exit")

// Serve speaks with an editor until it says exit, or in ends.
func Serve(ctx context.Context, in io.Reader, out io.Writer, version string) error {
	s := &server{out: bufio.NewWriter(out), docs: map[string]*document{}, encoding: "utf-16", version: version}
	defer s.close()
	r := bufio.NewReaderSize(in, 64<<10)
	for ctx.Err() == nil {
		m, err := read(r)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read from the editor: %w", err)
		}
		if err := s.handle(m); errors.Is(err, errExit) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

// close stops the judging that waits.
func (s *server) close() {
	s.mu.Lock()
	for _, d := range s.docs {
		s.stop(d)
	}
	s.mu.Unlock()
	s.wait.Wait()
}

// read reads a message with its header.
func read(r *bufio.Reader) (*message, error) {
	header, err := textproto.NewReader(r).ReadMIMEHeader()
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(strings.TrimSpace(header.Get("Content-Length")))
	if err != nil || n < 0 || n > maxMessage {
		return nil, fmt.Errorf("Content-Length: %q, expected 0 to %d", header.Get("Content-Length"), maxMessage)
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, err
	}
	var m message
	if err := json.Unmarshal(body, &m); err != nil {
		return &message{}, nil //nolint:nilerr // answered as an invalid request
	}
	return &m, nil
}

// send writes a message.
func (s *server) send(m *message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.write(m)
}

func (s *server) write(m *message) error {
	m.Version = "2.0"
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(s.out, "Content-Length: %d\r\n\r\n", len(body)); err != nil {
		return err
	}
	if _, err := s.out.Write(body); err != nil {
		return err
	}
	return s.out.Flush()
}

// handlers answer requests; those that return nothing are for notifications.
var handlers = map[string]func(*server, json.RawMessage) (any, *rpcError){
	"initialize":              (*server).initialize,
	"shutdown":                (*server).shutdown,
	"textDocument/didOpen":    (*server).didOpen,
	"textDocument/didChange":  (*server).didChange,
	"textDocument/didClose":   (*server).didClose,
	"textDocument/hover":      (*server).hover,
	"textDocument/codeAction": (*server).codeAction,
}

// quiet are notifications that need nothing done.
var quiet = map[string]bool{"initialized": true, "textDocument/didSave": true, "textDocument/willSave": true, "$/setTrace": true, "$/cancelRequest": true,
	"workspace/didChangeConfiguration": true, "workspace/didChangeWatchedFiles": true}

func (s *server) handle(m *message) error {
	switch {
	case m.Method == "exit":
		return errExit
	case m.Method == "" && len(m.ID) == 0:
		return s.send(&message{ID: json.RawMessage("null"), Error: &rpcError{invalidRequest, "the message is no request"}})
	case m.Method == "" || quiet[m.Method]:
		return nil
	}
	h, ok := handlers[m.Method]
	var result any
	var failed *rpcError
	switch {
	case !ok:
		failed = &rpcError{methodNotFound, "there is no method " + m.Method}
	case !s.ready && m.Method != "initialize":
		failed = &rpcError{notInitialized, "the first request must be initialize"}
	case s.stopped:
		failed = &rpcError{invalidRequest, "the server was shut down"}
	default:
		result, failed = h(s, m.Params)
	}
	if len(m.ID) == 0 {
		return nil // a notification is not answered
	}
	if result == nil && failed == nil {
		result = json.RawMessage("null")
	}
	return s.send(&message{ID: m.ID, Result: result, Error: failed})
}

func (s *server) initialize(params json.RawMessage) (any, *rpcError) {
	var p struct {
		Capabilities struct {
			General struct {
				PositionEncodings []string `json:"positionEncodings"`
			} `json:"general"`
		} `json:"capabilities"`
	}
	if err := json.Unmarshal(params, &p); err != nil {
		return nil, &rpcError{invalidParams, err.Error()}
	}
	for _, e := range p.Capabilities.General.PositionEncodings {
		if e == "utf-32" || e == "utf-8" {
			s.encoding = e
			break
		}
	}
	s.ready = true
	return map[string]any{
		"capabilities": map[string]any{
			"positionEncoding":   s.encoding,
			"textDocumentSync":   map[string]any{"openClose": true, "change": 2, "save": true},
			"hoverProvider":      true,
			"codeActionProvider": map[string]any{"codeActionKinds": []string{"quickfix"}},
		},
		"serverInfo": map[string]string{"name": "tributary validate", "version": s.version},
	}, nil
}

func (s *server) shutdown(json.RawMessage) (any, *rpcError) {
	s.stopped = true
	return nil, nil
}
