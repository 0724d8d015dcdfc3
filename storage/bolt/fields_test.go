package bolt

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"tributary/feed"
	"tributary/storage"
)

// sampleEntry and sampleState have every field: those of the first release,
// and what came later.
func sampleEntry() feed.Entry {
	e := firstEntry()
	e.Image, e.Duration, e.Season, e.Episode, e.Point = "https://example.com/1.jpg", 90*time.Second, 2, 13, "45.256 -71.92"
	e.InReplyTo = []feed.Reference{{Ref: "urn:x:1", Href: "https://example.com/0", Source: "https://example.com/feed", Type: "text/html"}, {Ref: "urn:x:2"}}
	e.FromFeed = &feed.Feed{ID: "urn:x:feed", Title: feed.Text{Body: "Another"}, Generator: feed.Generator{Name: "g", URI: "u", Version: "1"}, Contributors: []feed.Person{{Name: "c"}}, Updated: e.Updated}
	e.Making = feed.Making{Taken: feed.Taken{feed.TookScripts: 2, feed.TookMarkup: 1<<16 - 1}, Text: feed.FromNowhere, Why: "its page is gone"}
	e.Credits = []feed.Credit{{Name: "Ann", Role: "guest", Group: "cast", Href: "https://example.com/ann", Image: "https://example.com/ann.jpg"}, {Name: "安"}}
	e.Explicit = feed.Explicit
	e.Original = &feed.Original{Title: feed.Text{Body: "As it was"}, Language: "en", Digest: feed.Digest{6}}
	e.Story = feed.Story{Link: 1 << 60, Keys: []uint64{1, 1 << 63}, Sketch: "\x01\x00"}
	e.Repeats = []feed.Repeat{{Term: "tech", Of: feed.EntryID{4}, Why: feed.SameStory, Share: 87}}
	e.Also = []feed.Also{{Entry: feed.EntryID{5}, Source: "other", Href: "https://example.net/1", Title: "标题", At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}}
	e.Lead = feed.EntryID{5}
	return e
}

func firstEntry() feed.Entry {
	at := time.Date(2022, 2, 11, 13, 7, 57, 123456789, time.FixedZone("", 8*3600))
	return feed.Entry{
		ID: feed.EntryID{1, 2, 3}, Source: "gov", UpstreamID: "NW2022", Slug: "slug", Filed: []string{"news", "财经"},
		Title: feed.Text{Body: "标题"}, Summary: feed.Text{Body: "summary"},
		Content: feed.Text{Type: feed.TextHTML, Body: "<p>words</p>"}, Rights: feed.Text{Body: "rights"}, Language: "zh-CN",
		Links: []feed.Link{
			{Href: "https://example.com/1", Rel: feed.RelAlternate},
			{Href: "https://example.com/1.mp3", Rel: feed.RelEnclosure, Type: "audio/mpeg", HrefLang: "en", Title: "t", Length: 12345},
		},
		Authors: []feed.Person{{Name: "A", URI: "https://example.com/a", Email: "a@example.com"}, {Name: "B"}}, Contributors: []feed.Person{{Name: "C"}},
		Categories: []feed.Category{{Term: "t", Scheme: "s", Label: "l"}},
		Published:  at, Updated: at.Add(time.Hour), Received: at.UTC(), Order: at.UTC(), Modified: at.UTC(), Digest: feed.Digest{9, 8, 7},
	}
}

func sampleState() storedState {
	st := firstState()
	at := st.LastPoll
	st.Feed.Generator, st.Feed.Contributors = feed.Generator{Name: "g", URI: "https://example.com/g", Version: "1.2"}, []feed.Person{{Name: "C"}}
	st.Problems = "uri-relative xml-syntax"
	st.Source.Request = feed.Digest{3}
	st.Source.Filing, st.ruled = feed.Digest{4}, true
	st.Reader, st.Hub, st.Topic = 2, "https://hub.example/", "https://example.com/feed"
	st.Rhythm = feed.Rhythm{TTL: time.Hour, Period: 2 * time.Hour, Base: at, SkipHours: 1<<23 | 1, SkipDays: 1 << 6}
	st.Fresh, st.Newest, st.Gap = time.Minute, at, 3*time.Hour
	st.Why, st.NotBefore, st.Status, st.FailingSince = feed.WhyTTL, at.Add(time.Minute), 429, at
	st.Move = feed.Move{To: "https://example.net/", Seen: 2, At: at}
	st.ValidatorsOf, st.Bare = "https://example.org/feed", 3
	st.Parts = feed.Parts{Items: []feed.Part{1 << 63, 2}, Dates: "zh", Whole: at}
	return st
}

