package value_test

import (
	"strings"
	"testing"
	"time"

	"tributary/validator/value"
)

// A row is a text, and the kind of problem and the mend that are expected:
// kind 0 for none.
type row struct {
	text string
	kind value.Kind
	want string
}

// table runs a check over rows. It also holds that a problem lies within the
// text, says something, and mends to what has no problem.
func table(t *testing.T, check func(string) *value.Problem, rows []row) {
	t.Helper()
	for _, r := range rows {
		p := check(r.text)
		sound(t, check, r.text, p)
		var kind value.Kind
		want := ""
		if p != nil {
			kind, want = p.Kind, p.Want
		}
		if kind != r.kind {
			t.Errorf("%q: kind %d (%v), want %d", r.text, kind, p, r.kind)
		} else if want != r.want {
			t.Errorf("%q: mended %q, want %q", r.text, want, r.want)
		}
	}
}

// sound holds what every problem must be.
func sound(t *testing.T, check func(string) *value.Problem, text string, p *value.Problem) {
	t.Helper()
	if p == nil {
		return
	}
	switch {
	case p.Kind == 0:
		t.Errorf("%q: a problem without a kind", text)
	case p.At < 0 || p.Len < 0 || p.At+p.Len > len(text):
		t.Errorf("%q: problem at %d, %d bytes, outside the text of %d", text, p.At, p.Len, len(text))
	case p.Text == "" || strings.ContainsAny(p.Text, "\n\r"):
		t.Errorf("%q: text %q", text, p.Text)
	case p.Want == text && text != "":
		t.Errorf("%q: mended to itself", text)
	case p.Want != "":
		if q := check(p.Want); q != nil && q.Kind != value.Scheme && q.Kind != value.NoName {
			t.Errorf("%q: mended to %q, which %s", text, p.Want, q.Text)
		}
	}
}

// of makes a check of a reader of dates.
func of(read func(string) (time.Time, *value.Problem)) func(string) *value.Problem {
	return func(s string) *value.Problem {
		_, p := read(s)
		return p
	}
}
