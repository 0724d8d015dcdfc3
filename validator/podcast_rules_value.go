package validator

const podcastValueDoc = podcastDocs + "examples/value/value.md"

// podcastNode is a lightning node's public key for examples.
const podcastNode = "02d5c1bf8b940dc9cadca86d1b0a3c37fbe39cee4c7e839e33bef9174531d27f52"

// podcastValueExample is a block of one recipient, and what follows it.
func podcastValueExample(attrs, recipient, rest string) string {
	return `<podcast:value ` + attrs + `><podcast:valueRecipient name="Li Wei" ` + recipient + `/>` + rest + `</podcast:value>`
}

const (
	podcastLightning = `type="lightning" method="keysend"`
	podcastPaid      = `type="node" address="` + podcastNode + `" split="100"`
)

// The rules for payments.
var (
	podcastValueType = &Rule{
		Code: "podcast-value-type", Level: Warning, Spec: podcastTag("value", "value: type"),
		What: "the payment layer is not one of the list", Why: "Apps do not know how to pay.", Mend: "Write lightning.",
		Bad: Example{In: "rss:item", Text: podcastValueExample(`type="gold" method="default"`, podcastPaid, "")}, Good: Example{In: "rss:item", Text: podcastValueExample(podcastLightning, podcastPaid, "")},
	}
	podcastValueMethod = &Rule{
		Code: "podcast-value-method", Level: Error, Spec: Spec{"Podcasting 2.0, value: Lightning", podcastValueDoc + "#lightning"},
		What: "the method of a lightning payment is neither keysend nor amp", Why: "Apps do not know how to pay.", Mend: "Write keysend.",
		Bad: Example{In: "rss:item", Text: podcastValueExample(`type="lightning" method="invoice"`, podcastPaid, "")}, Good: Example{In: "rss:item", Text: podcastValueExample(podcastLightning, podcastPaid, "")},
	}
	podcastRecipientType = &Rule{
		Code: "podcast-recipient-type", Level: Warning, Spec: Spec{"Podcasting 2.0, value recipient address types", podcastValueDoc + "#value-recipient-address-types"},
		What: "the kind of a recipient's address is not one of the list", Why: "Apps do not know how to reach the recipient, and leave the share out.", Mend: "Write node, with the public key of a node, or lnaddress, with a lightning address.",
		Bad:  Example{In: "rss:item", Text: podcastValueExample(podcastLightning, `type="iban" address="DE02120300000000202051" split="100"`, "")},
		Good: Example{In: "rss:item", Text: podcastValueExample(podcastLightning, podcastPaid, "")},
	}
	podcastRecipientAddress = &Rule{
		Code: "podcast-recipient-address", Level: Error, Spec: Spec{"Podcasting 2.0, value: Lightning", podcastValueDoc + "#lightning"},
		What: "the address of a recipient is not of its kind", Why: "The payment fails, or goes nowhere.", Mend: "Of a node write the public key (66 hexadecimal digits that begin with 02 or 03), of a lightning address name@host.",
		Bad:  Example{In: "rss:item", Text: podcastValueExample(podcastLightning, `type="node" address="li@example.com" split="100"`, "")},
		Good: Example{In: "rss:item", Text: podcastValueExample(podcastLightning, `type="lnaddress" address="li@example.com" split="100"`, "")},
	}
	podcastCustomKeyInvalid = &Rule{
		Code: "podcast-custom-key-invalid", Level: Error, Spec: Spec{"Podcasting 2.0, value: Lightning, customKey", podcastValueDoc + "#lightning"},
		What: "customKey is not a number of 65,536 or more", Why: "It is the type of a record in a lightning message: lower ones are the protocol's own, and others cannot be sent.", Mend: "Write the number that the service gave you: 696969.",
		Bad:  Example{In: "rss:item", Text: podcastValueExample(podcastLightning, podcastPaid+` customKey="wallet" customValue="7"`, "")},
		Good: Example{In: "rss:item", Text: podcastValueExample(podcastLightning, podcastPaid+` customKey="696969" customValue="7"`, "")},
	}
	podcastCustomValue = &Rule{
		Code: "podcast-custom-value-alone", Level: Warning, Spec: podcastTag("value-recipient", "valueRecipient: customKey, customValue"),
		What: "customKey and customValue are not both there", Why: "One without the other is not sent: a shared node cannot tell whom the payment is for.", Mend: "Add the other, or remove both.",
		Bad:  Example{In: "rss:item", Text: podcastValueExample(podcastLightning, podcastPaid+` customValue="7"`, "")},
		Good: Example{In: "rss:item", Text: podcastValueExample(podcastLightning, podcastPaid+` customKey="696969" customValue="7"`, "")},
	}
	podcastNoShares = &Rule{
		Code: "podcast-shares-none", Level: Warning, Spec: podcastTag("value-recipient", "valueRecipient: split"),
		What: "all recipients of a payment have no share of it", Why: "Apps divide by the sum of the shares, which is 0.", Mend: "Give each recipient a share of 1 or more.",
		Bad:  Example{In: "rss:item", Text: podcastValueExample(podcastLightning, `type="node" address="`+podcastNode+`" split="0"`, `<podcast:valueRecipient name="Wang Fang" type="node" address="`+podcastNode+`" split="0"/>`)},
		Good: Example{In: "rss:item", Text: podcastValueExample(podcastLightning, podcastPaid, "")},
	}
	podcastSplitContent = &Rule{
		Code: "podcast-time-split-content", Level: Error, Spec: podcastTag("value-time-split", "valueTimeSplit: node value"),
		What: "podcast:valueTimeSplit does not hold one podcast:remoteItem or else recipients", Why: "Apps cannot tell who is paid during that time.", Mend: "Put exactly one podcast:remoteItem into it, or one or more podcast:valueRecipient, not both.",
		Bad:  Example{In: "rss:item", Text: podcastValueExample(podcastLightning, podcastPaid, `<podcast:valueTimeSplit startTime="60" duration="237"/>`)},
		Good: Example{In: "rss:item", Text: podcastValueExample(podcastLightning, podcastPaid, `<podcast:valueTimeSplit startTime="60" duration="237"><podcast:remoteItem feedGuid="9b024349-ccf0-5f69-a609-6b82873eab3c"/></podcast:valueTimeSplit>`)},
	}
	podcastSplitPercentage = &Rule{
		Code: "podcast-percentage-range", Level: Warning, Spec: podcastTag("value-time-split", "valueTimeSplit: remotePercentage"),
		What: "remotePercentage is not between 0 and 100", Why: "Less than 0 counts as 0, more than 100 as 100.", Mend: "Write a number from 0 to 100, without a percent sign.",
		Bad:  Example{In: "rss:item", Text: podcastValueExample(podcastLightning, podcastPaid, `<podcast:valueTimeSplit startTime="60" duration="237" remotePercentage="950"><podcast:remoteItem feedGuid="9b024349-ccf0-5f69-a609-6b82873eab3c"/></podcast:valueTimeSplit>`)},
		Good: Example{In: "rss:item", Text: podcastValueExample(podcastLightning, podcastPaid, `<podcast:valueTimeSplit startTime="60" duration="237" remotePercentage="95"><podcast:remoteItem feedGuid="9b024349-ccf0-5f69-a609-6b82873eab3c"/></podcast:valueTimeSplit>`)},
	}
)
