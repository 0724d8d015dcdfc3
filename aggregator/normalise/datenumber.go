package normalise

import "time"

// number understands a number by what follows it.
func (p *dateParser) number(t dateToken) bool {
	next := p.peek(1)
	switch {
	case (next.text == ":" || next.text == "." && p.isDated()) && p.hour < 0 && p.peek(2).kind == dateNumber:
		return p.clock(t, next.text)
	case len(t.text) == 4 && p.hour < 0 && p.isDated():
		p.at++
		return p.digits(t.text) // 03 Apr 02 1500 GMT
	case next.kind == dateWord && (next.joined || next.text >= "\u2e80" || p.isDated()) && markers[next.text] != 0:
		p.at += 2
		return p.marked(next.text, t)
	case p.peek(2).kind == dateNumber && dateSeparator(next.text) && p.month < 0 && p.day < 0:
		return p.group(t, next.text)
	case next.text == "-" && p.is(2, "w") && p.year < 0:
		return p.week(t, 3)
	case next.text == "w" && next.joined && p.year < 0:
		return p.week(t, 2)
	}
	p.at++
	return p.alone(t)
}

// alone understands a day or a year that stands among words.
func (p *dateParser) alone(t dateToken) bool {
	switch {
	case len(t.text) == 4 && p.year < 0:
		p.year = t.value
	case len(t.text) <= 2 && p.day < 0:
		p.day = t.value
	case len(t.text) <= 2 && p.year < 0 && p.month > 0:
		p.year = twoDigitYear(t.value)
	default:
		return false
	}
	return true
}

// isDated reports whether year, month and day are known: what follows is a time.
func (p *dateParser) isDated() bool { return p.year >= 0 && p.month >= 0 && p.day >= 0 }

// clock understands 15:04, 15:04:05, 15:04:05.999 and, with dots, 15.04.05.
func (p *dateParser) clock(hour dateToken, sep string) bool {
	minute := p.peek(2)
	if minute.kind != dateNumber || len(hour.text) > 2 || len(minute.text) > 2 {
		return false
	}
	p.hour, p.min = hour.value, minute.value
	p.at += 3
	second := p.peek(1)
	if !p.is(0, sep) || sep == "." && second.kind != dateNumber {
		return true
	}
	if second.kind != dateNumber || len(second.text) > 2 {
		return false
	}
	p.sec = second.value
	p.at += 2
	if fraction := p.peek(1); (p.is(0, ".") || p.is(0, ",")) && fraction.kind == dateNumber && fraction.joined {
		p.ns = nanoseconds(fraction.text)
		p.at += 2
	}
	return true
}

func nanoseconds(digits string) int {
	ns, unit := 0, 100_000_000
	for i := 0; i < len(digits) && unit > 0; i++ {
		ns += int(digits[i]-'0') * unit
		unit /= 10
	}
	return ns
}

// marked takes a number that a word after it explains, as in 2022年 or 13h.
func (p *dateParser) marked(word string, t dateToken) bool {
	p.assume(word)
	part := markers[word]
	*p.field(part) = t.value
	if part == 'y' && p.era != 0 {
		p.year = p.era + t.value
	} else if part == 'y' && len(t.text) == 2 {
		p.year = twoDigitYear(t.value)
	}
	if next := p.peek(0); part == 'H' && next.kind == dateNumber && (next.joined || word == "h") && len(next.text) <= 2 && markers[p.peek(1).text] == 0 {
		p.min = next.value // 13h07
		p.at++
	}
	return len(t.text) <= 4
}

// field returns the part of a date that a mark stands for.
func (p *dateParser) field(mark byte) *int {
	switch mark {
	case 'y':
		return &p.year
	case 'm':
		return &p.month
	case 'd':
		return &p.day
	case 'H':
		return &p.hour
	case 'M':
		return &p.min
	}
	return &p.sec
}

