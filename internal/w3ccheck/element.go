package w3ccheck

import "strings"

// A rule says what an element may hold.
type rule struct {
	// children are the elements it may hold: name! exactly once, name? at most
	// once, name* as often as one likes.
	children string
	// attrs are the attributes it may have; name! is required.
	attrs string
	// check looks at its own text and attributes.
	check func(c *checker, n *node)
}

const (
	feedChildren = "a:title! a:id! a:updated! a:subtitle? a:rights? a:icon? a:logo? a:generator? a:link* a:author* a:contributor* a:category*"
	personRule   = "a:name! a:uri? a:email?"
)

// rules are those of the elements that our formats have. What is not here is
// not looked into.
var rules = map[string]rule{
	"a:feed": {children: feedChildren + " a:entry*"},
	"a:entry": {children: "a:title! a:id! a:updated! a:published? a:summary? a:content? a:rights? a:source? " +
		"a:link* a:author* a:contributor* a:category*", check: (*checker).atomEntry},
	"a:source":      {children: strings.ReplaceAll(feedChildren, "!", "?"), check: (*checker).atomSource},
	"a:author":      {children: personRule},
	"a:contributor": {children: personRule},
	"a:name":        {check: (*checker).personName},
	"a:uri":         {check: func(c *checker, n *node) { c.reference(n, n.text, anyURI) }},
	"a:email":       {check: (*checker).addrSpec},
	"a:category":    {attrs: "term! scheme label", check: (*checker).atomCategory},
	"a:link":        {attrs: "href rel type hreflang title length", check: (*checker).atomLink},
	"a:generator":   {attrs: "uri version", check: (*checker).generator},
	"a:id":          {check: (*checker).atomID},
	"a:icon":        {check: func(c *checker, n *node) { c.reference(n, n.text, anyURI) }},
	"a:logo":        {check: func(c *checker, n *node) { c.reference(n, n.text, anyURI) }},
	"a:updated":     {check: (*checker).rfc3339},
	"a:published":   {check: (*checker).rfc3339},
	"a:title":       {attrs: "type", check: (*checker).textConstruct},
	"a:subtitle":    {attrs: "type", check: (*checker).textConstruct},
	"a:rights":      {attrs: "type", check: (*checker).textConstruct},
	"a:summary":     {attrs: "type", check: (*checker).textConstruct},
	"a:content":     {attrs: "type src", check: (*checker).content},

	"rss": {children: "channel!", attrs: "version!"},
	"channel": {children: "title! link! description! language? copyright? managingEditor? webMaster? pubDate? lastBuildDate? " +
		"category* generator? docs? cloud? ttl? image? rating? textInput? skipHours? skipDays? item*"},
	"item": {children: "title? link? description? author? category* comments? enclosure* guid? pubDate? source? content:encoded?",
		check: (*checker).item},
	"image":          {children: "url! title! link! width? height? description?"},
	"url":            {check: func(c *checker, n *node) { c.reference(n, n.text, fullURI) }},
	"title":          {check: (*checker).plain},
	"link":           {check: func(c *checker, n *node) { c.reference(n, n.text, fullURI) }},
	"description":    {check: (*checker).description},
	"language":       {check: func(c *checker, n *node) { c.language(n, n.name, n.text) }},
	"copyright":      {check: (*checker).plain},
	"managingEditor": {check: (*checker).contact},
	"webMaster":      {check: (*checker).contact},
	"author":         {check: (*checker).contact},
	"pubDate":        {check: (*checker).rfc822},
	"lastBuildDate":  {check: (*checker).rfc822},
	"category":       {attrs: "domain", check: (*checker).plain},
	"generator":      {check: (*checker).plain},
	"docs":           {check: func(c *checker, n *node) { c.reference(n, n.text, fullURI) }},
	"comments":       {check: func(c *checker, n *node) { c.reference(n, n.text, fullURI) }},
	"enclosure":      {attrs: "url! length! type!", check: (*checker).enclosure},
	"guid":           {attrs: "isPermaLink", check: (*checker).guid},
	"source":         {attrs: "url!", check: (*checker).source},

	"content:encoded": {check: func(c *checker, n *node) { c.html(n, n.text) }},
	"dc:creator":      {check: (*checker).plain},

	"opml":            {children: "head! body!", attrs: "version!"},
	"head":            {children: "title? dateCreated? dateModified? ownerName? ownerEmail? ownerId? docs? expansionState? vertScrollState? windowTop? windowLeft? windowBottom? windowRight?"},
	"body":            {children: "outline*"},
	"outline":         {children: "outline*", check: (*checker).outline},
	"dateCreated":     {check: (*checker).rfc822},
	"dateModified":    {check: (*checker).rfc822},
	"ownerName":       {},
	"ownerEmail":      {check: (*checker).ownerEmail},
	"ownerId":         {},
	"expansionState":  {},
	"vertScrollState": {},
	"windowTop":       {},
	"windowLeft":      {},
	"windowBottom":    {},
	"windowRight":     {},
}

