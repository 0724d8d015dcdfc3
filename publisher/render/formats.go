package render

// Formats are the output formats there are. A format is one file and one row
// here.
var Formats = []*Format{
	&atom,
	&rss,
	&jsonFeed,
	&opml,
}

// Feeds returns the formats that a feed reader subscribes to.
func Feeds() []*Format {
	var out []*Format
	for _, f := range Formats {
		if f.Feed {
			out = append(out, f)
		}
	}
	return out
}
