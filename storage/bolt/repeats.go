package bolt

import (
	"bytes"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"tributary/feed"
	"tributary/feed/repeat"
	"tributary/storage"
)

// Bounds of what is looked at to find what an entry repeats: what an entry
// costs does not depend on what is stored.
const (
	perKey      = 16                 // entries with a key in common, the newest of each span, the oldest with a link
	mostAlike   = 12                 // of all those, that are compared: those with most keys in common
	storySpan   = 7 * 24 * time.Hour // of the entries whose keys lie together: few spans are looked through, and old ones are dropped whole
	storyMargin = 24 * time.Hour     // by which one of two near-copies may be received later than it is dated
)

// storiesOf makes the stories of a poll's entries that are new or changed,
// before the poll is committed: many polls can do that at one time.
func (s *store) storiesOf(p *storage.Poll) (stories []feed.Story, err error) {
	if p.Repeats == nil || len(p.Repeats.Categories) == 0 || len(p.Entries) == 0 {
		return nil, nil
	}
	wanted := make([]bool, len(p.Entries))
	err = s.view(func(tx *bbolt.Tx) error {
		for i := range p.Entries {
			known, stored, err := lookUp(tx, p.Entries[i].ID)
			if err != nil {
				return err
			}
			wanted[i] = !stored || known.digest != markOf(&p.Entries[i])
		}
		return nil
	})
	stories = make([]feed.Story, len(p.Entries))
	for i := range p.Entries {
		if wanted[i] {
			stories[i] = storyOf(&p.Entries[i], p.Repeats)
		}
	}
	return stories, err
}

func storyOf(e *feed.Entry, rules *feed.Repeats) feed.Story {
	known, text := rules.Any(e.Filed)
	if !known {
		return feed.Story{}
	}
	return repeat.Of(e, text)
}

// join makes a new entry a repeat in the categories where it is one, and lists
// it with the entries that it repeats.
func (b *batch) join(e *feed.Entry, rules *feed.Repeats) error {
	if known, _ := rules.Any(e.Filed); !known {
		return nil
	}
	if e.Story.IsZero() {
		e.Story = storyOf(e, rules)
	}
	return b.joinIn(e, e.Filed, rules)
}

// joinIn is join for some of the categories that an entry is filed under.
func (b *batch) joinIn(e *feed.Entry, terms []string, rules *feed.Repeats) error {
	alike, err := b.alike(e, rules.Longest())
	if err != nil || len(alike) == 0 {
		return err
	}
	var firsts []feed.EntryID
	for _, term := range terms {
		rule, ok := rules.Categories[term]
		if !ok {
			continue
		}
		r, found, err := b.firstOf(alike, term, rule, e)
		if err != nil {
			return err
		}
		if found {
			*e = e.Repeating(r)
			firsts = append(firsts, r.Of)
		}
	}
	return b.list(firsts, e, rules.Priority)
}

// joinGained is join for a stored entry in the categories that it comes into,
// and returns the terms whose feeds are out of date.
func (b *batch) joinGained(prev, next *feed.Entry, rules *feed.Repeats, terms []string) ([]string, error) {
	before := prev.Terms()
	gained := slices.DeleteFunc(slices.Clone(next.Filed), func(t string) bool { return slices.Contains(before, t) })
	if known, _ := rules.Any(gained); !known {
		return terms, nil
	}
	of := *next
	of.Filed = next.Terms()
	next.Story = storyOf(&of, rules) // that which is stored finds nothing
	if err := b.joinIn(next, gained, rules); err != nil {
		return nil, err
	}
	if len(next.Repeats) > 0 {
		terms = feed.Filing(prev.Filed, next.Filed)
	}
	return terms, nil
}

// firstOf returns what e is in a category: the repeat of the earliest entry
// there that is its story, or has a repeat that is.
func (b *batch) firstOf(alike []feed.Entry, term string, rule feed.RepeatRule, e *feed.Entry) (r feed.Repeat, found bool, err error) {
	var first feed.Entry
	for i := range alike {
		a := &alike[i]
		why, share := repeat.Judge(rule, a, e)
		if why == feed.Unlike {
			continue
		}
		head := *a
		if of := a.RepeatIn(term); of != nil {
			if head, _, err = b.head(of.Of); err != nil {
				return r, false, err
			}
			if head.Source == e.Source {
				why, share = repeat.Judge(rule, &head, e)
			}
		}
		if why != feed.Unlike && head.IsFiled(term) && (!found || head.Order.Before(first.Order)) {
			first, found = head, true
			r = feed.Repeat{Term: term, Of: head.ID, Why: why, Share: share}
		}
	}
	return r, found, nil
}

// list lists e with the entries that it repeats.
func (b *batch) list(firsts []feed.EntryID, e *feed.Entry, priority map[feed.SourceID]int) error {
	slices.SortFunc(firsts, func(x, y feed.EntryID) int { return bytes.Compare(x[:], y[:]) })
	for _, id := range slices.Compact(firsts) {
		first, number, err := b.whole(id)
		if err != nil {
			return err
		}
		if next := first.Listing(e, priority); len(next.Also) > len(first.Also) || next.Lead != first.Lead {
			if err := b.write(number, &first, &next, change{feed.Updated, next.Filed}); err != nil {
				return err
			}
		}
	}
	return nil
}

