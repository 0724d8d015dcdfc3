package normalise

import "strings"

// months are the names and short names of the months, in lower case. Of words
// that two languages give to different months only one has its meaning here:
// Croatian's are in croatianMonths.
var months = monthTable(
	"january jan januar januari jänner jän janvier janv enero ene janeiro gennaio gen janúar ianuarie ian ocak oca styczeń stycznia sty leden ledna led január tammikuu tammikuuta tammi tam январь января янв січень січня січ ιανουάριος ιανουαρίου ιανουαριος ιανουαριου ιαν gener siječanj siječnja sij",
	"february feb februar februari feber février fevrier févr fevr fév fev febrero fevereiro febbraio febr február februarie şubat şub subat luty lutego lut únor února úno helmikuu helmikuuta helmi hel февраль февраля фев февр лютий лютого лют φεβρουάριος φεβρουαρίου φεβρουαριος φεβρουαριου φεβ φεβρ febrer veljača veljače velj",
	"march mar mär märz maerz mrz maart mars marzo março marco március márc martie mart marzec marca březen března bře maaliskuu maaliskuuta maalis март марта мар березень березня бер μάρτιος μαρτίου μαρτιος μαρτιου μάρ μαρ març ožujak ožujka ožu",
	"april apr avril avr abril abr aprile április ápr aprilie nisan nis kwiecień kwietnia kwi duben dubna dub apríl huhtikuu huhtikuuta huhti huh апрель апреля апр квітень квітня квіт απρίλιος απριλίου απριλιος απριλιου απρ travanj travnja tra",
	"may mai mei maj maggio mag mayo maio május máj mayıs mayis maja květen května kvě toukokuu toukokuuta touko tou май мая травень травня трав μάιος μαΐου μαϊου μάϊος μαιος μαιου μάι μαι maig svibanj svibnja svi",
	"june jun juni juin giugno giu junio junho június jún iunie iun haziran haz czerwiec czerwca cze červen června čvn kesäkuu kesäkuuta kesä июнь июня июн червень червня черв ιούνιος ιουνίου ιουνιος ιουνιου ιούν ιουν juny",
	"july jul juli juil juill juillet luglio lug julio julho július júl iulie iul temmuz tem lipiec lipca lip červenec července čvc heinäkuu heinäkuuta heinä июль июля июл липень липня лип ιούλιος ιουλίου ιουλιος ιουλιου ιούλ ιουλ juliol",
	"august aug août aout agosto ago augustus augusti augusztus ágúst ağustos ağu agustos sierpień sierpnia sie srpen srpna srp elokuu elokuuta elo август августа авг серпень серпня серп αύγουστος αυγούστου αυγουστος αυγουστου αύγ αυγ agost kolovoz kolovoza kol",
	"september sep sept septembre septiembre setembro settembre set szeptember szept septembrie eylül eylul eyl wrzesień września wrz září zář syyskuu syyskuuta syys syy сентябрь сентября сен сент вересень вересня вер σεπτέμβριος σεπτεμβρίου σεπτεμβριος σεπτεμβριου σεπ σεπτ setembre rujan rujna ruj",
	"october oct oktober okt octobre octubre outubro out ottobre ott október octombrie ekim eki październik października paź říjen října říj lokakuu lokakuuta loka lok октябрь октября окт жовтень жовтня жовт οκτώβριος οκτωβρίου οκτωβριος οκτωβριου οκτ οκτώ",
	"november nov novembre noviembre novembro noiembrie kasım kasim kas listopad listopadu lis marraskuu marraskuuta marras ноябрь ноября ноя нояб листопад листопада лист νοέμβριος νοεμβρίου νοεμβριος νοεμβριου νοέ νοε νοέμ studeni studenoga studenog stu",
	"december dec dezember dez décembre decembre déc diciembre dic dezembro dicembre decembrie aralık aralik ara grudzień grudnia gru prosinec prosince pro joulukuu joulukuuta joulu jou декабрь декабря дек грудень грудня груд δεκέμβριος δεκεμβρίου δεκεμβριος δεκεμβριου δεκ desembre desember prosinac prosinca",
)

