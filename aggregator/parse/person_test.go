package parse_test

import (
	"strings"
	"testing"

	"tributary/feed"
)

// RSS names people in many ways.
func TestPerson(t *testing.T) {
	for written, want := range map[string]feed.Person{
		"ann@a.example (Ann Lee)":             {Name: "Ann Lee", Email: "ann@a.example"},
		"Ann Lee (ann@a.example)":             {Name: "Ann Lee", Email: "ann@a.example"},
		"Ann Lee &lt;ann@a.example&gt;":       {Name: "Ann Lee", Email: "ann@a.example"},
		"&quot;Ann Lee&quot; (ann@a.example)": {Name: "Ann Lee", Email: "ann@a.example"},
		"mailto:ann@a.example":                {Email: "ann@a.example"},
		"ann+news@a.example":                  {Email: "ann+news@a.example"},
		"Ann Lee (staff)":                     {Name: "Ann Lee (staff)"},
		"Ann &amp;amp; Bo":                    {Name: "Ann & Bo"},
		"&lt;b&gt;Ann&lt;/b&gt; Lee":          {Name: "Ann Lee"},
		"Ann @ home":                          {Name: "Ann @ home"},
		"Ann Lee ann@a.example":               {Name: "Ann Lee", Email: "ann@a.example"},
		"Ann Lee - ann@a.example":             {Name: "Ann Lee", Email: "ann@a.example"},
		"Ann Lee (ann@a.example?subject=x)":   {Name: "Ann Lee", Email: "ann@a.example"},
		"ask a@a.example or ann@a.example":    {Name: "ask a@a.example or ann@a.example"},
		"<name>Ann Lee</name>":                {Name: "Ann Lee"},
	} {
		f, err := read(t, document(rss("<item><author>"+written+"</author></item>")))
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Items[0].Authors; len(got) != 1 || got[0] != want {
			t.Errorf("%s is read as %+v, want %+v", written, got, want)
		}
	}
}

// One person named in two vocabularies is one author.
func TestOnePersonTwice(t *testing.T) {
	f, err := read(t, document(rss(`<item><author>ann@a.example (Ann)</author><dc:creator>Ann</dc:creator><dc:creator>Bo</dc:creator></item>`)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range f.Items[0].Authors {
		names = append(names, p.Name+" "+p.Email)
	}
	if got := strings.Join(names, "|"); got != "Ann ann@a.example|Bo " {
		t.Errorf("authors %q", got)
	}
}