// element checks n and what it holds.
func (c *checker) element(n *node) {
	for _, namespace := range n.declared {
		if _, known := namespaces[namespace]; !known && !isOther(namespace) {
			c.report("UnknownNamespace", n.line, "%s", namespace)
		}
	}
	r, known := rules[n.name]
	if !known {
		return
	}
	c.attributes(n, r)
	if !mixed(n) {
		c.childElements(n, r)
	}
	if lang := n.attr("xml:lang"); lang != nil && *lang != "" {
		c.language(n, "xml:lang", *lang)
	}
	c.characters(n)
	if r.check != nil {
		r.check(c, n)
	}
	for _, k := range n.children {
		// What does not belong here is reported, and not looked into.
		if r.holds(k.name) || strings.Contains(k.name, ":") && !strings.HasPrefix(k.name, "a:") {
			c.element(k)
		}
	}
}

// holds reports whether children names an element.
func (r rule) holds(name string) bool {
	for k := range strings.FieldsSeq(r.children) {
		if strings.TrimRight(k, "!?*") == name {
			return true
		}
	}
	return false
}

// mixed reports whether elements in n are of a text construct.
func mixed(n *node) bool {
	t := n.value("type")
	return strings.HasPrefix(n.name, "a:") && (t == "xhtml" || strings.HasSuffix(t, "xml"))
}

func (c *checker) attributes(n *node, r rule) {
	allowed := map[string]bool{}
	for name := range strings.FieldsSeq(r.attrs) {
		name, required := strings.CutSuffix(name, "!")
		allowed[name] = true
		if required && n.attr(name) == nil {
			c.report("MissingAttribute", n.line, "%s %s", n.name, name)
		}
	}
	for _, a := range n.attrs {
		switch {
		case !allowed[a.name] && !strings.Contains(a.name, ":") && n.name != "outline" && n.name != "channel" && n.name != "item":
			c.report("UnexpectedAttribute", n.line, "%s %s", n.name, a.name)
		}
	}
}

func (c *checker) childElements(n *node, r rule) {
	count := map[string]int{}
	for _, k := range n.children {
		count[k.name]++
	}
	allowed := map[string]bool{}
	for name := range strings.FieldsSeq(r.children) {
		bare := strings.TrimRight(name, "!?*")
		allowed[bare] = true
		if strings.HasSuffix(name, "!") && count[bare] == 0 {
			c.missing(n, bare)
		}
		if !strings.HasSuffix(name, "*") {
			for i, k := range n.all(bare) {
				if i > 0 {
					c.report("DuplicateElement", k.end, "%s in %s", bare, n.name)
				}
			}
		}
	}
	for _, k := range n.children {
		switch {
		case !allowed[k.name] && (!strings.Contains(k.name, ":") || strings.HasPrefix(k.name, "a:") && !c.rss):
			c.report("UndefinedElement", k.line, "%s in %s", k.name, n.name)
		}
	}
	if r.children != "" && strings.TrimSpace(n.text) != "" {
		c.report("UnexpectedText", n.line, "%s", n.name)
	}
}

// missing reports that n lacks an element.
func (c *checker) missing(n *node, name string) {
	class := "MissingElement"
	if n.name == "channel" || n.name == "image" && name != "url" {
		class = map[string]string{"title": "MissingTitle", "link": "MissingLink", "description": "MissingDescription"}[name]
	}
	c.report(class, n.end, "%s in %s", name, n.name)
}
