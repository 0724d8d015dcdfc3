package value

import "strings"

// countries are the codes that ISO 3166-1 assigns, a letter a line.
const countries = " AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ" +
	" BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ" +
	" CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ" +
	" DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR" +
	" GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU" +
	" ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ" +
	" LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ" +
	" NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW" +
	" SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ" +
	" TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW "

// Country checks a code of ISO 3166-1 alpha-2 that is assigned. Either case
// is fine: Media RSS writes them in lower case.
func Country(s string) *Problem {
	if len(s) == 2 && all(s, alpha) && strings.Contains(countries, string([]byte{' ', lower(s[0]) &^ 0x20, lower(s[1]) &^ 0x20, ' '})) {
		return nil
	}
	const expected = "expected a code of two letters of ISO 3166-1, as CN"
	if s == "" {
		return problem(Syntax, 0, 0, "is empty; "+expected)
	}
	if v, front := trim(s); len(v) != len(s) && v != "" && Country(v) == nil {
		return spaced(s, v, front)
	}
	p := whole(Syntax, s, "is "+quote(s)+", which is no country; "+expected)
	if strings.EqualFold(s, "UK") {
		p.Want = "GB"
	}
	return p
}
