package validator

import (
	"strings"

	"tributary/validator/value"
)

const mediaSpec = "https://www.rssboard.org/media-rss"

var mediaGrammar = extensionRules{prefix: "media", name: "Media RSS", spec: Spec{"Media RSS 1.5.1", mediaSpec},
	good: Example{In: "rss:item", Text: `<media:content url="https://example.com/a.jpg" medium="image"/>`}, unknown: `<media:picture url="https://example.com/a.jpg"/>`,
	repeated: "<media:title>One</media:title><media:title>Two</media:title>", attrMissing: `<media:thumbnail width="75"/>`, attrUnknown: `<media:content url="https://example.com/a.jpg" size="12"/>`,
}.grammar()

// mediaFamily is Media RSS 1.5.1.
var mediaFamily = &family{
	name: "media", grammar: mediaGrammar,
	rules:      append(mediaGrammar.rules(), mediaRules...),
	namespaces: []namespace{{short: "media:", uri: "http://search.yahoo.com/mrss/", prefix: "media", also: []string{"http://search.yahoo.com/mrss"}}},
	elements: map[string]*element{
		"media:group":       {children: mediaChildren + " media:content*", check: mediaGroupEnd},
		"media:content":     {children: mediaChildren + " dcterms:valid? cc:license* creativeCommons:license*", attrs: mediaContentAttrs},
		"media:rating":      {attrs: attrs{"scheme": {check: schemeName}}, text: mediaRatingText},
		"media:adult":       {text: oneOf(mediaTrueFalse, "true", "false"), open: func(c *checker, n *node) { c.report(mediaAdult, n.open(), "") }},
		"media:title":       {attrs: attrs{"type": {check: mediaType0}}, open: mediaTextStart, text: mediaTextEnd},
		"media:description": {attrs: attrs{"type": {check: mediaType0}}, open: mediaTextStart, text: mediaTextEnd},
		"media:text": {attrs: attrs{"type": {check: mediaType0}, "lang": {check: languageTag}, "start": {check: playTime}, "end": {check: playTime}},
			open: mediaTextStart, text: mediaTextEnd},
		"media:keywords":  {text: plainText},
		"media:thumbnail": {attrs: attrs{"url": {required: true, check: uriAbsolute}, "width": {check: positive}, "height": {check: positive}, "time": {check: playTime}}},
		"media:category":  {attrs: attrs{"scheme": {check: schemeName}, "label": {check: plainText}}, text: plainText},
		"media:hash":      {attrs: attrs{"algo": {}}, text: mediaHashText},
		"media:player":    {attrs: attrs{"url": {required: true, check: uriAbsolute}, "width": {check: positive}, "height": {check: positive}}},
		"media:credit":    {attrs: attrs{"role": {check: creditRole}, "scheme": {check: schemeName}}, text: ignoreText},
		"media:copyright": {attrs: attrs{"url": {check: uriAbsolute}}, text: plainText},
		"media:restriction": {attrs: attrs{"relationship": {required: true, check: oneOf(mediaRelationship, "allow", "deny")},
			"type": {check: oneOf(mediaRestrictionType, "country", "uri", "sharing")}}, text: restrictionText},
		"media:community":  {children: "media:starRating? media:statistics? media:tags?"},
		"media:starRating": {attrs: attrs{"average": {check: float}, "count": {check: natural}, "min": {check: integer}, "max": {check: integer}}},
		"media:statistics": {attrs: attrs{"views": {check: natural}, "favorites": {check: natural}}},
		"media:tags":       {text: ignoreText},
		"media:comments":   {children: "media:comment*"},
		"media:comment":    {text: ignoreText},
		"media:embed":      {children: "media:param*", attrs: attrs{"url": {required: true, check: uriAbsolute}, "width": {check: positive}, "height": {check: positive}}},
		"media:param":      {attrs: attrs{"name": {required: true}}, text: ignoreText},
		"media:responses":  {children: "media:response*"},
		"media:response":   {text: ignoreText},
		"media:backLinks":  {children: "media:backLink*"},
		"media:backLink":   {text: ignoreText},
		"media:status":     {attrs: attrs{"state": {required: true, check: oneOf(mediaState, "active", "blocked", "deleted")}, "reason": {}}},
		"media:price":      {attrs: attrs{"type": {check: oneOf(mediaPrice, "rent", "purchase", "package", "subscription")}, "price": {check: float}, "info": {}, "currency": {}}},
		"media:license":    {attrs: attrs{"type": {check: mediaType}, "href": {check: uriAbsolute}}, text: ignoreText},
		"media:subTitle":   {attrs: attrs{"type": {check: mediaType}, "lang": {check: languageTag}, "href": {required: true, check: uriAbsolute}}},
		"media:peerLink":   {attrs: attrs{"type": {check: mediaType}, "href": {required: true, check: uriAbsolute}}},
		"media:rights":     {attrs: attrs{"status": {required: true, check: oneOf(mediaState, "userCreated", "official")}}},
		"media:scenes":     {children: "media:scene*"},
		"media:scene":      {children: "sceneTitle? sceneDescription? sceneStartTime? sceneEndTime? media:sceneTitle? media:sceneDescription? media:sceneStartTime? media:sceneEndTime?"},
		"sceneTitle":       {text: ignoreText}, "sceneDescription": {text: ignoreText}, "sceneStartTime": {text: playTime}, "sceneEndTime": {text: playTime},
		"media:sceneTitle": {text: ignoreText}, "media:sceneDescription": {text: ignoreText}, "media:sceneStartTime": {text: playTime}, "media:sceneEndTime": {text: playTime},
		"media:location": {attrs: attrs{"description": {}, "start": {check: playTime}, "end": {check: playTime}}, children: "georss:where? georss:point?"},
	},
	in: map[string]string{"channel": mediaChildren, "item": mediaChildren + " media:content* media:group*", "a:feed": mediaChildren, "a:entry": mediaChildren + " media:content* media:group*"},
}