func monthTable(names ...string) map[string]int {
	table := make(map[string]int, 400)
	for i, list := range names {
		for name := range strings.FieldsSeq(list) {
			if old := table[name]; old != 0 && old != i+1 {
				panic("normalise: " + name + " is two months")
			}
			table[name] = i + 1
		}
	}
	addMonths(table)
	return table
}

// markers are the words that follow a number and say what it counts.
var markers = map[string]byte{
	"年": 'y', "년": 'y', "月": 'm', "월": 'm', "日": 'd', "号": 'd', "號": 'd', "일": 'd',
	"시간": 'H', "giờ": 'H', "นาฬิกา": 'H', "นาที": 'M', "วินาที": 'S',
	"时": 'H', "時": 'H', "点": 'H', "點": 'H', "시": 'H', "h": 'H', "min": 'M', "s": 'S', "分": 'M', "분": 'M', "秒": 'S', "초": 'S',
}

// halves are the words for before (1) and after noon (2).
var halves = map[string]int{
	"am": 1, "上午": 1, "凌晨": 1, "清晨": 1, "早上": 1, "早晨": 1, "午夜": 1, "午前": 1, "오전": 1, "πμ": 1, "ص": 1, "öö": 1,
	"pm": 2, "下午": 2, "晚上": 2, "中午": 2, "傍晚": 2, "午後": 2, "오후": 2, "μμ": 2, "م": 2, "ös": 2,
}

// dateNoise are words that stand in dates and say nothing.
var dateNoise = map[string]bool{
	"st": true, "nd": true, "rd": true, "th": true, "of": true, "at": true, "the": true, "on": true,
	"de": true, "del": true, "à": true, "le": true, "um": true, "uhr": true, "kl": true, "klo": true, "den": true,
	"г": true, "года": true, "в": true, "року": true, "о": true, "εκ": true, "στις": true, "o": true, "a": true,
	"er": true, "les": true, "alle": true, "ore": true, "às": true, "las": true, "y": true, "yil": true, "r": true,
	"m": true, "d": true, "u": true, "om": true, "ve": true, "saat": true, "godz": true, "ora": true, "la": true,
	"р": true, "ч": true, "час": true, "году": true, "год": true, "gada": true, "ko": true, "e": true,
	"בשעה": true, "في": true, "الساعة": true, "ساعت": true, "को": true, "น": true, "เวลา": true, "lúc": true, "năm": true, "ngày": true,
	"pukul": true, "jam": true, "noong": true, "da": true, "do": true, "dne": true, "v": true, "ob": true, "och": true, "у": true, "во": true, "nang": true, "në": true, "ж": true,
}

