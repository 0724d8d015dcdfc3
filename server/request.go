package server

import (
	"bytes"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
)

// headRoom is how long the header of a request may be that goes the quick way.
const headRoom = 4 << 10

// maxFields is how many fields it may have.
const maxFields = 32

// An exchange is a request and what it is answered, with all the memory that
// they need.
type exchange struct {
	buf    [headRoom]byte
	n      int // bytes of buf that were read
	req    http.Request
	url    url.URL
	header http.Header
	values [maxFields]string // of header
	count  int
	used   bool // there is something to forget
	out    response
}

// forget drops what the exchange refers to.
func (x *exchange) forget() {
	clear(x.header)
	clear(x.values[:x.count])
	x.count, x.req, x.url, x.used = 0, http.Request{}, url.URL{}, false
	x.out.forget()
}

var endOfHead = []byte("\r\n\r\n")

// read makes a request of what was read, and returns the length of its header;
// 0 when it is not plain: then net/http shall see it. Plain is GET or HEAD in
// HTTP/1.1, for a path that is Ready, with fields in the grammar of RFC 9112
// that leave no doubt where the request ends.
func (x *exchange) read(c *conn, now *force) int {
	end := bytes.Index(x.buf[:x.n], endOfHead)
	if end < 0 {
		return 0
	}
	if x.used {
		x.forget()
	}
	x.used = true
	head := string(x.buf[:end+2])
	line, fields, _ := strings.Cut(head, "\r\n")
	if !x.requestLine(line) || !now.Ready(x.url.Path) || !x.fields(fields) || x.req.Host == "" {
		return 0
	}
	r := &x.req
	r.URL, r.Header, r.Body = &x.url, x.header, http.NoBody
	r.Proto, r.ProtoMajor, r.ProtoMinor = "HTTP/1.1", 1, 1
	r.RemoteAddr = c.remote
	if len(now.Trusted) > 0 || !c.peer.IsValid() {
		r.RemoteAddr = now.asker(c.peer, c.remote, x.header)
	}
	return end + len(endOfHead)
}

// requestLine reads "GET /path?query HTTP/1.1".
func (x *exchange) requestLine(line string) bool {
	rest, found := strings.CutPrefix(line, "GET ")
	x.req.Method = http.MethodGet
	if !found {
		if rest, found = strings.CutPrefix(line, "HEAD "); !found {
			return false
		}
		x.req.Method = http.MethodHead
	}
	target, found := strings.CutSuffix(rest, " HTTP/1.1")
	if !found || target == "" || target[0] != '/' || strings.HasPrefix(target, "//") {
		return false
	}
	x.req.RequestURI = target
	if plain := onlyOf(target, &inTarget); !plain {
		u, err := url.ParseRequestURI(target)
		if err != nil || strings.ContainsAny(target, " #") {
			return false
		}
		x.url = *u
		return true
	}
	x.url.Path, x.url.RawQuery, x.url.ForceQuery = target, "", false
	if path, query, asked := strings.Cut(target, "?"); asked {
		x.url.Path, x.url.RawQuery, x.url.ForceQuery = path, query, query == ""
	}
	return true
}

// fields reads the lines of the header, each with its end.
func (x *exchange) fields(text string) bool {
	for text != "" {
		line, rest, _ := strings.Cut(text, "\r\n")
		text = rest
		name, value, found := strings.Cut(line, ":")
		value = strings.Trim(value, " \t")
		if !found || name == "" || x.count == maxFields || !onlyOf(name, &inName) || !onlyOf(value, &inValue) || !x.field(name, value) {
			return false
		}
	}
	return true
}

// field takes on a field, unless it makes the request more than plain.
func (x *exchange) field(name, value string) bool {
	key, known := canonical[name]
	if !known {
		key = textproto.CanonicalMIMEHeaderKey(name)
	}
	switch key {
	case "Host":
		if x.req.Host != "" || !onlyOf(value, &inHost) {
			return false
		}
		x.req.Host = value
		return true
	case "Connection":
		switch {
		case strings.EqualFold(value, "close"):
			x.req.Close = true
		case !strings.EqualFold(value, "keep-alive"):
			return false
		}
	case "Content-Length", "Transfer-Encoding", "Expect", "Upgrade", "Trailer", "Te", "Http2-Settings", "Pragma":
		return false
	}
	if before := x.header[key]; before != nil {
		x.header[key] = append(before, value)
		return true
	}
	x.values[x.count] = value
	x.header[key] = x.values[x.count : x.count+1 : x.count+1]
	x.count++
	return true
}

// canonical has the names that readers send, as they send them.
var canonical = func() map[string]string {
	m := map[string]string{}
	for _, name := range []string{
		"Host", "Connection", "User-Agent", "Accept", "Accept-Encoding", "Accept-Language", "If-None-Match", "If-Modified-Since", "A-Im", "Cache-Control",
		"Referer", "Cookie", "From", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-Ip", "Forwarded", "Range",
	} {
		m[name], m[strings.ToLower(name)] = name, name
	}
	m["A-IM"], m["X-Real-IP"] = "A-Im", "X-Real-Ip"
	return m
}()

// A set says which bytes may stand somewhere.
type set [256]bool

func setOf(text string, ranges ...[2]byte) (s set) {
	for _, b := range []byte(text) {
		s[b] = true
	}
	for _, r := range append(ranges, [2]byte{'0', '9'}, [2]byte{'A', 'Z'}, [2]byte{'a', 'z'}) {
		for b := int(r[0]); b <= int(r[1]); b++ {
			s[b] = true
		}
	}
	return s
}

var (
	inTarget = setOf("-._~/?=&")                                    // what url.Parse leaves as it is
	inName   = setOf("!#$%&'*+-.^_`|~")                             // RFC 9110 §5.6.2
	inValue  = setOf("\t", [2]byte{' ', 0x7e}, [2]byte{0x80, 0xff}) // RFC 9110 §5.5
	inHost   = setOf("-._~[]:")                                     // of RFC 3986 §3.2.2 what hosts and ports are made of
)

func onlyOf(text string, allowed *set) bool {
	for i := range len(text) {
		if !allowed[text[i]] {
			return false
		}
	}
	return true
}
