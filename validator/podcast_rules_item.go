package validator

// The rules for what an episode or a show has: transcripts, people, places,
// licences, files and pictures.
var (
	podcastTranscriptType = &Rule{
		Code: "podcast-transcript-type", Level: Warning, Spec: podcastTag("transcript", "transcript: type"),
		What: "a transcript is of a kind that apps do not read", Why: "Apps show transcripts in WebVTT, SRT, JSON, HTML and plain text; Apple Podcasts takes WebVTT and SRT.", Mend: "Offer WebVTT (text/vtt), perhaps beside it.",
		Bad: Example{In: "rss:item", Text: `<podcast:transcript url="https://example.com/1.pdf" type="application/pdf"/>`}, Good: Example{In: "rss:item", Text: `<podcast:transcript url="https://example.com/1.vtt" type="text/vtt"/>`},
	}
	podcastTranscriptRel = &Rule{
		Code: "podcast-transcript-rel", Level: Warning, Spec: podcastTag("transcript", "transcript: rel"),
		What: "rel of a transcript has a value that means nothing", Why: "captions is the only one there is.", Mend: `Write rel="captions" for a file with time codes, or leave it out.`,
		Bad: Example{In: "rss:item", Text: `<podcast:transcript url="https://example.com/1.vtt" type="text/vtt" rel="subtitles"/>`}, Good: Example{In: "rss:item", Text: `<podcast:transcript url="https://example.com/1.vtt" type="text/vtt" rel="captions"/>`},
	}
	podcastChaptersType = &Rule{
		Code: "podcast-chapters-type", Level: Warning, Spec: podcastTag("chapters", "chapters: type"),
		What: "chapters are not given as JSON", Why: "Apps read the namespace's own JSON format of chapters only.", Mend: `Offer them as JSON, with type="application/json+chapters".`,
		Bad: Example{In: "rss:item", Text: `<podcast:chapters url="https://example.com/1.txt" type="text/plain"/>`}, Good: Example{In: "rss:item", Text: `<podcast:chapters url="https://example.com/1.json" type="application/json+chapters"/>`},
	}
	podcastSoundbite = &Rule{
		Code: "podcast-soundbite-length", Level: Info, Spec: podcastTag("soundbite", "soundbite: duration"),
		What: "a soundbite is not 15 to 120 seconds long", Why: "Apps make previews of it that are meant to be of that length.", Mend: "Choose a part of 15 to 120 seconds.",
		Bad: Example{In: "rss:item", Text: `<podcast:soundbite startTime="73.0" duration="600"/>`}, Good: Example{In: "rss:item", Text: `<podcast:soundbite startTime="73.0" duration="60.0"/>`},
	}
	podcastPersonRole = &Rule{
		Code: "podcast-person-role", Level: Warning, Spec: podcastTag("person", "person: role"),
		What: "the role of a person is not one of the Podcast Taxonomy", Why: "Directories that list a person's work by role ignore it.", Mend: "Take a role of the taxonomy, in any case: host, guest, producer, editor, composer, cover art designer.",
		Bad: Example{In: "rss:item", Text: `<podcast:person role="boss">Li Wei</podcast:person>`}, Good: Example{In: "rss:item", Text: `<podcast:person role="Guest Host">Li Wei</podcast:person>`},
	}
	podcastPersonGroup = &Rule{
		Code: "podcast-person-group", Level: Warning, Spec: podcastTag("person", "person: group"),
		What: "the group of a person is not one of the Podcast Taxonomy", Why: "Directories that list a person's work by group ignore it.", Mend: "Take a group of the taxonomy, in any case: cast, writing, audio production, visuals, community.",
		Bad: Example{In: "rss:item", Text: `<podcast:person group="crew">Li Wei</podcast:person>`}, Good: Example{In: "rss:item", Text: `<podcast:person group="writing" role="author">Li Wei</podcast:person>`},
	}
	podcastLocationRel = &Rule{
		Code: "podcast-location-rel", Level: Error, Spec: podcastTag("location", "location: rel"),
		What: "rel of a location is neither subject nor creator", Why: "Apps cannot tell whether the show is about the place or made there.", Mend: "Write subject (what it is about) or creator (where it is made).",
		Bad: Example{In: "rss:item", Text: `<podcast:location rel="studio" osm="R912940">Beijing</podcast:location>`}, Good: Example{In: "rss:item", Text: `<podcast:location rel="creator" osm="R912940">Beijing</podcast:location>`},
	}
	podcastGeoInvalid = &Rule{
		Code: "podcast-geo-invalid", Level: Error, Spec: Spec{"Podcasting 2.0, location: geo; RFC 5870 §3.3", podcastTags + "location"},
		What: "geo is not a geo: URI", Why: "Apps cannot put the place on a map.", Mend: "Write geo:latitude,longitude in degrees: geo:39.9042,116.4074.",
		Bad: Example{In: "rss:item", Text: `<podcast:location geo="39.9042,116.4074">Beijing</podcast:location>`}, Good: Example{In: "rss:item", Text: `<podcast:location geo="geo:39.9042,116.4074">Beijing</podcast:location>`},
	}
	podcastOSMInvalid = &Rule{
		Code: "podcast-osm-invalid", Level: Error, Spec: podcastTag("location", "location: osm"),
		What: "osm is not an identifier of OpenStreetMap", Why: "Apps cannot look the place up.", Mend: "Write N, W or R (node, way, relation) and the number: R912940; a revision may follow after #.",
		Bad: Example{In: "rss:item", Text: `<podcast:location osm="912940">Beijing</podcast:location>`}, Good: Example{In: "rss:item", Text: `<podcast:location osm="R912940">Beijing</podcast:location>`},
	}
	podcastCountryInvalid = &Rule{
		Code: "podcast-country-invalid", Level: Error, Spec: Spec{"Podcasting 2.0, location: country", podcastTags + "location"},
		What: "country is not a code of ISO 3166-1", Why: "Apps show a flag by it.", Mend: "Write the code of two letters: CN, GB (not UK).",
		Bad: Example{In: "rss:item", Text: `<podcast:location country="UK" osm="R65606">London</podcast:location>`}, Good: Example{In: "rss:item", Text: `<podcast:location country="GB" osm="R65606">London</podcast:location>`},
	}
	podcastLicenseURL = &Rule{
		Code: "podcast-license-url-missing", Level: Error, Spec: podcastTag("license", "license: url (required for custom licenses)"),
		What: "a licence of your own has no url", Why: "Nobody can read what it allows.", Mend: "Add url with the address of its text, or write an identifier of the SPDX list: cc-by-4.0.",
		Bad: Example{In: "rss:channel", Text: "<podcast:license>our-licence-v1</podcast:license>"}, Good: Example{In: "rss:channel", Text: `<podcast:license url="https://example.com/licence">our-licence-v1</podcast:license>`},
	}
	podcastLicenseCase = &Rule{
		Code: "podcast-license-case", Level: Info, Spec: podcastTag("license", "license: node value"),
		What: "the identifier of a well-known licence has capitals", Why: "The specification asks for lower case (though an example of its own has capitals): simple software compares letter by letter.", Mend: "Write it in lower case: cc-by-4.0.",
		Bad: Example{In: "rss:channel", Text: "<podcast:license>CC-BY-4.0</podcast:license>"}, Good: Example{In: "rss:channel", Text: "<podcast:license>cc-by-4.0</podcast:license>"},
	}
	podcastIntegrityType = &Rule{
		Code: "podcast-integrity-type", Level: Error, Spec: podcastTag("integrity", "integrity: type"),
		What: "the type of an integrity check is neither sri nor pgp-signature", Why: "Apps do not know how to check the file.", Mend: "Write sri with a digest, or pgp-signature with a signature.",
		Bad:  Example{In: "rss:item", Text: podcastIntegrityExample("sha384", "sha384-ExVqijgYHm15PqQqdXfW95x+Rs6C+d6E/ICxyQOeFevnxNLR/wtJNrNYTjIysUBo")},
		Good: Example{In: "rss:item", Text: podcastIntegrityExample("sri", "sha384-ExVqijgYHm15PqQqdXfW95x+Rs6C+d6E/ICxyQOeFevnxNLR/wtJNrNYTjIysUBo")},
	}
	podcastIntegrityValue = &Rule{
		Code: "podcast-integrity-value", Level: Error, Spec: Spec{"Podcasting 2.0, integrity: value; Subresource Integrity §3.5", podcastTags + "integrity"},
		What: "the value of an integrity check is not written as its type asks", Why: "The check fails for a file that is whole.", Mend: "Write sha256-, sha384- or sha512- and the digest in Base64; of a signature its Base64.",
		Bad:  Example{In: "rss:item", Text: podcastIntegrityExample("sri", "sha384-ExVqijgYHm15")},
		Good: Example{In: "rss:item", Text: podcastIntegrityExample("sri", "sha384-ExVqijgYHm15PqQqdXfW95x+Rs6C+d6E/ICxyQOeFevnxNLR/wtJNrNYTjIysUBo")},
	}
	podcastImagesOld = &Rule{
		Code: "podcast-images-deprecated", Level: Info, Spec: Spec{"Podcasting 2.0, images (deprecated)", podcastTags + "images"},
		What: "podcast:images has been replaced", Why: "Newer apps read podcast:image only.", Mend: "Write a podcast:image with href and width for each picture.",
		Bad:  Example{In: "rss:item", Text: `<podcast:images srcset="https://example.com/a.jpg 1500w"/>`},
		Good: Example{In: "rss:item", Text: `<podcast:image href="https://example.com/a.jpg" width="1500" aspect-ratio="1/1" alt="A harbour"/>`},
	}
	podcastSrcsetInvalid = &Rule{
		Code: "podcast-srcset-invalid", Level: Error, Spec: podcastTag("images", "images: srcset"),
		What: "srcset is not a list of full addresses with their widths", Why: "Apps show none of the pictures.", Mend: "Write address, space, width in pixels and w, and commas between: https://example.com/a.jpg 1500w, https://example.com/b.jpg 600w.",
		Bad: Example{In: "rss:item", Text: `<podcast:images srcset="/a.jpg 1500w"/>`}, Good: Example{In: "rss:item", Text: `<podcast:images srcset="https://example.com/a.jpg 1500w, https://example.com/b.jpg 600w"/>`},
	}
	podcastRatioInvalid = &Rule{
		Code: "podcast-aspect-ratio-invalid", Level: Error, Spec: podcastTag("image", "image: aspect-ratio"),
		What: "aspect-ratio is not written as in CSS", Why: "Apps cannot tell where the picture fits.", Mend: "Write width, slash, height: 16/9.",
		Bad:  Example{In: "rss:item", Text: `<podcast:image href="https://example.com/a.jpg" aspect-ratio="16:9" width="1600" alt="A harbour"/>`},
		Good: Example{In: "rss:item", Text: `<podcast:image href="https://example.com/a.jpg" aspect-ratio="16/9" width="1600" alt="A harbour"/>`},
	}
)

func podcastIntegrityExample(kind, value string) string {
	return `<podcast:alternateEnclosure type="audio/opus" length="1"><podcast:source uri="https://example.com/1.opus"/><podcast:integrity type="` + kind + `" value="` + value + `"/></podcast:alternateEnclosure>`
}
