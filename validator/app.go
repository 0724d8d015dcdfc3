package validator

const rfc5023 = "https://www.rfc-editor.org/rfc/rfc5023"

// serviceDoc is a service document with this in its workspace.
func serviceDoc(workspace string) Example {
	return Example{Text: `<service xmlns="http://www.w3.org/2007/app" xmlns:atom="http://www.w3.org/2005/Atom"><workspace><atom:title>News</atom:title>` + workspace + `</workspace></service>`}
}

const goodCollection = `<collection href="https://example.com/entries"><atom:title>Entries</atom:title></collection>`

var appGrammar = func() grammar {
	g := extensionRules{prefix: "app", name: "AtomPub", spec: Spec{"RFC 5023 §8", rfc5023 + "#section-8"}, good: serviceDoc(goodCollection), unknown: "-", repeated: "-", missing: "-", attrMissing: "-"}.grammar()
	g.unknown.Bad = serviceDoc(goodCollection + "<folder/>")
	g.repeated.Bad = Example{In: "atom:entry", Text: "<app:control><app:draft>no</app:draft><app:draft>no</app:draft></app:control>"}
	g.missing.Bad = serviceDoc(`<collection href="https://example.com/entries"/>`)
	g.missingAttr.Bad = serviceDoc(`<collection><atom:title>Entries</atom:title></collection>`)
	for _, r := range g.rules() {
		r.Good = serviceDoc(goodCollection)
	}
	return g
}()

// appFamily is AtomPub: service and category documents, and what it adds to
// entries (RFC 5023).
var appFamily = &family{
	name: "app", grammar: appGrammar, rules: append(appGrammar.rules(), appYesNo, appCatAttr, appCatChildren, appQuestionable, appAcceptParam),
	namespaces: []namespace{{short: "app:", uri: "http://www.w3.org/2007/app", prefix: "app", also: []string{"http://purl.org/atom/app#"}}},
	elements: map[string]*element{
		"app:service":    {children: "app:workspace+"},
		"app:workspace":  {children: "a:title! app:collection*"},
		"app:collection": {children: "a:title! app:accept* app:categories*", attrs: attrs{"href": {required: true, check: uriReference}}, open: misplacedCollection},
		"app:categories": {children: "a:category*", attrs: attrs{"href": {check: uriReference}, "fixed": {check: oneOf(appYesNo, "yes", "no")}, "scheme": {check: uriAbsolute}}, check: categoriesEnd},
		"app:accept":     {text: acceptText},
		"app:control":    {children: "app:draft?"},
		"app:draft":      {text: oneOf(appYesNo, "yes", "no")},
		"app:edited":     {text: atomDate},
	},
	in: map[string]string{"a:entry": "app:control? app:edited? app:collection*", "a:feed": "app:collection*", "a:source": "app:collection*"},
}

var (
	appYesNo = &Rule{
		Code: "app-yes-no", Level: Error, W3C: "InvalidYesNo", Spec: Spec{"RFC 5023 §7.2.1, §13.1.1", rfc5023 + "#section-7.2.1"},
		What: "a switch of AtomPub is neither yes nor no", Why: "Clients take it for no.", Mend: "Write yes or no.",
		Bad: Example{In: "atom:entry", Text: "<app:control><app:draft>final</app:draft></app:control>"}, Good: Example{In: "atom:entry", Text: "<app:control><app:draft>yes</app:draft></app:control>"},
	}
	appCatAttr = &Rule{
		Code: "app-categories-attributes", Level: Error, W3C: "ConflictingCatAttr", Spec: Spec{"RFC 5023 §7.2.1", rfc5023 + "#section-7.2.1"},
		What: "categories that lie elsewhere have fixed or scheme", Why: "What lies elsewhere says it itself.", Mend: "Remove fixed and scheme, or href.",
		Bad: Example{Text: `<categories xmlns="http://www.w3.org/2007/app" href="https://example.com/cats" fixed="yes"/>`}, Good: Example{Text: `<categories xmlns="http://www.w3.org/2007/app" href="https://example.com/cats"/>`},
	}
	appCatChildren = &Rule{
		Code: "app-categories-children", Level: Error, W3C: "ConflictingCatChildren", Spec: Spec{"RFC 5023 §7.2.1", rfc5023 + "#section-7.2.1"},
		What: "categories that lie elsewhere hold categories", Why: "A client must take the one or the other.", Mend: "Remove the children, or href.",
		Bad:  Example{Text: `<categories xmlns="http://www.w3.org/2007/app" href="https://example.com/cats"><category xmlns="http://www.w3.org/2005/Atom" term="a"/></categories>`},
		Good: Example{Text: `<categories xmlns="http://www.w3.org/2007/app" href="https://example.com/cats"/>`},
	}
	appQuestionable = &Rule{
		Code: "app-unusual", Level: Warning, W3C: "QuestionableUsage", Spec: Spec{"RFC 5023 §8.3", rfc5023 + "#section-8.3"},
		What: "an element stands where nothing says what it means there", Why: "Clients ignore it.", Mend: "Move it to where RFC 5023 or RFC 4287 has it.",
		Bad: serviceDoc(`<collection href="https://example.com/entries"><atom:title>Entries</atom:title><atom:id>tag:example.com,2026:1</atom:id></collection>`), Good: serviceDoc(goodCollection),
	}
	appAcceptParam = &Rule{
		Code: "app-accept-parameter", Level: Warning, W3C: "UndefinedParam", Spec: Spec{"RFC 5023 §8.3.4", rfc5023 + "#section-8.3.4"},
		What: "a media range of accept has a q parameter", Why: "accept lists what is taken; a weight has no meaning there.", Mend: "Remove it.",
		Bad: serviceDoc(`<collection href="https://example.com/entries"><atom:title>Entries</atom:title><accept>image/png;q=0.8</accept></collection>`), Good: serviceDoc(goodCollection),
	}
)

// misplacedCollection reports a collection within a feed's entry.
func misplacedCollection(c *checker, n *node) {
	if n.parent.is("a:entry") {
		c.report(appQuestionable, n.open(), "a collection stands in an entry, it belongs in a workspace or a feed")
	}
}

func categoriesEnd(c *checker, n *node) {
	if n.attr("href") == nil {
		return
	}
	for _, key := range []string{"fixed", "scheme"} {
		if a := n.attr(key); a != nil {
			c.report(appCatAttr, n.named(a), "<%s> has href, and %s", n.name.written(), key)
		}
	}
	if n.child("a:category") != nil {
		c.report(appCatChildren, n.finish(), "<%s> has href, and categories of its own", n.name.written())
	}
}
