package repeat_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feed"
	"tributary/feed/repeat"
)

// A text is a story of testdata, or what a transformation made of it.
type text struct {
	lang, name, title string
	body              string // paragraphs, a line each
	html              bool
}

// A telling is a story, another headline for it, and a different story on the
// same subject.
type telling struct {
	text
	also  string
	other text
}

// A pair is two texts, and whether they are one story.
type pair struct {
	kind string
	a, b text
	same bool
}

var rule = feed.RepeatRule{Story: true, Window: 72 * time.Hour}

var noon = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// entry makes an entry of a text; no two have a source or a page in common.
func entry(n int, x text) *feed.Entry {
	src := feed.SourceID(fmt.Sprintf("s%d", n))
	url := fmt.Sprintf("https://s%d.example/%d", n, n)
	e := &feed.Entry{
		ID: feed.Identify(src, url, "", feed.Digest{}), Source: src, Title: feed.Text{Body: x.title}, Received: noon, Published: noon.Add(-time.Hour),
		Links: []feed.Link{{Rel: feed.RelAlternate, Href: url}}, Content: feed.Text{Body: x.body},
	}
	if x.html {
		e.Content.Type = feed.TextHTML
	}
	e.Story = repeat.Of(e, true)
	return e
}

// joined reports whether a store would find a by b, and take them for one.
func (p *pair) joined() (found, alike bool, share int) {
	a, b := entry(1, p.a), entry(2, p.b)
	for _, key := range a.Story.Keys {
		found = found || slices.Contains(b.Story.Probes, key)
	}
	why, share := repeat.Judge(rule, a, b)
	return found, why == feed.SameStory, share
}

// TestPairs holds precision and recall on the labelled pairs, over all and for
// each language.
func TestPairs(t *testing.T) {
	type count struct{ right, wrong, missed, rejected int }
	counts := map[string]*count{}
	at := func(name string) *count {
		if counts[name] == nil {
			counts[name] = &count{}
		}
		return counts[name]
	}
	all := pairs(t)
	for i := range all {
		p := &all[i]
		found, alike, share := p.joined()
		for _, name := range []string{"all", "language " + p.a.lang, "kind " + p.kind} {
			c := at(name)
			switch {
			case p.same && found && alike:
				c.right++
			case p.same:
				c.missed++
			case found && alike:
				c.wrong++
			default:
				c.rejected++
			}
		}
		if p.same != (found && alike) && (testing.Verbose() || !p.same) {
			t.Logf("%s: %s %q and %q %q: found %v, alike %v, share %d, want %v", p.kind, p.a.lang, p.a.name, p.b.name, p.b.title, found, alike, share, p.same)
		}
	}
	names := make([]string, 0, len(counts))
	for name := range counts {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		c := counts[name]
		precision, recall := 1.0, 1.0
		if c.right+c.wrong > 0 {
			precision = float64(c.right) / float64(c.right+c.wrong)
		}
		if c.right+c.missed > 0 {
			recall = float64(c.right) / float64(c.right+c.missed)
		}
		t.Logf("%-28s %4d copies, %4d different: precision %.3f, recall %.3f", name, c.right+c.missed, c.wrong+c.rejected, precision, recall)
		if !strings.HasPrefix(name, "kind") && (precision < 0.99 || recall < 0.90) {
			t.Errorf("%s: precision %.3f, want 0.99; recall %.3f, want 0.90", name, precision, recall)
		}
	}
	if c := at("all"); c.right+c.missed < 300 || c.wrong+c.rejected < 300 {
		t.Errorf("%d copies and %d different pairs, want 300 of each", c.right+c.missed, c.wrong+c.rejected)
	}
}

func pairs(t testing.TB) []pair {
	var all []pair
	for _, lang := range []string{"zh", "en", "de", "ja", "ko", "ru"} {
		stories := read(t, lang, lang)
		all = append(all, copies(stories)...)
		all = append(all, differents(stories)...)
		if lang == "zh" {
			for _, other := range []string{"zh-tw", "zh-hk"} {
				all = append(all, scripts(stories, read(t, lang, other))...)
			}
		}
	}
	return append(all, forms(t)...)
}

