package render

import (
	"testing"
	"time"

	"tributary/feed"
)

func TestLegal(t *testing.T) {
	for in, want := range map[string]string{
		"":                                    "",
		" a\tb\n":                             "a\tb",
		"a\r\nb\rc":                           "a\nb\nc",
		"a\x00b\x1fc\x7fd\u0085":              "abcd",
		"a\xffb\ufffdc\ufffe\uffff":           "abc",
		"\xed\xa0\x80a":                       "a",
		"水位：每日四次。":                            "水位：每日四次。",
		"eight bytes \x0b more than one word": "eight bytes  more than one word",
	} {
		if got := legal(in); got != want {
			t.Errorf("legal(%q) = %q, want %q", in, got, want)
		}
	}
}

// Every byte in every place of a word is seen.
func TestIsLegal(t *testing.T) {
	for c := range 256 {
		for at := range 17 {
			s := []byte("seventeen letters")
			s[at] = byte(c)
			want := c >= 0x20 && c < 0x7f || c == '\t' || c == '\n'
			if got := isLegal(string(s)); got != want {
				t.Fatalf("byte %#x at %d: %v, want %v", c, at, got, want)
			}
		}
	}
}

func TestMarkup(t *testing.T) {
	for _, tt := range []struct {
		in       string
		isMarkup bool
		unmarked string
	}{
		{"Ropes & chains, AT&T, R&D, 1 < 2", false, "Ropes & chains, AT&T, R&D, 1 < 2"},
		{"How <entry> works", false, "How <entry> works"},
		{"Blog &#8211; Weir", true, "Blog – Weir"},
		{"<b>Mallory</b>", true, "Mallory"},
		{"&amp;amp;amp;amp;", true, "&"},
		{"fish&copy", true, "fish©"},
	} {
		if got := isMarkup(tt.in); got != tt.isMarkup {
			t.Errorf("isMarkup(%q) = %v", tt.in, got)
		}
		if got := unmarked(tt.in); got != tt.unmarked {
			t.Errorf("unmarked(%q) = %q, want %q", tt.in, got, tt.unmarked)
		}
	}
}

func TestWebURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://x.example/a?b=c&d=e#f":  "https://x.example/a?b=c&d=e#f",
		" https://x.example\n":           "https://x.example",
		"https://x.example?a=1":          "https://x.example/?a=1",
		"HTTP://X.example:8080/a b":      "HTTP://X.example:8080/a%20b",
		"https://闸口.example:8080/水位":     "https://xn--6ort15m.example:8080/%E6%B0%B4%E4%BD%8D",
		"https://x.example/100%/%e6#a#b": "https://x.example/100%25/%e6#a%23b",
		"https://x.example/[a]{b}|c":     "https://x.example/%5Ba%5D%7Bb%7D%7Cc",
		`https://x.example\a`:            "https://x.example/%5Ca",
		"https://[2001:db8::1]/a":        "https://[2001:db8::1]/a",
		"mailto:ida@gauge.example":       "mailto:ida@gauge.example",
		"https:///a":                     "",
		"https://":                       "",
		"http://[weir":                   "",
		"http://a b/":                    "",
		"javascript:alert(1)":            "",
		"data:text/html,x":               "",
		"/relative":                      "",
		"tag:x.example,2026:a":           "",
		"":                               "",
	} {
		if got := webURL(in); got != want {
			t.Errorf("webURL(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLasting(t *testing.T) {
	for in, want := range map[string]bool{
		"https://x.example/":                            true,
		"http://x.example/a/b.html?p=12&q=%E6%B0%B4#c":  true,
		"tag:x.example,2026-03-02:a/b?c":                false,
		"tag:x.example,2026-03-02:a/b":                  true,
		"tag:desk@x.example,2026:a":                     true,
		"urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6": true,
		"urn:isbn:9780141036144":                        true,
		"https://x.example":                             false,
		"https://X.example/":                            false,
		"HTTPS://x.example/":                            false,
		"https://x.example:443/":                        false,
		"https://user@x.example/":                       false,
		"https://x.example/a/../b":                      false,
		"https://x.example/%e6":                         false,
		"https://x.example/%41":                         false,
		"https://x.example/水":                           false,
		"https://x.example/a b":                         false,
		"https://x.example/a#":                          false,
		"https:x.example/a":                             false,
		"urn:uuid:60a76c80":                             false,
		"tag:x.example:a":                               false,
		"yt:video:AFA8ZtMwrvc":                          false,
		"note 17":                                       false,
		"":                                              false,
	} {
		if got := lasting(in); got != want {
			t.Errorf("lasting(%q) = %v", in, got)
		}
	}
}

func TestInert(t *testing.T) {
	for in, want := range map[string]string{
		"":                   "",
		"no tags & none":     "no tags & none",
		`<p class="a">b</p>`: `<p class="a">b</p>`,
		`<img src="https://x.example/a>b.png" loading="lazy" alt="a > b">`:                        `<img src="https://x.example/a>b.png" alt="a > b">`,
		`<details open><summary>a</summary>b</details>`:                                           `<details><summary>a</summary>b</details>`,
		`<ol reversed start="3"><li value="1">a`:                                                  `<ol start="3"><li value="1">a`,
		`<br /><hr>`:                                                                              `<br /><hr>`,
		`<audio controls src="https://x.example/s/a.mp3?b=1&amp;c=2"></audio>!`:                   `<audio src="https://x.example/s/a.mp3?b=1&amp;c=2"></audio> <a href="https://x.example/s/a.mp3?b=1&amp;c=2">a.mp3</a>!`,
		`<video poster="https://x.example/p.png"><source src="https://x.example/f.webm"></video>`: `<video><source src="https://x.example/f.webm"></video> <a href="https://x.example/f.webm">f.webm</a>`,
		`<video></video>`: `<video></video>`,
		`<p title="a`:     `<p title="a`,
		`<`:               `<`,
	} {
		if got := inert(in); got != want {
			t.Errorf("inert(%q) = %q, want %q", in, got, want)
		}
	}
}

// Entries of one moment are told apart, each always in the same way, and the
// oldest keeps its date.
func TestSetDates(t *testing.T) {
	day := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.FixedZone("", 8*3600))
	items := make([]item, 4)
	for i := range items {
		items[i].Entry = &feed.Entry{ID: feed.EntryID{15: byte(i)}, Published: day}
	}
	items[2].Updated = day.Add(time.Hour)
	setDates(items)
	for i, want := range []time.Duration{1, 2, time.Hour, 0} {
		if got := items[i].updated.Sub(day); got != want || !items[i].published.Equal(day) {
			t.Errorf("entry %d: %v after, published %s; want %v after, published %s", i, got, items[i].published, want, day)
		}
	}
	if _, offset := items[0].updated.Zone(); offset != 8*3600 {
		t.Errorf("the offset is %d seconds, want that of upstream", offset)
	}
}

func TestPeople(t *testing.T) {
	for _, tt := range []struct{ in, want feed.Person }{
		{feed.Person{Name: "Ida Holm", Email: "ida@gauge.example"}, feed.Person{Name: "Ida Holm", Email: "ida@gauge.example"}},
		{feed.Person{Name: "Ida Holm <ida@gauge.example>"}, feed.Person{Name: "Ida Holm", Email: "ida@gauge.example"}},
		{feed.Person{Name: "ida@gauge.example (Ida Holm)"}, feed.Person{Name: "Ida Holm", Email: "ida@gauge.example"}},
		{feed.Person{Name: "ida@gauge.example"}, feed.Person{Name: "ida", Email: "ida@gauge.example"}},
		{feed.Person{Name: "@ida on the river"}, feed.Person{Name: "@ida on the river"}},
		{feed.Person{Name: "Ida", Email: "ida at gauge", URI: "ida"}, feed.Person{Name: "Ida"}},
	} {
		if got := people([]feed.Person{tt.in}); len(got) != 1 || got[0] != tt.want {
			t.Errorf("people(%+v) = %+v, want %+v", tt.in, got, tt.want)
		}
	}
	if got := people([]feed.Person{{}, {Email: "nobody"}}); got != nil {
		t.Errorf("nobody is %+v", got)
	}
}
