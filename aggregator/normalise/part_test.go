package normalise_test

import (
	"testing"

	"tributary/aggregator/normalise"
	"tributary/aggregator/parse"
	"tributary/feed"
)

// A document consists of parts as long as each of its items is an entry of
// its own.
func TestPart(t *testing.T) {
	item := func(id, link string) parse.Item {
		return parse.Item{ID: id, Title: parse.Text{Body: id + link}, Links: alternate(link), Published: "2026-01-02T03:04:05Z"}
	}
	a, b := item("a", "http://x.example/a"), item("b", "http://x.example/b")
	_, _, whole := normalise.New().Part(source, &parse.Feed{Items: []parse.Item{a, b}, Split: &parse.Split{Digests: []uint64{7, 8}, Read: []int{0, 1}}}, feed.Parts{})
	parts := whole.Items
	if len(parts) != 2 || parts[0].Key() != feed.KeyOf(7) || parts[1].Key() != feed.KeyOf(8) || !parts[0].Dated() || parts[0].SameEntry(parts[1]) {
		t.Fatalf("parts %x", parts)
	}
	undated := item("c", "http://x.example/c")
	undated.Published = ""
	for _, tt := range []struct {
		name   string
		items  []parse.Item
		split  *parse.Split
		listed []feed.Part
		want   int
	}{
		{"not split", []parse.Item{a}, nil, nil, 0},
		{"one new", []parse.Item{b}, &parse.Split{Digests: []uint64{8, 7}, Read: []int{0}}, parts[:1], 2},
		{"no new one", nil, &parse.Split{Digests: []uint64{8, 7}}, parts, 2},
		{"a new version beside the old", []parse.Item{a}, &parse.Split{Digests: []uint64{9, 7}, Read: []int{0}}, parts[:1], 0},
		{"two of one id", []parse.Item{a, item("a", "http://x.example/other")}, &parse.Split{Digests: []uint64{1, 2}, Read: []int{0, 1}}, nil, 0},
		{"two of one link", []parse.Item{item("", "http://x.example/a?utm_source=x"), item("", "http://x.example/a")}, &parse.Split{Digests: []uint64{1, 2}, Read: []int{0, 1}}, nil, 0},
		{"two versions", []parse.Item{a, a}, &parse.Split{Digests: []uint64{1, 2}, Read: []int{0, 1}}, nil, 0},
		{"one that says nothing", []parse.Item{a, {}}, &parse.Split{Digests: []uint64{1, 2}, Read: []int{0, 1}}, nil, 0},
	} {
		if _, _, got := normalise.New().Part(source, &parse.Feed{Items: tt.items, Split: tt.split}, feed.Parts{Items: tt.listed}); len(got.Items) != tt.want {
			t.Errorf("%s: parts %x, want %d", tt.name, got, tt.want)
		}
	}
	// As long as one that is listed has no date, the document's order counts.
	later := item("d", "http://x.example/d")
	later.Published = "2026-02-02T03:04:05Z"
	news := &parse.Feed{Items: []parse.Item{a, later}, Split: &parse.Split{Digests: []uint64{1, 2, 3}, Read: []int{0, 1}}}
	_, dated, _ := normalise.New().Part(source, news, feed.Parts{Items: parts[1:]})
	_, _, none := normalise.New().Part(source, &parse.Feed{Items: []parse.Item{undated}, Split: &parse.Split{Digests: []uint64{3}, Read: []int{0}}}, feed.Parts{})
	_, mixed, _ := normalise.New().Part(source, news, none)
	if dated[0].UpstreamID != "a" || mixed[0].UpstreamID != "d" {
		t.Errorf("oldest are %q among dated ones, and %q otherwise", dated[0].UpstreamID, mixed[0].UpstreamID)
	}
}

// The language that settles a document's dates is that of the whole.
func TestPartDates(t *testing.T) {
	item := func(id, title string) parse.Item {
		return parse.Item{ID: id, Title: parse.Text{Body: title}, Published: "Fri Feb 11 13:07:57 CST 2022"}
	}
	chinese, latin := item("1", "国务院总理主持召开常务会议"), item("2", "ChinaJoy")
	_, all, whole := normalise.New().Part(source, &parse.Feed{Items: []parse.Item{latin, chinese}, Split: &parse.Split{Digests: []uint64{2, 1}, Read: []int{0, 1}}}, feed.Parts{})
	_, before, known := normalise.New().Part(source, &parse.Feed{Items: []parse.Item{chinese}, Split: &parse.Split{Digests: []uint64{1}, Read: []int{0}}}, feed.Parts{})
	_, part, after := normalise.New().Part(source, &parse.Feed{Items: []parse.Item{latin}, Split: &parse.Split{Digests: []uint64{2, 1}, Read: []int{0}}}, known)
	if len(part) != 1 || !part[0].Published.Equal(all[0].Published) || !part[0].Published.Equal(before[0].Published) || after.Dates != whole.Dates || whole.Dates != "zh" {
		t.Errorf("in part %v, language %q; as a whole %v, %q", part[0].Published, after.Dates, all[0].Published, whole.Dates)
	}
}
