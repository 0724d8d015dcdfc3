package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tributary/internal/testshared"
)

// session is what a person does in Neovim: open a feed, read what is wrong,
// hover over it, take the quick fix, and correct the rest by hand.
const session = `
local log = {}
local function wait(what, ready)
  if not vim.wait(20000, ready, 20) then
    log.timeout = what
  end
end
local ok, err = pcall(function()
  vim.cmd('edit feed.xml')
  local id = vim.lsp.start_client({ name = 'tributary', cmd = { vim.env.VALIDATE, '--lsp' }, root_dir = vim.fn.getcwd() })
  vim.lsp.buf_attach_client(0, id)
  local function shown() return vim.diagnostic.get(0) end
  wait('diagnostics', function() return #shown() > 0 end)
  log.first = shown()

  local function ask(method, params)
    local answers = vim.lsp.buf_request_sync(0, method, params, 20000) or {}
    return (answers[id] or {}).result
  end
  local d
  for _, one in ipairs(shown()) do
    if one.code == 'date-rfc822-invalid' then d = one end
  end
  local line = vim.api.nvim_buf_get_lines(0, d.lnum, d.lnum + 1, false)[1]
  local function place(column)
    local _, utf16 = vim.str_utfindex(line, column)
    return { line = d.lnum, character = utf16 }
  end
  local document = vim.lsp.util.make_text_document_params(0)
  log.hover = ask('textDocument/hover', { textDocument = document, position = place(d.col) })

  log.actions = ask('textDocument/codeAction', { textDocument = document,
    range = { start = place(d.col), ['end'] = place(d.end_col) }, context = { diagnostics = {} } }) or {}
  local before = #shown()
  vim.lsp.util.apply_workspace_edit(log.actions[1].edit, 'utf-16')
  wait('fewer diagnostics', function() return #shown() < before end)
  log.second = shown()

  vim.api.nvim_buf_set_lines(0, 2, 3, false, { '<link>https://example.com/</link>' })
  vim.cmd('5s/>1</>tag:example.com,2026:1</')
  wait('none', function() return #shown() == 0 end)
  log.last = shown()
  log.text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
end)
if not ok then log.error = tostring(err) end
local f = io.open('log.json', 'w')
f:write(vim.json.encode(log))
f:close()
vim.cmd('qa!')
`

const feed = `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>银行</title><description>新闻</description><language>zh-cn</language>
<link>example.com</link>
<atom:link rel="self" href="https://example.com/feed.xml" type="application/rss+xml"/>
<item><title>银行股走强</title><description>内容</description><guid isPermaLink="false">1</guid><pubDate>2026-11-20T08:00:00+08:00</pubDate></item>
</channel></rss>
`

// TestNeovim has an editor speak with the language server.
func TestNeovim(t *testing.T) {
	nvim := testshared.Tool(t, "nvim")
	self, err := exec.LookPath("tributary-validate")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"session.lua": session,
		"feed.xml":    feed,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, nvim, "--headless", "-u", "NONE", "-i", "NONE", "-n", "-l", "session.lua")
	if !hasScripts(ctx, nvim) {
		cmd = exec.CommandContext(ctx, nvim, "--headless", "-u", "NONE", "-i", "NONE", "-n", "-S", "session.lua")
	}
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "VALIDATE="+self, "HOME="+dir, "XDG_STATE_HOME="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "log.json"))
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	type diagnostic struct {
		Line    int `json:"lnum"`
		Column  int `json:"col"`
		Code    string
		Message string
	}
	var log struct {
		Error, Timeout, Text string
		First, Second, Last  []diagnostic
		Hover                struct{ Contents struct{ Value string } }
		Actions              []struct{ Title string }
	}
	// Lua has one kind of table: an empty list is written as {}.
	if err := json.Unmarshal([]byte(strings.ReplaceAll(string(text), `{}`, `null`)), &log); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if log.Error != "" || log.Timeout != "" {
		t.Fatalf("%s: waited in vain for %q: %s", log.Error, log.Timeout, text)
	}
	at := strings.Index(strings.Split(feed, "\n")[4], "2026-11-20T")
	if len(log.First) != 3 || log.First[2].Code != "date-rfc822-invalid" || log.First[2].Line != 4 || log.First[2].Column != at {
		t.Errorf("it opens with %v, want the date at column %d of line 4", log.First, at)
	}
	if !strings.Contains(log.Hover.Contents.Value, "# date-rfc822-invalid") || !strings.Contains(log.Hover.Contents.Value, "## How to mend it") {
		t.Errorf("the hover is %q", log.Hover.Contents.Value)
	}
	if len(log.Actions) == 0 || len(log.Second) != 2 || len(log.Last) != 0 {
		t.Errorf("actions %v, after the first %v, at the end %v", log.Actions, log.Second, log.Last)
	}
	if !strings.Contains(log.Text, "<pubDate>Fri, 20 Nov 2026 08:00:00 +0800</pubDate>") || !strings.Contains(log.Text, "银行股走强") {
		t.Errorf("the feed is now\n%s", log.Text)
	}
}

// hasScripts reports whether Neovim runs Lua scripts by -l (0.9).
func hasScripts(ctx context.Context, nvim string) bool {
	out, err := exec.CommandContext(ctx, nvim, "--help").Output()
	return err == nil && strings.Contains(string(out), "-l <script>")
}
