package validator

const (
	podcastNamespace = "https://podcastindex.org/namespace/1.0"
	podcastSpec      = "https://podcasting2.org/docs/podcast-namespace/1.0"
	podcastTags      = "https://podcasting2.org/docs/podcast-namespace/tags/"
	podcastDocs      = "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/"
)

// podcastTag is the page of the namespace about one element.
func podcastTag(page, section string) Spec {
	return Spec{"Podcasting 2.0, " + section, podcastTags + page}
}

// podcastFamily is the Podcasting 2.0 namespace, which the reference does not
// know. The pages of its elements say where each may stand and how often.
var podcastFamily = &family{
	name: "podcast", grammar: podcastGrammar,
	rules: append(podcastGrammar.rules(), podcastRules()...),
	namespaces: []namespace{{short: "podcast:", uri: podcastNamespace, prefix: "podcast",
		also: []string{"https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"}}},
	elements: podcastElements,
	in:       map[string]string{"channel": podcastInChannel, "item": podcastInItem},
}

// What a channel and an item may hold. Elements that were proposed and never
// adopted are told from those that were never heard of.
const (
	podcastInChannel = "podcast:locked? podcast:funding* podcast:person* podcast:location* podcast:trailer* podcast:license? podcast:guid? podcast:value* " +
		"podcast:medium? podcast:images? podcast:image* podcast:liveItem* podcast:block* podcast:txt* podcast:remoteItem* podcast:podroll? " +
		"podcast:updateFrequency? podcast:podping? podcast:publisher? podcast:chat? podcast:socialInteract* " + podcastProposals
	podcastInItem = "podcast:transcript* podcast:chapters? podcast:soundbite* podcast:person* podcast:location* podcast:season? podcast:episode? " +
		"podcast:license? podcast:alternateEnclosure* podcast:value* podcast:images? podcast:image* podcast:contentLink* podcast:socialInteract* " +
		"podcast:txt* podcast:chat? podcast:funding* " + podcastProposals
	podcastProposals = "podcast:id* podcast:social* podcast:socialSignUp* podcast:recommendations* podcast:previousUrl* podcast:contact* podcast:gateway* " +
		"podcast:hiveAccount* podcast:verify* podcast:complete* podcast:category*"
)

