package validator

import (
	"strings"

	"tributary/validator/value"
)

const (
	appleSpec = "https://podcasters.apple.com/support/823-podcast-requirements"
	appleTags = "https://help.apple.com/itc/podcasts_connect/#/itcb54353390"
	appleCats = "https://podcasters.apple.com/support/1691-apple-podcasts-categories"
)

var itunesGrammar = extensionRules{prefix: "itunes", name: "the iTunes extension", spec: Spec{"Apple, a podcaster's guide to RSS", appleTags},
	good: Example{In: "rss:item", Text: `<itunes:author>Li Wei</itunes:author><itunes:image href="https://example.com/a.jpg"/>`}, unknown: "<itunes:link>https://example.com/</itunes:link>",
	repeated: "<itunes:author>Li Wei</itunes:author><itunes:author>Wang Fang</itunes:author>", attrMissing: `<itunes:image url="https://example.com/a.jpg"/>`, attrUnknown: `<itunes:image href="https://example.com/a.jpg" size="3000"/>`,
}.grammar()

// itunesFamily is Apple's extension for podcasts.
var itunesFamily = &family{
	name: "itunes", grammar: itunesGrammar,
	rules: append(itunesGrammar.rules(), itunesOwnerEmail, itunesEmail, itunesElement, itunesEmailMissing, itunesExplicit, itunesExplicitOld, itunesBlock, itunesDuration, itunesKeywords, itunesTooLong,
		itunesCategory, itunesCategoryOld, itunesImage, itunesType, itunesEpisodeType, itunesFormat, itunesNotUTF8, itunesComplete),
	namespaces: []namespace{{short: "itunes:", uri: "http://www.itunes.com/dtds/podcast-1.0.dtd", prefix: "itunes"}},
	elements: map[string]*element{
		"itunes:author":              {text: rssPlain, open: itunesUsed},
		"itunes:block":               {text: itunesYes, open: itunesUsed},
		"itunes:category":            {attrs: attrs{"text": {required: true, check: category}}, children: "itunes:category*", open: itunesUsed},
		"itunes:complete":            {text: completeYes, open: itunesUsed},
		"itunes:duration":            {text: duration, open: itunesUsed},
		"itunes:episode":             {text: positive, open: itunesUsed},
		"itunes:season":              {text: positive, open: itunesUsed},
		"itunes:order":               {text: natural, open: itunesUsed},
		"itunes:episodeType":         {text: oneOfFold(itunesEpisodeType, "full", "trailer", "bonus"), open: itunesUsed},
		"itunes:type":                {text: oneOfFold(itunesType, "episodic", "serial"), open: itunesUsed},
		"itunes:explicit":            {text: explicit, open: itunesUsed},
		"itunes:image":               {attrs: attrs{"href": {required: true, check: itunesImageURL}}, text: ignoreText, open: itunesUsed},
		"itunes:isClosedCaptioned":   {text: itunesYes, open: itunesUsed},
		"itunes:keywords":            {text: keywords, open: itunesUsed},
		"itunes:link":                {anything: true, anyAttrs: true, open: itunesUsed},
		"itunes:new-feed-url":        {text: rssLink, open: itunesUsed},
		"itunes:owner":               {children: "itunes:name? itunes:email!", missing: map[string]*Rule{"itunes:email": itunesOwnerEmail}, open: itunesUsed},
		"itunes:name":                {text: rssPlain},
		"itunes:email":               {text: itunesMail},
		"itunes:subtitle":            {text: textUpTo(255), open: itunesUsed},
		"itunes:summary":             {text: summaryText, open: itunesUsed},
		"itunes:title":               {text: rssPlain, open: itunesUsed},
		"itunes:applepodcastsverify": {text: ignoreText, open: itunesUsed},
		"itunes:provider":            {text: rssPlain, open: itunesUsed},
	},
	in: map[string]string{
		"channel": "itunes:author? itunes:block? itunes:category* itunes:complete? itunes:explicit? itunes:image? itunes:keywords? itunes:new-feed-url? itunes:owner? itunes:subtitle? itunes:summary? itunes:title? itunes:type? itunes:applepodcastsverify? itunes:provider?",
		"item":    "itunes:author? itunes:block? itunes:category* itunes:duration? itunes:episode? itunes:episodeType? itunes:explicit? itunes:image? itunes:isClosedCaptioned? itunes:keywords? itunes:order? itunes:season? itunes:subtitle? itunes:summary? itunes:title? itunes:provider?",
	},
}

