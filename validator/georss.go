package validator

import (
	"strings"

	"tributary/validator/value"
)

const geoSpec = "https://docs.ogc.org/cs/17-002r1/17-002r1.html"

var geoGrammar = extensionRules{prefix: "georss", name: "GeoRSS", spec: Spec{"OGC GeoRSS 1.0", geoSpec},
	good: Example{In: "rss:item", Text: "<georss:point>31.23 121.47</georss:point>"}, unknown: "<georss:location>31.23 121.47</georss:location>", missing: "<georss:where><gml:Point/></georss:where>",
}.grammar()

// geoFamily is GeoRSS, its form in GML and the W3C's basic geo vocabulary.
var geoFamily = &family{
	name: "georss", rules: append(geoGrammar.rules(), geoLatitude, geoLongitude, geoComma, geoCoord, geoCoordList, geoFloat), grammar: geoGrammar,
	namespaces: []namespace{
		{short: "georss:", uri: "http://www.georss.org/georss", prefix: "georss", also: []string{"http://www.georss.org/georss/10"}},
		{short: "gml:", uri: "http://www.opengis.net/gml", prefix: "gml"},
		{short: "geourl:", uri: "http://geourl.org/rss/module/", prefix: "geourl"},
		{short: "icbm:", uri: "http://postneo.com/icbm", prefix: "icbm"},
		{short: "geo:", uri: "http://www.w3.org/2003/01/geo/wgs84_pos#", prefix: "geo"},
	},
	elements: map[string]*element{
		"georss:point": {text: point, anyAttrs: true}, "georss:line": {text: points(2), anyAttrs: true}, "georss:polygon": {text: points(4), anyAttrs: true}, "georss:box": {text: points(2), anyAttrs: true},
		"georss:circle": {text: ignoreText, anyAttrs: true}, "georss:elev": {text: float}, "georss:floor": {text: integer}, "georss:radius": {text: float},
		"georss:featuretypetag": {text: plainText}, "georss:relationshiptag": {text: plainText}, "georss:featurename": {text: plainText}, "georss:featureTypeTag": {text: plainText}, "georss:relationshipTag": {text: plainText}, "georss:featureName": {text: plainText},
		"georss:where":   {children: "gml:Point? gml:LineString? gml:Polygon? gml:Envelope?", anyAttrs: true},
		"gml:Point":      {children: "gml:pos!", anyAttrs: true},
		"gml:LineString": {children: "gml:posList!", anyAttrs: true},
		"gml:Polygon":    {children: "gml:exterior!", anyAttrs: true},
		"gml:exterior":   {children: "gml:LinearRing!", anyAttrs: true},
		"gml:LinearRing": {children: "gml:posList!", anyAttrs: true},
		"gml:Envelope":   {children: "gml:lowerCorner! gml:upperCorner!", anyAttrs: true},
		"gml:pos":        {text: point, anyAttrs: true}, "gml:lowerCorner": {text: point, anyAttrs: true}, "gml:upperCorner": {text: point, anyAttrs: true}, "gml:posList": {text: points(2), anyAttrs: true},
		"geo:lat": {text: latitude, anyAttrs: true}, "geo:long": {text: longitude, anyAttrs: true}, "geo:alt": {text: float, anyAttrs: true}, "geo:Point": {children: "geo:lat! geo:long! geo:alt?", anyAttrs: true},
		"geourl:latitude": {text: latitude}, "geourl:longitude": {text: longitude}, "icbm:latitude": {text: latitude}, "icbm:longitude": {text: longitude},
		"geo:lat_long": {text: ignoreText, anyAttrs: true},
	},
	in: everywhere("georss:point* georss:line* georss:polygon* georss:box* georss:circle* georss:where* georss:elev? georss:floor? georss:radius? georss:featuretypetag? georss:relationshiptag? georss:featurename? georss:featureTypeTag? georss:relationshipTag? georss:featureName? " +
		"geo:lat? geo:long? geo:alt? geo:Point* geo:lat_long? gml:Point* gml:pos* geourl:latitude? geourl:longitude? icbm:latitude? icbm:longitude?"),
}

