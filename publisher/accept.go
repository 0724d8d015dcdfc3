package publisher

import "strings"

// chooseCoding returns the coding that a client likes best, by its
// Accept-Encoding (RFC 9110 §12.5.3): of equal ones the smallest, plain bytes
// only where it likes them better than all others or says nothing. "*" stands
// for gzip, which everybody knows.
func chooseCoding(fields []string) coding {
	weights := [codings]weight{-1, -1, -1, -1}
	other := weight(-1)
	for _, list := range fields {
		for element := range strings.SplitSeq(list, ",") {
			name, q := weigh(element)
			if name == "*" {
				other = q
			} else if c, ok := codingNamed(name); ok {
				weights[c] = max(weights[c], q)
			}
		}
	}
	if weights[gzipped] < 0 {
		weights[gzipped] = other
	}
	best := plain
	for c := plain + 1; c < codings; c++ {
		if weights[c] > 0 && weights[c] >= weights[best] {
			best = c
		}
	}
	return best
}

// codingNamed returns the coding of a name, in any case of letters.
func codingNamed(name string) (coding, bool) {
	switch {
	case strings.EqualFold(name, "gzip"), strings.EqualFold(name, "x-gzip"):
		return gzipped, true
	case strings.EqualFold(name, "br"):
		return brotlied, true
	case strings.EqualFold(name, "zstd"):
		return zstandard, true
	case strings.EqualFold(name, "identity"):
		return plain, true
	}
	return plain, false
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
