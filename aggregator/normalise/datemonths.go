package normalise

import "strings"

// monthNames are the twelve names of the months in further languages, January
// first, as far as they are not in months already; "/" stands between
// spellings. Where a name has cases, both that of a date and its own are here.
var monthNames = map[string]string{
	"af":      "januarie - - - - junie julie - - - - -",
	"ar":      "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
	"az":      "yanvar/yan fevral - aprel - iyun/iyn iyul/iyl avqust/avq sentyabr/sen oktyabr noyabr/noy dekabr/dek",
	"be":      "студзеня/сту/студзень лютага/люты сакавіка/сак/сакавік красавіка/кра/красавік - чэрвеня/чэр/чэрвень ліпеня/ліп/ліпень жніўня/жні/жнівень верасня/верасень кастрычніка/кас/кастрычнік лістапада/ліс/лістапад снежня/сне/снежань",
	"bg":      "януари/яну февруари - април - юни юли - септември/сеп октомври ноември/ное декември",
	"ca":      "- - - - - - - ag - - - -",
	"da":      "- - marts - - - - - - - - -",
	"el":      "- - - - μαΐ - - - - - - -",
	"et":      "jaanuar/jaan veebruar/veebr märts aprill - juuni juuli - - oktoober - detsember/dets",
	"eu":      "urtarrilak/urt/urtarrila otsailak/ots/otsaila martxoak/martxoa apirilak/api/apirila maiatzak/maiatza ekainak/eka/ekaina uztailak/uzt/uztaila abuztuak/abu/abuztua irailak/ira/iraila urriak/urr/urria azaroak/aza/azaroa abenduak/abe/abendua",
	"fa":      "ژانویهٔ/ژانویه فوریهٔ/فوریه - آوریل مهٔ/مه ژوئن ژوئیهٔ/ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
	"fi":      "tammik helmik maalisk huhtik toukok kesäk heinäk elok syysk lokak marrask jouluk",
	"fil":     "- pebrero/peb marso - - hunyo/hun hulyo/hul - setyembre oktubre nobyembre/nob disyembre",
	"gl":      "xaneiro/xan febreiro - - - xuño xullo/xul - - - - decembro",
	"he":      "ינואר/ינו פברואר/פבר מרץ אפריל/אפר מאי יוני יולי אוגוסט/אוג ספטמבר/ספט אוקטובר/אוק נובמבר/נוב דצמבר/דצמ",
	"hi":      "जनवरी/जन फ़रवरी/फ़र मार्च अप्रैल मई जून जुलाई/जुल अगस्त/अग सितंबर/सित अक्तूबर/अक्तू नवंबर/नव दिसंबर/दिस",
	"id":      "- - maret - - - - agustus/agu - - - -",
	"is":      "- febrúar - - maí júní júlí ágú - - nóvember/nóv -",
	"kk":      "қаңтар/қаң ақпан/ақп наурыз/нау сәуір/сәу мамыр/мам маусым/мау шілде/шіл тамыз/там қыркүйек/қыр қазан/қаз қараша/қар желтоқсан/жел",
	"lt":      "sausio/saus/sausis vasario/vas/vasaris kovo/kov/kovas balandžio/bal/balandis gegužės/geg/gegužė birželio/birž/birželis liepos/liep/liepa rugpjūčio/rugp/rugpjūtis rugsėjo/rugs/rugsėjis spalio/spal/spalis lapkričio/lapkr/lapkritis gruodžio/gruod/gruodis",
	"lv":      "janvāris februāris - aprīlis maijs jūnijs/jūn jūlijs/jūl augusts septembris oktobris novembris decembris",
	"mk":      "јануари/јан - - - мај јуни/јун јули/јул - септ - ноем -",
	"ms":      "- - mac - - - julai ogos/ogo - - - disember/dis",
	"nb":      "- - - - - - - - - - - des",
	"nl":      "- - mrt - - - - - - - - -",
	"pl":      "- - - - - - - - - - listopada -",
	"sk":      "januára februára marec apríla mája júna júla augusta septembra októbra novembra decembra",
	"sl":      "- - - - - junij julij - - - - -",
	"sq":      "janar shkurt/shk - prill/pri - qershor/qer korrik/korr gusht/gush shtator/sht tetor/tet nëntor/nën dhjetor/dhj",
	"sr":      "јануар фебруар/феб - - - - - - септембар октобар новембар/нов децембар/дец",
	"sr-latn": "- - - - - - - avgust/avg septembar oktobar novembar decembar",
	"th":      "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
	"ar-lb":   "- شباط آذار نيسان أيار حزيران تموز آب أيلول - - -",
	"uk":      "- - - кві тра чер - сер - жов лис гру",
}

// croatianMonths are those that other Slavic languages give to other months.
var croatianMonths = map[string]int{"lip": 6, "lipanj": 6, "lipnja": 6, "srp": 7, "srpanj": 7, "srpnja": 7, "lis": 10, "listopad": 10, "listopada": 10}

// monthOf returns the number of the month of that name, 0 when it is none.
func (p *dateParser) monthOf(name string) int {
	if strings.HasPrefix(p.language, "hr") {
		if m := croatianMonths[name]; m != 0 {
			return m
		}
	}
	if m := months[name]; m != 0 {
		return m
	}
	if hebrew, ok := strings.CutPrefix(name, "ב"); ok { // "in"
		return months[hebrew]
	}
	return 0
}

// addMonths adds the names of further languages to a table.
func addMonths(table map[string]int) {
	for language, names := range monthNames {
		row := strings.Fields(names)
		if len(row) != 12 {
			panic("normalise: " + language + " has not twelve months")
		}
		for i, spellings := range row {
			for name := range strings.SplitSeq(spellings, "/") {
				if old := table[name]; old != 0 && old != i+1 {
					panic("normalise: " + name + " is two months")
				}
				if name != "-" {
					table[name] = i + 1
				}
			}
		}
	}
}
