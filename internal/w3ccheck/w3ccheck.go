// Package w3ccheck tells, for tests, what the W3C feed validator would say of
// a document of ours.
//
// It knows the message classes that Atom, RSS and OPML documents written by
// package render could bring about, from the validator's public explanations
// and the conformance cases in ../shared/conformance/validator, by which it is
// calibrated. Where that validator departs from a specification (KNOWN-WRONG.md
// beside the cases), it follows the specification. It is no general validator.
package w3ccheck

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Severity says how much a finding weighs.
type Severity string

// An error makes a document invalid; a warning is advice.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// A Finding is one thing that is wrong with a document.
type Finding struct {
	Class    string // the W3C validator's message class
	Severity Severity
	Line     int    // from 1; 0 when it has none
	Detail   string // the element or attribute, and its value
}

func (f Finding) String() string {
	return fmt.Sprintf("line %d: %s %s: %s", f.Line, f.Severity, f.Class, f.Detail)
}

// Check returns what is wrong with an Atom, RSS 2.0 or OPML document, in its
// order. A document that is not well-formed gets that finding alone.
func Check(doc []byte) []Finding {
	c := &checker{now: time.Now()}
	root, err := parse(doc)
	if err != nil {
		c.report("SAXError", err.line, "%s", err.text)
		return c.findings
	}
	c.root(root)
	slices.SortStableFunc(c.findings, func(a, b Finding) int { return a.Line - b.Line })
	return c.findings
}

// Classes returns the classes that Check knows.
func Classes() []string {
	var out []string
	for class := range severities {
		out = append(out, class)
	}
	slices.Sort(out)
	return out
}

// severities are those of the classes that Check knows.
var severities = func() map[string]Severity {
	out := map[string]Severity{}
	for class := range strings.FieldsSeq(`DuplicateAtomLink DuplicateElement DuplicateValue IncorrectDOW InvalidAddrSpec
		InvalidBooleanAttribute InvalidContact InvalidFullLink InvalidHttpGUID InvalidIntegerAttribute InvalidLanguage InvalidLink
		InvalidMIMEAttribute InvalidMIMEType InvalidNamespace InvalidNonNegativeInteger InvalidOPMLVersion InvalidPermalink
		InvalidRFC2822Date InvalidRFC3339Date InvalidRSSVersion InvalidTAG InvalidTextType InvalidTrueFalse InvalidURLAttribute
		InvalidURN InvalidUUID InvalidUriChar ItemMustContainTitleOrDescription MisplacedMetadata MissingAttribute
		MissingContentOrAlternate MissingDescription MissingElement MissingHref MissingLink MissingSummary MissingTitle
		MissingXhtmlDiv SAXError UndefinedElement UnexpectedAttribute UnexpectedText UnexpectedWhitespace UriNotIri
		UseZeroForUnknown`) {
		out[class] = Error
	}
	for class := range strings.FieldsSeq(`AtomLinkNotEmpty AttrNotBlank BadCharacters CharacterData ContainsEmail ContainsHTML
		ContainsRelRef ContainsUndeclaredHTML DangerousStyleAttr DuplicateEnclosure DuplicateEntries DuplicateItemSemantics
		DuplicateSemantics DuplicateUpdated EmailFormat HtmlFragment ImplausibleDate InvalidOutlineVersion MisplacedItem
		MissingAtomSelfLink MissingGuid MissingRealName MissingSelf MissingSourceElement MissingTextualContent MissingTitleAttr
		MissingTypeAttr MissingUrlAttr MissingXmlURL NeedDescriptionBeforeContent NonCanonicalURI NotBlank NotHtml
		NotSufficientlyUnique ProblematicalRFC822Date RelativeSelf SchemeNotIANARegistered SecurityRisk SecurityRiskAttr
		SelfNotAtom UnknownNamespace UnregisteredAtomLinkRel`) {
		out[class] = Warning
	}
	return out
}()

// A checker gathers the findings of one document.
type checker struct {
	findings []Finding
	now      time.Time
	rss      bool // the document is RSS
}

func (c *checker) report(class string, line int, format string, args ...any) {
	severity, known := severities[class]
	if !known {
		panic("w3ccheck: no class " + class)
	}
	c.findings = append(c.findings, Finding{Class: class, Severity: severity, Line: line, Detail: fmt.Sprintf(format, args...)})
}

// root checks a document by the format that its root element tells.
func (c *checker) root(n *node) {
	switch {
	case n.name == "a:feed":
		c.element(n)
		c.atomFeed(n)
	case n.name == "rss":
		c.rss = true
		c.element(n)
		c.rssDocument(n)
	case n.name == "opml":
		c.element(n)
		c.opmlDocument(n)
	case n.name == "feed" || strings.HasSuffix(n.name, ":feed"):
		c.report("InvalidNamespace", n.line, "the root element is in no known namespace")
	default:
		c.report("UndefinedElement", n.line, "%s is the root of no feed", n.name)
	}
}

// characters looks for what shows that text was mis-decoded.
func (c *checker) characters(n *node) {
	if bytes.ContainsFunc([]byte(n.text), func(r rune) bool { return r == 0xfffd || r >= 0x80 && r <= 0x9f }) {
		c.report("BadCharacters", n.line, "%s: control or replacement characters", n.name)
	}
}
