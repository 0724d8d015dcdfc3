package validator_test

import (
	"strconv"
	"strings"
	"testing"

	"tributary/validator"
)

// found returns how often each code is found in a document.
func found(t *testing.T, doc string) *validator.Result {
	t.Helper()
	r, err := validator.Validate(validator.Document{Name: "test.xml", Body: strings.NewReader(doc)}, validator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestPodcastExamples(t *testing.T) {
	for _, r := range validator.Rules() {
		if !strings.HasPrefix(r.Code, "podcast-") {
			continue
		}
		t.Run(r.Code, func(t *testing.T) {
			t.Parallel()
			if r.W3C != "" || r.Spec.URL == "" || r.Mend == "" {
				t.Errorf("W3C %q, address %q, mend %q", r.W3C, r.Spec.URL, r.Mend)
			}
			bad := found(t, r.Bad.Document())
			if bad.Counts[r.Code] == 0 {
				t.Errorf("the bad example draws only %v:\n%s", bad.Counts, r.Bad.Text)
			}
			if other := podcastCodes(bad); len(other) > 1 && r.Level == validator.Error {
				t.Logf("the bad example draws %v", other)
			}
			good := found(t, r.Good.Document())
			if good.Counts[r.Code] > 0 || !good.Valid {
				t.Errorf("the good example draws %v:\n%s", good.Counts, r.Good.Text)
			}
		})
	}
}

// podcastCodes are the codes of the family that a result has.
func podcastCodes(r *validator.Result) []string {
	var out []string
	for code := range r.Counts {
		if strings.HasPrefix(code, "podcast-") {
			out = append(out, code)
		}
	}
	return out
}

// TestPodcastQuiet holds that the cases draw no word of the family that they
// do not list.
func TestPodcastQuiet(t *testing.T) {
	for _, c := range manifest(t, "testdata/cases/podcast/manifest.jsonl") {
		listed := map[string]bool{}
		for _, m := range c.Messages {
			listed[m.Code] = true
		}
		for _, m := range c.validate(t).Messages {
			if !listed[m.Rule.Code] && strings.HasPrefix(m.Rule.Code, "podcast-") {
				t.Errorf("%s: %d:%d %s: %s", c.Path, m.Start.Line, m.Start.Column, m.Rule.Code, m.Text)
			}
		}
	}
}

// FuzzPodcast holds that no value makes a check panic, and that what it
// reports stands within the document.
func FuzzPodcast(f *testing.F) {
	for _, s := range []string{"FREQ=WEEKLY;COUNT=10", "geo:1,2;u=3", "https://example.com/a.jpg 1500w, b", "sha256-abc", "2026-11-20T08:00:00", "yes", "cc-by-4.0", "\n&#13;5&amp;"} {
		f.Add(s)
	}
	escape := strings.NewReplacer("<", "&lt;", `"`, "&quot;")
	f.Fuzz(func(t *testing.T, s string) {
		s = escape.Replace(s)
		doc := strings.ReplaceAll(podcastFuzzed, "§", s)
		for _, m := range found(t, doc).Messages {
			if m.Start.Offset < 0 || m.Start.Offset > m.End.Offset || m.End.Offset > int64(len(doc)) {
				t.Errorf("%s stands at %d to %d of %d bytes", m.Rule.Code, m.Start.Offset, m.End.Offset, len(doc))
			}
		}
	})
}

const podcastFuzzed = `<rss version="2.0" xmlns:p="https://podcastindex.org/namespace/1.0"><channel><p:medium>§</p:medium><p:guid>§</p:guid><p:locked owner="§">§</p:locked>
<p:updateFrequency rrule="§" dtstart="§">§</p:updateFrequency><p:block id="§">§</p:block><p:chat server="§" protocol="§"/>
<p:liveItem status="§" start="§" end="§"/><item><p:location geo="§" osm="§" country="§">§</p:location><p:images srcset="§"/><p:image href="§" aspect-ratio="§"/>
<p:alternateEnclosure type="§" bitrate="§"><p:source uri="§"/><p:integrity type="sri" value="§"/></p:alternateEnclosure><p:license>§</p:license><p:season>§</p:season>
<p:value type="lightning" method="§"><p:valueRecipient type="node" address="§" customKey="§" split="§"/></p:value><p:person role="§" group="§">§</p:person></item></channel></rss>`

func BenchmarkPodcast(b *testing.B) {
	var doc strings.Builder
	doc.WriteString(`<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>News</title><link>https://example.com/</link><description>All</description>`)
	for i := range 1000 {
		doc.WriteString(`<item><title>One</title><guid isPermaLink="false">tag:example.com,2026:` + strconv.Itoa(i) + `</guid>
<podcast:transcript url="https://example.com/1.vtt" type="text/vtt"/><podcast:chapters url="https://example.com/1.json" type="application/json+chapters"/>
<podcast:person role="guest" img="https://example.com/li.jpg">Li Wei</podcast:person><podcast:season>3</podcast:season><podcast:episode>12</podcast:episode>
<podcast:location geo="geo:39.9042,116.4074" osm="R912940">Beijing</podcast:location>
<podcast:alternateEnclosure type="audio/opus" length="5400000" bitrate="16000"><podcast:source uri="https://example.com/1.opus"/></podcast:alternateEnclosure></item>`)
	}
	doc.WriteString(`</channel></rss>`)
	b.SetBytes(int64(doc.Len()))
	b.ReportAllocs()
	for b.Loop() {
		r, err := validator.Validate(validator.Document{Body: strings.NewReader(doc.String())}, validator.Options{})
		if err != nil || !r.Valid {
			b.Fatal(err, r.Counts)
		}
	}
}