// group understands numbers with the same separator between them: a date
// whose year comes first, or last where the order can only be one.
func (p *dateParser) group(first dateToken, sep string) bool {
	parts := []dateToken{first, p.peek(2)}
	p.at += 3
	if p.is(0, sep) && p.peek(1).kind == dateNumber {
		parts = append(parts, p.peek(1))
		p.at += 2
	}
	if p.year >= 0 {
		return len(parts) == 2 && p.monthDay(parts[0], parts[1], sep)
	}
	switch {
	case len(parts) == 2 && len(first.text) == 4 && len(parts[1].text) == 3:
		return p.ordinal(first.value, parts[1].value)
	case len(parts) == 2 && len(first.text) == 4:
		p.year, p.month = first.value, parts[1].value
		return sep != "."
	case len(parts) == 2 && sep == "-" && p.tokens[0].text == "-":
		p.year, p.month = twoDigitYear(first.value), parts[1].value // -03-12
		return true
	case len(parts) == 2:
		return false
	case len(first.text) == 4:
		p.year, p.month, p.day = first.value, parts[1].value, parts[2].value
	case len(first.text) == 2 && (sep == "-" && len(parts[2].text) == 2 || p.yearIsFirst() && len(parts[2].text) <= 2):
		p.year, p.month, p.day = twoDigitYear(first.value), parts[1].value, parts[2].value
	default:
		return p.yearLast(parts, sep)
	}
	return len(parts[1].text) <= 2 && len(parts[2].text) <= 2
}

// yearLast takes 31.12.2004 and, where one number can only be the day,
// 31/12/2004 and 12/31/2004.
func (p *dateParser) yearLast(parts []dateToken, sep string) bool {
	switch year := parts[2]; len(year.text) {
	case 4:
		p.year = year.value
	case 2:
		p.year = twoDigitYear(year.value)
	default:
		return false
	}
	return p.monthDay(parts[0], parts[1], sep)
}

func (p *dateParser) monthDay(a, b dateToken, sep string) bool {
	if len(a.text) > 2 || len(b.text) > 2 {
		return false
	}
	switch {
	case sep == "." || a.value > 12 || a.value == b.value || b.value <= 12 && p.dayIsFirst():
		p.day, p.month = a.value, b.value
	case b.value > 12 || p.monthIsFirst():
		p.month, p.day = a.value, b.value
	default:
		return false // two readings
	}
	return true
}

// week understands an ISO 8601 week: 2004-W53-6, 2004W536, 2004-W53.
func (p *dateParser) week(year dateToken, skip int) bool {
	week, day := p.peek(skip), 1
	p.at += skip + 1
	if week.kind != dateNumber || len(year.text) != 4 {
		return false
	}
	n := week.value
	switch {
	case len(week.text) == 3:
		n, day = week.value/10, week.value%10
	case len(week.text) != 2:
		return false
	case p.is(0, "-") && len(p.peek(1).text) == 1 && p.peek(1).kind == dateNumber:
		day = p.peek(1).value
		p.at += 2
	}
	if n < 1 || n > 53 || day < 1 || day > 7 {
		return false
	}
	// 4 January is always in week 1.
	jan4 := time.Date(year.value, 1, 4, 0, 0, 0, 0, time.UTC)
	monday := jan4.AddDate(0, 0, -(int(jan4.Weekday())+6)%7)
	at := monday.AddDate(0, 0, (n-1)*7+day-1)
	if _, got := at.AddDate(0, 0, 1-day).ISOWeek(); got != n {
		return false // the year has no week 53
	}
	p.year, p.month, p.day = at.Year(), int(at.Month()), at.Day()
	return true
}

// ordinal takes the day of a year, from 1.
func (p *dateParser) ordinal(year, day int) bool {
	at := time.Date(year, 1, day, 0, 0, 0, 0, time.UTC)
	p.year, p.month, p.day = at.Year(), int(at.Month()), at.Day()
	return day >= 1 && at.Year() == year
}