var (
	itunesOwnerEmail = &Rule{
		Code: "itunes-owner-email-missing", Level: Error, W3C: "MissingElement", Spec: Spec{"Apple, <itunes:owner>", appleTags},
		What: "itunes:owner has no itunes:email", Why: "Directories write to that address to check who owns the show.", Mend: "Add <itunes:email>.",
		Bad: Example{In: "rss:channel", Text: "<itunes:owner><itunes:name>Li Wei</itunes:name></itunes:owner>"}, Good: Example{In: "rss:channel", Text: "<itunes:owner><itunes:name>Li Wei</itunes:name><itunes:email>li@example.com</itunes:email></itunes:owner>"},
	}
	itunesEmail = &Rule{
		Code: "itunes-email-invalid", Level: Error, W3C: "InvalidContact", Spec: Spec{"Apple, <itunes:owner>", appleTags},
		What: "itunes:email is not an e-mail address", Why: "Nobody can write to it.", Mend: "Write the bare address: li@example.com.",
		Bad: Example{In: "rss:channel", Text: "<itunes:owner><itunes:email>me</itunes:email></itunes:owner>"}, Good: Example{In: "rss:channel", Text: "<itunes:owner><itunes:email>li@example.com</itunes:email></itunes:owner>"},
	}
	itunesElement = &Rule{
		Code: "itunes-required-missing", Level: Warning, W3C: "MissingItunesElement", Spec: Spec{"Apple, required tags", appleTags},
		What: "a show lacks language, itunes:category or itunes:explicit", Why: "Apple Podcasts does not take a show without them.", Mend: "Add the element that is named to <channel>.",
		Bad:      Example{In: "rss:channel", Text: "<itunes:author>Li Wei</itunes:author>"},
		Good:     Example{In: "rss:channel", Text: `<itunes:author>Li Wei</itunes:author><itunes:explicit>false</itunes:explicit><itunes:category text="Business"/><itunes:owner><itunes:email>li@example.com</itunes:email></itunes:owner>`},
		Profiles: map[string]Level{"apple": Error},
	}
	itunesEmailMissing = &Rule{
		Code: "itunes-email-missing", Level: Warning, W3C: "MissingItunesEmail", Spec: Spec{"Apple, <itunes:owner>", appleTags},
		What: "a show has no owner with an e-mail address", Why: "Directories that check who owns a show cannot.", Mend: "Add <itunes:owner> with <itunes:email> to <channel>.",
		Bad:  Example{In: "rss:channel", Text: "<itunes:author>Li Wei</itunes:author>"},
		Good: Example{In: "rss:channel", Text: "<itunes:owner><itunes:email>li@example.com</itunes:email></itunes:owner>"},
	}
	itunesExplicit = &Rule{
		Code: "itunes-explicit-invalid", Level: Error, W3C: "InvalidTrueFalse", Spec: Spec{"Apple, <itunes:explicit>", appleTags},
		What: "itunes:explicit is neither true nor false", Why: "Apple Podcasts hides a show that does not say it.", Mend: "Write true or false.",
		Bad: Example{In: "rss:item", Text: "<itunes:explicit>maybe</itunes:explicit>"}, Good: Example{In: "rss:item", Text: "<itunes:explicit>false</itunes:explicit>"},
	}
	itunesExplicitOld = &Rule{
		Code: "itunes-explicit-former", Level: Warning, Spec: Spec{"Apple, <itunes:explicit>", appleTags},
		What: "itunes:explicit has a value that Apple documented formerly", Why: "yes, no and clean are still read; the documentation now has true and false only.", Mend: "Write true for yes, false for no and clean.",
		Bad: Example{In: "rss:item", Text: "<itunes:explicit>clean</itunes:explicit>"}, Good: Example{In: "rss:item", Text: "<itunes:explicit>false</itunes:explicit>"},
		Profiles: map[string]Level{"w3c": Error},
	}
	itunesBlock = &Rule{
		Code: "itunes-yes-invalid", Level: Error, W3C: "InvalidYesNoClean", Spec: Spec{"Apple, <itunes:block>", appleTags},
		What: "a switch of the iTunes extension is neither yes nor no", Why: "Apple Podcasts takes anything but Yes for no.", Mend: "Write Yes, or leave the element out.",
		Bad: Example{In: "rss:item", Text: "<itunes:block>Absolutely</itunes:block>"}, Good: Example{In: "rss:item", Text: "<itunes:block>Yes</itunes:block>"},
	}
	itunesComplete = &Rule{
		Code: "itunes-complete-value", Level: Warning, Spec: Spec{"Apple, <itunes:complete>", appleTags},
		What: "itunes:complete is not Yes", Why: "Any other value has no effect.", Mend: "Write Yes when no episode will follow, or leave the element out.",
		Bad: Example{In: "rss:channel", Text: "<itunes:complete>true</itunes:complete>"}, Good: Example{In: "rss:channel", Text: "<itunes:complete>Yes</itunes:complete>"},
	}
	itunesDuration = &Rule{
		Code: "itunes-duration-invalid", Level: Error, W3C: "InvalidDuration", Spec: Spec{"Apple, <itunes:duration>", appleTags},
		What: "a duration is not written as one", Why: "Apps show a wrong length or none.", Mend: "Write the seconds (1800), or hours, minutes and seconds: 00:30:00.",
		Bad: Example{In: "rss:item", Text: "<itunes:duration>30 minutes</itunes:duration>"}, Good: Example{In: "rss:item", Text: "<itunes:duration>00:30:00</itunes:duration>"},
	}
	itunesKeywords = &Rule{
		Code: "itunes-keywords-form", Level: Warning, W3C: "InvalidKeywords", Spec: Spec{"Apple, <itunes:keywords> (former)", appleTags},
		What: "keywords are separated by spaces, not commas", Why: "They are taken for one keyword.", Mend: "Write commas between them; Apple no longer reads keywords.",
		Bad: Example{In: "rss:item", Text: "<itunes:keywords>markets shares bonds</itunes:keywords>"}, Good: Example{In: "rss:item", Text: "<itunes:keywords>markets, shares, bonds</itunes:keywords>"},
	}
	itunesTooLong = &Rule{
		Code: "itunes-too-long", Level: Error, W3C: "TooLong", Spec: Spec{"Apple, <itunes:subtitle>, <itunes:summary>", appleTags},
		What: "a text is longer than Apple takes", Why: "It is cut or refused.", Mend: "Shorten it: 255 characters for a subtitle and keywords, 4,000 for a summary.",
		Bad: Example{In: "rss:item", Text: "<itunes:subtitle>" + strings.Repeat("All the news of the day. ", 12) + "</itunes:subtitle>"}, Good: Example{In: "rss:item", Text: "<itunes:subtitle>All the news of the day</itunes:subtitle>"},
	}
	itunesCategory = &Rule{
		Code: "itunes-category-unknown", Level: Error, W3C: "InvalidItunesCategory", Spec: Spec{"Apple Podcasts categories", appleCats},
		What: "a category is not one of Apple's", Why: "The show is listed nowhere.", Mend: "Take one of Apple's list, letter by letter; write & as &amp;. A subcategory stands within its category.",
		Bad: Example{In: "rss:channel", Text: `<itunes:category text="Finance"/>`}, Good: Example{In: "rss:channel", Text: `<itunes:category text="Business"><itunes:category text="Investing"/></itunes:category>`},
	}
	itunesCategoryOld = &Rule{
		Code: "itunes-category-former", Level: Warning, W3C: "ObsoleteItunesCategory", Spec: Spec{"Apple Podcasts categories", appleCats},
		What: "a category is of a list that Apple has replaced", Why: "Apple maps some to new ones; other directories may not.", Mend: "Take one of the current list.",
		Bad: Example{In: "rss:channel", Text: `<itunes:category text="Sports &amp; Recreation"/>`}, Good: Example{In: "rss:channel", Text: `<itunes:category text="Sports"/>`},
	}
	itunesImage = &Rule{
		Code: "itunes-image-url", Level: Error, W3C: "InvalidURLAttribute", Spec: Spec{"Apple, <itunes:image>", appleTags},
		What: "the address of an image is not a full http or https address", Why: "Apps cannot fetch it.", Mend: "Write https://example.com/cover.jpg.",
		Bad: Example{In: "rss:item", Text: `<itunes:image href="/cover.jpg"/>`}, Good: Example{In: "rss:item", Text: `<itunes:image href="https://example.com/cover.jpg"/>`},
	}
	itunesType = &Rule{
		Code: "itunes-type-invalid", Level: Error, W3C: "InvalidItunesChannelType", Spec: Spec{"Apple, <itunes:type>", appleTags},
		What: "itunes:type is neither episodic nor serial", Why: "Apps order the episodes by it.", Mend: "Write episodic or serial.",
		Bad: Example{In: "rss:channel", Text: "<itunes:type>weekly</itunes:type>"}, Good: Example{In: "rss:channel", Text: "<itunes:type>serial</itunes:type>"},
	}
	itunesEpisodeType = &Rule{
		Code: "itunes-episode-type-invalid", Level: Error, W3C: "InvalidItunesEpisodeType", Spec: Spec{"Apple, <itunes:episodeType>", appleTags},
		What: "itunes:episodeType is not full, trailer or bonus", Why: "Apps take it for full.", Mend: "Write full, trailer or bonus.",
		Bad: Example{In: "rss:item", Text: "<itunes:episodeType>extra</itunes:episodeType>"}, Good: Example{In: "rss:item", Text: "<itunes:episodeType>bonus</itunes:episodeType>"},
	}
	itunesFormat = &Rule{
		Code: "itunes-format-unsupported", Level: Warning, W3C: "UnsupportedItunesFormat", Spec: Spec{"Apple, podcast requirements", appleSpec},
		What: "an enclosure is of a kind that Apple Podcasts does not play", Why: "The episode is not shown there.", Mend: "Offer MP3, M4A, MP4, M4V, MOV or PDF.",
		Bad:  Example{In: "rss:item", Text: `<itunes:author>Li Wei</itunes:author><enclosure url="https://example.com/1.wmv" type="video/x-ms-wmv" length="1"/>`},
		Good: Example{In: "rss:item", Text: `<itunes:author>Li Wei</itunes:author><enclosure url="https://example.com/1.mp3" type="audio/mpeg" length="1"/>`},
	}
	itunesNotUTF8 = &Rule{
		Code: "itunes-not-utf8", Level: Warning, W3C: "NotUTF8", Spec: Spec{"Apple, podcast requirements", appleSpec},
		What: "a show's feed is not in UTF-8", Why: "Apple asks for UTF-8.", Mend: "Write the feed as UTF-8.",
		Bad:  Example{Text: "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<rss version=\"2.0\" xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\"><channel><itunes:author>Li</itunes:author></channel></rss>"},
		Good: Example{In: "rss:channel", Text: "<itunes:author>Li Wei</itunes:author>"},
	}
)

