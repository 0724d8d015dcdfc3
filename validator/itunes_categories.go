package validator

import (
	"strings"
	"sync"

	"tributary/validator/value"
)

// formerCategories are those of 2005 to 2019.
const formerCategories = `Arts: Literature
Arts & Entertainment: Architecture, Books, Design, Entertainment, Games, Performing Arts, Photography, Poetry, Science Fiction
Audio Blogs:
Business: Business News, Management & Marketing, Shopping, Finance
Comedy:
Education: Education Technology, Educational Technology, Higher Education, K-12, Language Courses, Training
Family:
Food:
Games & Hobbies: Automotive, Aviation, Hobbies, Other Games, Video Games
Government & Organizations: Local, National, Non-Profit, Regional
Health: Alternative Health, Diet & Nutrition, Fitness, Fitness & Nutrition, Relationships, Self-Help, Sexuality
International: Australian, Belgian, Brazilian, Canadian, Chinese, Dutch, French, German, Hebrew, Italian, Japanese, Norwegian, Polish, Portuguese, Spanish, Swedish
Movies & Television:
Music:
News & Politics: Conservative (Right), Liberal (Left)
News:
Politics:
Public Radio:
Religion & Spirituality: Other
Science & Medicine: Medicine, Natural Sciences, Social Sciences
Science:
Society & Culture: Gay & Lesbian, History
Sports:
Sports & Recreation: Amateur, College & High School, Outdoor, Professional
Talk Radio:
Technology: Computers, Developers, Gadgets, Information Technology, News, Operating Systems, Podcasting, Smart Phones, Software How-To, Tech News, Text/Speech
Transportation: Automotive, Aviation, Bicycles, Commuting
Travel:
TV & Film:`

func categoryList(list string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool {
		out := map[string]bool{}
		for line := range strings.Lines(list) {
			top, subs, _ := strings.Cut(strings.TrimSpace(line), ":")
			out[top] = true
			for sub := range strings.SplitSeq(subs, ",") {
				if sub = strings.TrimSpace(sub); sub != "" {
					out[top+"/"+sub] = true
				}
			}
		}
		return out
	})
}

var (
	currentCategory = categoryList(value.ShowCategories)
	formerCategory  = categoryList(formerCategories)
)

// category checks a category of the directory, or a subcategory.
func category(c *checker, v val) {
	name := v.s
	if v.n.parent.is("itunes:category") {
		name = v.n.parent.value("text") + "/" + v.s
	}
	switch {
	case currentCategory()[name]:
	case formerCategory()[name]:
		c.report(itunesCategoryOld, v.whole(), "the category %q is no longer in Apple's list", v.s)
	case v.n.parent.is("itunes:category") && !currentCategory()[v.n.parent.value("text")] && c.elsewhere(v.s):
		c.report(itunesCategoryOld, v.whole(), "the category %q is no longer in Apple's list", v.s)
	default:
		c.report(itunesCategory, v.whole(), "the category %q is not one of Apple's%s", shorten(v.s), nearestCategory(name))
	}
}

// elsewhere reports whether a subcategory stands under any former category.
func (c *checker) elsewhere(sub string) bool {
	for name := range formerCategory() {
		if strings.HasSuffix(name, "/"+sub) {
			return true
		}
	}
	return false
}

// nearestCategory suggests the category that was probably meant.
func nearestCategory(name string) string {
	for k := range currentCategory() {
		if strings.EqualFold(k, name) || distance(strings.ToLower(k), strings.ToLower(name)) < 3 {
			return ", did you mean \"" + k[strings.LastIndexByte(k, '/')+1:] + "\"?"
		}
	}
	return ""
}
