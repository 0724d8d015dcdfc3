package render

// Robots returns what crawlers may do, which is to read all that is published,
// and where the list of it is (RFC 9309).
func Robots(s *Site) Asset {
	return Asset{MediaType: "text/plain; charset=utf-8", Body: []byte("User-agent: *\nAllow: /\n\nSitemap: " + s.URL(SitemapPath) + "\n")}
}
