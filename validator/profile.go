package validator

import (
	"fmt"
	"strings"
)

// A Profile is a point of view to judge from. It is dated, since the rules of
// a podcast directory change: a later one gets a later date.
type Profile struct {
	Name  string
	Date  string // "2026-11", when it was last held against its source
	About string
}

// profiles are all, the default first.
var profiles = []*Profile{
	{Name: "spec", Date: "2026-11", About: "the specifications of the format and of the extensions it uses"},
	{Name: "apple", Date: "2026-11", About: "what Apple Podcasts asks of a show, on top of spec"},
	{Name: "podcast", Date: "2026-11", About: "what podcast apps and the Podcasting 2.0 namespace ask, on top of spec"},
	{Name: "w3c", Date: "2025-12", About: "imitates the W3C feed validator, where it is wrong too"},
	{Name: "strict", Date: "2026-11", About: "spec with every warning an error and every piece of advice a warning"},
}

// Profiles returns all profiles, the default first.
func Profiles() []*Profile { return profiles }

// profile returns the one of a name, with its date or without.
func profile(name string) (*Profile, error) {
	if name == "" {
		return profiles[0], nil
	}
	var known []string
	for _, p := range profiles {
		if name == p.Name || name == p.String() {
			return p, nil
		}
		known = append(known, p.Name)
	}
	return nil, fmt.Errorf("unknown profile %q, known are %s", name, strings.Join(known, ", "))
}

func (p *Profile) String() string { return p.Name + "-" + p.Date }

// level returns what a rule weighs in the profile.
func (p *Profile) level(r *Rule) Level {
	if l, ok := r.Profiles[p.Name]; ok {
		return l
	}
	if p.Name == "strict" && r.Level != Off && r.Level != Error {
		return r.Level + 1
	}
	return r.Level
}
