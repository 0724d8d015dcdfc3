package validatecmd_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"tributary/internal/cli"
	"tributary/validator/validatecmd"
)

// run runs the command, and returns its exit code and what it wrote.
func run(t *testing.T, args ...string) (int, string) {
	t.Helper()
	var out bytes.Buffer
	code := cli.Run(t.Context(), validatecmd.New(), args, cli.Streams{In: strings.NewReader(""), Out: &out, Err: &out})
	return code, out.String()
}

// codes returns the codes of a report in JSON.
func codes(t *testing.T, report string) []string {
	t.Helper()
	var files []struct{ Messages []struct{ Code string } }
	if err := json.Unmarshal([]byte(report), &files); err != nil {
		t.Fatalf("%v: %s", err, report)
	}
	var out []string
	for _, f := range files {
		for _, m := range f.Messages {
			out = append(out, m.Code)
		}
	}
	return out
}

// A site has a feed whose ids and dates change with every request, and which
// names a hub and three enclosures: a good one, one of another length and
// type, one that is not there.
type site struct {
	looks, asked atomic.Int64
	*httptest.Server
}

func newSite(t *testing.T) *site {
	s := &site{}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/feed.xml":
		n := s.looks.Add(1)
		w.Header().Set("Content-Type", "application/atom+xml")
		fmt.Fprintf(w, `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>News</title><id>tag:example.com,2026:feed</id><updated>2026-11-20T08:00:00Z</updated>
<author><name>Li Wei</name></author><link rel="self" href="%[1]s/feed.xml"/><link rel="hub" href="%[1]s/hub"/>
<entry><title>One</title><id>tag:example.com,2026:look-%[2]d</id><updated>2026-11-20T08:00:00Z</updated><content>First</content><link href="%[1]s/1"/>
<link rel="enclosure" href="%[1]s/good.mp3" type="audio/mpeg" length="5"/><link rel="enclosure" href="%[1]s/other.mp3" type="audio/mpeg" length="7"/><link rel="enclosure" href="%[1]s/gone.mp3" type="audio/mpeg" length="5"/></entry>
<entry><title>Two</title><id>tag:example.com,2026:2</id><updated>2026-11-20T08:00:0%[2]dZ</updated><content>Second</content><link href="%[1]s/2"/></entry>
</feed>`, s.URL, n)
	case "/good.mp3":
		s.asked.Add(1)
		w.Header().Set("Content-Type", "audio/mpeg")
		fmt.Fprint(w, "sound")
	case "/other.mp3":
		s.asked.Add(1)
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "sound")
	default:
		s.asked.Add(1)
		http.NotFound(w, r)
	}
}

func TestFetched(t *testing.T) {
	probes := []string{"http-id-unstable", "http-date-unstable", "http-hub-unreachable", "http-enclosure-unreachable", "http-enclosure-length", "http-enclosure-type"}
	for _, tt := range []struct {
		name  string
		flags []string
		want  []string // of the probes
	}{
		{"one look", nil, nil},
		{"watch", []string{"--watch", "10ms"}, probes[:2]},
		{"network", []string{"--network"}, probes[2:3]},
		{"enclosures", []string{"--enclosures"}, probes[3:]},
		{"all", []string{"--watch", "10ms", "--network", "--enclosures"}, probes},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			_, report := run(t, append(tt.flags, "--format", "json", "--show", "info", s.URL+"/feed.xml")...)
			got := codes(t, report)
			for _, code := range probes {
				if slices.Contains(got, code) != slices.Contains(tt.want, code) {
					t.Errorf("%s is told: %v", code, slices.Contains(got, code))
				}
			}
			if tt.want == nil && s.asked.Load() > 0 {
				t.Errorf("%d other addresses were asked without being asked for", s.asked.Load())
			}
		})
	}
}

// TestLongInput judges standard input that goes to a file, and shows a line of
// its end.
func TestLongInput(t *testing.T) {
	long := "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>T</title><link>https://example.com/</link><description>" +
		strings.Repeat("A sentence of news.\n", 400_000) + "</description>\n<language>nonsense!</language></channel></rss>\n"
	for _, limit := range []string{"0", strconv.Itoa(len(long)), strconv.Itoa(len(long) - 1)} {
		var out bytes.Buffer
		code := cli.Run(t.Context(), validatecmd.New(), []string{"--max-size", limit, "-"}, cli.Streams{In: strings.NewReader(long), Out: &out, Err: &out})
		if code != cli.ExitFailed || !strings.Contains(out.String(), "| <language>nonsense!</language>") {
			t.Errorf("limit %s: exit %d: %s", limit, code, out.String())
		}
		if cut := limit == strconv.Itoa(len(long)-1); strings.Contains(out.String(), "[document-too-large]") != cut {
			t.Errorf("limit %s of %d: %s", limit, len(long), out.String())
		}
	}
}

// TestNotFetched says in words why a document could not be had.
func TestNotFetched(t *testing.T) {
	s := newSite(t)
	if code, out := run(t, s.URL+"/none.xml"); code != cli.ExitFailed || !strings.Contains(out, "404") {
		t.Errorf("exit %d: %s", code, out)
	}
	s.Close()
	if code, out := run(t, s.URL+"/feed.xml"); code != cli.ExitUsage || !strings.Contains(out, "the connection is refused") {
		t.Errorf("exit %d: %s", code, out)
	}
}
