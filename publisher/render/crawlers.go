package render

// Robots returns what crawlers may do, which is to read all that is published
// (RFC 9309).
func Robots() Asset {
	return Asset{MediaType: "text/plain; charset=utf-8", Body: []byte("User-agent: *\nAllow: /\n")}
}
