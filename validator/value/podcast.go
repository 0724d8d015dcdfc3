package value

import (
	"strings"
	"sync"
)

// ShowCategories are those of Apple Podcasts since 2019: a category a line, its
// subcategories after a colon.
const ShowCategories = `Arts: Books, Design, Fashion & Beauty, Food, Performing Arts, Visual Arts
Business: Careers, Entrepreneurship, Investing, Management, Marketing, Non-Profit
Comedy: Comedy Interviews, Improv, Stand-Up
Education: Courses, How To, Language Learning, Self-Improvement
Fiction: Comedy Fiction, Drama, Science Fiction
Government:
History:
Health & Fitness: Alternative Health, Fitness, Medicine, Mental Health, Nutrition, Sexuality
Kids & Family: Education for Kids, Parenting, Pets & Animals, Stories for Kids
Leisure: Animation & Manga, Automotive, Aviation, Crafts, Games, Hobbies, Home & Garden, Video Games
Music: Music Commentary, Music History, Music Interviews
News: Business News, Daily News, Entertainment News, News Commentary, Politics, Sports News, Tech News
Religion & Spirituality: Buddhism, Christianity, Hinduism, Islam, Judaism, Religion, Spirituality
Science: Astronomy, Chemistry, Earth Sciences, Life Sciences, Mathematics, Natural Sciences, Nature, Physics, Social Sciences
Society & Culture: Documentary, Personal Journals, Philosophy, Places & Travel, Relationships
Sports: Baseball, Basketball, Cricket, Fantasy Sports, Football, Golf, Hockey, Rugby, Running, Soccer, Swimming, Tennis, Volleyball, Wilderness, Wrestling
Technology:
True Crime:
TV & Film: After Shows, Film History, Film Interviews, Film Reviews, TV Reviews`

// peopleList is the Podcast Taxonomy: a group a line, its roles after a colon.
const peopleList = `Creative Direction: Director, Assistant Director, Executive Producer, Senior Producer, Producer, Associate Producer, Development Producer, Creative Director
Cast: Host, Co-Host, Guest Host, Guest, Voice Actor, Narrator, Announcer, Reporter
Writing: Author, Editorial Director, Co-Writer, Writer, Songwriter, Guest Writer, Story Editor, Managing Editor, Script Editor, Script Coordinator, Researcher, Editor, Fact Checker, Translator, Transcriber, Logger
Audio Production: Studio Coordinator, Technical Director, Technical Manager, Audio Engineer, Remote Recording Engineer, Post Production Engineer
Audio Post-Production: Audio Editor, Sound Designer, Foley Artist, Composer, Theme Music, Music Production, Music Contributor
Administration: Production Coordinator, Booking Coordinator, Production Assistant, Content Manager, Marketing Manager, Sales Representative, Sales Manager
Visuals: Graphic Designer, Cover Art Designer
Community: Social Media Manager
Misc.: Consultant, Intern
Video Production: Camera Operator, Lighting Designer, Camera Grip, Assistant Camera
Video Post-Production: Editor, Assistant Editor`

// A Taxonomy has groups and roles of people in lower case.
type Taxonomy struct{ Groups, Roles map[string]bool }

// People returns the Podcast Taxonomy, of which podcast:person takes its words.
// It is not to be changed.
var People = sync.OnceValue(func() Taxonomy {
	// The list itself has the translator with an e.
	t := Taxonomy{Groups: map[string]bool{"misc": true}, Roles: map[string]bool{"translat" + "er": true}}
	for line := range strings.Lines(strings.ToLower(peopleList)) {
		group, roles, _ := strings.Cut(strings.TrimSpace(line), ": ")
		t.Groups[group] = true
		for role := range strings.SplitSeq(roles, ", ") {
			t.Roles[role] = true
		}
	}
	return t
})
