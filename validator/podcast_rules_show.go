package validator

// The rules for what ties shows together and to what is around them:
// identity, media, payments, live streams, schedules and conversations.
var (
	podcastGUIDInvalid = &Rule{
		Code: "podcast-guid-invalid", Level: Error, Spec: podcastTag("guid", "guid: node value"),
		What: "the guid of a show is not a UUID", Why: "Indexes that know shows by it refuse it.", Mend: "Write the UUID of version 5 that was assigned to the show: 9b024349-ccf0-5f69-a609-6b82873eab3c.",
		Bad: Example{In: "rss:channel", Text: "<podcast:guid>my-show</podcast:guid>"}, Good: Example{In: "rss:channel", Text: "<podcast:guid>9b024349-ccf0-5f69-a609-6b82873eab3c</podcast:guid>"},
	}
	podcastGUIDVersion = &Rule{
		Code: "podcast-guid-version", Level: Warning, Spec: podcastTag("guid", "guid: node value"),
		What: "the guid of a show is not a UUID of version 5", Why: "It is to be made of the feed's address, so that everybody comes to the same one; another kind was probably made at random.", Mend: "Take the one that the Podcast Index has for the show, or make it of the feed's address without its scheme, in the namespace ead4c236-bf58-58c6-a2c6-a6b28d128cb6.",
		Bad: Example{In: "rss:channel", Text: "<podcast:guid>1225c695-cfb8-4ebb-aaaa-80da344efa6a</podcast:guid>"}, Good: Example{In: "rss:channel", Text: "<podcast:guid>9b024349-ccf0-5f69-a609-6b82873eab3c</podcast:guid>"},
	}
	podcastMediumInvalid = &Rule{
		Code: "podcast-medium-invalid", Level: Error, Spec: podcastTag("medium", "medium: node value"),
		What: "a medium is not one of the list", Why: "Apps take the feed for a podcast, and music is played at double speed.", Mend: "Write podcast, music, video, film, audiobook, newsletter, blog, publisher or course; with L behind for a list of it (musicL), or mixed.",
		Bad: Example{In: "rss:channel", Text: "<podcast:medium>radio</podcast:medium>"}, Good: Example{In: "rss:channel", Text: "<podcast:medium>music</podcast:medium>"},
	}
	podcastListItems = &Rule{
		Code: "podcast-list-with-items", Level: Warning, Spec: podcastTag("medium", "medium: list mediums"),
		What: "a feed of a list medium has items of its own", Why: "A list holds podcast:remoteItem only: apps do not show the items.", Mend: "Put the items into a feed of their own and name them here by podcast:remoteItem, or take the medium without its L.",
		Bad:  Example{In: "rss:channel", Text: `<title>News</title><podcast:medium>musicL</podcast:medium><podcast:remoteItem feedGuid="9b024349-ccf0-5f69-a609-6b82873eab3c"/><item><title>One</title><guid>https://example.com/1</guid></item>`},
		Good: Example{In: "rss:channel", Text: `<podcast:medium>musicL</podcast:medium><podcast:remoteItem feedGuid="9b024349-ccf0-5f69-a609-6b82873eab3c"/>`},
	}
	podcastListEmpty = &Rule{
		Code: "podcast-list-empty", Level: Warning, Spec: podcastTag("medium", "medium: list mediums"),
		What: "a feed of a list medium has no podcast:remoteItem", Why: "There is nothing in the list.", Mend: "Add a podcast:remoteItem with feedGuid for each entry.",
		Bad: Example{In: "rss:channel", Text: "<podcast:medium>musicL</podcast:medium>"}, Good: Example{In: "rss:channel", Text: `<podcast:medium>musicL</podcast:medium><podcast:remoteItem feedGuid="9b024349-ccf0-5f69-a609-6b82873eab3c"/>`},
	}
	podcastPublisherFeed = &Rule{
		Code: "podcast-publisher-feed", Level: Error, Spec: Spec{"Podcasting 2.0, publisher feed requirements", podcastDocs + "examples/publishers/publishers.md"},
		What: "a publisher's feed lacks podcast:guid or podcast:remoteItem", Why: "Shows refer to the publisher by its guid, and it to them by remote items: without both, apps discard the tie.", Mend: "Add the element that is named to <channel>.",
		Bad:  Example{In: "rss:channel", Text: `<podcast:medium>publisher</podcast:medium><podcast:guid>003af0a0-6a45-55cf-b765-68e3d349551a</podcast:guid>`},
		Good: Example{In: "rss:channel", Text: `<podcast:medium>publisher</podcast:medium><podcast:guid>003af0a0-6a45-55cf-b765-68e3d349551a</podcast:guid><podcast:remoteItem feedGuid="9b024349-ccf0-5f69-a609-6b82873eab3c"/>`},
	}
	podcastPublisherMedium = &Rule{
		Code: "podcast-publisher-medium", Level: Error, Spec: podcastTag("publisher", "publisher: remoteItem"),
		What: "the podcast:remoteItem of podcast:publisher does not say that it points to a publisher's feed", Why: "Apps take it for a show.", Mend: `Write medium="publisher".`,
		Bad:  Example{In: "rss:channel", Text: `<podcast:publisher><podcast:remoteItem feedGuid="003af0a0-6a45-55cf-b765-68e3d349551a" feedUrl="https://example.com/publisher.xml"/></podcast:publisher>`},
		Good: Example{In: "rss:channel", Text: `<podcast:publisher><podcast:remoteItem medium="publisher" feedGuid="003af0a0-6a45-55cf-b765-68e3d349551a" feedUrl="https://example.com/publisher.xml"/></podcast:publisher>`},
	}
	podcastLiveStatus = &Rule{
		Code: "podcast-live-status", Level: Error, Spec: podcastTag("live-item", "liveItem: status"),
		What: "the status of a live item is not pending, live or ended", Why: "Apps tell by it whether the stream has started.", Mend: "Write pending, live or ended.",
		Bad:  Example{In: "rss:channel", Text: podcastLiveExample("started", "2026-11-20T08:00:00+08:00", "2026-11-20T10:00:00+08:00")},
		Good: Example{In: "rss:channel", Text: podcastLiveExample("live", "2026-11-20T08:00:00+08:00", "2026-11-20T10:00:00+08:00")},
	}
	podcastLiveOrder = &Rule{
		Code: "podcast-live-ends-first", Level: Warning, Spec: podcastTag("live-item", "liveItem: start, end"),
		What: "a live item ends before it starts", Why: "Apps take the stream for over.", Mend: "Correct one of the times, and its zone.",
		Bad:  Example{In: "rss:channel", Text: podcastLiveExample("pending", "2026-11-20T08:00:00+08:00", "2026-11-20T07:00:00+08:00")},
		Good: Example{In: "rss:channel", Text: podcastLiveExample("pending", "2026-11-20T08:00:00+08:00", "2026-11-20T09:00:00+08:00")},
	}
	podcastLiveLink = &Rule{
		Code: "podcast-live-link-missing", Level: Error, Spec: podcastTag("live-item", "liveItem: contentLink (required)"),
		What: "a live item has no podcast:contentLink", Why: "A listener whose app cannot play the stream has nowhere to go.", Mend: "Add <podcast:contentLink href=\"...\"> with the page that plays it.",
		Bad:  Example{In: "rss:channel", Text: `<title>News</title><podcast:liveItem status="live" start="2026-11-20T08:00:00+08:00" end="2026-11-20T10:00:00+08:00"><title>Live</title><guid isPermaLink="false">tag:example.com,2026:live</guid></podcast:liveItem>`},
		Good: Example{In: "rss:channel", Text: podcastLiveExample("live", "2026-11-20T08:00:00+08:00", "2026-11-20T10:00:00+08:00")},
	}
	podcastSocialProtocol = &Rule{
		Code: "podcast-social-protocol", Level: Warning, Spec: podcastTag("social-interact", "socialInteract: protocol"),
		What: "the protocol of podcast:socialInteract is not one of the list", Why: "Apps do not know how to fetch the comments.", Mend: "Write activitypub, atproto, bluesky, twitter, lightning, hive, matrix, nostr or disabled.",
		Bad: Example{In: "rss:item", Text: `<podcast:socialInteract protocol="mastodon" uri="https://example.social/@li/1" accountId="@li"/>`}, Good: Example{In: "rss:item", Text: `<podcast:socialInteract protocol="activitypub" uri="https://example.social/@li/1" accountId="@li"/>`},
	}
	podcastSocialDisabled = &Rule{
		Code: "podcast-social-disabled", Level: Warning, Spec: podcastTag("social-interact", "socialInteract: disabled"),
		What: "comments are disabled and yet have an address or an account", Why: "Nobody can tell which is meant.", Mend: "Leave protocol=\"disabled\" alone, or name the protocol.",
		Bad: Example{In: "rss:item", Text: `<podcast:socialInteract protocol="disabled" uri="https://example.social/@li/1"/>`}, Good: Example{In: "rss:item", Text: `<podcast:socialInteract protocol="disabled"/>`},
	}
	podcastSocialPriority = &Rule{
		Code: "podcast-social-priority", Level: Info, Spec: podcastTag("social-interact", "socialInteract: priority"),
		What: "there are several podcast:socialInteract and one has no priority", Why: "Apps do not know which comments to show first.", Mend: `Add priority="1" to the first, priority="2" to the second.`,
		Bad:  Example{In: "rss:item", Text: `<podcast:socialInteract protocol="activitypub" uri="https://example.social/@li/1" accountId="@li"/><podcast:socialInteract protocol="twitter" uri="https://example.com/li/1" accountId="@li"/>`},
		Good: Example{In: "rss:item", Text: `<podcast:socialInteract priority="1" protocol="activitypub" uri="https://example.social/@li/1" accountId="@li"/><podcast:socialInteract priority="2" protocol="twitter" uri="https://example.com/li/1" accountId="@li"/>`},
	}
	podcastBlockService = &Rule{
		Code: "podcast-block-service", Level: Info, Spec: podcastTag("block", "block: id"),
		What: "the id of podcast:block is not in the list of services", Why: "No platform knows itself by that name: nothing is blocked.", Mend: "Take the name from the namespace's list of service slugs: apple, spotify, youtube, amazon.",
		Bad: Example{In: "rss:channel", Text: `<podcast:block id="apple podcasts">yes</podcast:block>`}, Good: Example{In: "rss:channel", Text: `<podcast:block id="apple">yes</podcast:block>`},
	}
	podcastBlockTwice = &Rule{
		Code: "podcast-block-contradictory", Level: Warning, Spec: podcastTag("block", "block"),
		What: "a platform is blocked and allowed", Why: "A no stands over a yes: the platform takes the feed.", Mend: "Keep one of the two.",
		Bad:  Example{In: "rss:channel", Text: `<podcast:block id="apple">yes</podcast:block><podcast:block id="apple">no</podcast:block>`},
		Good: Example{In: "rss:channel", Text: `<podcast:block>yes</podcast:block><podcast:block id="apple">no</podcast:block>`},
	}
	podcastRRuleInvalid = &Rule{
		Code: "podcast-rrule-invalid", Level: Error, Spec: Spec{"Podcasting 2.0, updateFrequency: rrule; RFC 5545 §3.3.10", "https://www.rfc-editor.org/rfc/rfc5545#section-3.3.10"},
		What: "rrule is not a recurrence rule", Why: "Apps cannot tell when the next episode is due.", Mend: "Write FREQ=WEEKLY;BYDAY=MO: parts with = and semicolons between, FREQ among them, in upper case.",
		Bad: Example{In: "rss:channel", Text: `<podcast:updateFrequency rrule="weekly">Weekly</podcast:updateFrequency>`}, Good: Example{In: "rss:channel", Text: `<podcast:updateFrequency rrule="FREQ=WEEKLY;BYDAY=MO,WE">Mondays and Wednesdays</podcast:updateFrequency>`},
	}
	podcastRRuleStart = &Rule{
		Code: "podcast-rrule-start-missing", Level: Error, Spec: podcastTag("update-frequency", "updateFrequency: dtstart"),
		What: "a recurrence rule counts (COUNT) and dtstart is not there", Why: "Nobody knows from when to count.", Mend: "Add dtstart with the day of the first episode.",
		Bad:  Example{In: "rss:channel", Text: `<podcast:updateFrequency rrule="FREQ=WEEKLY;COUNT=10">Ten weeks</podcast:updateFrequency>`},
		Good: Example{In: "rss:channel", Text: `<podcast:updateFrequency rrule="FREQ=WEEKLY;COUNT=10" dtstart="2026-11-20T00:00:00Z">Ten weeks</podcast:updateFrequency>`},
	}
	podcastRRuleUntil = &Rule{
		Code: "podcast-rrule-until-form", Level: Error, Spec: podcastTag("update-frequency", "updateFrequency: dtstart"),
		What: "one of UNTIL and dtstart is a day, the other a time", Why: "RFC 5545 has both of one kind: software that keeps to it refuses the rule.", Mend: "Write both as days, or both as times.",
		Bad:  Example{In: "rss:channel", Text: `<podcast:updateFrequency rrule="FREQ=WEEKLY;UNTIL=20261231T000000Z" dtstart="2026-11-20">Till the end of the year</podcast:updateFrequency>`},
		Good: Example{In: "rss:channel", Text: `<podcast:updateFrequency rrule="FREQ=WEEKLY;UNTIL=20261231" dtstart="2026-11-20">Till the end of the year</podcast:updateFrequency>`},
	}
	podcastChatProtocol = &Rule{
		Code: "podcast-chat-protocol", Level: Warning, Spec: podcastTag("chat", "chat: protocol"),
		What: "the protocol of a chat is not one of the list", Why: "Apps do not know how to join.", Mend: "Write irc, xmpp, nostr or matrix.",
		Bad: Example{In: "rss:channel", Text: `<podcast:chat server="chat.example.com" protocol="slack" accountId="@li"/>`}, Good: Example{In: "rss:channel", Text: `<podcast:chat server="chat.example.com" protocol="matrix" accountId="@li:example.com"/>`},
	}
	podcastChatServer = &Rule{
		Code: "podcast-chat-server", Level: Error, Spec: podcastTag("chat", "chat: server"),
		What: "the server of a chat is not the bare name of a host", Why: "Apps add the scheme of the protocol themselves.", Mend: "Write the host alone: irc.example.com.",
		Bad: Example{In: "rss:channel", Text: `<podcast:chat server="irc://irc.example.com/" protocol="irc" accountId="@li"/>`}, Good: Example{In: "rss:channel", Text: `<podcast:chat server="irc.example.com" protocol="irc" accountId="@li"/>`},
	}
)
