package validator

import (
	"regexp"
	"strings"

	"tributary/internal/lazy"
	"tributary/validator/value"
)

// podcastParts are the parts of a recurrence rule (RFC 5545 §3.3.10). UNTIL
// is checked by itself.
var podcastParts = map[string]func() *regexp.Regexp{
	"FREQ":       lazy.Regexp(`^(SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY)$`),
	"UNTIL":      nil,
	"COUNT":      lazy.Regexp(`^0*[1-9][0-9]*$`),
	"INTERVAL":   lazy.Regexp(`^0*[1-9][0-9]*$`),
	"BYSECOND":   listOf(`([0-5]?[0-9]|60)`),
	"BYMINUTE":   listOf(`[0-5]?[0-9]`),
	"BYHOUR":     listOf(`([01]?[0-9]|2[0-3])`),
	"BYDAY":      listOf(`([+-]?(0?[1-9]|[1-4][0-9]|5[0-3]))?(MO|TU|WE|TH|FR|SA|SU)`),
	"BYMONTHDAY": listOf(`[+-]?(0?[1-9]|[12][0-9]|3[01])`),
	"BYYEARDAY":  listOf(`[+-]?(0{0,2}[1-9]|0?[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-6])`),
	"BYWEEKNO":   listOf(`[+-]?(0?[1-9]|[1-4][0-9]|5[0-3])`),
	"BYMONTH":    listOf(`(0?[1-9]|1[0-2])`),
	"BYSETPOS":   listOf(`[+-]?(0{0,2}[1-9]|0?[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-6])`),
	"WKST":       lazy.Regexp(`^(MO|TU|WE|TH|FR|SA|SU)$`),
}

// podcastHints tell what a part may be.
var podcastHints = map[string]string{
	"FREQ":       "DAILY, WEEKLY, MONTHLY, YEARLY or another word of RFC 5545",
	"COUNT":      "a whole number of 1 or more",
	"INTERVAL":   "a whole number of 1 or more",
	"BYSECOND":   "numbers from 0 to 60 with commas between",
	"BYMINUTE":   "numbers from 0 to 59 with commas between",
	"BYHOUR":     "numbers from 0 to 23 with commas between",
	"BYDAY":      "MO, TU, WE, TH, FR, SA or SU with commas between, perhaps each with a number before it: 2MO",
	"BYMONTHDAY": "numbers from 1 to 31 or -31 to -1 with commas between",
	"BYYEARDAY":  "numbers from 1 to 366 or -366 to -1 with commas between",
	"BYWEEKNO":   "numbers from 1 to 53 or -53 to -1 with commas between",
	"BYMONTH":    "numbers from 1 to 12 with commas between",
	"BYSETPOS":   "numbers from 1 to 366 or -366 to -1 with commas between",
	"WKST":       "MO, TU, WE, TH, FR, SA or SU",
}

// listOf is one or more of a form, with commas between.
func listOf(form string) func() *regexp.Regexp { return lazy.Regexp("^" + form + "(," + form + ")*$") }

// podcastRRule checks a recurrence rule.
func podcastRRule(c *checker, v val) {
	seen := map[string]bool{}
	at := 0
	for part := range strings.SplitSeq(v.s, ";") {
		name, val, _ := strings.Cut(part, "=")
		if text := rrulePart(name, val, seen[name]); text != "" {
			c.report(podcastRRuleInvalid, v.at(at, len(part)), "%s has %q, %s", v.label(), shorten(part), text)
			return
		}
		seen[name] = true
		at += len(part) + 1
	}
	switch {
	case !seen["FREQ"]:
		c.report(podcastRRuleInvalid, v.whole(), "%s is %q, which lacks FREQ: it must say how often, as FREQ=WEEKLY", v.label(), shorten(v.s))
	case seen["COUNT"] && seen["UNTIL"]:
		c.report(podcastRRuleInvalid, v.whole(), "%s has COUNT and UNTIL, it may have one of the two", v.label())
	}
}

// rrulePart returns what is wrong with one part, "" if nothing is.
func rrulePart(name, val string, again bool) string {
	form, known := podcastParts[name]
	switch {
	case !known && podcastParts[strings.ToUpper(name)] != nil:
		return "names of parts are in upper case: " + strings.ToUpper(name)
	case !known:
		return "which is no part of a recurrence rule, expected FREQ=WEEKLY and the like"
	case again:
		return "and had " + name + " before"
	case form == nil:
		if untilForm(val) == "" {
			return "expected a day as 20261231 or a time as 20261231T000000Z"
		}
	case !form().MatchString(val):
		return "expected " + podcastHints[name]
	}
	return ""
}

// untilForm tells whether a value is a day or a time, "" if it is neither.
// RFC 5545 has the basic form, the namespace's own examples the extended one.
func untilForm(s string) string {
	if _, p := value.ISO8601(strings.Replace(s, "Z", "", 1)); p != nil && !podcastBasic().MatchString(s) {
		return ""
	}
	if strings.Contains(s, "T") {
		return "time"
	}
	return "day"
}

var podcastBasic = lazy.Regexp(`^[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]Z?)?$`)

// podcastRecurring checks what a schedule says as a whole.
func podcastRecurring(c *checker, n *node) {
	rule := n.attr("rrule")
	if rule == nil {
		if n.value("complete") != "true" {
			podcastAdvise("rrule")(c, n)
		}
		return
	}
	parts := map[string]string{}
	for part := range strings.SplitSeq(rule.value, ";") {
		name, v, _ := strings.Cut(part, "=")
		parts[name] = v
	}
	start := n.attr("dtstart")
	switch until := untilForm(parts["UNTIL"]); {
	case parts["COUNT"] != "" && start == nil:
		c.report(podcastRRuleStart, n.lackingAttr("dtstart"), "rrule has COUNT=%s and there is no dtstart to count from", shorten(parts["COUNT"]))
	case until != "" && start != nil && untilForm(start.value) != "" && untilForm(start.value) != until:
		c.report(podcastRRuleUntil, val{n: n, attr: start, s: start.value}.whole(), "dtstart is %q, a %s, and UNTIL is %q, a %s", start.value, untilForm(start.value), parts["UNTIL"], until)
	}
}
