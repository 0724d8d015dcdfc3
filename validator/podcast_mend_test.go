package validator_test

import (
	"strings"
	"testing"

	"tributary/validator"
)

func TestPodcastMends(t *testing.T) {
	for _, tt := range []struct{ code, bad, good string }{
		{"podcast-yes-no-invalid", "<podcast:locked>true</podcast:locked>", "<podcast:locked>yes</podcast:locked>"},
		{"podcast-yes-no-invalid", "<podcast:block>No</podcast:block>", "<podcast:block>no</podcast:block>"},
		{"podcast-boolean-invalid", `<podcast:podping usesPodping="TRUE"/>`, `<podcast:podping usesPodping="true"/>`},
		{"podcast-medium-invalid", "<podcast:medium>Music</podcast:medium>", "<podcast:medium>music</podcast:medium>"},
		{"podcast-license-case", "<podcast:license>CC0-1.0</podcast:license>", "<podcast:license>cc0-1.0</podcast:license>"},
		{"podcast-geo-invalid", `<podcast:location geo="39.9,116.4">Beijing</podcast:location>`, `<podcast:location geo="geo:39.9,116.4">Beijing</podcast:location>`},
		{"podcast-country-invalid", `<podcast:location osm="R65606" country="UK">London</podcast:location>`, `<podcast:location osm="R65606" country="GB">London</podcast:location>`},
		{"podcast-location-rel", `<podcast:location osm="R65606" rel="Creator">London</podcast:location>`, `<podcast:location osm="R65606" rel="creator">London</podcast:location>`},
		{"podcast-aspect-ratio-invalid", `<podcast:image href="https://example.com/a.jpg" aspect-ratio="16:9"/>`, `<podcast:image href="https://example.com/a.jpg" aspect-ratio="16/9"/>`},
	} {
		t.Run(tt.code, func(t *testing.T) {
			doc := validator.Example{In: "rss:channel", Text: tt.bad}.Document()
			fix := fixOf(found(t, doc), tt.code)
			if fix == nil {
				t.Fatalf("%s has no mend", tt.bad)
			}
			got := doc[:fix.Start] + fix.New + doc[fix.End:]
			if !strings.Contains(got, tt.good) {
				t.Errorf("mended by %+v, want %s", fix, tt.good)
			}
			if r := found(t, got); r.Counts[tt.code] > 0 {
				t.Errorf("the mended document still draws %s", tt.code)
			}
		})
	}
}

// fixOf returns what mends the first message of a code.
func fixOf(r *validator.Result, code string) *validator.Fix {
	for _, m := range r.Messages {
		if m.Rule.Code == code {
			return m.Fix
		}
	}
	return nil
}

// Several attributes that lack are told in one order, on every run.
func TestPodcastOrder(t *testing.T) {
	for range 20 {
		var got []string
		for _, m := range found(t, validator.Example{In: "rss:item", Text: "<podcast:transcript/>"}.Document()).Messages {
			if m.Rule.Code == "podcast-attribute-missing" {
				got = append(got, m.Attribute)
			}
		}
		if strings.Join(got, " ") != "type url" {
			t.Fatalf("attributes that lack = %v, want type and url", got)
		}
	}
}