// read reads the stories of a file.
func read(t testing.TB, lang, file string) (out []telling) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", file+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split(string(raw), "=== ")[1:] {
		name, rest, _ := strings.Cut(part, "\n")
		first, second, _ := strings.Cut(rest, "\n---\n")
		x, also := story(lang, name, first)
		other, _ := story(lang, name+", another", second)
		if x.title == "" || also == "" || other.title == "" || x.body == "" || other.body == "" {
			t.Fatalf("%s: %q is not whole", file, name)
		}
		out = append(out, telling{text: x, also: also, other: other})
	}
	return out
}

func story(lang, name, part string) (x text, also string) {
	x = text{lang: lang, name: name}
	var body []string
	for line := range strings.Lines(part) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "title: "); ok {
			x.title = rest
		} else if rest, ok := strings.CutPrefix(line, "also: "); ok {
			also = rest
		} else if line != "" {
			body = append(body, line)
		}
	}
	x.body = strings.Join(body, "\n")
	return x, also
}

// sourceLines stand before and behind what an agency has written.
var sourceLines = map[string][2]string{
	"zh": {"海联社北京11月27日电（记者 王小明 李华）", "\n来源：海联社 责任编辑：陈静 以上内容不构成投资建议，据此操作风险自担。"},
	"en": {"LONDON, Nov 27 (Newsline) - ", "\n(Reporting by Ann Example and Bob Sample; Editing by Carol Test)"},
	"de": {"Berlin (nda) - ", "\n© nda-infocom, nda:261127-930-61 - Alle Rechte vorbehalten"},
	"ja": {"【東京=列島通信】", "\n（経済部・田中太郎）無断転載を禁じます"},
	"ko": {"(서울=한결뉴스) 김민수 기자 = ", "\nminsu@hangyeol.example 저작권자 무단 전재 및 재배포 금지"},
	"ru": {"МОСКВА, 27 ноя — Инфолента. ", "\nПодписывайтесь на наш канал, чтобы узнавать новости первыми."},
}

// wrappers are what a site puts around everything it publishes.
var wrappers = map[string][2]string{
	"zh": {"欢迎关注本报公众号，第一时间获取财经要闻与独家解读。\n", "\n更多精彩内容请下载客户端。本文为转载，版权归原作者所有，如有侵权请联系删除。"},
	"en": {"Stay ahead with our free morning briefing, delivered every weekday before breakfast.\n", "\nRead more on our site. Follow us for the latest updates. All rights reserved by the publisher."},
	"de": {"Jetzt den kostenlosen Newsletter abonnieren und nichts mehr verpassen.\n", "\nMehr zum Thema finden Sie auf unserer Startseite. Kommentare bitte an die Redaktion."},
	"ja": {"有料会員限定の記事を毎月十本までお読みいただけます。\n", "\n続きはアプリでご覧ください。最新のニュースは公式アカウントでも配信しています。"},
	"ko": {"구독자만 볼 수 있는 뉴스레터를 지금 무료로 받아 보세요.\n", "\n더 많은 소식은 홈페이지에서 확인할 수 있습니다. 제보는 카카오톡으로 받습니다."},
	"ru": {"Главные новости дня — в нашей утренней рассылке, подпишитесь бесплатно.\n", "\nЧитайте также другие материалы на нашем сайте. Все права защищены."},
}

// intros stand in front of what is taken over from elsewhere.
var intros = map[string]string{
	"zh": "（编者按）本文首发于合作媒体，经授权转载，文中数据截至发稿时，观点仅代表作者本人。\n",
	"en": "Editor's note: the story below first appeared with one of our partner outlets and is carried here in full with their permission.\n",
	"de": "Hinweis der Redaktion: Der folgende Beitrag ist zuerst bei einem unserer Partner erschienen und wird hier ungekürzt wiedergegeben.\n",
	"ja": "【編集部より】以下は提携メディアに最初に掲載された記事を、許可を得てそのまま紹介するものです。\n",
	"ko": "[편집자 주] 아래 글은 제휴 매체에 먼저 실린 기사로, 허락을 받아 전문을 그대로 옮깁니다.\n",
	"ru": "От редакции: этот материал впервые вышел у наших партнёров, мы приводим его полностью с их разрешения.\n",
}