const mediaChildren = "media:rating* media:adult? media:title? media:description? media:text* media:keywords? media:thumbnail* media:category* media:hash* media:player? media:credit* media:copyright? media:restriction* " +
	"media:community? media:comments? media:embed? media:responses? media:backLinks? media:status? media:price* media:license* media:subTitle* media:peerLink* media:rights? media:scenes? media:location*"

var mediaContentAttrs = attrs{
	"url": {check: uriAbsolute}, "fileSize": {check: positive}, "type": {check: mediaType}, "medium": {check: oneOf(mediaMedium, "image", "audio", "video", "document", "executable")},
	"isDefault": {check: oneOf(mediaTrueFalse, "true", "false")}, "expression": {check: oneOf(mediaExpression, "sample", "full", "nonstop")}, "bitrate": {check: float},
	"framerate": {check: float}, "samplingrate": {check: float}, "channels": {check: natural}, "duration": {check: float}, "height": {check: positive}, "width": {check: positive},
	"lang": {check: languageTag},
}

func mediaExample(text string) Example { return Example{In: "rss:item", Text: text} }

// mediaRule declares a rule of Media RSS.
func mediaRule(code, w3c, section string, bad, good string, words [3]string) *Rule {
	return &Rule{Code: code, Level: Error, W3C: w3c, Spec: Spec{"Media RSS 1.5.1, " + section, mediaSpec + "#" + strings.ReplaceAll(section, ":", "-")},
		What: words[0], Why: words[1], Mend: words[2], Bad: mediaExample(bad), Good: mediaExample(good)}
}

var mediaRules = []*Rule{mediaGroup, mediaAdult, mediaTrueFalse, mediaRating, mediaTextType, mediaMedium, mediaExpression, mediaHash, mediaRole, mediaRelationship,
	mediaRestrictionType, mediaRestriction, mediaCountry, mediaTime, mediaState, mediaPrice}

