package publisher_test

import (
	"testing"
	"time"

	"tributary/feed"
)

func at(month time.Month, day, hour, minute int, zone *time.Location) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, zone)
}

func link(href string) []feed.Link { return []feed.Link{{Rel: feed.RelAlternate, Href: href}} }

// fill polls a few entries that show what pages can show.
func (s *site) fill(t testing.TB) {
	t.Helper()
	s.poll(t, "gauge", english()...)
	s.poll(t, "anjiang", chinese()...)
}

func english() []feed.Entry {
	west := time.FixedZone("", -(3*3600 + 1800))
	return []feed.Entry{
		{
			UpstreamID: "https://gauge.example/2026/02/hostile", Title: feed.Text{Body: `</title><script>alert("title")</script>`},
			Content: feed.Text{Type: feed.TextHTML, Body: "<p>A title that is not what it seems.</p>"}, Links: link("https://gauge.example/2026/02/hostile"),
			Published: at(2, 20, 0, 0, time.UTC),
		},
		{
			UpstreamID: "https://gauge.example/2026/02/listening", Title: feed.Text{Body: "An hour under the weir, recorded"},
			Summary: feed.Text{Body: "Hydrophones in the tailwater: gravel on the move, two eels and a bicycle bell."},
			Content: feed.Text{Type: feed.TextHTML, Body: "<p>Hydrophones in the tailwater: gravel on the move, two eels and a bicycle bell.</p>"},
			Authors: []feed.Person{{Name: "Ida Holm", URI: "https://gauge.example/ida"}},
			Links: append(link("https://gauge.example/2026/02/listening"),
				feed.Link{Rel: feed.RelEnclosure, Href: "https://gauge.example/audio/weir.mp3", Type: "audio/mpeg", Length: 31_457_280, Title: "weir.mp3"}),
			Published: at(2, 24, 18, 5, time.UTC),
		},
		{
			UpstreamID: "https://gauge.example/2026/03/ferry", Title: feed.Text{Body: "The chain ferry at Aldmere runs again"},
			Content: feed.Text{Type: feed.TextHTML, Body: "<h1>The chain ferry at Aldmere runs again</h1><p>After eleven weeks in dry dock the ferry crossed " +
				"on Monday with four cars, a horse and most of the parish council. The new chain is two metres longer than the old one: the river has moved.</p>" +
				"<blockquote><p>She pulls to the left now. So did the old one.</p></blockquote><ul><li>First crossing at six</li><li>Bicycles go free until May</li></ul>" +
				`<p>Levels are <a href="https://gauge.example/levels">measured every hour</a>.</p>`},
			Authors:    []feed.Person{{Name: "Ida Holm", URI: "https://gauge.example/ida"}, {Name: "T. Okafor"}},
			Categories: []feed.Category{{Term: "ferries", Label: "Ferries"}, {Term: "aldmere"}},
			Rights:     feed.Text{Body: "© 2026 The Gauge House"},
			Links:      link("https://gauge.example/2026/03/ferry"), Published: at(3, 2, 0, 40, west), Updated: at(3, 2, 3, 15, west),
		},
	}
}

func chinese() []feed.Entry {
	return []feed.Entry{
		{
			UpstreamID: "anjiang-2026-0301", Title: feed.Text{Body: "老码头茶馆重新开门，头一壶茶送给摆渡人"}, Language: "zh-CN",
			Content: feed.Text{Type: feed.TextHTML, Body: "<p>修缮了整整一个冬天，临江的老码头茶馆昨日清晨重新开门。门板还是原来的十二块，只换了两块朽坏的。</p><p>掌柜说，头一壶茶照规矩送给摆渡人。</p>"},
			Links:   link("https://anjiang.example/2026/0301.html"), Published: at(3, 1, 9, 30, east),
		},
		{
			UpstreamID: "anjiang-2026-0302", Title: feed.Text{Body: "春汛将至 沿江三县加固堤防"}, Language: "zh-CN",
			Content: feed.Text{Type: feed.TextHTML, Body: "<p>据水文站消息，今年春汛预计较往年提前一周。沿江三县已组织人员巡查堤防，重点加固弯道与涵闸。</p><p>站上每日四次发布水位，居民可订阅本栏目及时了解。</p>"},
			Authors: []feed.Person{{Name: "沈砚秋"}}, Categories: []feed.Category{{Term: "水文"}, {Term: "堤防"}},
			Links: link("https://anjiang.example/2026/0302.html"), Published: at(3, 2, 13, 7, east),
		},
	}
}
