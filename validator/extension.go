package validator

// An extensionRules names what is special to the grammar of an extension.
type extensionRules struct {
	prefix, name string // "itunes", "the iTunes extension"
	spec         Spec
	// good is a valid use, and the others draw the rules.
	good                                                       Example
	unknown, repeated, missing, attrUnknown, attrMissing, text string
}

// grammar returns the rules for elements and attributes that do not fit. Those
// without an example have no rule.
func (x extensionRules) grammar() grammar {
	rule := func(suffix, w3c, bad, what, why, mend string) *Rule {
		if bad == "" {
			return nil
		}
		return &Rule{Code: x.prefix + "-" + suffix, Level: Error, W3C: w3c, Spec: x.spec, What: what, Why: why, Mend: mend,
			Bad: Example{In: x.good.In, Text: bad, Without: x.good.Without}, Good: x.good}
	}
	return grammar{
		unknown: rule("element-unknown", "UndefinedElement", x.unknown, "an element is not one of "+x.name+", or not at this place",
			"Readers ignore it: what it says is lost.", "Correct its name (names are case sensitive), or move it to where it belongs."),
		repeated: rule("element-repeated", "DuplicateElement", x.repeated, "an element of "+x.name+" is there more often than once",
			"Readers take the first or the last, each its own.", "Keep one."),
		missing: rule("element-missing", "MissingElement", x.missing, "an element of "+x.name+" lacks one that it must have",
			"Without it the element says too little to be used.", "Add it."),
		unknownAttr: rule("attribute-unknown", "UnexpectedAttribute", x.attrUnknown, "an element of "+x.name+" has an attribute that it does not take",
			"Readers ignore it: what it says is lost.", "Correct its name (names are case sensitive), or remove it."),
		missingAttr: rule("attribute-missing", "MissingAttribute", x.attrMissing, "an element of "+x.name+" lacks an attribute that it must have",
			"Without it the element says too little to be used.", "Add it."),
		text: rule("text-unexpected", "UnexpectedText", x.text, "text stands in an element of "+x.name+" that holds none",
			"No reader shows it.", "Move it into the element or attribute that is meant for it."),
	}
}

// rules are those of the grammar that there are.
func (g grammar) rules() []*Rule {
	var out []*Rule
	for _, r := range []*Rule{g.unknown, g.repeated, g.missing, g.unknownAttr, g.missingAttr, g.extensionAttr, g.text} {
		if r != nil {
			out = append(out, r)
		}
	}
	return out
}