func itunesUsed(c *checker, n *node) { c.itunes = true }

func oneOfFold(r *Rule, words ...string) func(*checker, val) {
	exact := oneOf(r, words...)
	return func(c *checker, v val) {
		for _, w := range words {
			if strings.EqualFold(w, v.s) {
				return
			}
		}
		exact(c, v)
	}
}

func itunesYes(c *checker, v val) {
	switch strings.ToLower(v.s) {
	case "yes", "no", "clean":
	default:
		c.report(itunesBlock, v.whole(), "%s is %q, it must be Yes or no", v.label(), shorten(v.s))
	}
}

func completeYes(c *checker, v val) {
	if !strings.EqualFold(v.s, "yes") {
		c.report(itunesComplete, v.whole(), "%s is %q, only Yes has an effect", v.label(), shorten(v.s))
	}
}

func explicit(c *checker, v val) {
	switch strings.ToLower(strings.TrimSpace(v.s)) {
	case "true", "false":
	case "yes", "explicit":
		c.report(itunesExplicitOld, v.whole().mending(v.replaced("true")), "%s is %q, Apple now documents true and false", v.label(), v.s)
	case "no", "clean":
		c.report(itunesExplicitOld, v.whole().mending(v.replaced("false")), "%s is %q, Apple now documents true and false", v.label(), v.s)
	default:
		c.report(itunesExplicit, v.whole(), "%s is %q, it must be true or false", v.label(), shorten(v.s))
	}
}