var (
	mediaGroup = mediaRule("media-group-alone", "MediaGroupWithoutAlternatives", "media:group",
		`<media:group><media:content url="https://example.com/a.mp4"/></media:group>`, `<media:group><media:content url="https://example.com/a.mp4"/><media:content url="https://example.com/a.webm"/></media:group>`,
		[3]string{"a group has less than two contents", "A group holds renditions of one thing to choose from; readers find nothing to choose.", "Write <media:content> without a group, or add the other renditions."})
	mediaAdult = &Rule{
		Code: "media-adult-deprecated", Level: Warning, W3C: "DeprecatedMediaAdult", Spec: Spec{"Media RSS 1.5.1, media:rating", mediaSpec + "#media-rating"},
		What: "media:adult is used", Why: "Media RSS has replaced it; new readers look at media:rating only.", Mend: `Write <media:rating scheme="urn:simple">adult</media:rating>, or nonadult.`,
		Bad: mediaExample("<media:adult>false</media:adult>"), Good: mediaExample(`<media:rating scheme="urn:simple">nonadult</media:rating>`),
	}
	mediaTrueFalse = mediaRule("media-boolean", "InvalidTrueFalse", "media:content", `<media:content url="https://example.com/a.mp4" isDefault="maybe"/>`, `<media:content url="https://example.com/a.mp4" isDefault="true"/>`,
		[3]string{"a switch is neither true nor false", "Readers take it for false.", "Write true or false."})
	mediaRating = mediaRule("media-rating-invalid", "InvalidMediaRating", "media:rating", `<media:rating scheme="urn:mpaa">tv-ma</media:rating>`, `<media:rating scheme="urn:mpaa">pg-13</media:rating>`,
		[3]string{"a rating is not one of its scheme", "Readers that filter by it let everything pass, or nothing.", "Without a scheme write adult or nonadult; otherwise take a word of the scheme."})
	mediaTextType = mediaRule("media-text-type", "InvalidMediaTextType", "media:text", `<media:text type="text/html">First</media:text>`, `<media:text type="html">First</media:text>`,
		[3]string{"the type of a text is neither plain nor html", "Readers take it for plain text and show tags.", "Write type=\"plain\" or type=\"html\"."})
	mediaMedium = mediaRule("media-medium-invalid", "InvalidMediaMedium", "media:content", `<media:content url="https://example.com/a.jpg" medium="picture"/>`, `<media:content url="https://example.com/a.jpg" medium="image"/>`,
		[3]string{"a medium is not one of the list", "Readers choose by it how to show the content.", "Write image, audio, video, document or executable."})
	mediaExpression = mediaRule("media-expression-invalid", "InvalidMediaExpression", "media:content", `<media:content url="https://example.com/a.mp4" expression="partial"/>`, `<media:content url="https://example.com/a.mp4" expression="sample"/>`,
		[3]string{"an expression is not sample, full or nonstop", "Readers take it for full.", "Write sample, full or nonstop."})
	mediaHash = mediaRule("media-hash-invalid", "InvalidMediaHash", "media:hash", `<media:hash algo="md5">abc</media:hash>`, `<media:hash algo="md5">dfdec888b72151965a34b4b59031290a</media:hash>`,
		[3]string{"a hash does not fit its algorithm", "Software that compares it refuses the file.", "Write hexadecimal digits: 32 for md5, 40 for sha-1."})
	mediaRole = mediaRule("media-credit-role", "InvalidCreditRole", "media:credit", `<media:credit role="Musician">Li Wei</media:credit>`, `<media:credit role="musician">Li Wei</media:credit>`,
		[3]string{"a role is not one of its scheme", "Readers list people by their roles.", "Write a role of the EBU's list in lower case, or name another scheme."})
	mediaRelationship = mediaRule("media-restriction-relationship", "InvalidMediaRestrictionRel", "media:restriction", `<media:restriction relationship="forbid" type="country">cn</media:restriction>`, `<media:restriction relationship="deny" type="country">cn</media:restriction>`,
		[3]string{"a restriction neither allows nor denies", "Readers cannot tell whom it keeps out.", "Write relationship=\"allow\" or \"deny\"."})
	mediaRestrictionType = mediaRule("media-restriction-type", "InvalidMediaRestrictionType", "media:restriction", `<media:restriction relationship="deny" type="region">cn</media:restriction>`, `<media:restriction relationship="deny" type="country">cn</media:restriction>`,
		[3]string{"a restriction is neither by country, uri nor sharing", "Readers cannot tell whom it keeps out.", "Write type=\"country\", \"uri\" or \"sharing\"."})
	mediaRestriction = mediaRule("media-restriction-value", "InvalidMediaRestriction", "media:restriction", `<media:restriction relationship="allow">some</media:restriction>`, `<media:restriction relationship="allow">all</media:restriction>`,
		[3]string{"a restriction without a type is neither all nor none", "Readers cannot tell whom it keeps out.", "Write all or none, or give a type."})
	mediaCountry = mediaRule("media-restriction-country", "InvalidCountryCode", "media:restriction", `<media:restriction relationship="deny" type="country">China</media:restriction>`, `<media:restriction relationship="deny" type="country">cn us</media:restriction>`,
		[3]string{"a country is not a code of ISO 3166", "Readers cannot tell whom it keeps out.", "Write codes of two letters with spaces between them: cn us."})
	mediaTime = mediaRule("media-time-invalid", "InvalidNPTTime", "media:thumbnail", `<media:thumbnail url="https://example.com/a.jpg" time="12 s"/>`, `<media:thumbnail url="https://example.com/a.jpg" time="12:05:01.123"/>`,
		[3]string{"a time is not written as normal play time", "Players cannot go to that place.", "Write hours, minutes and seconds (12:05:01.123) or seconds (75.5)."})
	mediaState = mediaRule("media-state-invalid", "", "media:status", `<media:status state="gone"/>`, `<media:status state="active"/>`,
		[3]string{"a state is not one of the list", "Readers take the content for available.", "Write active, blocked or deleted; userCreated or official for rights."})
	mediaPrice = mediaRule("media-price-type", "", "media:price", `<media:price type="gift" price="0"/>`, `<media:price type="rent" price="1.99" currency="EUR"/>`,
		[3]string{"the type of a price is not one of the list", "Readers cannot tell what the price buys.", "Write rent, purchase, package or subscription."})
)

