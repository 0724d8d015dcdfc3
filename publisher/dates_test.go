package publisher

import (
	"crypto/sha256"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var datesNow = time.Date(2026, 3, 2, 8, 0, 10, 500_000_000, time.UTC)

// opened opens dates, and returns what their log has said at the end.
func opened(t *testing.T, path string) (*Dates, *strings.Builder) {
	t.Helper()
	said := &strings.Builder{}
	d := OpenDates(path, slog.New(slog.NewTextHandler(said, nil)))
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d, said
}

// at asks for the date of a document of words.
func (d *Dates) at(name, words string, content time.Time) time.Time {
	return d.of(name, sha256.Sum256([]byte(words)), strings.HasPrefix(name, "/entry/"), nil, content, datesNow)
}

func TestDates(t *testing.T) {
	hour := func(n int) time.Time { return datesNow.Add(time.Duration(n) * time.Hour).Truncate(time.Second) }
	next := datesNow.Truncate(time.Second).Add(time.Second)
	path := filepath.Join(t.TempDir(), "a.dates")
	d, _ := opened(t, path)
	for _, tt := range []struct {
		again         bool // after a restart
		name, words   string
		content, want time.Time
	}{
		{false, "/news/atom.xml", "one", hour(-9), hour(-9)},
		{false, "/news/atom.xml", "two", hour(-5), hour(-5)},
		{true, "/news/atom.xml", "two", hour(-7), hour(-5)}, // the same bytes, the same date
		{true, "/news/atom.xml", "two", hour(-1), hour(-5)},
		{true, "/news/atom.xml", "one", hour(-7), next}, // an entry went: later than what was sent
		{true, "/news/atom.xml", "one", hour(-7), next},
		{false, "/other/atom.xml", "one", hour(-7), hour(-7)},
		{true, "/entry/x\ny.html", "odd", hour(-7), hour(-7)}, // not in the file, and harmless to it
		{true, "/other/atom.xml", "one", hour(-1), hour(-7)},
		{false, "/news/rss.xml", "bare", time.Time{}, time.Time{}},
		{true, "/news/rss.xml", "bare", hour(-1), time.Time{}},
	} {
		if tt.again {
			var said *strings.Builder
			d, said = opened(t, path)
			if said.Len() > 0 {
				t.Fatal(said)
			}
			// The clock of this test stands still: what was dated a second ahead of it counts.
		}
		if got := d.at(tt.name, tt.words, tt.content); !got.Equal(tt.want) {
			t.Errorf("%s of %q, restarted %v: %s, want %s", tt.name, tt.words, tt.again, got, tt.want)
		}
	}
}

func TestDatesOfDamagedFiles(t *testing.T) {
	const name = "/news/atom.xml"
	old := datesNow.Add(-time.Hour).Truncate(time.Second)
	good := string(appendDate(nil, name, dated{digest: [datedDigest]byte{1}, at: old.Unix()}))
	far := string(appendDate(nil, name, dated{at: time.Now().Add(50 * 365 * 24 * time.Hour).Unix()}))
	for _, tt := range []struct {
		what, text, says string
		kept             bool // what the good line says
	}{
		{"none", "", "", false},
		{"whole", datesHead + good, "", true},
		{"another file", "SQLite format 3\x00" + good, "begun anew", false},
		{"of a newer version", "tributary-dates 2\n" + good, "begun anew", false},
		{"a line is cut short by a crash", datesHead + good + "c 01", "", true},
		{"a line of zeros", datesHead + strings.Repeat("\x00", 40) + "\n" + good, "lines=1", true},
		{"a clock that was wrong", datesHead + far, "", false},
	} {
		t.Run(tt.what, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.dates")
			if tt.text != "" {
				if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			d, said := opened(t, path)
			if !strings.Contains(said.String(), tt.says) || tt.says == "" && said.Len() > 0 {
				t.Errorf("it says %q, want %q", said, tt.says)
			}
			content := old.Add(-time.Hour)
			if got := d.at(name, "other words", content); got.After(old) != tt.kept {
				t.Errorf("the next date is %s, kept %v", got, tt.kept)
			}
			want := d.at(name, "other words", content)
			if d, said = opened(t, path); !d.at(name, "other words", content).Equal(want) || said.Len() > 0 {
				t.Errorf("the file is not whole afterwards: %s", said)
			}
		})
	}
}

func TestDatesWithoutAFile(t *testing.T) {
	d, said := opened(t, t.TempDir()) // a folder
	first := d.at("/a/atom.xml", "one", datesNow.Add(-time.Hour))
	if second := d.at("/a/atom.xml", "two", datesNow.Add(-2*time.Hour)); !second.After(first) {
		t.Errorf("%s, then %s", first, second)
	}
	if strings.Count(said.String(), "\n") != 1 || !strings.Contains(said.String(), "cannot be kept") {
		t.Errorf("it says %q", said)
	}
}

// What is remembered is bounded, and what is rendered unasked outlives any
// number of pages that were asked for.
func TestDatesAreBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.dates")
	d, said := opened(t, path)
	d.at("/news/atom.xml", "old", datesNow.Add(-1000*time.Hour))
	for i := range 3 * mostAsked {
		d.at(fmt.Sprintf("/entry/%d.html", i), "page", datesNow.Add(time.Duration(i-4*mostAsked)*time.Second))
	}
	if n := len(d.known); n > mostAsked+1 || d.more != n-1 {
		t.Errorf("%d are remembered, %d of them were asked for; at most %d", n, d.more, mostAsked)
	}
	info, err := os.Stat(path)
	if err != nil || info.Size() > 100*(2*mostAsked+slack) {
		t.Errorf("the file has %d bytes, %v", info.Size(), err)
	}
	newest := fmt.Sprintf("/entry/%d.html", 3*mostAsked-1)
	e, _ := opened(t, path)
	for _, name := range []string{"/news/atom.xml", newest} {
		if _, known := e.known[name]; !known || len(e.known) != len(d.known) {
			t.Errorf("%s is not remembered after a restart: %d are of %d; %s", name, len(e.known), len(d.known), said)
		}
	}
}

func FuzzParseDates(f *testing.F) {
	f.Add("c 000102030405060708090a0b0c0d0e0f 1772438410 /news/atom.xml\na x 1 /\n")
	f.Add("a 000102030405060708090a0b0c0d0e0f -5 /entry/a b.html\nc 00")
	f.Fuzz(func(t *testing.T, text string) {
		known, lines, bad := parseDates([]byte(text))
		if len(known)+bad > lines || bad < 0 {
			t.Fatalf("%d dates and %d bad lines of %d", len(known), bad, lines)
		}
		for name, is := range known {
			again, _, _ := parseDates(appendDate(nil, name, is))
			if again[name] != is || len(again) != 1 {
				t.Errorf("%q is %v, written and read %v", name, is, again)
			}
		}
	})
}

func BenchmarkDates(b *testing.B) {
	d := OpenDates(filepath.Join(b.TempDir(), "a.dates"), slog.New(slog.DiscardHandler))
	defer d.Close()
	var digest [sha256.Size]byte
	for i := range b.N {
		digest[0], digest[1], digest[2] = byte(i), byte(i>>8), byte(i>>16)
		d.of(fmt.Sprintf("/c%d/atom.xml", i%300), digest, false, nil, datesNow, datesNow)
	}
}
