package normalise

import "strings"

const (
	maxURL  = 8 << 10  // bytes; longer references are dropped
	maxData = 64 << 10 // bytes of a data: picture
)

// A base is the URL that relative references start from (RFC 3986 §5.1). The
// zero base resolves none.
type base struct {
	scheme, authority, path, query string // the path without "" before "/"
}

// parseBase returns the base of that URL, or what it is relative to: within.
func parseBase(url string, within base) base {
	url = within.link(url)
	if !strings.HasPrefix(url, "http://") && !strings.HasPrefix(url, "https://") {
		return within
	}
	return split(url)
}

// split cuts an absolute http URL into its parts.
func split(url string) base {
	var b base
	url, _, _ = strings.Cut(url, "#")
	b.scheme, url, _ = strings.Cut(url, "://")
	url, b.query, _ = strings.Cut(url, "?")
	if i := strings.IndexByte(url, '/'); i >= 0 {
		b.authority, b.path = url[:i], url[i:]
	} else {
		b.authority = url
	}
	return b
}

func (b base) isZero() bool { return b.authority == "" }

// schemes are those a reader can follow without harm. What is not here is
// dropped: script, the reader's own files, what no one can open.
var schemes = map[string]bool{
	"http": true, "https": true, "mailto": true, "tel": true, "sms": true, "ftp": true, "ftps": true, "sftp": true,
	"gemini": true, "gopher": true, "magnet": true, "irc": true, "ircs": true, "xmpp": true, "geo": true, "news": true,
	"nntp": true, "sip": true, "sips": true, "matrix": true, "rtsp": true, "rtmp": true, "mms": true,
}

// link returns ref as an absolute IRI that is fit to be followed, without
// tracking parameters, or "" when it is not.
func (b base) link(ref string) string { return untracked(b.absolute(ref)) }

// absolute is RFC 3986 §5.2 with what browsers mend (WHATWG URL §4.4): blanks
// around the reference, line ends within it, backslashes, missing slashes.
func (b base) absolute(ref string) string {
	if isPlainURL(ref) {
		return ref
	}
	ref = squeeze(ref)
	if ref == "" || len(ref) > maxURL {
		return ""
	}
	scheme, rest := cutScheme(ref)
	switch {
	case scheme == "http" || scheme == "https":
		rest = escape("//" + strings.TrimLeft(slashes(rest), "/"))
		if !hasHost(rest[2:]) {
			return ""
		}
		return scheme + ":" + rest
	case scheme != "":
		if !schemes[scheme] || rest == "" {
			return ""
		}
		return escape(scheme + ":" + rest)
	case b.isZero():
		return ""
	}
	out := escape(b.resolve(slashes(ref)))
	if _, rest, _ = strings.Cut(out, "://"); !hasHost(rest) {
		return ""
	}
	return out
}

// picture is link for what is shown in place: only http, https and small
// pictures in a data: URL.
func (b base) picture(ref string) string {
	if len(ref) >= 5 && strings.EqualFold(ref[:5], "data:") {
		if isDataPicture(ref) {
			return ref
		}
		return ""
	}
	if url := b.link(ref); strings.HasPrefix(url, "http") {
		return url
	}
	return ""
}

// resolve is RFC 3986 §5.2.2 for a reference without a scheme.
func (b base) resolve(ref string) string {
	ref, fragment, hasFragment := strings.Cut(ref, "#")
	path, query, hasQuery := strings.Cut(ref, "?")
	var out strings.Builder
	out.WriteString(b.scheme)
	out.WriteString("://")
	switch {
	case strings.HasPrefix(path, "//"):
		out.WriteString(strings.TrimLeft(path, "/"))
	case path == "":
		out.WriteString(b.authority)
		out.WriteString(b.path)
		if !hasQuery {
			query, hasQuery = b.query, b.query != ""
		}
	case path[0] == '/':
		out.WriteString(b.authority)
		out.WriteString(removeDots(path))
	default:
		out.WriteString(b.authority)
		dir := b.path[:strings.LastIndexByte(b.path, '/')+1]
		if dir == "" {
			dir = "/"
		}
		out.WriteString(removeDots(dir + path))
	}
	if hasQuery {
		out.WriteString("?")
		out.WriteString(query)
	}
	if hasFragment {
		out.WriteString("#")
		out.WriteString(fragment)
	}
	return out.String()
}

// removeDots is RFC 3986 §5.2.4 for a path that starts with a slash.
func removeDots(path string) string {
	if !strings.Contains(path, "/.") {
		return path
	}
	var kept []string
	parts := strings.Split(path[1:], "/")
	for i, part := range parts {
		last := i == len(parts)-1
		switch part {
		case "..":
			kept = kept[:max(0, len(kept)-1)]
			fallthrough
		case ".":
			if last {
				kept = append(kept, "")
			}
		default:
			kept = append(kept, part)
		}
	}
	return "/" + strings.Join(kept, "/")
}