var podcastElements = map[string]*element{
	"podcast:transcript": {attrs: attrs{"url": requiredURL, "type": {required: true, check: podcastTranscriptMedia},
		"language": {check: languageTag}, "rel": {check: oneOf(podcastTranscriptRel, "captions")}}},
	"podcast:locked":    {attrs: attrs{"owner": {check: podcastOwner}}, text: podcastYesNoText},
	"podcast:funding":   {attrs: attrs{"url": requiredURL}, text: podcastLabelText},
	"podcast:chapters":  {attrs: attrs{"url": requiredURL, "type": {required: true, check: podcastChaptersMedia}}},
	"podcast:soundbite": {attrs: attrs{"startTime": {required: true, check: podcastSeconds}, "duration": {required: true, check: podcastSoundbiteLength}}, text: podcastText(128)},
	"podcast:person": {attrs: attrs{"role": {check: podcastRole}, "group": {check: podcastGroup}, "img": {check: podcastURL}, "href": {check: podcastURL}},
		text: podcastRequired},
	"podcast:location": {open: podcastPlaced, attrs: attrs{"rel": {check: oneOf(podcastLocationRel, "subject", "creator")}, "geo": {check: podcastGeo},
		"osm": {check: podcastOSM}, "country": {check: podcastCountry}}, text: podcastRequired},
	"podcast:season":  {attrs: attrs{"name": {check: podcastUpTo(128)}}, text: podcastInteger},
	"podcast:episode": {attrs: attrs{"display": {check: podcastUpTo(32)}}, text: podcastDecimal},
	"podcast:trailer": {open: podcastAdvise("length", "type"), attrs: attrs{"url": requiredURL, "pubdate": {required: true, check: rssDate},
		"length": {check: podcastNatural}, "type": {check: podcastMedia}, "season": {check: podcastInteger}}, text: podcastRequired},
	"podcast:license": {attrs: attrs{"url": {check: podcastURL}}, text: podcastLicense},
	"podcast:alternateEnclosure": {open: podcastAdvise("length"), children: "podcast:source+ podcast:integrity?",
		attrs: attrs{"type": {required: true, check: podcastMedia}, "length": {check: podcastNatural}, "bitrate": {check: podcastDecimal}, "height": {check: podcastNatural},
			"lang": {check: languageTag}, "title": {check: podcastUpTo(32)}, "rel": {check: podcastUpTo(32)}, "codecs": {check: blankAttr}, "default": {check: podcastBoolean}}},
	"podcast:source":    {attrs: attrs{"uri": {required: true, check: podcastURI}, "contentType": {check: podcastMedia}}},
	"podcast:integrity": {attrs: attrs{"type": {required: true, check: oneOf(podcastIntegrityType, "sri", "pgp-signature")}, "value": {required: true, check: podcastIntegrity}}},
	"podcast:guid":      {text: podcastGUID},
	"podcast:value": {children: "podcast:valueRecipient+ podcast:valueTimeSplit*", check: podcastShares,
		attrs: attrs{"type": {required: true, check: podcastValueSlug}, "method": {required: true, check: podcastMethod}, "suggested": {check: podcastDecimal}}},
	"podcast:valueRecipient": {open: podcastRecipient, attrs: attrs{"name": {}, "customKey": {check: podcastCustomKey}, "customValue": {},
		"type": {required: true, check: podcastAddressType}, "address": {required: true, check: podcastAddress}, "split": {required: true, check: podcastNatural},
		"fee": {check: podcastBoolean}}},
	"podcast:valueTimeSplit": {children: "podcast:remoteItem* podcast:valueRecipient*", check: podcastTimeSplit, attrs: attrs{"startTime": {required: true, check: podcastSeconds},
		"duration": {required: true, check: podcastSeconds}, "remoteStartTime": {check: podcastSeconds}, "remotePercentage": {check: podcastPercentage}}},
	"podcast:remoteItem": {attrs: attrs{"feedGuid": {required: true, check: podcastFeedGUID}, "feedUrl": {check: podcastURL}, "itemGuid": {check: blankAttr},
		"medium": {check: podcastMedium}, "title": {}}},
	"podcast:medium": {text: podcastMedium},
	"podcast:images": {open: podcastOldImages, attrs: attrs{"srcset": {required: true, check: podcastSrcset}}},
	"podcast:image": {open: podcastAdvise("alt", "aspect-ratio", "width"), attrs: attrs{"href": requiredURL, "alt": {}, "aspect-ratio": {check: podcastRatio},
		"width": {check: podcastNatural}, "height": {check: podcastNatural}, "type": {check: podcastMedia}, "purpose": {check: podcastUpTo(128)}}},
	"podcast:liveItem": {like: "item", children: "podcast:contentLink+", record: true, open: podcastAdvise("end"), check: podcastLiveEnd, missing: map[string]*Rule{"podcast:contentLink": podcastLiveLink},
		attrs: attrs{"status": {required: true, check: oneOf(podcastLiveStatus, "pending", "live", "ended")},
			"start": {required: true, check: podcastTime}, "end": {check: podcastTime}}},
	"podcast:contentLink": {attrs: attrs{"href": {required: true, check: podcastURI}}, text: podcastLabelText},
	"podcast:socialInteract": {open: podcastSocial, attrs: attrs{"protocol": {required: true, check: podcastSocialSlug}, "uri": {check: podcastURI},
		"accountId": {}, "accountUrl": {check: podcastURL}, "priority": {check: podcastInteger}}},
	"podcast:block": {attrs: attrs{"id": {check: podcastService}}, text: podcastYesNoText},
	"podcast:txt":   {attrs: attrs{"purpose": {check: podcastUpTo(128)}}, text: podcastText(4000)},
	"podcast:updateFrequency": {open: podcastRecurring, attrs: attrs{"complete": {check: podcastBoolean}, "dtstart": {check: podcastDate},
		"rrule": {check: podcastRRule}}, text: podcastLabelText},
	"podcast:podping":   {attrs: attrs{"usesPodping": {required: true, check: podcastBoolean}}},
	"podcast:publisher": {children: "podcast:remoteItem!", check: podcastPublisherEnd},
	"podcast:podroll":   {children: "podcast:remoteItem+"},
	"podcast:chat": {open: podcastAdvise("accountId"), attrs: attrs{"server": {required: true, check: podcastServer},
		"protocol": {required: true, check: podcastChatSlug}, "accountId": {}, "space": {}}},

	"podcast:id":              proposedElement(),
	"podcast:social":          proposedElement(),
	"podcast:socialSignUp":    proposedElement(),
	"podcast:recommendations": proposedElement(),
	"podcast:previousUrl":     proposedElement(),
	"podcast:contact":         proposedElement(),
	"podcast:gateway":         proposedElement(),
	"podcast:hiveAccount":     proposedElement(),
	"podcast:verify":          proposedElement(),
	"podcast:complete":        proposedElement(),
	"podcast:category":        proposedElement(),
}

// requiredURL is an attribute that must be there, with a web address.
var requiredURL = attribute{required: true, check: podcastURL}
