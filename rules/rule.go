package rules

import (
	"fmt"

	"github.com/expr-lang/expr/vm"

	"tributary/feed"
)

// An Action is what a rule does with the value of its expression. Its name is
// the key of the configuration.
type Action uint8

// The actions: conditions, and what sets something.
const (
	Drop Action = iota
	Keep
	SetTitle
	SetLanguage
	SetCategories
)

// Actions are all of them, in the order in which those of one place go.
var Actions = []Action{Drop, Keep, SetTitle, SetLanguage, SetCategories}

// String returns the action as feeds.toml names it.
func (a Action) String() string {
	return [...]string{"drop_if", "keep_if", "set_title", "set_language", "set_categories"}[a]
}

// Condition reports whether the action asks for true or false.
func (a Action) Condition() bool { return a == Drop || a == Keep }

// A Rule is a compiled expression.
type Rule struct {
	Action Action
	Text   string // as it was written
	Place  string // where that is, for people: feeds.toml:12

	program *vm.Program
	uses    uses
}

// String names the rule for people.
func (r *Rule) String() string {
	if r.Place == "" {
		return fmt.Sprintf("%s = %s", r.Action, r.Text)
	}
	return fmt.Sprintf("%s: %s = %s", r.Place, r.Action, r.Text)
}

// Match evaluates the rule for an entry by itself, for whoever tries it out.
func (r *Rule) Match(e *feed.Entry) (any, error) { return r.eval(&env{}, e) }
