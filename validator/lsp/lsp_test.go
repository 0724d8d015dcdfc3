package lsp_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"strings"
	"testing"

	"tributary/validator/lsp"
)

// An editor speaks the protocol over pipes.
type editor struct {
	t   *testing.T
	in  io.Writer
	out *bufio.Reader
	id  int
}

func newEditor(t *testing.T) *editor {
	t.Helper()
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- lsp.Serve(context.Background(), inR, outW, "test"); _ = outW.Close() }()
	e := &editor{t: t, in: inW, out: bufio.NewReader(outR)}
	t.Cleanup(func() {
		e.send(`{"jsonrpc":"2.0","method":"exit"}`)
		if err := <-done; err != nil {
			t.Errorf("the server ends with %v", err)
		}
	})
	return e
}

func (e *editor) send(body string) {
	e.t.Helper()
	if _, err := fmt.Fprintf(e.in, "Content-Length: %d\r\n\r\n%s", len(body), body); err != nil {
		e.t.Fatal(err)
	}
}

func (e *editor) receive() map[string]any {
	e.t.Helper()
	h, err := textproto.NewReader(e.out).ReadMIMEHeader()
	if err != nil {
		e.t.Fatal(err)
	}
	n, _ := strconv.Atoi(h.Get("Content-Length"))
	body := make([]byte, n)
	if _, err := io.ReadFull(e.out, body); err != nil {
		e.t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(body, &m); err != nil {
		e.t.Fatal(err)
	}
	return m
}

func (e *editor) request(method, params string) map[string]any {
	e.t.Helper()
	e.id++
	e.send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`, e.id, method, params))
	return e.receive()
}

func (e *editor) notify(method, params string) {
	e.t.Helper()
	e.send(fmt.Sprintf(`{"jsonrpc":"2.0","method":%q,"params":%s}`, method, params))
}

const doc = "<rss version=\"2.0\"><channel><title>财经😀</title><link>https://example.com/</link><description>d</description><language>zh</language>\n" +
	"<item><title>😀 x</title><guid>42</guid></item></channel></rss>"

func open(e *editor, text string) map[string]any {
	quoted, _ := json.Marshal(text)
	e.notify("textDocument/didOpen", `{"textDocument":{"uri":"file:///a.xml","version":1,"languageId":"xml","text":`+string(quoted)+`}}`)
	return e.receive()
}

// diagnostic returns the one of a code, and its range as "line:char-line:char".
func diagnostic(m map[string]any, code string) (map[string]any, string) {
	for _, d := range m["params"].(map[string]any)["diagnostics"].([]any) {
		if d := d.(map[string]any); d["code"] == code {
			r := d["range"].(map[string]any)
			a, b := r["start"].(map[string]any), r["end"].(map[string]any)
			return d, fmt.Sprintf("%v:%v-%v:%v", a["line"], a["character"], b["line"], b["character"])
		}
	}
	return nil, ""
}

func TestSession(t *testing.T) {
	e := newEditor(t)
	if m := e.request("textDocument/hover", `{}`); m["error"] == nil {
		t.Errorf("before initialize: %v", m)
	}
	if m := e.request("initialize", `{"capabilities":{}}`); m["result"] == nil {
		t.Fatalf("initialize: %v", m)
	}
	e.notify("initialized", `{}`)
	d, at := diagnostic(open(e, doc), "rss-guid-not-url")
	if d == nil || at != "1:31-1:33" || d["severity"] != 1.0 || d["source"] != "tributary" {
		t.Errorf("diagnostic %v at %s, want one at 1:31-1:33 (UTF-16)", d, at)
	}
	hover := e.request("textDocument/hover", `{"textDocument":{"uri":"file:///a.xml"},"position":{"line":1,"character":32}}`)
	if text := fmt.Sprint(hover["result"]); !strings.Contains(text, "rss-guid-not-url") || !strings.Contains(text, "How to mend it") {
		t.Errorf("hover %s", text)
	}
	actions := e.request("textDocument/codeAction", `{"textDocument":{"uri":"file:///a.xml"},"range":{"start":{"line":1,"character":32},"end":{"line":1,"character":32}},"context":{"diagnostics":[]}}`)
	if text := fmt.Sprint(actions["result"]); !strings.Contains(text, `isPermaLink="false"`) || !strings.Contains(text, "character:30") {
		t.Errorf("quick fixes %s", text)
	}
	e.notify("textDocument/didChange", `{"textDocument":{"uri":"file:///a.xml","version":2},"contentChanges":[{"range":{"start":{"line":1,"character":31},"end":{"line":1,"character":33}},"text":"https://example.com/42"}]}`)
	changed := e.receive()
	if d, _ := diagnostic(changed, "rss-guid-not-url"); d != nil || changed["params"].(map[string]any)["version"] != 2.0 {
		t.Errorf("after the edit: %v", changed)
	}
	e.notify("textDocument/didClose", `{"textDocument":{"uri":"file:///a.xml"}}`)
	if m := e.receive(); len(m["params"].(map[string]any)["diagnostics"].([]any)) != 0 {
		t.Errorf("closed: %v", m)
	}
	if m := e.request("workspace/symbol", `{}`); m["error"].(map[string]any)["code"] != -32601.0 {
		t.Errorf("an unknown method: %v", m)
	}
	if m := e.request("shutdown", `null`); m["error"] != nil {
		t.Errorf("shutdown: %v", m)
	}
}

// TestEncodings: places are counted as the editor asks.
func TestEncodings(t *testing.T) {
	for encoding, want := range map[string]string{"utf-8": "1:33-1:35", "utf-32": "1:30-1:32"} {
		e := newEditor(t)
		e.request("initialize", `{"capabilities":{"general":{"positionEncodings":["`+encoding+`"]}}}`)
		if _, at := diagnostic(open(e, doc), "rss-guid-not-url"); at != want {
			t.Errorf("%s: at %s, want %s", encoding, at, want)
		}
	}
}

func FuzzSession(f *testing.F) {
	f.Add(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}`)
	f.Add(`[]`)
	f.Fuzz(func(t *testing.T, body string) {
		in := fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body)
		_ = lsp.Serve(t.Context(), strings.NewReader(in), io.Discard, "fuzz")
	})
}