// schemeName checks the name of a scheme, an address or one of the urn: names
// that Media RSS made up.
func schemeName(c *checker, v val) {
	if !strings.HasPrefix(v.s, "urn:") {
		uriAbsolute(c, v)
	}
}

func mediaGroupEnd(c *checker, n *node) {
	if len(n.all("media:content")) < 2 {
		c.report(mediaGroup, n.finish(), "<media:group> has less than two <media:content>, there is nothing to choose from")
	}
}

func mediaType0(c *checker, v val) { oneOf(mediaTextType, "plain", "html")(c, v) }

func mediaTextStart(c *checker, n *node) { n.html = n.value("type") == "html" }

func mediaTextEnd(c *checker, v val) {
	if !v.n.html {
		undeclared(c, v)
	}
}

func playTime(c *checker, v val) { c.number(mediaTime, v, value.NPT(v.s)) }

// ratings are the words of the schemes that Media RSS names.
var ratings = map[string]map[string]bool{
	"": wordSet("adult nonadult"), "urn:simple": wordSet("adult nonadult"), "urn:mpaa": wordSet("g pg pg-13 r nc-17 nr x"),
	"urn:v-chip": wordSet("tv-y tv-y7 tv-y7-fv tv-g tv-pg tv-14 tv-ma"),
}

