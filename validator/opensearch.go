package validator

import (
	"strings"

	"tributary/validator/value"
)

const openSearchSpec = "https://github.com/dewitt/opensearch/blob/master/opensearch-1-1-draft-6.md"

var openSearchGrammar = extensionRules{prefix: "opensearch", name: "OpenSearch", spec: Spec{"OpenSearch 1.1, response elements", openSearchSpec + "#opensearch-response-elements"},
	good: Example{In: "atom:feed", Text: `<openSearch:totalResults>12</openSearch:totalResults><openSearch:Query role="request" searchTerms="markets"/>`}, unknown: "<openSearch:total>12</openSearch:total>",
	repeated: "<openSearch:totalResults>12</openSearch:totalResults><openSearch:totalResults>13</openSearch:totalResults>", attrMissing: `<openSearch:Query searchTerms="markets"/>`,
}.grammar()

// openSearchFamily is the elements of OpenSearch responses.
var openSearchFamily = &family{
	name: "opensearch", rules: append(openSearchGrammar.rules(), openSearchRole, openSearchEncoding, openSearchTerms, openSearchTitle), grammar: openSearchGrammar,
	namespaces: []namespace{{short: "openSearch:", uri: "http://a9.com/-/spec/opensearch/1.1/", prefix: "opensearch"}, {short: "openSearchRSS:", uri: "http://a9.com/-/spec/opensearchrss/1.0/", prefix: "openSearch"}},
	elements: map[string]*element{
		"openSearch:totalResults": {text: natural}, "openSearch:startIndex": {text: integer}, "openSearch:itemsPerPage": {text: natural},
		"openSearchRSS:totalResults": {text: natural}, "openSearchRSS:startIndex": {text: integer}, "openSearchRSS:itemsPerPage": {text: natural},
		"openSearch:Query": {attrs: attrs{
			"role": {required: true, check: queryRole}, "title": {check: queryTitle}, "totalResults": {check: natural}, "searchTerms": {check: queryTerms},
			"count": {check: natural}, "startIndex": {check: integer}, "startPage": {check: integer}, "language": {check: queryLanguage},
			"inputEncoding": {check: queryEncoding}, "outputEncoding": {check: queryEncoding},
		}},
	},
	in: map[string]string{"channel": openSearchChildren, "a:feed": openSearchChildren},
}

const openSearchChildren = "openSearch:totalResults? openSearch:startIndex? openSearch:itemsPerPage? openSearch:Query* openSearchRSS:totalResults? openSearchRSS:startIndex? openSearchRSS:itemsPerPage?"

var (
	openSearchRole = &Rule{
		Code: "opensearch-query-role", Level: Error, W3C: "InvalidLocalRole", Spec: Spec{"OpenSearch 1.1, Query role values", openSearchSpec + "#local-role-values"},
		What: "the role of a query is not a defined one", Why: "A client does not know what the query is for.", Mend: "Write request, example, related, correction, subset or superset; roles of your own need a prefix.",
		Bad: Example{In: "atom:feed", Text: `<openSearch:Query role="asked" searchTerms="markets"/>`}, Good: Example{In: "atom:feed", Text: `<openSearch:Query role="request" searchTerms="markets"/>`},
	}
	openSearchEncoding = &Rule{
		Code: "opensearch-encoding", Level: Error, W3C: "InvalidEncoding", Spec: Spec{"OpenSearch 1.1, inputEncoding, outputEncoding", openSearchSpec + "#the-inputencoding-parameter"},
		What: "an encoding of a query is not known", Why: "A client cannot write the query.", Mend: "Write UTF-8.",
		Bad: Example{In: "atom:feed", Text: `<openSearch:Query role="request" inputEncoding="klingon"/>`}, Good: Example{In: "atom:feed", Text: `<openSearch:Query role="request" inputEncoding="UTF-8"/>`},
	}
	openSearchTerms = &Rule{
		Code: "opensearch-terms-encoding", Level: Error, W3C: "NotURLEncoded", Spec: Spec{"OpenSearch 1.1, searchTerms", openSearchSpec + "#the-searchterms-parameter"},
		What: "the search terms are not percent-encoded", Why: "The value is put into an address as it stands.", Mend: "Encode letters outside ASCII: H%C3%A4user.",
		Bad: Example{In: "atom:feed", Text: `<openSearch:Query role="request" searchTerms="Häuser"/>`}, Good: Example{In: "atom:feed", Text: `<openSearch:Query role="request" searchTerms="H%C3%A4user"/>`},
	}
	openSearchTitle = &Rule{
		Code: "opensearch-title-long", Level: Error, W3C: "TooLong", Spec: Spec{"OpenSearch 1.1, Query title", openSearchSpec + "#the-query-element"},
		What: "the title of a query is longer than 256 characters", Why: "OpenSearch allows no more.", Mend: "Shorten it.",
	}
)

func queryRole(c *checker, v val) {
	if strings.Contains(v.s, ":") {
		return
	}
	oneOf(openSearchRole, "request", "example", "related", "correction", "subset", "superset")(c, v)
}

func queryTitle(c *checker, v val) {
	c.longest(openSearchTitle, v, 256)
	plainText(c, v)
}

// longest reports a text of more than so many characters.
func (c *checker) longest(r *Rule, v val, most int) {
	if len(v.s) <= most {
		return
	}
	if n := len([]rune(v.s)); n > most {
		c.report(r, v.whole(), "%s has %d characters, at most %d are allowed", v.label(), n, most)
	}
}

func queryTerms(c *checker, v val) {
	if i := value.NonASCII(v.s); i >= 0 {
		c.report(openSearchTerms, v.at(i, len(v.s)-i), "%s is not percent-encoded: %q", v.label(), shorten(v.s))
	}
}

func queryLanguage(c *checker, v val) {
	if v.s != "*" {
		languageTag(c, v)
	}
}

func queryEncoding(c *checker, v val) {
	if _, err := decoderOf(strings.ToLower(v.s)); err != nil {
		c.report(openSearchEncoding, v.whole(), "%s is %q, which is no known encoding", v.label(), v.s)
	}
}
