package parse_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tributary/aggregator/parse"
)

// rss wraps items in a feed.
func rss(items string) string {
	return `<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>` + items + `</channel></rss>`
}

const (
	one = `<item><title>one</title><guid>1</guid></item>`
	two = `<item><title>two</title><guid>2</guid></item>`
)

// Damage costs nothing but what is not there, and is never passed over.
func TestDamage(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		titles     string // of the items
		note       string // part of a note; "": there is none
	}{
		{"none", rss(one + two), "one|two", ""},
		{"control characters", rss(strings.ReplaceAll(one, "one", "o\x00n\x0be")), "one", ""},
		{"a bare ampersand", rss(`<item><title>R&D < 3 & &c;</title></item>`), "R&D < 3 & &c;", ""},
		{"entities of HTML", rss(`<item><title>a&nbsp;b&hellip;</title></item>`), "a\u00a0b…", ""},
		{"a reference to a control character", rss(`<item><title>a&#0;&#x1f;b&#150;</title></item>`), "ab–", ""},
		{"a stray ]]>", rss(`<item><title>a ]]> b</title></item>` + two), "a ]]> b|two", ""},
		{"lines that end in CR", strings.ReplaceAll(rss("<item>\n<title>one\ntwo</title></item>"), "\n", "\r\n"), "one\ntwo", ""},
		{"junk before", "warning: php\n" + rss(one), "one", "before the feed"},
		{"white space before", "\n\n " + rss(one), "one", ""},
		{"junk after", rss(one) + "<p>junk</p></body>", "one", ""},
		{"cut in an entry", rss(one + two)[:len(rss(one))], "one", "middle of entry 2"},
		{"cut in a tag", rss(one + two)[:len(rss(one))-len("</channel></rss>")+8], "one", "middle of entry 2"},
		{"cut after an entry", strings.TrimSuffix(rss(one+two), "</channel></rss>"), "one|two", "ends before </rss>"},
		{"a wrong closing tag", rss(`<item><title>one</titel><guid>1</guid></item>` + two), "one|two", "</titel> ends <title>"},
		{"an item not closed", rss(strings.TrimSuffix(one, "</item>") + two), "one|two", "<item> is not closed"},
		{"a title not closed", rss(`<item><title>one<guid>1</guid></item>` + two), "one|two", "<title> is not closed"},
		{"an extension not closed", `<rss xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>
			<itunes:category text="a"><title>T</title>` + one + two + `</channel></rss>`, "one|two", "<itunes:category> is not closed"},
		{"a closing tag too many", rss(one + "</div>" + two), "one|two", "</div> ends nothing"},
		{"CDATA without end", rss(`<item><title>one</title><description><![CDATA[x</description></item>` + two), "one|two",
			"CDATA section is not closed"},
		{"CDATA that ends in the next", rss(`<item><title>one</title><description><![CDATA[x</description></item>` +
			`<item><title>two</title><description><![CDATA[y]]></description></item>`), "one|two", "CDATA section is not closed"},
		{"a comment without end", rss(one + "<!-- " + two), "one|two", ""},
		{"two channels", `<rss><channel><title>T</title>` + one + `</channel><channel>` + two + `</channel></rss>`, "one|two", ""},
		{"items within items", rss(`<item><title>one</title>` + two + `</item>`), "one|two", "<item> is not closed"},
		{"attributes without quotes", `<rss version=2.0><channel><item><title>one</title><enclosure url=a.mp3 length=1 type=x></item></channel></rss>`,
			"one", "<enclosure> is not closed"},
		{"no channel", `<rss>` + one + two + `</rss>`, "one|two", ""},
		{"upper case", strings.ToUpper(rss(`<item><title>ONE</title></item>`)), "ONE", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := read(t, document(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			var titles []string
			for i := range f.Items {
				titles = append(titles, f.Items[i].Title.Body)
			}
			if got := strings.Join(titles, "|"); got != tt.titles {
				t.Errorf("titles %q, want %q; notes %q", got, tt.titles, f.Notes)
			}
			if notes := strings.Join(f.Notes, "; "); !strings.Contains(notes, tt.note) || tt.note == "" && notes != "" {
				t.Errorf("notes %q, want one with %q", notes, tt.note)
			}
		})
	}
}

