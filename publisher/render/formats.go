package render

import "slices"

// feedFormats are those that a feed reader subscribes to, in the order in
// which pages announce them.
var feedFormats = []*Format{
	&atom,
	&rss,
	&jsonFeed,
}

// Formats are the output formats there are. A format is one file and one row
// here, or in feedFormats.
var Formats = append(Feeds(),
	&subscriptionList,
	&sourcesList,
	&homePage,
	&categoryPage,
	&entryPage,
)

// Feeds returns the formats that a feed reader subscribes to.
func Feeds() []*Format { return slices.Clone(feedFormats) }