// judgeAgain files an entry whose words are no more what it repeated, and
// returns the terms whose feeds are out of date.
func (b *batch) judgeAgain(prev, next *feed.Entry, rules *feed.Repeats, terms []string) ([]string, error) {
	if known, _ := rules.Any(next.Terms()); !known {
		next.Story = prev.Story
		return terms, nil
	}
	if next.Story.IsZero() {
		of := *next
		of.Filed = next.Terms()
		next.Story = storyOf(&of, rules)
	}
	for _, r := range prev.Repeats {
		rule, ok := rules.Categories[r.Term]
		if !ok || next.RepeatIn(r.Term) == nil {
			continue
		}
		first, stored, err := b.head(r.Of)
		if err != nil {
			return nil, err
		}
		before, _ := repeat.Judge(rule, &first, prev)
		now, _ := repeat.Judge(rule, &first, next)
		if stored && before != feed.Unlike && now == feed.Unlike {
			*next = next.Released(r.Term)
		}
	}
	return terms, nil
}

// part lets the entries that are one story with an entry know that it has left
// categories, or is no repeat any more: what repeated it takes its place, and
// what it repeated lists it no more.
func (b *batch) part(prev, next *feed.Entry) error {
	left := false
	for _, term := range prev.Filed {
		if len(prev.Also) > 0 && !next.IsFiled(term) {
			left = true
			if err := b.succeed(prev, term); err != nil {
				return err
			}
		}
	}
	if left {
		if err := b.relist(next); err != nil {
			return err
		}
	}
	var told []feed.EntryID
	for i := range prev.Repeats {
		of := prev.Repeats[i].Of
		if slices.Contains(told, of) {
			continue
		}
		told = append(told, of)
		if err := b.tell(of, prev, next); err != nil {
			return err
		}
	}
	return nil
}

// tell brings the list of an entry up to date with what became of one that is
// on it. When its words are those that are published, that is a change of both.
func (b *batch) tell(of feed.EntryID, prev, next *feed.Entry) error {
	still := slices.ContainsFunc(next.Repeats, func(r feed.Repeat) bool { return r.Of == of })
	if still && prev.Digest == next.Digest {
		return nil
	}
	first, number, err := b.whole(of)
	if err != nil || number == 0 {
		return err
	}
	listed := first.Unlisting(prev.ID)
	if still {
		listed = first.Renaming(next)
	}
	if slices.Equal(listed.Also, first.Also) && first.Lead != prev.ID {
		return nil
	}
	return b.write(number, &first, &listed, change{feed.Updated, first.Filed})
}

// succeed publishes the earliest of those that repeat an entry in a category,
// which the entry leaves; the others repeat it from then on.
func (b *batch) succeed(first *feed.Entry, term string) error {
	var heirs []feed.Entry
	var numbers []uint64
	for i := range first.Also {
		e, number, err := b.whole(first.Also[i].Entry)
		if err != nil {
			return err
		}
		if r := e.RepeatIn(term); number != 0 && r != nil && r.Of == first.ID {
			heirs, numbers = append(heirs, e), append(numbers, number)
		}
	}
	if len(heirs) == 0 {
		return nil
	}
	at := 0
	for i := range heirs {
		if heirs[i].Order.Before(heirs[at].Order) {
			at = i
		}
	}
	heir := heirs[at].Released(term)
	for i := range heirs {
		if i == at {
			continue
		}
		next := heirs[i].Repeating(feed.Repeat{Term: term, Of: heir.ID, Why: heirs[i].RepeatIn(term).Why, Share: heirs[i].RepeatIn(term).Share})
		if err := b.write(numbers[i], &heirs[i], &next, change{feed.Refiled, nil}); err != nil {
			return err
		}
		heir = heir.Listing(&next, nil)
	}
	if slices.ContainsFunc(heir.Also, func(a feed.Also) bool { return a.Entry == first.Lead }) {
		heir.Lead = first.Lead
	}
	return b.write(numbers[at], &heirs[at], &heir, change{feed.Refiled, heir.Filed})
}

// relist takes out of an entry's list what repeats it in no category any more.
func (b *batch) relist(e *feed.Entry) error {
	for _, a := range e.Also {
		other, _, err := b.head(a.Entry)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(other.Repeats, func(r feed.Repeat) bool { return r.Of == e.ID }) {
			*e = e.Unlisting(a.Entry)
		}
	}
	return nil
}

// whole reads a stored entry and its number; zero for one that is not stored.
func (b *batch) whole(id feed.EntryID) (e feed.Entry, number uint64, err error) {
	known, stored, err := b.lookUp(id)
	if err != nil || !stored {
		return e, 0, err
	}
	e, err = entryAt(b.tx, known.number)
	return e, known.number, err
}

// head reads what is compared of a stored entry.
func (b *batch) head(id feed.EntryID) (e feed.Entry, stored bool, err error) {
	known, stored, err := b.lookUp(id)
	if err != nil || !stored {
		return e, false, err
	}
	return b.headAt(known.number)
}

func (b *batch) headAt(number uint64) (e feed.Entry, stored bool, err error) {
	value := b.tx.Bucket(bucketEntries).Get(numberKey(number))
	if value == nil {
		return e, false, damaged("a story leads nowhere")
	}
	e, err = decodeHead(value)
	return e, true, err
}