// A note names the line.
func TestDamageNamesItsLine(t *testing.T) {
	f, err := read(t, document("<rss><channel>\n"+one+"\n<item>\n<title>two"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "line 4: the document ends in the middle of entry 2, which began on line 3; those before it are read"; len(f.Notes) != 1 || f.Notes[0] != want {
		t.Errorf("notes %q, want %q", f.Notes, want)
	}
}

// JSON that is cut short or has fields of other types is read as far as it goes.
func TestDamagedJSON(t *testing.T) {
	const whole = `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","title":"one"},{"id":2,"title":"two"}]}`
	for _, tt := range []struct{ name, body, titles, note string }{
		{"whole", whole, "one|two", ""},
		{"cut", whole[:len(whole)-20], "one", "middle of entry 2"},
		{"tags as text", strings.Replace(whole, `"title":"one"`, `"title":"one","tags":"a","author":"A"`, 1), "one|two", "wrong type"},
		{"junk after", whole + "<!-- x -->", "one|two", "follows the feed"},
		{"a control character", strings.Replace(whole, "one", "o\x01ne", 1), "one|two", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := read(t, document(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			var titles []string
			for i := range f.Items {
				titles = append(titles, f.Items[i].Title.Body)
			}
			if got := strings.Join(titles, "|"); got != tt.titles {
				t.Errorf("titles %q, want %q", got, tt.titles)
			}
			if notes := strings.Join(f.Notes, "; "); !strings.Contains(notes, tt.note) || tt.note == "" && notes != "" {
				t.Errorf("notes %q, want one with %q", notes, tt.note)
			}
		})
	}
}

// Hostile documents end soon, refused or with a note.
func TestHostile(t *testing.T) {
	bomb := `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">`
	for c := 'b'; c < 'j'; c++ {
		bomb += fmt.Sprintf(`<!ENTITY %c "%s">`, c, strings.Repeat(fmt.Sprintf("&%c;", c-1), 32))
	}
	many := func(s string, mb int) string { return strings.Repeat(s, mb<<20/len(s)) }
	for _, tt := range []struct{ name, body, reason string }{
		{"entity bomb", bomb + "]>" + rss(`<item><title>&i;</title></item>`), "expand to more than"},
		{"quadratic entities", `<!DOCTYPE r [<!ENTITY a "` + strings.Repeat("a", 100_000) + `">]>` + rss(many("<item><title>&a;</title></item>", 1)), "expand"},
		{"deep", rss("<item>" + many("<atom:a>", 4)), "deep"},
		{"deep and skipped", rss("<item>" + many("<x>", 4)), "deep"},
		{"deep in a text", rss("<item><description>" + many("<x>", 3) + "</description></item>"), ""},
		{"many items", rss(many("<item/>", 3)), ""},
		{"many extensions", rss("<item>" + many("<dc:creator>a</dc:creator>", 3) + "</item>"), ""},
		{"many categories", rss("<item>" + many("<category>a</category>", 3) + "</item>"), ""},
		{"many media", rss("<item>" + many(`<media:group><media:content url="a"/></media:group>`, 3) + "</item>"), ""},
		{"many attributes", rss("<item " + many(`a="b" `, 3) + "/>"), ""},
		{"many namespaces", rss("<item>" + strings.Repeat("<atom:author "+many(`xmlns:a="b" `, 1)+">", 3) + "</item>"), ""},
		{"many closing tags", rss("<item>" + strings.Repeat("<x>", 400) + many("</a>", 3)), "more than"},
		{"many ampersands", rss("<item><title>" + many("&", 3) + "</title></item>"), ""},
		{"many brackets", rss("<item><title>" + many("<", 3) + "</title></item>"), ""},
		{"many quotes", rss("<item><title a=" + many(`"'`, 3) + "></title></item>"), ""},
		{"many open CDATA", rss("<item><title>" + many(`<![CDATA[`, 3) + "</title></item>"), ""},
		{"many open comments", rss("<item>" + many(`<!--`, 3) + "</item>"), ""},
		{"many open declarations", many(`<!DOCTYPE [`, 3) + rss(one), "no feed"},
		{"a long text", rss("<item><title>" + many("a ", 10) + "</title></item>"), ""},
		{"nested JSON", `{"items":` + many("[", 3), "no JSON Feed"},
		{"many JSON items", `{"version":"1","items":[{}` + many(",{}", 3) + "]}", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			f, err := read(t, document(tt.body))
			if took := time.Since(start); took > 20*time.Second { // a second on an idle machine; minutes if anything is quadratic
				t.Errorf("took %v", took)
			} else if testing.Verbose() {
				t.Logf("took %v", took)
			}
			if tt.reason == "" {
				if err != nil {
					t.Fatal(err)
				}
				if len(f.Items) > 20_000 {
					t.Errorf("%d items", len(f.Items))
				}
				return
			}
			pe, ok := err.(*parse.Error)
			if !ok || !strings.Contains(pe.Reason, tt.reason) {
				t.Errorf("err = %.200v, want one with %q", err, tt.reason)
			}
		})
	}
}
