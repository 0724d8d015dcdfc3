package parse

import (
	"strings"
)

// maxPreamble bounds how far into a document its feed may begin.
const maxPreamble = 256 << 10

// findRoot passes over what comes before the feed and opens its root.
func (k *skeleton) findRoot() error {
	var first token
	for {
		t, ok := k.sc.next()
		if !ok || t.from > maxPreamble {
			return k.refuse(first)
		}
		switch t.kind {
		case doctypeToken:
			k.ents = declared(t.body)
		case startToken:
			if k.isRoot(t) {
				k.openRoot(t)
				return nil
			}
			if first.body == "" {
				first = t
			}
			if isPage(t.body) {
				return k.refuse(first)
			}
		case textToken:
			if len(k.notes) == 0 && strings.TrimSpace(t.body) != "" && first.body == "" {
				k.note(t.from, "what stands before the feed is no part of it")
			}
		}
	}
}

// isRoot reports whether a feed begins with t.
func (k *skeleton) isRoot(t token) bool {
	local := strings.ToLower(t.body[strings.IndexByte(t.body, ':')+1:])
	return local == "rss" || local == "rdf" || local == "feed" || local == "channel"
}

func (k *skeleton) openRoot(t token) {
	if k.ents == nil {
		k.ents = &entities{left: maxExpansion}
	}
	k.attrs = attributes(nil, t.attrs)
	k.bindings = k.bind(nil)
	k.root = k.word(t.body)
	k.atom = k.root.local == "feed"
	k.rootWords(t.body)
	k.version = k.versionOf()
	e := element{tag: t.body, name: "rss", role: pass}
	if k.atom {
		e.name = "feed"
	}
	e.scope = k.enter(e.scope, k.attrs)
	k.out = append(append(append(k.out, '<'), e.name...), '>')
	k.stack = append(k.stack, e)
	k.rootScope = e.scope
	if k.root.local == "channel" {
		k.channelHref = k.href(e.scope)
	}
	if !k.atom {
		k.out = append(k.out, "<channel>"...)
		k.stack = append(k.stack, element{role: channel, name: "channel", tag: "channel", scope: e.scope, bindings: len(k.bindings)})
	}
	if t.empty {
		k.popTo(0)
	}
}

// rootWords takes the namespace of the root for the format's own.
func (k *skeleton) rootWords(tag string) {
	prefix, _, ok := strings.Cut(tag, ":")
	if !ok {
		prefix = ""
	}
	for i := range k.bindings {
		b := &k.bindings[i]
		if b.words != rdfWords && (b.prefix == prefix || b.prefix == "" && b.words == foreign) {
			b.words = native
		}
	}
}

// versionOf names the format and version from the root.
func (k *skeleton) versionOf() string {
	version := ""
	ns := ""
	for _, a := range k.attrs {
		switch {
		case strings.EqualFold(a.name, "version"):
			version = strings.TrimSpace(a.value)
		case strings.HasPrefix(a.name, "xmlns"):
			ns += " " + strings.ToLower(k.ents.unescape(a.value))
		}
	}
	switch k.root.local {
	case "feed":
		if strings.Contains(ns, "purl.org/atom/ns") || version == "0.3" {
			return "atom0.3"
		}
		return "atom1.0"
	case "rdf":
		if strings.Contains(ns, "simple/0.9") {
			return "rss0.90"
		}
		return "rss1.0"
	case "channel":
		return "cdf"
	}
	if version == "" {
		version = "2.0"
	}
	return "rss" + strings.Map(nameByte, version[:min(len(version), 8)])
}

// href returns the href attribute of the tag just read.
func (k *skeleton) href(s scope) string {
	for _, a := range k.attrs {
		if strings.EqualFold(a.name, "href") {
			return k.resolve(a.value, s)
		}
	}
	return ""
}
