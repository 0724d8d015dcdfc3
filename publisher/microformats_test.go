package publisher_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"tributary/feed"
	"tributary/internal/testshared"
	"tributary/publisher/render"
)

// A microformat is what a parser of microformats2 finds in a page: the values
// of a property are texts, or microformats or content themselves.
type microformat struct {
	Type       []string                     `json:"type"`
	Properties map[string][]json.RawMessage `json:"properties"`
	Value      string                       `json:"value"`
	HTML       string                       `json:"html"`
	Children   []microformat                `json:"children"`
}

// microformats has a page read by the reference parser in JavaScript.
func microformats(t *testing.T, page, address string) []microformat {
	t.Helper()
	node, parser := testshared.Tool(t, "node"), testshared.Module(t, "microformats-parser/dist/index.cjs")
	const script = `const [, parser, baseUrl] = process.argv;
process.stdout.write(JSON.stringify(require(parser).mf2(require("fs").readFileSync(0, "utf8"), {baseUrl}).items))`
	cmd := exec.CommandContext(t.Context(), node, "-e", script, parser, address)
	cmd.Stdin = strings.NewReader(page)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v %s", err, out)
	}
	var items []microformat
	if err := json.Unmarshal(out, &items); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return items
}

// texts returns a property's values: of a microformat within, its name and
// address, and of content the text.
func (m *microformat) texts(t *testing.T, property string) (out []string) {
	t.Helper()
	for _, raw := range m.Properties[property] {
		var text string
		var inner microformat
		switch {
		case json.Unmarshal(raw, &text) == nil:
		case json.Unmarshal(raw, &inner) != nil:
			t.Fatalf("%s: %s", property, raw)
		case inner.Properties != nil:
			text = strings.Join(append(inner.texts(t, "name"), inner.texts(t, "url")...), " ")
		default:
			text = inner.Value
		}
		out = append(out, text)
	}
	return out
}

// says holds a microformat's properties to what they should be, all of them.
func (m *microformat) says(t *testing.T, kind string, want map[string][]string) {
	t.Helper()
	if !slices.Equal(m.Type, []string{kind}) {
		t.Errorf("it is %v, want %s", m.Type, kind)
	}
	got := map[string][]string{}
	for name := range m.Properties {
		got[name] = m.texts(t, name)
	}
	for name := range want {
		if !slices.Equal(got[name], want[name]) {
			t.Errorf("%s of %q is %q, want %q", name, m.texts(t, "name"), got[name], want[name])
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("%q says more: %q", m.texts(t, "name"), got)
	}
}

// A reader of pages, as of the indie web, finds in each kind of page what its
// feeds say.
func TestMicroformats(t *testing.T) {
	s := newSite(t)
	s.fill(t)
	s.poll(t, "gauge", illustrated())
	h := s.publisher().Handler()
	read := func(path string) []microformat {
		return microformats(t, body(t, request(t, h, "GET", path)), s.set.Site.URL(path))
	}
	path := func(source feed.SourceID, e feed.Entry) string {
		return render.EntryPath(feed.Identify(source, e.UpstreamID, "", feed.Digest{}))
	}
	ferry, weir, flood := english()[2], english()[1], chinese()[1]
	valley := illustrated()

	home := read("/")
	if len(home) != 2 || len(home[0].Children) != 4 || len(home[1].Children) != 2 {
		t.Fatalf("home has %+v", home)
	}
	home[1].says(t, "h-feed", map[string][]string{"name": {"江河新闻"}, "url": {"https://feeds.example/jianghe/"}})
	home[1].Children[0].says(t, "h-entry", map[string][]string{
		"name": {flood.Title.Body}, "url": {s.set.Site.URL(path("anjiang", flood))}, "author": {"岸江晚报"}, "published": {"2026-03-02T13:07:00+08:00"},
	})

	rivers := read("/rivers/")
	if len(rivers) != 1 || len(rivers[0].Children) != 4 {
		t.Fatalf("the category has %+v", rivers)
	}
	rivers[0].says(t, "h-feed", map[string][]string{
		"name": {"Rivers"}, "summary": {"Water levels, crossings, repairs."}, "url": {"https://feeds.example/rivers/"}, "uid": {"https://feeds.example/rivers/"},
	})
	first := &rivers[0].Children[0]
	if summary := first.texts(t, "summary"); len(summary) != 1 || !strings.HasPrefix(summary[0], "From the bridge. Below it.") {
		t.Errorf("its summary is %q", summary)
	}
	delete(first.Properties, "summary")
	first.says(t, "h-entry", map[string][]string{
		"name": {valley.Title.Body}, "url": {s.set.Site.URL(path("gauge", valley))}, "author": {"The Gauge House https://gauge.example/"},
		"published": {"2026-03-02T08:07:00Z"}, "photo": {"http://gauge.example/wide/1.svg"},
	})

	for _, tt := range []struct {
		source  feed.SourceID
		entry   feed.Entry
		content string // a part of it
		want    map[string][]string
	}{
		{"gauge", ferry, "First crossing at six", map[string][]string{
			"author": {"Ida Holm https://gauge.example/ida", "T. Okafor"}, "published": {"2026-03-02T00:40:00-03:30"}, "updated": {"2026-03-02T03:15:00-03:30"},
			"category": {"Ferries", "aldmere"}, "syndication": {"https://gauge.example/2026/03/ferry"},
		}},
		{"gauge", weir, "two eels and a bicycle bell", map[string][]string{
			"author": {"Ida Holm https://gauge.example/ida"}, "published": {"2026-02-24T18:05:00Z"}, "syndication": {"https://gauge.example/2026/02/listening"},
			"audio": {"https://gauge.example/audio/weir.mp3"},
		}},
		{"gauge", valley, "From the bridge.", map[string][]string{
			"author": {"The Gauge House https://gauge.example/"}, "published": {"2026-03-02T08:07:00Z"}, "syndication": {"https://gauge.example/notes/7"},
			"photo": {"http://gauge.example/wide/1.svg"},
		}},
		{"anjiang", flood, "今年春汛预计较往年提前一周", map[string][]string{
			"author": {"沈砚秋"}, "published": {"2026-03-02T13:07:00+08:00"}, "category": {"水文", "堤防"}, "syndication": {"https://anjiang.example/2026/0302.html"},
		}},
	} {
		address := s.set.Site.URL(path(tt.source, tt.entry))
		found := read(path(tt.source, tt.entry))
		if len(found) != 1 {
			t.Errorf("%q: %d microformats, want one", tt.entry.Title.Body, len(found))
			continue
		}
		tt.want["name"], tt.want["url"], tt.want["uid"] = []string{tt.entry.Title.Body}, []string{address}, []string{address}
		if content := found[0].texts(t, "content"); len(content) != 1 || !strings.Contains(content[0], tt.content) {
			t.Errorf("the content of %q is %q", tt.entry.Title.Body, content)
		}
		delete(found[0].Properties, "content")
		found[0].says(t, "h-entry", tt.want)
	}
}
