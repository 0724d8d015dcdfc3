package link

import (
	"maps"
	"strings"
)

// trackingParameters tell a site where its visitor comes from and nothing else.
var trackingParameters = wordSet(`fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid li_fat_id
	igshid igsh mc_cid mc_eid mc_tc _hsenc _hsmi __hssc __hstc __hsfp hsctatracking mkt_tok vero_id vero_conv oly_anon_id
	oly_enc_id rb_clickid wickedid ml_subscriber ml_subscriber_hash _openstat at_medium at_campaign at_custom1 at_custom2
	at_custom3 at_custom4 ns_mchannel ns_source ns_campaign ns_linkname ns_fee xtor spm __twitter_impression ref_src epik
	srsltid _ga _gl guccounter guce_referrer guce_referrer_sig s_cid ncid cmpid piwik_campaign piwik_kwd pk_campaign
	pk_kwd pk_source pk_medium mtm_campaign mtm_source mtm_medium mtm_kwd sc_cmp trk_contact trk_msg trk_module trk_sid`)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		set[word] = true
	}
	return set
}

// Tracking returns the names of parameters that only track, those that begin
// with utm_ aside.
func Tracking() map[string]bool { return maps.Clone(trackingParameters) }

// isTracking reports whether a parameter, with or without its value, only tracks.
func isTracking(parameter string) bool {
	name, _, _ := strings.Cut(parameter, "=")
	if len(name) < 3 || len(name) > 32 {
		return false
	}
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "utm_") || trackingParameters[name]
}

// Untracked returns url without parameters that only track, in the query or
// as all of the fragment; the other bytes stay as they are.
func Untracked(url string) string {
	if !strings.ContainsAny(url, "?#") {
		return url
	}
	page, fragment, hasFragment := strings.Cut(url, "#")
	if hasFragment && strings.IndexByte(fragment, '=') > 0 && without(fragment) == "" {
		url, hasFragment = page, false
	}
	path, query, hasQuery := strings.Cut(page, "?")
	if !hasQuery {
		return url
	}
	kept := without(query)
	switch {
	case len(kept) == len(query):
		return url
	case kept != "":
		path += "?" + kept
	}
	if hasFragment {
		path += "#" + fragment
	}
	return path
}

// without returns query less its tracking parameters.
func without(query string) string {
	found := false
	for p := range strings.SplitSeq(query, "&") {
		found = found || isTracking(p)
	}
	if !found {
		return query
	}
	var out strings.Builder
	for p := range strings.SplitSeq(query, "&") {
		if isTracking(p) {
			continue
		}
		if out.Len() > 0 {
			out.WriteByte('&')
		}
		out.WriteString(p)
	}
	return out.String()
}