func firstState() storedState {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	return storedState{unwanted: true, refile: true, State: feed.State{
		Source: feed.Source{
			ID: "gov", URL: "https://example.com/feed", Kind: "feed", Categories: []string{"news", "财经"},
			Interval: 90 * time.Minute, Options: feed.Options{"k": "v"},
		},
		Revision: 7, URL: "https://example.com/moved", ETag: `W/"é"`, LastModified: "Fri, 11 Feb 2022 05:07:57 GMT",
		Feed: feed.Feed{
			ID: "id", Language: "zh", Logo: "l", Icon: "i", Generator: feed.Generator{Name: "g"}, Title: feed.Text{Body: "T"},
			Subtitle: feed.Text{Type: feed.TextHTML, Body: "S"}, Rights: feed.Text{Body: "R"}, Links: []feed.Link{{Href: "h", Rel: "self"}},
			Authors: []feed.Person{{Name: "A"}}, Categories: []feed.Category{{Term: "C"}}, Published: at, Updated: at.Add(time.Second),
		},
		Body: feed.Digest{1}, Coded: feed.Digest{2}, LastPoll: at, NextPoll: at.Add(time.Hour), LastSuccess: at, Failures: 3, LastError: "the server answered 500",
	}}
}

func encoded(t testing.TB, st *storedState) []byte {
	t.Helper()
	b, err := encodeState(st)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestEveryFieldIsEncoded fails when a field is added to an entry or a state
// and not to the codec: the samples have no empty field.
func TestEveryFieldIsEncoded(t *testing.T) {
	e, st := sampleEntry(), sampleState()
	for what, v := range map[string]any{"entry": e, "state": st.State, "source": st.Source, "feed": st.Feed, "rhythm": st.Rhythm, "move": st.Move, "link": e.Links[1], "person": e.Authors[0], "category": e.Categories[0], "reference": e.InReplyTo[0], "story": e.Story, "repeat": e.Repeats[0], "also": e.Also[0]} {
		for i, value := 0, reflect.ValueOf(v); i < value.NumField(); i++ {
			name := value.Type().Field(i).Name
			if value.Field(i).IsZero() && name != "WordsOf" && name != "Brief" && name != "Probes" { // which are not kept
				t.Errorf("the sample %s has no %s", what, name)
			}
		}
	}
	gotEntry, err := decodeEntry(encodeEntry(&e))
	if err != nil || !reflect.DeepEqual(gotEntry, e) {
		t.Errorf("entry\n%+v, %v\nwant\n%+v", gotEntry, err, e)
	}
	gotState, err := decodeState(encoded(t, &st))
	if err != nil || !reflect.DeepEqual(gotState, st) {
		t.Errorf("state\n%+v, %v\nwant\n%+v", gotState, err, st)
	}
}

// TestValuesOfTheFirstRelease: what was written once is read for good.
func TestValuesOfTheFirstRelease(t *testing.T) {
	wantEntry, wantState := firstEntry(), firstState()
	e, err := decodeEntry(fromHex(t, "entry.hex"))
	if err != nil || !reflect.DeepEqual(e, wantEntry) {
		t.Errorf("entry\n%+v, %v\nwant\n%+v", e, err, wantEntry)
	}
	st, err := decodeState(fromHex(t, "state.hex"))
	if err != nil || !reflect.DeepEqual(st, wantState) {
		t.Errorf("state\n%+v, %v\nwant\n%+v", st, err, wantState)
	}
}

func fromHex(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	b, err := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestUnknownFields: a newer tributary's fields do not keep this one from
// reading the others.
func TestUnknownFields(t *testing.T) {
	w := newFieldWriter(0)
	w.text(1000, "of a later release")
	e, st := sampleEntry(), sampleState()
	gotEntry, err := decodeEntry(append(w.b, encodeEntry(&e)[1:]...))
	if err != nil || !reflect.DeepEqual(gotEntry, e) {
		t.Errorf("entry %+v, %v", gotEntry, err)
	}
	gotState, err := decodeState(append(w.b, encoded(t, &st)[1:]...))
	if err != nil || !reflect.DeepEqual(gotState, st) {
		t.Errorf("state %+v, %v", gotState, err)
	}
}

func TestCutValues(t *testing.T) {
	e, st := sampleEntry(), sampleState()
	for what, value := range map[string][]byte{"entry": encodeEntry(&e), "state": encoded(t, &st)} {
		wrong := 0
		for n := range value {
			_, err := decodeEntry(value[:n])
			if what == "state" {
				_, err = decodeState(value[:n])
			}
			if err != nil && !errors.Is(err, storage.ErrCorrupt) {
				t.Fatalf("%s of %d bytes: %v, want %v", what, n, err, storage.ErrCorrupt)
			}
			if err != nil {
				wrong++
			}
		}
		if wrong < len(value)*3/4 { // between two fields, a cut is not seen
			t.Errorf("%s: %d of %d cuts were noticed", what, wrong, len(value))
		}
	}
}

// TestBatchDecoding: lists of several entries share their memory, and no
// entry sees another's.
func TestBatchDecoding(t *testing.T) {
	d := newEntryDecoder(2)
	got := make([]feed.Entry, 20)
	for i := range got {
		e := sampleEntry()
		e.Filed, e.Authors = []string{fmt.Sprint(i), "x"}, []feed.Person{{Name: fmt.Sprint(i)}}
		if err := d.decode(string(encodeEntry(&e)), &got[i]); err != nil {
			t.Fatal(err)
		}
	}
	for i := range got {
		want := sampleEntry()
		want.Filed, want.Authors = []string{fmt.Sprint(i), "x"}, []feed.Person{{Name: fmt.Sprint(i)}}
		if !reflect.DeepEqual(got[i], want) {
			t.Errorf("entry %d\n%+v\nwant\n%+v", i, got[i], want)
		}
		_ = append(got[i].Filed, "another's") // must not be seen by the next
	}
}

func TestTimeKeys(t *testing.T) {
	moments := []time.Time{
		{}, time.Date(1600, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1969, 12, 31, 23, 59, 59, 999999000, time.UTC),
		time.Unix(0, 0), time.Unix(0, 1000), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	for i, m := range moments[1:] {
		if timeKey(moments[i]) >= timeKey(m) {
			t.Errorf("%s sorts behind %s", moments[i], m)
		}
		if got := keyTime(timeKey(m)); !got.Equal(m) {
			t.Errorf("%s came back as %s", m, got)
		}
	}
}

func FuzzEntry(f *testing.F) {
	e := sampleEntry()
	f.Add(encodeEntry(&e))
	f.Fuzz(func(t *testing.T, value []byte) {
		first, err := decodeEntry(value)
		if err != nil {
			return
		}
		again, err := decodeEntry(encodeEntry(&first))
		if err != nil || !reflect.DeepEqual(again, first) {
			t.Errorf("%+v came back as\n%+v, %v", first, again, err)
		}
	})
}

func FuzzState(f *testing.F) {
	st := sampleState()
	f.Add(encoded(f, &st))
	f.Fuzz(func(t *testing.T, value []byte) {
		first, err := decodeState(value)
		if err != nil {
			return
		}
		again, err := decodeState(encoded(t, &first))
		if err != nil || !reflect.DeepEqual(again, first) {
			t.Errorf("%+v came back as\n%+v, %v", first, again, err)
		}
	})
}

func FuzzChange(f *testing.F) {
	f.Add(encodeChange(feed.EntryID{1}, change{feed.Updated, []string{"a", "", "财经"}}))
	f.Fuzz(func(t *testing.T, value []byte) {
		first, err := decodeChange(numberKey(7), value)
		if err != nil {
			return
		}
		again, err := decodeChange(numberKey(7), encodeChange(first.Entry, change{first.Op, first.Categories}))
		if err != nil || !reflect.DeepEqual(again, first) {
			t.Errorf("%+v came back as\n%+v, %v", first, again, err)
		}
	})
}

func BenchmarkCodec(b *testing.B) {
	e := sampleEntry()
	e.Content.Body = strings.Repeat("words ", 350)
	value := encodeEntry(&e)
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			encodeEntry(&e)
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := decodeEntry(value); err != nil {
				b.Fatal(err)
			}
		}
	})
}