func (x text) introduced() text { x.body = intros[x.lang] + x.body; return x }

// turned has its first two paragraphs in the other order.
func (x text) turned() text {
	p := strings.Split(x.body, "\n")
	if len(p) > 1 {
		p[0], p[1] = p[1], p[0]
	}
	x.body = strings.Join(p, "\n")
	return x
}

func (x text) headline(h string) text { x.title = h; return x }

func (x text) cut(percent int) text {
	runes := []rune(x.body)
	x.body = string(runes[:len(runes)*percent/100]) + "…"
	return x
}

func (x text) firstParagraph() text {
	x.body, _, _ = strings.Cut(x.body, "\n")
	return x
}

func (x text) within(lines map[string][2]string) text {
	x.body = lines[x.lang][0] + x.body + lines[x.lang][1]
	return x
}

// markup makes HTML of a text, as a site would.
func (x text) markup() text {
	var b strings.Builder
	b.WriteString(`<figure><img src="https://example.com/p.jpg" alt=""/></figure>`)
	for i, p := range strings.Split(x.body, "\n") {
		runes := []rune(strings.ReplaceAll(p, "&", "&amp;"))
		n := min(3, len(runes))
		fmt.Fprintf(&b, "<p><strong>%s</strong>%s</p>\n", string(runes[:n]), string(runes[n:]))
		if i == 0 {
			b.WriteString(`<ul><li><a href="https://example.com/more">·</a></li></ul>`)
		}
	}
	x.body, x.html = b.String(), true
	return x
}

// without leaves out the sentence of that number.
func (x text) without(n int) text {
	sentences := regexp.MustCompile(`(?s).+?(?:。|[.!?]\s|$)`).FindAllString(x.body, -1)
	if n < len(sentences)-1 {
		x.body = strings.Join(slices.Delete(sentences, n, n+1), "")
	}
	return x
}

// edited changes a word, or two characters, in each so many.
func (x text) edited(every int) text {
	instead := map[string]string{"zh": "相关", "ja": "など", "ko": "관련"}[x.lang]
	if instead != "" {
		runes := []rune(x.body)
		var out []rune
		for i := 0; i < len(runes); i++ {
			if i%every == every-2 && i+2 < len(runes) {
				out = append(out, []rune(instead)...)
				i++
				continue
			}
			out = append(out, runes[i])
		}
		x.body = string(out)
		return x
	}
	words := strings.Split(x.body, " ")
	for i := range words {
		if i%every == every/2 {
			words[i] = "also"
		}
	}
	x.body = strings.Join(words, " ")
	return x
}

func (x text) spaced() text {
	x.body = strings.NewReplacer("，", ", ", "。", "。 ", "0", "０", "“", `"`, "”", `"`, " - ", " – ", "'", "’").Replace(x.body)
	return x
}

// copies are pairs of one story.
func copies(stories []telling) (all []pair) {
	for _, s := range stories {
		x := s.text
		for kind, y := range map[string]text{
			"as it is":                    x,
			"other headline":              x.headline(s.also),
			"end cut off":                 x.cut(60),
			"end cut off, other headline": x.headline(s.also).cut(40),
			"first paragraph":             x.headline(s.also).firstParagraph(),
			"source line":                 x.headline(s.also).within(sourceLines),
			"markup":                      x.headline(s.also).markup(),
			"wrapped by a site":           x.headline(s.also).within(wrappers),
			"a sentence less":             x.headline(s.also).without(1),
			"edited":                      x.headline(s.also).edited(24),
			"other blanks and digits":     x.headline(s.also).spaced(),
			"all at once":                 x.within(sourceLines).headline(s.also).cut(70).markup(),
			"introduced":                  x.headline(s.also).introduced(),
			"introduced, end cut off":     x.headline(s.also).introduced().cut(75),
			"paragraphs turned":           x.headline(s.also).turned(),
		} {
			all = append(all, pair{kind, x, y, true}, pair{kind + ", the copy first", y, x, true})
		}
		all = append(all, pair{"both cut, both with a source line", x.within(wrappers).cut(80), x.headline(s.also).within(sourceLines).cut(50), true})
	}
	return all
}

