package normalise_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"tributary/aggregator/normalise"
	"tributary/aggregator/parse"
	"tributary/feed"
)

// normalised returns the entry that an item becomes.
func normalised(t *testing.T, it parse.Item) feed.Entry {
	t.Helper()
	src := feed.Source{ID: "a", URL: "https://example.com/feed.xml"}
	it.ID, it.Title = "urn:x:1", parse.Text{Body: "Title"}
	_, entries := normalise.New().Feed(&src, &parse.Feed{Items: []parse.Item{it}})
	if len(entries) != 1 {
		t.Fatalf("%d entries, want 1", len(entries))
	}
	return entries[0]
}

func TestDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": 0, "90": 90 * time.Second, " 1:30 ": 90 * time.Second, "01:02:03": time.Hour + 2*time.Minute + 3*time.Second, "90.5": 90 * time.Second,
		"90:00": 90 * time.Minute, "1:2:3:4": 0, "an hour": 0, "-5": 0, "1::2": 0, "99999999999": 0, "2592001": 0, "2592000": 720 * time.Hour, "0": 0,
	} {
		if e := normalised(t, parse.Item{Duration: text}); e.Duration != want {
			t.Errorf("%q is %s, want %s", text, e.Duration, want)
		}
	}
}

func TestEpisode(t *testing.T) {
	for text, want := range map[string]int{"": 0, " 12\n": 12, "S2": 0, "-1": 0, "0": 0, "1000001": 0, "1.5": 0} {
		if e := normalised(t, parse.Item{Season: text, Episode: text}); e.Season != want || e.Episode != want {
			t.Errorf("%q is season %d, episode %d, want %d", text, e.Season, e.Episode, want)
		}
	}
}

func TestPoint(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "45.256 -71.92": "45.256 -71.92", " 45.2560,\n-071.920 ": "45.256 -71.92", "0 0": "0 0", "90 180": "90 180",
		"91 0": "", "0 181": "", "1": "", "1 2 3": "", "NaN 0": "", "Inf 0": "", "north west": "",
	} {
		if e := normalised(t, parse.Item{Point: text}); e.Point != want {
			t.Errorf("%q is %q, want %q", text, e.Point, want)
		}
	}
}

func TestImageAndReferences(t *testing.T) {
	e := normalised(t, parse.Item{
		Image: parse.Link{Link: feed.Link{Href: "pictures/1.jpg"}},
		InReplyTo: []feed.Reference{
			{Ref: " urn:x:0 ", Href: "/0", Source: "feed", Type: "text/html"}, {Ref: "urn:x:0", Href: "/again"}, {Href: "/without-id"}, {Type: "text/html"},
		},
	})
	if e.Image != "https://example.com/pictures/1.jpg" {
		t.Errorf("the picture is at %q", e.Image)
	}
	want := []feed.Reference{
		{Ref: "urn:x:0", Href: "https://example.com/0", Source: "https://example.com/feed", Type: "text/html"},
		{Ref: "https://example.com/without-id", Href: "https://example.com/without-id"},
	}
	if !reflect.DeepEqual(e.InReplyTo, want) {
		t.Errorf("it answers %+v, want %+v", e.InReplyTo, want)
	}
	if bad := normalised(t, parse.Item{Image: parse.Link{Link: feed.Link{Href: "javascript:alert(1)"}}}); bad.Image != "" {
		t.Errorf("a script is taken for a picture: %q", bad.Image)
	}
}

// TestDigestOfLaterFields: a field that was not read before changes the digest
// of those entries only that have it, so that others do not look edited.
func TestDigestOfLaterFields(t *testing.T) {
	bare := normalised(t, parse.Item{}).Digest
	if got, want := bare, feed.DigestOf("", "Title", "", "", "", "0", "", "0", "", "0", "", "0", "0", "0"); got != want {
		t.Errorf("the digest of an entry without these fields is %x, and was %x", got, want)
	}
	seen := map[feed.Digest]string{bare: "nothing"}
	for name, it := range map[string]parse.Item{
		"picture": {Image: parse.Link{Link: feed.Link{Href: "https://example.com/1.jpg"}}}, "duration": {Duration: "1"}, "season": {Season: "1"},
		"episode": {Episode: "1"}, "credit": {Credits: []feed.Credit{{Name: "1"}}}, "its role": {Credits: []feed.Credit{{Name: "1", Role: "1"}}}, "explicit": {Explicit: "yes"}, "point": {Point: "1 1"}, "reply": {InReplyTo: []feed.Reference{{Ref: "urn:x:0"}}},
	} {
		d := normalised(t, it).Digest
		if other, ok := seen[d]; ok {
			t.Errorf("an edit of %s looks like one of %s", name, other)
		}
		seen[d] = name
	}
}

func TestCredits(t *testing.T) {
	e := normalised(t, parse.Item{Credits: []feed.Credit{
		{Name: " Ann\n Lee ", Role: "Guest", Href: "/ann", Image: "javascript:alert(1)"}, {Name: "Ann Lee", Role: "guest", Href: "https://other.example/"}, {Name: "Ann Lee", Role: "host"}, {Role: "host"},
	}})
	if len(e.Credits) != 2 || e.Credits[0].Name != "Ann Lee" || e.Credits[0].Image != "" || !strings.HasPrefix(e.Credits[0].Href, "https://") || e.Credits[1].Role != "host" {
		t.Errorf("%+v", e.Credits)
	}
}

func TestRating(t *testing.T) {
	for text, want := range map[string]feed.Rating{
		"true": feed.Explicit, "Yes": feed.Explicit, " explicit ": feed.Explicit, "false": feed.Clean, "no": feed.Clean, "clean": feed.Clean, "": feed.Unrated, "maybe": feed.Unrated,
	} {
		if got := normalised(t, parse.Item{Explicit: text}).Explicit; got != want {
			t.Errorf("%q is %d, want %d", text, got, want)
		}
	}
	if clean, bare := normalised(t, parse.Item{Explicit: "no"}), normalised(t, parse.Item{}); clean.Digest != bare.Digest {
		t.Error("an entry that says it is clean looks edited")
	}
}
