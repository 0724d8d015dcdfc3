package render

import (
	"fmt"
	"html/template"
	"strings"
	"time"
)

// words are what pages say of their own accord, in one language.
type words struct {
	Skip, All, Categories, Subscribe, Empty, More, Updated, Original, Attachments, Filed,
	Also, AlsoNext, BackTo, Separator, BackHome, About, OPML, MadeWith,
	Sources, Pages, Page, Newer, Older, Comma, SubscribeTo string
	Problem map[int][2]string // by HTTP status: what it is, what to do
	date    string            // layouts of package time
	clock   string
}

var english = words{
	Skip: "Skip to content", All: "All entries", Categories: "Categories",
	Subscribe: "Subscribe", Empty: "Nothing has arrived here yet. Subscribe now, and the first entries come to you.",
	More: "More in %s", Updated: "Updated",
	Original: "Read the original", Attachments: "Attachments", Filed: "Categories", Also: "Also at ", AlsoNext: ", ", BackTo: "Back to ", Separator: " | ",
	BackHome: "Back home",
	About: "This site gathers entries from many feeds and passes them on, one feed for each category. " +
		"Subscribe with any feed reader; each entry leads back to where it was published.",
	OPML: "Subscription list (OPML)", MadeWith: "Gathered by ",
	Sources: "Sources", Pages: "Pages", Page: "Page %d", Newer: "Newer entries", Older: "Older entries", Comma: ", ", SubscribeTo: "%s: %s",
	Problem: map[int][2]string{
		404: {"There is no page here", "It may have been moved, or the address was mistyped. The categories are all reachable from the home page."},
		405: {"This address can only be read", "Ask for it with GET or HEAD."},
		410: {"There is nothing here any more", "What was here is no longer kept. The categories are all reachable from the home page."},
		500: {"This page cannot be made at the moment", "Something on this server needs its operator. Please try again later."},
	},
	date: "2 January 2006", clock: ", 15:04",
}

var chinese = words{
	Skip: "跳到正文", All: "全部", Categories: "分类",
	Subscribe: "订阅", Empty: "这里还没有内容。现在订阅，新内容会自动送达。",
	More: "更多%s", Updated: "更新",
	Original: "阅读原文", Attachments: "附件", Filed: "标签", Also: "同时见于：", AlsoNext: "、", BackTo: "返回", Separator: "｜",
	BackHome: "返回首页",
	About:    "本站汇集众多来源的内容，按分类整理成少量订阅源。用任意阅读器即可订阅；每篇内容都链接到原文出处。",
	OPML:     "订阅列表（OPML）", MadeWith: "汇集工具：",
	Sources: "来源", Pages: "页码", Page: "第 %d 页", Newer: "较新内容", Older: "较早内容", Comma: "，", SubscribeTo: "%s：%s",
	Problem: map[int][2]string{
		404: {"这里没有页面", "页面可能已移走，或地址有误。所有分类都可以从首页进入。"},
		405: {"此地址只能读取", "请使用 GET 或 HEAD。"},
		410: {"这里的内容已不再保留", "所有分类都可以从首页进入。"},
		500: {"暂时无法生成此页面", "服务器需要管理员处理，请稍后再试。"},
	},
	date: "2006年1月2日", clock: " 15:04",
}

// wordsOf returns the words for a language: Chinese for Chinese, else English.
func wordsOf(language string) *words {
	if primary(language) == "zh" {
		return &chinese
	}
	return &english
}

// primary returns the first subtag of a BCP 47 language.
func primary(language string) string {
	first, _, _ := strings.Cut(language, "-")
	first, _, _ = strings.Cut(first, "_")
	return strings.ToLower(first)
}

// direction returns "rtl" for languages that are written so, else "".
func direction(language string) string {
	switch primary(language) {
	case "ar", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "syr", "ug", "ur", "yi":
		return "rtl"
	}
	return ""
}

// languageTag returns what a lang attribute may hold, or "".
func languageTag(s string) string {
	s = strings.ReplaceAll(s, "_", "-")
	for i := range len(s) {
		c := s[i] | 0x20
		if (c < 'a' || c > 'z') && (s[i] < '0' || s[i] > '9') && s[i] != '-' || i > 35 {
			return ""
		}
	}
	return s
}

// A stamp is a date as a page shows it: on the clock of who wrote it.
type stamp struct {
	Machine template.HTMLAttr // datetime, written with the plus sign that scrapers look for
	Day     string
	Clock   string // empty at midnight sharp, which means that only the day is known
	Zone    string
	Class   string // what microformats call it; may be empty
}

func (w *words) stamp(t time.Time) stamp {
	s := stamp{Day: t.Format(w.date)}
	s.Machine = template.HTMLAttr(`datetime="` + t.Format(time.RFC3339) + `"`) //nolint:gosec // digits and signs
	if h, m, sec := t.Clock(); h+m+sec > 0 {
		s.Clock, s.Zone = t.Format(w.clock), zone(t)
	}
	return s
}

// zone returns the offset of t in words: "UTC", "UTC+8", "UTC-3:30".
func zone(t time.Time) string {
	_, seconds := t.Zone()
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	minutes := seconds / 60
	switch {
	case minutes == 0:
		return "UTC"
	case minutes%60 == 0:
		return fmt.Sprintf("UTC%c%d", sign, minutes/60)
	}
	return fmt.Sprintf("UTC%c%d:%02d", sign, minutes/60, minutes%60)
}
