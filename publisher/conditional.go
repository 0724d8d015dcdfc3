package publisher

import (
	"net/http"
	"strings"
	"time"
)

// An outcome is what a request's preconditions come to.
type outcome uint8

const (
	proceed outcome = iota
	notModified
	preconditionFailed
)

// evaluate decides about the preconditions of a GET or HEAD, in the order of
// RFC 9110 §13.2.2. A zero modified is no date.
func evaluate(h http.Header, etag string, modified time.Time) outcome {
	if given := h["If-Match"]; given != nil {
		if !lists(given, etag, true) {
			return preconditionFailed
		}
	} else if since, ok := date(h["If-Unmodified-Since"], modified); ok && modified.After(since) {
		return preconditionFailed
	}
	if given := h["If-None-Match"]; given != nil {
		if lists(given, etag, false) {
			return notModified
		}
	} else if since, ok := date(h["If-Modified-Since"], modified); ok && !modified.After(since) {
		return notModified
	}
	return proceed
}

// date reads a date that the document's own can be compared with.
func date(given []string, modified time.Time) (time.Time, bool) {
	if len(given) != 1 || modified.IsZero() {
		return time.Time{}, false
	}
	at, err := http.ParseTime(given[0])
	return at, err == nil
}

// lists reports whether a list of entity tags (RFC 9110 §8.8.3) is "*" or
// holds etag, which is a strong one. By strong comparison a weak tag never
// matches (§8.8.3.2).
func lists(fields []string, etag string, strong bool) bool {
	for _, list := range fields {
		for list != "" {
			var tag string
			tag, list = nextTag(list)
			if tag == "*" || tag == etag || !strong && strings.TrimPrefix(tag, "W/") == etag {
				return true
			}
		}
	}
	return false
}

// nextTag cuts the first element off a list. Commas within quotes are part of
// a tag.
func nextTag(list string) (tag, rest string) {
	list = strings.TrimLeft(list, " \t,")
	end, quoted := 0, false
	for end < len(list) && (quoted || list[end] != ',') {
		if list[end] == '"' {
			quoted = !quoted
		}
		end++
	}
	return strings.TrimRight(list[:end], " \t"), list[end:]
}
