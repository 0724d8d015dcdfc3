package publisher

import "strings"

// acceptsGzip reports whether a client would rather have gzip than the plain
// form, by its Accept-Encoding (RFC 9110 §12.5.3).
func acceptsGzip(fields []string) bool {
	gzip, other, identity := weight(-1), weight(-1), weight(-1)
	for _, list := range fields {
		for element := range strings.SplitSeq(list, ",") {
			coding, q := weigh(element)
			switch {
			case strings.EqualFold(coding, "gzip"), strings.EqualFold(coding, "x-gzip"):
				gzip = max(gzip, q)
			case strings.EqualFold(coding, "identity"):
				identity = q
			case coding == "*":
				other = q
			}
		}
	}
	if gzip < 0 {
		gzip = other
	}
	return gzip > 0 && gzip >= identity
}

// A weight is a quality value in thousandths (RFC 9110 §12.4.2).
type weight int

// weigh splits an element such as "gzip;q=0.8". A weight that is none counts
// as 0: the client meant to say something about the coding, and plain bytes
// are always understood.
func weigh(element string) (string, weight) {
	coding, parameter, found := strings.Cut(element, ";")
	coding = strings.TrimSpace(coding)
	if !found {
		return coding, 1000
	}
	key, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
	if !strings.EqualFold(strings.TrimSpace(key), "q") {
		return coding, 0
	}
	return coding, parseWeight(strings.TrimSpace(value))
}

func parseWeight(s string) weight {
	whole, fraction, _ := strings.Cut(s, ".")
	if whole != "0" && whole != "1" || len(fraction) > 3 {
		return 0
	}
	q := weight(0)
	for _, c := range []byte((fraction + "000")[:3]) {
		if c < '0' || c > '9' {
			return 0
		}
		q = q*10 + weight(c-'0')
	}
	if whole == "1" {
		return 1000
	}
	return q
}
