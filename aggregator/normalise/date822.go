package normalise

import "time"

// rfc822 is the short cut for what most RSS sends: RFC 822's date with a year
// of four digits and an offset or GMT (RFC 5322 §3.3).
func rfc822(s string) (time.Time, bool) {
	if len(s) > 5 && s[3] == ',' && s[4] == ' ' {
		s = s[5:]
	}
	day, s := leadingNumber(s, 2)
	if day < 0 || len(s) < len(" Jan 2006 15:04 GMT") || s[0] != ' ' || s[4] != ' ' {
		return time.Time{}, false
	}
	month := englishMonth(s[1:4])
	year, rest := leadingNumber(s[5:], 4)
	if month == 0 || year < 1000 || rest == "" || rest[0] != ' ' {
		return time.Time{}, false
	}
	hour, minute, second, rest, ok := clock822(rest[1:])
	offset, known := offset822(rest)
	if !ok || !known || day < 1 || day > 28 && day > daysIn(year, month) {
		return time.Time{}, false // or it is to be looked at closely
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, 0, zone(offset)), true
}

// leadingNumber reads at most n digits; -1 when there are none.
func leadingNumber(s string, n int) (value int, rest string) {
	i := 0
	for i < len(s) && i < n && s[i] >= '0' && s[i] <= '9' {
		value = 10*value + int(s[i]-'0')
		i++
	}
	if i == 0 {
		return -1, s
	}
	return value, s[i:]
}

// twoDigits reads exactly two; -1 when they are none.
func twoDigits(s string) int {
	if len(s) < 2 || s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9' {
		return -1
	}
	return 10*int(s[0]-'0') + int(s[1]-'0')
}

// clock822 reads 15:04 and 15:04:05.
func clock822(s string) (hour, minute, second int, rest string, ok bool) {
	if len(s) < 5 || s[2] != ':' {
		return 0, 0, 0, "", false
	}
	hour, minute, rest = twoDigits(s), twoDigits(s[3:]), s[5:]
	if len(rest) > 2 && rest[0] == ':' {
		second, rest = twoDigits(rest[1:]), rest[3:]
	}
	return hour, minute, second, rest, hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60
}

// offset822 reads " +0800", " GMT", " UTC" and " Z" at the end of a date.
func offset822(s string) (seconds int, ok bool) {
	switch s {
	case " GMT", " UTC", " UT", " Z":
		return 0, true
	}
	if len(s) != len(" +0800") || s[0] != ' ' || s[1] != '+' && s[1] != '-' {
		return 0, false
	}
	hours, minutes := twoDigits(s[2:]), twoDigits(s[4:])
	if hours < 0 || hours > 14 || minutes < 0 || minutes > 59 {
		return 0, false
	}
	seconds = hours*3600 + minutes*60
	if s[1] == '-' {
		seconds = -seconds
	}
	return seconds, true
}

// englishMonth returns the month of an English short name, 0 when it is none.
func englishMonth(s string) int {
	for i := 0; i < 12; i++ {
		if "JanFebMarAprMayJunJulAugSepOctNovDec"[3*i:3*i+3] == s {
			return i + 1
		}
	}
	return 0
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
