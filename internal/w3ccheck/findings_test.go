package w3ccheck_test

import (
	"slices"
	"strings"
	"testing"

	"tributary/internal/w3ccheck"
)

const sampleAtom = `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<title>Lock keepers' notes</title>
<id>tag:locks.example,2026:notes</id>
<updated>2026-03-02T09:15:00-03:30</updated>
<link rel="self" href="https://locks.example/atom.xml"/>
<author><name>Ida Holm</name></author>
<entry>
<title>TITLE</title>
<id>tag:locks.example,2026:notes/1</id>
<updated>2026-03-02T09:15:00-03:30</updated>
<link href="https://locks.example/1"/>
<content type="html">CONTENT</content>
</entry>
</feed>`

const sampleRSS = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel>
<title>Lock keepers' notes</title>
<link>https://locks.example/</link>
<description>What the gates let through.</description>
<atom:link rel="self" href="https://locks.example/rss.xml"/>
<item>
<title>TITLE</title>
<guid isPermaLink="false">tag:locks.example,2026:notes/1</guid>
<pubDate>Mon, 02 Mar 2026 09:15:00 -0330</pubDate>
<description>CONTENT</description>
</item>
</channel>
</rss>`

// TestFindings shows the classes that matter most to us one by one, in a
// document that has nothing else wrong.
func TestFindings(t *testing.T) {
	for _, tt := range []struct {
		doc, old, new string
		want          string // class; empty: none
	}{
		{sampleAtom, "", "", ""},
		{sampleRSS, "", "", ""},
		{sampleRSS, "TITLE", "Ropes &#x26; chains, 3 &#x3C; 4, &#x3C;b&#x3E;", ""},
		{sampleRSS, "TITLE", "Ropes &amp; chains, 3 &lt; 4", ""},
		{sampleRSS, "TITLE", "How to use &lt;b>bold&lt;/b>", "ContainsHTML"},
		{sampleRSS, "TITLE", "Rope &amp;amp; chain", "ContainsHTML"},
		{sampleAtom, "TITLE", "How to use &lt;b>bold&lt;/b>", "ContainsUndeclaredHTML"},
		{sampleAtom, "TITLE", " ", "NotBlank"},
		{sampleAtom, "TITLE", "Gate\u0085keeper", "BadCharacters"},
		{sampleAtom, "TITLE", "Gate\x01keeper", "SAXError"},
		{sampleAtom, "TITLE", "Gate\ufffekeeper", "SAXError"},
		{sampleAtom, "CONTENT", "&lt;p>Water.&lt;/p>&lt;video>&lt;/video>", ""},
		{sampleAtom, "CONTENT", "&lt;audio controls>&lt;/audio>", "SecurityRiskAttr"},
		{sampleAtom, "CONTENT", "&lt;lock-gate>open&lt;/lock-gate>", "NotHtml"},
		{sampleAtom, "CONTENT", "&lt;a href='https://x.example/?a=1&amp;b=2'>x&lt;/a>", "NotHtml"},
		{sampleAtom, "CONTENT", "&lt;a href='https://x.example/?a=1&amp;amp;b=2'>x&lt;/a>", ""},
		{sampleAtom, "CONTENT", "&lt;iframe>&lt;/iframe>", "SecurityRisk"},
		{sampleAtom, "CONTENT", "&lt;p style='position: fixed'>x&lt;/p>", "DangerousStyleAttr"},
		{sampleRSS, "CONTENT", "&lt;img src='gate.png'>", "ContainsRelRef"},
		{sampleAtom, "tag:locks.example,2026:notes/1", "http://locks.example", "NonCanonicalURI"},
		{sampleAtom, "tag:locks.example,2026:notes/1", "urn:uuid:1234", "InvalidUUID"},
		{sampleAtom, "09:15:00-03:30</updated>\n<link h", "25:15:00-03:30</updated>\n<link h", "InvalidRFC3339Date"},
		{sampleAtom, "2026-03-02T09:15:00-03:30</updated>\n<link h", "1970-01-01T00:00:00Z</updated>\n<link h", "ImplausibleDate"},
		{sampleAtom, `xml:lang="en"`, `xml:lang="english"`, "InvalidLanguage"},
		{sampleAtom, `xml:lang="en"`, `xml:lang="yue-Hant-HK"`, ""},
		{sampleAtom, `<link h`, `<link rel="gate" h`, "UnregisteredAtomLinkRel"},
		{sampleAtom, `<link h`, `<link type="mp3" h`, "InvalidMIMEType"},
		{sampleAtom, `https://locks.example/1`, "https://locks.example/a b", "InvalidUriChar"},
		{sampleRSS, `https://locks.example/<`, "https://locks.example/闸<", "UriNotIri"},
		{sampleRSS, `Mon, 02`, "Tue, 02", "IncorrectDOW"},
		{sampleRSS, `-0330</pub`, "+0545</pub", ""},
		{sampleRSS, `02 Mar 2026 09:15:00 -0330`, "02 Mar 26 09:15 EST", "ProblematicalRFC822Date"},
		{sampleRSS, `isPermaLink="false"`, "", "InvalidPermalink"},
		{sampleRSS, `<description>CONTENT`, `<enclosure url="https://x.example/1.mp3" type="audio/mpeg" length=""/><description>CONTENT`, "InvalidIntegerAttribute"},
		{sampleRSS, `<atom:link rel="self" href="https://locks.example/rss.xml"/>`, ``, "MissingAtomSelfLink"},
	} {
		t.Run(tt.want+" "+tt.new, func(t *testing.T) {
			if !strings.Contains(tt.doc, tt.old) {
				t.Fatalf("the sample has no %q", tt.old)
			}
			var got []string
			for _, f := range w3ccheck.Check([]byte(strings.Replace(tt.doc, tt.old, tt.new, 1))) {
				got = append(got, f.Class)
			}
			if tt.want == "" && len(got) > 0 || tt.want != "" && !slices.Equal(got, []string{tt.want}) {
				t.Errorf("%s for %s: %v, want %q alone", tt.new, tt.old, got, tt.want)
			}
		})
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(sampleAtom))
	f.Add([]byte(sampleRSS))
	f.Add([]byte(`<opml version="2.0"><head/><body><outline text="x" type="rss"/></body></opml>`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, found := range w3ccheck.Check(doc) {
			if found.Class == "" || found.Severity == "" {
				t.Errorf("%v has no class", found)
			}
		}
	})
}
