package validator

import "strings"

// podcastGrammar is the rules for elements and attributes where they may not
// be. The namespace grows, so an attribute that is not known is no error.
var podcastGrammar = func() grammar {
	g := extensionRules{prefix: "podcast", name: "the Podcasting 2.0 namespace", spec: Spec{"Podcasting 2.0, tags and their parents", podcastSpec},
		good:    Example{In: "rss:item", Text: `<podcast:transcript url="https://example.com/1.vtt" type="text/vtt"/>`},
		unknown: `<podcast:transcripts url="https://example.com/1.vtt" type="text/vtt"/>`, repeated: "<podcast:season>1</podcast:season><podcast:season>2</podcast:season>",
		missing:     `<podcast:alternateEnclosure type="audio/opus" length="1"/>`,
		attrMissing: `<podcast:transcript url="https://example.com/1.vtt"/>`, attrUnknown: `<podcast:transcript url="https://example.com/1.vtt" type="text/vtt" lang="en"/>`,
		text: `<podcast:transcript url="https://example.com/1.vtt" type="text/vtt">Hello</podcast:transcript>`,
	}.grammar()
	for _, r := range g.rules() {
		r.W3C = ""
	}
	g.unknownAttr.Level, g.text.Level = Warning, Warning
	return g
}()

// podcastRules are the rules of the family beside its grammar.
func podcastRules() []*Rule {
	return []*Rule{
		podcastProposed, podcastRecommended, podcastTextMissing, podcastLabelMissing, podcastTooLong, podcastURLInvalid, podcastURLScheme, podcastURIInvalid,
		podcastYesNo, podcastBool, podcastNumber, podcastTimeInvalid, podcastTimeZone, podcastMediaType,
		podcastTranscriptType, podcastTranscriptRel, podcastChaptersType, podcastSoundbite, podcastPersonRole, podcastPersonGroup,
		podcastLocationRel, podcastGeoInvalid, podcastOSMInvalid, podcastCountryInvalid, podcastLicenseURL, podcastLicenseCase,
		podcastIntegrityType, podcastIntegrityValue, podcastGUIDInvalid, podcastGUIDVersion, podcastMediumInvalid, podcastListItems, podcastListEmpty,
		podcastPublisherFeed, podcastPublisherMedium, podcastOwnerInvalid,
		podcastValueType, podcastValueMethod, podcastRecipientType, podcastRecipientAddress, podcastCustomKeyInvalid, podcastCustomValue, podcastNoShares,
		podcastSplitContent, podcastSplitPercentage, podcastImagesOld, podcastSrcsetInvalid, podcastRatioInvalid,
		podcastLiveStatus, podcastLiveOrder, podcastLiveLink, podcastSocialProtocol, podcastSocialDisabled, podcastSocialPriority,
		podcastBlockService, podcastBlockTwice, podcastRRuleInvalid, podcastRRuleStart, podcastRRuleUntil, podcastChatProtocol, podcastChatServer,
	}
}