func duration(c *checker, v val) {
	if p := value.Duration(v.s); p != nil {
		c.problem(itunesDuration, v, p)
	}
}

func keywords(c *checker, v val) {
	c.longest(itunesTooLong, v, 255)
	plainText(c, v)
	if s := strings.TrimSpace(v.s); strings.Contains(s, " ") && !strings.Contains(s, ",") {
		c.report(itunesKeywords, v.whole(), "the keywords %q are separated by spaces, not commas", shorten(s))
	}
}

func textUpTo(most int) func(*checker, val) {
	return func(c *checker, v val) {
		notBlank(c, v)
		c.longest(itunesTooLong, v, most)
		plainText(c, v)
	}
}

func summaryText(c *checker, v val) {
	notBlank(c, v)
	c.longest(itunesTooLong, v, 4000)
}

func itunesMail(c *checker, v val) {
	if p := value.Email(v.s); p != nil {
		c.problem(itunesEmail, v, p)
	}
}

func itunesImageURL(c *checker, v val) {
	if p := value.WebURL(v.s); p != nil {
		c.problem(itunesImage, v, p)
	}
}

// show checks what a podcast's channel must have.
func (c *checker) show(n *node) {
	if !c.itunes {
		return
	}
	for _, key := range []string{"language", "itunes:category", "itunes:explicit"} {
		if n.child(key) == nil && (key != "language" || n.child("dc:language") == nil) {
			c.report(itunesElement, n.lacking(key), "a show must have <%s> in its channel", key)
		}
	}
	if o := n.child("itunes:owner"); o == nil {
		c.report(itunesEmailMissing, n.lacking("itunes:email"), "")
	}
	if !strings.HasPrefix(c.result.Encoding, "utf-8") {
		c.report(itunesNotUTF8, n.open(), "the feed is in %s, Apple asks for UTF-8", c.result.Encoding)
	}
}

// playable checks the kinds of an episode's files.
func (c *checker) playable(n *node) {
	if !c.itunes {
		return
	}
	for _, e := range n.all("enclosure") {
		path, _, _ := strings.Cut(e.value("url"), "?")
		path, _, _ = strings.Cut(path, "#")
		dot := strings.LastIndexByte(path, '.')
		if dot < 0 || strings.ContainsAny(path[dot:], "/ ") {
			continue
		}
		switch ext := strings.ToLower(path[dot+1:]); ext {
		case "", "mp3", "m4a", "mp4", "m4v", "mov", "pdf", "epub", "aac", "m4b":
		default:
			c.report(itunesFormat, e.open().quoting(ext), "Apple Podcasts does not play .%s files", ext)
		}
	}
}