var (
	geoLatitude = &Rule{
		Code: "geo-latitude", Level: Error, W3C: "InvalidLatitude", Spec: Spec{"W3C Basic Geo; GeoRSS", "https://www.w3.org/2003/01/geo/"},
		What: "a latitude is not a number from -90 to 90", Why: "Maps cannot show the place.", Mend: "Write degrees as a decimal number: 31.23. GeoRSS has the latitude first.",
		Bad: Example{In: "rss:item", Text: "<geo:lat>121.47</geo:lat><geo:long>31.23</geo:long>"}, Good: Example{In: "rss:item", Text: "<geo:lat>31.23</geo:lat><geo:long>121.47</geo:long>"},
	}
	geoLongitude = &Rule{
		Code: "geo-longitude", Level: Error, W3C: "InvalidLongitude", Spec: Spec{"W3C Basic Geo; GeoRSS", "https://www.w3.org/2003/01/geo/"},
		What: "a longitude is not a number from -180 to 180", Why: "Maps cannot show the place.", Mend: "Write degrees as a decimal number: 121.47.",
		Bad: Example{In: "rss:item", Text: "<geo:lat>31.23</geo:lat><geo:long>E121</geo:long>"}, Good: Example{In: "rss:item", Text: "<geo:lat>31.23</geo:lat><geo:long>121.47</geo:long>"},
	}
	geoComma = &Rule{
		Code: "georss-comma", Level: Warning, W3C: "CoordComma", Spec: Spec{"OGC GeoRSS 1.0, point", geoSpec},
		What: "coordinates are separated by a comma", Why: "GeoRSS separates them by a space; many readers fail at a comma.", Mend: "Write a space: 31.23 121.47.",
		Bad: Example{In: "rss:item", Text: "<georss:point>31.23,121.47</georss:point>"}, Good: Example{In: "rss:item", Text: "<georss:point>31.23 121.47</georss:point>"},
	}
	geoCoord = &Rule{
		Code: "georss-position", Level: Error, W3C: "InvalidCoord", Spec: Spec{"OGC GeoRSS 1.0, point", geoSpec},
		What: "a position is not a latitude and a longitude", Why: "Maps cannot show the place.", Mend: "Write two decimal numbers with a space between them, the latitude first: 31.23 121.47.",
		Bad: Example{In: "rss:item", Text: "<georss:point>Shanghai</georss:point>"}, Good: Example{In: "rss:item", Text: "<georss:point>31.23 121.47</georss:point>"},
	}
	geoCoordList = &Rule{
		Code: "georss-positions", Level: Error, W3C: "InvalidCoordList", Spec: Spec{"OGC GeoRSS 1.0, line, polygon, box", geoSpec},
		What: "a line, polygon or box is not a list of positions", Why: "Maps cannot draw it.", Mend: "Write pairs of decimal numbers: two for a line or box, four for a polygon whose last is its first.",
		Bad: Example{In: "rss:item", Text: "<georss:line>31.23 121.47 39.9</georss:line>"}, Good: Example{In: "rss:item", Text: "<georss:line>31.23 121.47 39.9 116.4</georss:line>"},
	}
	geoFloat = &Rule{
		Code: "number-not-decimal", Level: Error, W3C: "InvalidFloat", Spec: Spec{"XML Schema, decimal", "https://www.w3.org/TR/xmlschema-2/#decimal"},
		What: "a value is not a decimal number", Why: "Readers ignore it or fail.", Mend: "Write digits and a full stop: 29.97.",
		Bad: Example{In: "rss:item", Text: "<georss:elev>high</georss:elev>"}, Good: Example{In: "rss:item", Text: "<georss:elev>12.5</georss:elev>"},
	}
)

func latitude(c *checker, v val)  { c.number(geoLatitude, v, value.Latitude(v.s)) }
func longitude(c *checker, v val) { c.number(geoLongitude, v, value.Longitude(v.s)) }
func float(c *checker, v val)     { c.number(geoFloat, v, value.Float(v.s)) }

// coordinates returns the numbers of a list, and reports commas.
func (c *checker) coordinates(v val) []string {
	if i := strings.IndexByte(v.s, ','); i >= 0 {
		c.report(geoComma, v.at(i, 1), "%s separates coordinates by a comma: %q", v.label(), shorten(v.s))
	}
	return strings.FieldsFunc(v.s, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\t' || r == '\r' })
}

// pair checks a latitude and a longitude; it returns false when they are no
// numbers.
func (c *checker) pair(v val, lat, long string) bool {
	p, q := value.Latitude(lat), value.Longitude(long)
	if p != nil && p.Kind == value.Range {
		c.report(geoLatitude, v.whole(), "%s: the latitude is %s, it must be from -90 to 90", v.label(), lat)
	}
	if q != nil && q.Kind == value.Range {
		c.report(geoLongitude, v.whole(), "%s: the longitude is %s, it must be from -180 to 180", v.label(), long)
	}
	return (p == nil || p.Kind == value.Range) && (q == nil || q.Kind == value.Range)
}

func point(c *checker, v val) {
	numbers := c.coordinates(v)
	if len(numbers) != 2 || !c.pair(v, numbers[0], numbers[1]) {
		c.report(geoCoord, v.whole(), "%s is %q, it must be a latitude and a longitude", v.label(), shorten(v.s))
	}
}

// points checks a list of at least so many positions.
func points(least int) func(*checker, val) {
	return func(c *checker, v val) {
		numbers := c.coordinates(v)
		ok := len(numbers)%2 == 0 && len(numbers) >= 2*least
		for i := 0; ok && i < len(numbers); i += 2 {
			ok = c.pair(v, numbers[i], numbers[i+1])
		}
		if !ok {
			c.report(geoCoordList, v.whole(), "%s is %q, it must be at least %d pairs of a latitude and a longitude", v.label(), shorten(v.s), least)
		}
	}
}
