package normalise

import (
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the zones are the same on every machine
)

// What is ambiguous in a date is settled by the feed's language, and by
// nothing else: where that says nothing, it is no date, or the meaning that
// RFC 822 gives to the name of a zone.

// dayFirst are the languages whose countries all write 31/12/2024.
var dayFirst = wordSet("de fr es it pt ru pl nl da nb no nn fi cs sk ro uk be el bg mk hr sr sl et lv is ca gl tr id ms vi th hi he ar hy az ka kk sq")

// englishDayFirst are the countries that write so in English. Canada has both.
var englishDayFirst = wordSet("gb au nz ie in za sg hk my")

// yearFirst are the languages that write 24.12.31.
var yearFirst = wordSet("zh ja ko hu lt mn")

func (p *dateParser) primary() (language, region string) {
	language, region, _ = strings.Cut(p.language, "-")
	return language, region
}

func (p *dateParser) dayIsFirst() bool {
	language, region := p.primary()
	return dayFirst[language] && region != "us" && region != "pr" || language == "en" && englishDayFirst[region]
}

func (p *dateParser) monthIsFirst() bool {
	language, region := p.primary()
	return language == "en" && (region == "us" || region == "ph") || language == "fil"
}

func (p *dateParser) yearIsFirst() bool {
	language, _ := p.primary()
	return yearFirst[language]
}

// localHalves are the halves of the day in words that mean something else
// in other languages.
var localHalves = map[string]map[string]int{
	"vi": {"sa": 1, "ch": 2}, "ms": {"pg": 1, "ptg": 2}, "hu": {"de": 1, "du": 2},
}

// half returns what a word says of the half of the day: 1 before noon, 2 after, 0 nothing.
func (p *dateParser) half(word string) int {
	if half := halves[word]; half != 0 {
		return half
	}
	language, _ := p.primary()
	return localHalves[language][word]
}

// localZones are the zones that share a name with another, in minutes east of
// UTC, by the languages and countries that mean them.
var localZones = map[string]map[string]int{
	"cst": {"zh": 480, "bo": 480, "ug": 480, "es-cu": -300, "en-au": 570},
	"ist": {"he": 120, "ga": 60, "en-ie": 60},
	"bst": {"bn": 360, "en-bd": 360},
	"ast": {"ar": 180},
	"gst": {"en-gs": -120},
	"pst": {"fil": 480, "tl": 480, "en-ph": 480},
	"mst": {"ms": 480, "en-my": 480, "my": 390},
	"sst": {"en-sg": 480},
	"est": {"en-au": 600},
	"edt": {"en-au": 660},
	"amt": {"hy": 240, "pt": -240},
	"wst": {"en-au": 480},
}

// localZone returns the offset of a zone's name in the feed's language, where
// that differs from the usual one.
func (p *dateParser) localZone(name string) (minutes int, ok bool) {
	by := localZones[name]
	if by == nil {
		return 0, false
	}
	language, _ := p.primary()
	for _, key := range [...]string{p.language, language} {
		if minutes, ok = by[key]; ok {
			return minutes, true
		}
	}
	return 0, false
}

// places are the zones that were asked for: those of the database at most.
var places sync.Map // of name to *time.Location

// placeOf returns the zone of that name; making one takes 60 µs.
func placeOf(name string) (*time.Location, error) {
	if known, ok := places.Load(name); ok {
		return known.(*time.Location), nil
	}
	place, err := time.LoadLocation(name)
	if err == nil {
		places.Store(name, place)
	}
	return place, err
}

// zoneName writes the name of a place as the zone database does:
// America/Argentina/Buenos_Aires, from words in lower case.
func zoneName(area, city string) string {
	b := []byte(area + "/" + city)
	start := true
	for i, c := range b {
		if start && c >= 'a' && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
		start = c == '/' || c == '_'
	}
	switch name := string(b); name {
	case "Etc/Gmt", "Etc/Utc", "Etc/Uct":
		return strings.ToUpper(name[:1]) + "tc/" + strings.ToUpper(name[4:])
	default:
		return name
	}
}
