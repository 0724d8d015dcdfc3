package config

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

var (
	errNegative = errors.New("not longer than nothing")
	errTooLong  = errors.New("too long")
)

// factors turn the units that time.ParseDuration lacks into hours.
var factors = map[string]time.Duration{"d": 24, "w": 7 * 24}

// parseDuration reads a positive Go duration that may also count days and
// weeks: "90s", "1d12h", "2w".
func parseDuration(text string) (time.Duration, error) {
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		if _, err := parseDuration(rest); err == nil {
			return 0, errNegative
		}
	}
	var sum time.Duration
	for rest := text; ; {
		number := len(rest) - len(strings.TrimLeft(rest, "0123456789."))
		unit := len(rest) - len(strings.TrimLeft(rest[number:], "abcdefghijklmnopqrstuvwxyzµμ"))
		part, err := parsePart(rest[:number], rest[number:unit])
		if err != nil {
			return 0, err
		}
		if part > math.MaxInt64-sum {
			return 0, errTooLong
		}
		sum, rest = sum+part, rest[unit:]
		if rest == "" {
			break
		}
	}
	if sum <= 0 {
		return 0, errNegative
	}
	return sum, nil
}

func parsePart(number, unit string) (time.Duration, error) {
	if unit == "" && number != "" {
		return 0, errors.New("a number without a unit")
	}
	factor, long := factors[unit]
	if !long {
		d, err := time.ParseDuration(number + unit)
		if err != nil {
			return 0, errors.New("no duration")
		}
		return d, nil
	}
	d, err := time.ParseDuration(number + "h")
	switch {
	case err != nil:
		return 0, errors.New("no duration")
	case d > math.MaxInt64/factor:
		return 0, errTooLong
	}
	return d * factor, nil
}

// words are what people write for the units.
var words = strings.NewReplacer(
	"seconds", "s", "second", "s", "secs", "s", "sec", "s",
	"minutes", "m", "minute", "m", "mins", "m", "min", "m",
	"hours", "h", "hour", "h", "hrs", "h", "hr", "h",
	"days", "d", "day", "d", "weeks", "w", "week", "w", " ", "", ",", "", "and", "",
)

// durationHint returns what was probably meant, or "".
func durationHint(text string) string {
	if _, err := strconv.Atoi(text); err == nil && !strings.HasPrefix(text, "-") {
		return fmt.Sprintf("did you mean %q or %q?", text+"s", text+"m")
	}
	meant := words.Replace(strings.ToLower(text))
	if _, err := parseDuration(meant); err == nil && meant != text {
		return fmt.Sprintf("did you mean %q?", meant)
	}
	return ""
}

// shortDuration writes d as people do: "1h", not "1h0m0s"; "7d", not "168h".
func shortDuration(d time.Duration) string {
	switch day := 24 * time.Hour; {
	case d >= 2*day && d%day == 0:
		return fmt.Sprintf("%dd", d/day)
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return d.String()
}

var sizeUnits = map[string]int64{
	"": 1, "b": 1,
	"kb": 1e3, "mb": 1e6, "gb": 1e9,
	"k": 1 << 10, "m": 1 << 20, "g": 1 << 30,
	"kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30,
}

// parseSize reads a number of bytes: "16 MiB" is 16·2²⁰, "16MB" is 16·10⁶.
func parseSize(text string) (int64, error) {
	trimmed := strings.TrimSpace(text)
	digits := len(trimmed) - len(strings.TrimLeft(trimmed, "0123456789"))
	unit, ok := sizeUnits[strings.ToLower(strings.TrimSpace(trimmed[digits:]))]
	n, err := strconv.ParseInt(trimmed[:digits], 10, 64)
	if !ok || err != nil {
		return 0, errors.New("no size")
	}
	if n > math.MaxInt64/unit {
		return 0, errors.New("too large")
	}
	return n * unit, nil
}
