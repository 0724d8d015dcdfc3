package report

import (
	"html/template"
	"io"
	"sync"

	"tributary/validator"
)

// An htmlWriter writes one page that needs nothing else.
type htmlWriter struct {
	w     io.Writer
	o     Options
	Files []htmlFile
	tally
}

type htmlFile struct {
	Name, Verdict, Err string
	Format             validator.Format
	Messages           []htmlMessage
}

type htmlMessage struct {
	validator.Message
	Before, Marked, After string
}

func newHTML(w io.Writer, o Options) Writer { return &htmlWriter{w: w, o: o} }

func (h *htmlWriter) File(f *File) error {
	h.add(f, h.o.FailAt)
	out := htmlFile{Name: f.Name, Verdict: "valid"}
	if f.Err != nil {
		out.Verdict, out.Err = "unread", f.Err.Error()
		h.Files = append(h.Files, out)
		return nil
	}
	out.Format = f.Result.Format
	if Failed(f.Result, h.o.FailAt) {
		out.Verdict = "not valid"
	}
	for _, m := range shown(f.Result, h.o.Show) {
		one := htmlMessage{Message: m}
		if l, ok := excerpt(f, &m); ok {
			one.Before, one.Marked, one.After = cutAt(l)
		}
		out.Messages = append(out.Messages, one)
	}
	h.Files = append(h.Files, out)
	return nil
}

// cutAt splits a line at its mark.
func cutAt(l line) (before, marked, after string) {
	at := 0
	for i, r := range l.text {
		w := columns(string(r))
		switch {
		case at < l.indent:
			before = l.text[:i+len(string(r))]
		case at < l.indent+l.length:
			marked = l.text[len(before) : i+len(string(r))]
		}
		at += w
	}
	return before, marked, l.text[len(before)+len(marked):]
}

// Summary says how many messages there are in all.
func (h *htmlWriter) Summary() string {
	return count(h.errors, "error") + ", " + count(h.warnings, "warning") + " in " + count(h.files, "document")
}

func (h *htmlWriter) Close() error { return page().Execute(h.w, h) }

var page = sync.OnceValue(func() *template.Template { return template.Must(template.New("report").Parse(pageText)) })

const pageText = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Feed validation: {{.Summary}}</title>
<style>
:root { color-scheme: light dark; --error: #b3261e; --warning: #8a5a00; --info: #1a5fb4; --line: #8884; }
@media (prefers-color-scheme: dark) { :root { --error: #ff8a80; --warning: #ffcc66; --info: #8ab4f8; } }
body { font: 1rem/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; border-top: 1px solid var(--line); padding-top: 1rem; overflow-wrap: anywhere; }
article { margin: 1rem 0; } article p { margin: .2rem 0; }
.error strong { color: var(--error); } .warning strong { color: var(--warning); } .info strong { color: var(--info); }
pre { overflow-x: auto; background: #8881; padding: .5rem; border-radius: .3rem; margin: .3rem 0; } mark { font-weight: bold; }
.help { opacity: .85; }
</style>
</head>
<body>
<h1>Feed validation: {{.Summary}}</h1>
{{range .Files}}<section>
<h2>{{.Name}}: {{.Verdict}}{{with .Format}} ({{.}}){{end}}</h2>
{{with .Err}}<p>{{.}}</p>{{end}}
{{range .Messages}}<article class="{{.Level}}">
<p><strong>{{.Level}}</strong>, line {{.Start.Line}}, column {{.Start.Column}}: {{.Text}} <code>{{.Rule.Code}}</code></p>
{{if .Marked}}<pre><code>{{.Before}}<mark>{{.Marked}}</mark>{{.After}}</code></pre>{{end}}
<p class="help">{{.Rule.Why}} {{.Rule.Mend}} <a href="{{.Rule.Spec.URL}}">{{.Rule.Spec.Section}}</a></p>
</article>
{{end}}</section>
{{end}}</body>
</html>
`