// eras are the years before the first of a Japanese era, and of Taiwan's.
var eras = map[string]int{"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}

// prefixed are the words that stand before a number and say what it counts.
var prefixed = map[string]byte{"tháng": 'm', "thg": 'm', "năm": 'y', "ngày": 'd'}

// dayNames are those that stand after a date or a time in their language, or
// could; before it, every word may.
var dayNames = wordSet(`
	monday tuesday wednesday thursday friday saturday sunday
	montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
	lundi mardi mercredi jeudi vendredi samedi dimanche
	lunes martes miércoles jueves viernes sábado domingo
	lunedì martedì mercoledì giovedì venerdì sabato domenica
	segunda terça quarta quinta sexta feira
	понедельник вторник среда четверг пятница суббота воскресенье
	poniedziałek wtorek środa czwartek piątek sobota niedziela
	maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
	pazartesi salı çarşamba perşembe cuma cumartesi pazar pzt sal çar per cum cmt paz
	måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag
	maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai
	maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina
	pondělí úterý středa čtvrtek pátek neděle pondelok utorok streda štvrtok piatok nedeľa
	hétfő kedd szerda csütörtök péntek szombat vasárnap
	luni marți miercuri joi vineri sâmbătă duminică
	понеділок середа четвер п'ятниця субота неділя
	δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή
	ponedjeljak utorak srijeda četvrtak petak subota nedjelja
	pirmadienis antradienis trečiadienis ketvirtadienis penktadienis šeštadienis sekmadienis
	astelehena asteartea asteazkena osteguna ostirala larunbata igandea
	luns mércores xoves venres bazar ertəsi çərşənbə axşamı cümə şənbə
	senin selasa rabu kamis jumat sabtu minggu
	thứ hai ba tư sáu bảy chủ nhật`)

func cjkWeekday(s string) bool {
	for _, prefix := range []string{"星期", "周", "週", "礼拜", "禮拜"} {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return strings.HasSuffix(s, "曜日") || strings.HasSuffix(s, "요일")
}

// assume takes the time of the country whose words the date is written in,
// where the date names no zone. 年 is China's unless the feed is Japanese.
func (p *dateParser) assume(word string) {
	if p.hasZone {
		return
	}
	switch {
	case koreanOrJapanese[word] || strings.HasSuffix(word, "曜日") || strings.HasSuffix(word, "요일"):
		p.offset = 9 * 3600
	case word == "年" && strings.HasPrefix(p.language, "ja"):
		p.offset = 9 * 3600
	case word == "年" && p.offset == 0, word == "上午", word == "下午", strings.HasPrefix(word, "星期"):
		p.offset = 8 * 3600
	}
}

var koreanOrJapanese = map[string]bool{"년": true, "오전": true, "오후": true, "午前": true, "午後": true}

// zoneNames are the offsets of named zones, in minutes east of UTC. A single
// letter is UTC: RFC 5322 §4.3 says that senders have their signs wrong. CST
// is that of RFC 822 unless the feed is Chinese; IST is India's.
var zoneNames = func() map[string]int {
	table := map[string]int{
		"gmt": 0, "utc": 0, "ut": 0, "tu": 0, "wet": 0, "zulu": 0, "мск": 180,
		"北京时间": 480, "北京時間": 480, "台北時間": 480, "香港時間": 480, "日本時間": 540, "日本標準時": 540,
		"est": -300, "edt": -240, "et": -300, "cst": -360, "cdt": -300, "ct": -360,
		"mst": -420, "mdt": -360, "mt": -420, "pst": -480, "pdt": -420, "pt": -480,
		"akst": -540, "akdt": -480, "hst": -600, "hast": -600, "ast": -240, "adt": -180, "nst": -210, "ndt": -150,
		"brt": -180, "brst": -120, "art": -180, "clt": -240, "clst": -180, "cot": -300, "pet": -300, "vet": -240, "uyt": -180,
		"bst": 60, "west": 60, "cet": 60, "met": 60, "mez": 60, "wat": 60,
		"cest": 120, "mest": 120, "mesz": 120, "eet": 120, "sast": 120, "cat": 120, "idt": 180,
		"eest": 180, "msk": 180, "eat": 180, "trt": 180, "msd": 240, "samt": 240, "gst": 240,
		"irst": 210, "pkt": 300, "yekt": 300, "ist": 330, "npt": 345, "omst": 360, "mmt": 390,
		"ict": 420, "wib": 420, "krat": 420, "novt": 420, "hkt": 480, "sgt": 480, "myt": 480, "pht": 480, "awst": 480, "wita": 480,
		"irkt": 480, "jst": 540, "kst": 540, "wit": 540, "yakt": 540, "acst": 570, "aest": 600, "vlat": 600,
		"acdt": 630, "aedt": 660, "magt": 660, "nzst": 720, "nzdt": 780,
	}
	for c := 'a'; c <= 'z'; c++ {
		table[string(c)] = 0
	}
	return table
}()