// The rules for values of several elements.
var (
	podcastProposed = &Rule{
		Code: "podcast-element-proposed", Level: Info, Spec: Spec{"Podcasting 2.0, tags", podcastSpec},
		What: "an element was proposed for the namespace and never adopted", Why: "Hardly any app reads it.", Mend: "Use an adopted element: podcast:txt for proofs of ownership, podcast:podroll for recommendations, podcast:person and podcast:socialInteract for people and comments.",
		Bad: Example{In: "rss:channel", Text: `<podcast:contact type="feedback">li@example.com</podcast:contact>`}, Good: Example{In: "rss:channel", Text: `<podcast:txt purpose="verify">S6lpp-7ZCn8</podcast:txt>`},
	}
	podcastRecommended = &Rule{
		Code: "podcast-attribute-recommended", Level: Info, Spec: Spec{"Podcasting 2.0, tags (recommended)", podcastSpec},
		What: "an attribute is not there that the specification recommends", Why: "The element says less than apps can show.", Mend: "Add the attribute that is named.",
		Bad:      Example{In: "rss:channel", Text: `<podcast:chat server="irc.example.com" protocol="irc"/>`},
		Good:     Example{In: "rss:channel", Text: `<podcast:chat server="irc.example.com" protocol="irc" accountId="@liwei"/>`},
		Profiles: map[string]Level{"podcast": Warning},
	}
	podcastTextMissing = &Rule{
		Code: "podcast-text-missing", Level: Error, Spec: podcastTag("person", "node value (required)"),
		What: "an element is empty that must hold text", Why: "The text is what apps show: a name, a place, a title, a number.", Mend: "Write it between the tags, or leave the element out.",
		Bad: Example{In: "rss:item", Text: `<podcast:person role="guest"/>`}, Good: Example{In: "rss:item", Text: `<podcast:person role="guest">Li Wei</podcast:person>`},
	}
	podcastLabelMissing = &Rule{
		Code: "podcast-label-missing", Level: Warning, Spec: podcastTag("funding", "funding: node value"),
		What: "a link or a schedule has no words for people", Why: "Apps show the text beside the link; without it they show the bare address or nothing.", Mend: "Write a few words between the tags: Support the show!",
		Bad: Example{In: "rss:channel", Text: `<podcast:funding url="https://example.com/give"/>`}, Good: Example{In: "rss:channel", Text: `<podcast:funding url="https://example.com/give">Support the show!</podcast:funding>`},
	}
	podcastTooLong = &Rule{
		Code: "podcast-too-long", Level: Warning, Spec: Spec{"Podcasting 2.0, tags (lengths)", podcastSpec},
		What: "a text is longer than the specification asks", Why: "Aggregators may cut it.", Mend: "Shorten it: most texts have up to 128 characters, display and title up to 32, podcast:txt up to 4,000.",
		Bad:  Example{In: "rss:channel", Text: `<podcast:person>` + strings.Repeat("Li Wei and ", 12) + `friends</podcast:person>`},
		Good: Example{In: "rss:channel", Text: `<podcast:person>Li Wei</podcast:person>`},
	}
	podcastURLInvalid = &Rule{
		Code: "podcast-url-invalid", Level: Error, Spec: Spec{"Podcasting 2.0, tags (url)", podcastSpec},
		What: "an address is not a full web address", Why: "Apps cannot fetch or open it.", Mend: "Write it in full: https://example.com/1.vtt.",
		Bad: Example{In: "rss:item", Text: `<podcast:transcript url="/1.vtt" type="text/vtt"/>`}, Good: Example{In: "rss:item", Text: `<podcast:transcript url="https://example.com/1.vtt" type="text/vtt"/>`},
	}
	podcastURLScheme = &Rule{
		Code: "podcast-url-not-https", Level: Warning, Spec: Spec{"Podcasting 2.0, tags (https)", podcastSpec},
		What: "an address is given as http:, not https:", Why: "The specification asks for https, though its own examples have an http address: players on secure pages and on phones refuse the other.", Mend: "Serve the file over https and write https://.",
		Bad: Example{In: "rss:item", Text: `<podcast:transcript url="http://example.com/1.vtt" type="text/vtt"/>`}, Good: Example{In: "rss:item", Text: `<podcast:transcript url="https://example.com/1.vtt" type="text/vtt"/>`},
		Profiles: map[string]Level{"podcast": Error},
	}
	podcastURIInvalid = &Rule{
		Code: "podcast-uri-invalid", Level: Error, Spec: podcastTag("source", "source: uri"),
		What: "an address is not a full URI", Why: "Apps cannot tell what it points to.", Mend: "Write it with its scheme: https:, ipfs:, magnet: or another.",
		Bad:  Example{In: "rss:item", Text: `<podcast:alternateEnclosure type="audio/opus" length="1"><podcast:source uri="low.opus"/></podcast:alternateEnclosure>`},
		Good: Example{In: "rss:item", Text: `<podcast:alternateEnclosure type="audio/opus" length="1"><podcast:source uri="https://example.com/low.opus"/></podcast:alternateEnclosure>`},
	}
	podcastYesNo = &Rule{
		Code: "podcast-yes-no-invalid", Level: Error, Spec: podcastTag("locked", "locked: node value"),
		What: "podcast:locked or podcast:block is neither yes nor no", Why: "Hosts take anything else for no: the show is imported or listed against your will.", Mend: "Write yes or no, in lower case.",
		Bad: Example{In: "rss:channel", Text: "<podcast:locked>true</podcast:locked>"}, Good: Example{In: "rss:channel", Text: "<podcast:locked>yes</podcast:locked>"},
	}
	podcastBool = &Rule{
		Code: "podcast-boolean-invalid", Level: Error, Spec: podcastTag("alternate-enclosure", "alternateEnclosure: default; valueRecipient: fee"),
		What: "an attribute is neither true nor false", Why: "Apps take it for false.", Mend: "Write true or false.",
		Bad: Example{In: "rss:channel", Text: `<podcast:podping usesPodping="yes"/>`}, Good: Example{In: "rss:channel", Text: `<podcast:podping usesPodping="true"/>`},
	}
	podcastNumber = &Rule{
		Code: "podcast-number-invalid", Level: Error, Spec: podcastTag("season", "season, episode: node value"),
		What: "a value is not the number it must be", Why: "Apps sort and calculate with it.", Mend: "Write digits only; an episode, a bit rate, an amount and a time may have a decimal point. Words belong into name or display.",
		Bad: Example{In: "rss:item", Text: "<podcast:season>One</podcast:season>"}, Good: Example{In: "rss:item", Text: `<podcast:season name="One">1</podcast:season>`},
	}
	podcastTimeInvalid = &Rule{
		Code: "podcast-time-invalid", Level: Error, Spec: podcastTag("live-item", "liveItem: start, end"),
		What: "a time is not written as ISO 8601", Why: "Apps cannot tell when the stream starts or the schedule begins.", Mend: "Write 2026-11-20T08:00:00+08:00.",
		Bad:  Example{In: "rss:channel", Text: podcastLiveExample("pending", "Friday at 8", "2026-11-20T10:00:00+08:00")},
		Good: Example{In: "rss:channel", Text: podcastLiveExample("pending", "2026-11-20T08:00:00+08:00", "2026-11-20T10:00:00+08:00")},
	}
	podcastTimeZone = &Rule{
		Code: "podcast-time-without-zone", Level: Warning, Spec: podcastTag("live-item", "liveItem: start, end"),
		What: "a time has no zone", Why: "Each app takes it for another zone: its own or UTC.", Mend: "Add the zone: Z or +08:00.",
		Bad:  Example{In: "rss:channel", Text: podcastLiveExample("pending", "2026-11-20T08:00:00", "2026-11-20T10:00:00+08:00")},
		Good: Example{In: "rss:channel", Text: podcastLiveExample("pending", "2026-11-20T08:00:00+08:00", "2026-11-20T10:00:00+08:00")},
	}
	podcastMediaType = &Rule{
		Code: "podcast-media-type-invalid", Level: Error, Spec: podcastTag("alternate-enclosure", "alternateEnclosure: type"),
		What: "a media type is not written as one", Why: "Apps choose by it what they can play or show.", Mend: "Write type/subtype: audio/mpeg, text/vtt.",
		Bad: Example{In: "rss:item", Text: `<podcast:transcript url="https://example.com/1.vtt" type="vtt"/>`}, Good: Example{In: "rss:item", Text: `<podcast:transcript url="https://example.com/1.vtt" type="text/vtt"/>`},
	}
	podcastOwnerInvalid = &Rule{
		Code: "podcast-owner-invalid", Level: Error, Spec: podcastTag("locked", "locked: owner"),
		What: "the owner of podcast:locked is not an e-mail address", Why: "A new host writes to it to check who owns the show.", Mend: "Write the bare address: li@example.com.",
		Bad: Example{In: "rss:channel", Text: `<podcast:locked owner="Li Wei">yes</podcast:locked>`}, Good: Example{In: "rss:channel", Text: `<podcast:locked owner="li@example.com">yes</podcast:locked>`},
	}
)

// podcastLiveExample is a live item with all it needs, after the title of its
// channel.
func podcastLiveExample(status, start, end string) string {
	return `<title>News</title><podcast:liveItem status="` + status + `" start="` + start + `" end="` + end + `"><title>Live</title><guid isPermaLink="false">tag:example.com,2026:live</guid>` +
		`<podcast:contentLink href="https://example.com/live">Listen live</podcast:contentLink></podcast:liveItem>`
}