// scripts are pairs of one story in simplified and in traditional characters.
func scripts(simplified, traditional []telling) (all []pair) {
	for i, s := range simplified {
		t := traditional[i]
		all = append(all,
			pair{"script", s.text, t.text, true},
			pair{"script, other headline, cut", s.text, t.text.headline(t.also).cut(60), true},
			pair{"script, source line, markup", s.text.within(sourceLines), t.text.headline(t.also).markup(), true},
			pair{"script, different", s.text, t.other, false},
		)
	}
	return all
}

// differents are pairs of two stories: of one subject, of one site, of one
// headline, of one language.
func differents(stories []telling) (all []pair) {
	for i, s := range stories {
		a, b := s.text, s.other
		next := stories[(i+1)%len(stories)].text
		all = append(all,
			pair{"same subject", a, b, false},
			pair{"same subject, cut", a.cut(50), b.cut(50), false},
			pair{"same subject, source line", a.within(sourceLines), b.within(sourceLines), false},
			pair{"same subject, headline", a, b.headline(a.title), false},
			pair{"same subject, first paragraph", a.firstParagraph(), b.firstParagraph(), false},
			pair{"same subject, introduced", a.introduced(), b.introduced(), false},
			pair{"same site, introduced", a.introduced(), next.introduced(), false},
			pair{"same site", a.within(wrappers).markup(), next.within(wrappers).markup(), false},
			pair{"same site, first paragraph", a.firstParagraph().within(wrappers), next.firstParagraph().within(wrappers), false},
			pair{"same headline", a.headline("Morning briefing 早间要闻"), next.headline("Morning briefing 早间要闻"), false},
		)
		for _, other := range stories[i+1:] {
			all = append(all, pair{"same language", a, other.text, false})
		}
	}
	return all
}

// names and figures fill the forms.
var names = map[string][]string{
	"zh": {"东岭股份", "华澜科技", "金湖药业", "北辰重工"},
	"en": {"Alder Corp", "Birch Holdings", "Cedar Group", "Dogwood Plc"},
	"de": {"Ahorn AG", "Birken SE", "Cedern Holding", "Douglas Werke"},
	"ja": {"青葉電機", "楓製薬", "桐生化学", "欅建設"},
	"ko": {"가온전자", "나래바이오", "다솜화학", "라온중공업"},
	"ru": {"Ангара", "Байкал", "Волга", "Двина"},
}

var figures = [][3]string{{"2.5", "4.8", "18.6"}, {"3.1", "6.4", "27.35"}, {"7.2", "11.9", "9.08"}, {"5.6", "8.7", "42.1"}}

// forms are pairs of reports that are written by a form: each with its copy,
// and with those about others.
func forms(t testing.TB) (all []pair) {
	raw, err := os.ReadFile("testdata/templates.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		parts := strings.Split(strings.TrimSpace(line), "|")
		if len(parts) != 3 {
			continue
		}
		var filled []text
		for i, f := range figures {
			r := strings.NewReplacer("{a}", names[parts[0]][i], "{b}", f[0], "{c}", f[1], "{d}", f[2])
			filled = append(filled, text{lang: parts[0], name: "form", title: r.Replace(parts[1]), body: r.Replace(parts[2])})
		}
		for i, x := range filled {
			all = append(all, pair{"form", x, x.within(sourceLines), true})
			for _, y := range filled[i+1:] {
				all = append(all, pair{"form, another", x, y, false})
			}
		}
	}
	return all
}