func mediaRatingText(c *checker, v val) {
	scheme := v.n.value("scheme")
	s := strings.ToLower(strings.TrimSpace(v.s))
	words, known := ratings[scheme]
	if known && !words[s] || scheme == "urn:icra" && !icra(s) {
		c.report(mediaRating, v.whole(), "the rating %q is not one of %s", shorten(v.s), firstOf(scheme, "adult and nonadult"))
	}
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// icra reports whether s is a label of the Internet Content Rating
// Association: r (cz 1 lz 1 nz 1 oz 1 vz 1).
func icra(s string) bool {
	s, ok := strings.CutPrefix(s, "r (")
	s, end := strings.CutSuffix(s, ")")
	fields := strings.Fields(s)
	if !ok || !end || len(fields) == 0 || len(fields)%2 != 0 {
		return false
	}
	for i := 0; i < len(fields); i += 2 {
		f := fields[i]
		if len(f) != 2 || !strings.ContainsRune("clnov", rune(f[0])) || f[1] < 'a' || f[1] > 'z' || fields[i+1] != "0" && fields[i+1] != "1" {
			return false
		}
	}
	return true
}

func mediaHashText(c *checker, v val) {
	algo := v.n.value("algo")
	size, known := map[string]int{"": 32, "md5": 32, "sha-1": 40, "sha1": 40, "sha-256": 64, "sha-384": 96, "sha-512": 128}[strings.ToLower(algo)]
	s := strings.TrimSpace(v.s)
	switch {
	case !known:
		c.report(mediaHash, val{n: v.n, attr: v.n.attr("algo"), s: algo}.whole(), "the algorithm %q is not known, Media RSS has md5 and sha-1", algo)
	case len(s) != size || strings.Trim(strings.ToLower(s), "0123456789abcdef") != "":
		c.report(mediaHash, v.whole(), "%q is not a hash by %s, which has %d hexadecimal digits", shorten(v.s), firstOf(algo, "md5"), size)
	}
}

// creditRoles are those of the European Broadcasting Union that feeds have.
var creditRoles = func() map[string]bool {
	out := map[string]bool{}
	for r := range strings.SplitSeq("actor,adapter,anchor person,animator,announcer,arranger,artist,author,camera operator,choreographer,cinematographer,commentator,composer,conductor,contributor,correspondent,costume designer,"+
		"creator,critic,dancer,designer,director,distributor,distribution company,editor,executive producer,film editor,graphic artist,graphic designer,grip,guest,host,illustrator,interviewee,interviewer,journalist,lighting technician,lyricist,"+
		"make-up artist,moderator,music arranger,music group,musician,narrator,orchestra,owner,panelist,participant,performer,photographer,presenter,producer,production company,production designer,publisher,reporter,researcher,"+
		"screenwriter,scriptwriter,set designer,singer,sound designer,sound engineer,sound mixer,speaker,special effects,sponsor,sportsperson,studio,stunts,subtitler,technical director,technician,translator,uploader,vocalist,voice,writer", ",") {
		out[r] = true
	}
	return out
}()

func creditRole(c *checker, v val) {
	scheme := v.n.value("scheme")
	ebu := scheme == "" || scheme == "urn:ebu"
	if v.s != strings.ToLower(v.s) || ebu && !creditRoles[v.s] {
		at := v.whole()
		if creditRoles[strings.ToLower(v.s)] {
			at = at.mending(v.replaced(strings.ToLower(v.s)))
		}
		c.report(mediaRole, at, "role is %q, roles are words of the scheme %s in lower case", v.s, firstOf(scheme, "urn:ebu"))
	}
}

func restrictionText(c *checker, v val) {
	switch v.n.value("type") {
	case "country":
		for code := range strings.FieldsSeq(v.s) {
			if strings.EqualFold(code, "all") || strings.EqualFold(code, "none") {
				continue
			}
			if value.Country(code) != nil {
				c.report(mediaCountry, v.whole(), "%q is no country's code of ISO 3166", code)
			}
		}
	case "uri":
		for uri := range strings.FieldsSeq(v.s) {
			if p := value.URI(uri); p != nil {
				c.problem(uriRules[p.Kind], v, &value.Problem{Kind: p.Kind, Len: len(v.s), Text: p.Text})
			}
		}
	case "":
		if s := strings.TrimSpace(v.s); v.n.attr("type") == nil && s != "" && s != "all" && s != "none" {
			c.report(mediaRestriction, v.whole(), "<media:restriction> without a type is %q, it must be all or none", shorten(s))
		}
	}
}
