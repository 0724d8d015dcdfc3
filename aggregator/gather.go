package aggregator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
	"tributary/feed"
)

// Bounds of what one poll asks for besides the source's own document.
const (
	maxDetails = 100             // documents of single entries
	gatherTime = 4 * time.Minute // for all of it: a poll must end well within its lease
	maxPatient = 24 * time.Hour  // an entry that is older is not kept waiting for its own document
)

// errLater says that something is not to be asked for in this poll any more.
var errLater = errors.New("there was no time left in this poll")

// A gathering follows one document to the others that it leads to.
type gathering struct {
	a      *Aggregator
	parser parse.Gatherer
	source *feed.Source
	first  bool // it is the source's first good poll
	feed   *parse.Feed
	asked  map[string]bool
	hold   feed.Hold // a host that asks to be left alone
	again  bool      // something waits: the next poll is to read the document even if it is the same

	gained, lacking, waiting int
	reason, where            string // of the first that lacks
	delay                    string // of the first that waits
}

// gather reads the further pages of a list, and the documents of those of its
// items that are not stored yet. What a host or a document does wrong is
// noted; an error is the store's.
func (a *Aggregator) gather(ctx context.Context, p parse.Gatherer, s *feed.State, doc string, f *parse.Feed) (*gathering, error) {
	ctx, cancel := context.WithTimeout(ctx, gatherTime)
	defer cancel()
	g := &gathering{a: a, parser: p, source: &s.Source, first: s.LastSuccess.IsZero(), feed: f, asked: map[string]bool{doc: true}}
	if err := g.pages(ctx); err != nil {
		return g, err
	}
	if err := g.details(ctx); err != nil {
		return g, err
	}
	g.tell()
	return g, nil
}

// leadsOn reports whether there is anything to gather.
func leadsOn(f *parse.Feed) bool {
	return len(f.More) > 0 || slices.ContainsFunc(f.Items, func(it parse.Item) bool { return it.Detail != "" })
}

// pages reads on until a page brings nothing new, or there were enough.
func (g *gathering) pages(ctx context.Context) error {
	todo := g.feed.More
	fresh, err := g.fresh(g.feed)
	if err != nil {
		return err
	}
	g.again = g.feed.Restless
	if len(g.feed.Items) > 0 && len(fresh) == 0 {
		return nil
	}
	for n := 1; n < g.parser.Pages() && len(todo) > 0; {
		next := todo[0]
		todo = todo[1:]
		if g.asked[next] {
			continue
		}
		n++
		page, err := g.page(ctx, next)
		if err != nil {
			g.feed.Notes = append(g.feed.Notes, fmt.Sprintf("%s: %v", next, err))
			g.again = g.again || errors.Is(err, errLater)
			return nil
		}
		fresh, err := g.fresh(page)
		if err != nil {
			return err
		}
		g.feed.Append(page)
		if len(page.Items) > 0 && len(fresh) == 0 {
			return nil
		}
		todo = append(page.More, todo...)
	}
	return nil
}

func (g *gathering) page(ctx context.Context, address string) (*parse.Feed, error) {
	doc, err := g.fetch(ctx, address)
	if err != nil {
		return nil, err
	}
	defer doc.Close()
	return g.parser.Parse(doc)
}

// fresh returns the entries of items that are not stored yet, by the number of
// their item.
func (g *gathering) fresh(f *parse.Feed) (map[int]*feed.Entry, error) {
	entries, of := g.a.set().normalise.Items(g.source, f)
	fresh := map[int]*feed.Entry{}
	stored := g.a.set().Stored
	for i := range entries {
		if stored != nil {
			known, err := stored(entries[i].ID)
			if err != nil {
				return nil, fmt.Errorf("look up an entry of %s: %w", g.source.ID, err)
			}
			if known {
				continue
			}
		}
		fresh[of[i]] = &entries[i]
	}
	return fresh, nil
}

// details reads the documents of new items, the oldest first, so that those
// that have to wait come on top of them later.
func (g *gathering) details(ctx context.Context) error {
	f := g.feed
	if !slices.ContainsFunc(f.Items, func(it parse.Item) bool { return it.Detail != "" }) {
		return nil
	}
	fresh, err := g.fresh(f)
	if err != nil {
		return err
	}
	var todo []int
	for i := range f.Items {
		if f.Items[i].Detail == "" {
			continue
		}
		if fresh[i] == nil {
			f.Items[i].Brief = true
			continue
		}
		todo = append(todo, i)
	}
	if g.first && len(todo) > maxDetails {
		f.Notes = append(f.Notes, fmt.Sprintf("of %d entries at the first poll, only the newest %d are asked for their own documents", len(todo), maxDetails))
		todo = todo[:maxDetails]
	}
	waits := map[int]bool{}
	refused := map[string]error{} // hosts
	for n, i := range slices.Backward(todo) {
		if len(todo)-n > maxDetails {
			waits[i] = g.wait(errLater)
			continue
		}
		waits[i] = g.detail(ctx, &f.Items[i], fresh[i], refused)
	}
	kept := make([]parse.Item, 0, len(f.Items))
	for i := range f.Items {
		if !waits[i] {
			kept = append(kept, f.Items[i])
		}
	}
	f.Items = kept
	return nil
}

// detail reads one item's own document, and reports whether the item has to
// wait for the next poll.
func (g *gathering) detail(ctx context.Context, it *parse.Item, e *feed.Entry, refused map[string]error) bool {
	host := fetch.HostKey(it.Detail)
	err := refused[host]
	if err == nil {
		it.More, err = g.read(ctx, it)
	}
	switch {
	case err == nil:
		g.gained++
		return false
	case errors.Is(err, errLater):
		return g.wait(err)
	case isRefusal(err):
		refused[host] = err
	case !it.Scant || !mayPass(err):
		g.lack(it, err)
		return false
	}
	if date := e.Date(); date.IsZero() || time.Since(date) > maxPatient {
		g.lack(it, err)
		return false
	}
	return g.wait(err)
}

func (g *gathering) wait(err error) bool {
	g.waiting++
	g.again = true
	if g.delay == "" {
		g.delay = err.Error()
	}
	return true
}

func (g *gathering) lack(it *parse.Item, err error) {
	g.lacking++
	it.Lack = err.Error()
	if g.reason == "" {
		g.reason, g.where = err.Error(), it.Detail
	}
}

func (g *gathering) read(ctx context.Context, it *parse.Item) (*parse.Item, error) {
	doc, err := g.fetch(ctx, it.Detail)
	if err != nil {
		return nil, err
	}
	defer doc.Close()
	return g.parser.Detail(it, doc)
}

// fetch asks for a further document as polls do: by the same fetcher, with
// the source's own settings, when the host's turn has come. Only web addresses
// are asked for, whatever the source's own is.
func (g *gathering) fetch(ctx context.Context, address string) (*fetch.Document, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("it is no web address")
	}
	g.asked[address] = true
	g.a.unparse()
	defer g.a.reparse()
	if err := g.a.turn(ctx, fetch.HostKey(address)); err != nil {
		return nil, err
	}
	doc, err := g.a.set().Fetcher.Fetch(ctx, &feed.State{Source: *g.source, URL: address})
	var fe *fetch.Error
	switch {
	case ctx.Err() != nil && err != nil:
		return nil, errLater
	case errors.As(err, &fe) && fe.Status == http.StatusTooManyRequests && fe.RetryAfter > 0:
		g.hold = feed.Hold{Host: fe.Host, Until: time.Now().Add(fe.RetryAfter)}
		g.a.spare(ctx, g.hold)
	}
	return doc, err
}

// isRefusal reports whether a host does not want to be asked for more.
func isRefusal(err error) bool {
	var fe *fetch.Error
	return errors.As(err, &fe) && (fe.Busy || fe.RetryAfter > 0 || fe.Status == http.StatusTooManyRequests)
}

// mayPass reports whether what went wrong may be well the next time.
func mayPass(err error) bool {
	var fe *fetch.Error
	return errors.As(err, &fe) && (fe.Network || fe.Status >= 500 || fe.Status == http.StatusRequestTimeout)
}

// tell notes where the texts of new entries are from.
func (g *gathering) tell() {
	var parts []string
	if g.gained > 0 {
		parts = append(parts, fmt.Sprintf("the text of %s is from documents of their own", entryCount(g.gained)))
	}
	if g.lacking > 0 {
		parts = append(parts, fmt.Sprintf("%s %s what the source itself says; of the first: %s: %s", entryCount(g.lacking), oneOrMany(g.lacking, "has", "have"), g.where, g.reason))
	}
	if g.waiting > 0 {
		parts = append(parts, fmt.Sprintf("%s %s for the next poll: %s", entryCount(g.waiting), oneOrMany(g.waiting, "waits", "wait"), g.delay))
	}
	if len(parts) > 0 {
		g.feed.Notes = append(g.feed.Notes, strings.Join(parts, "; "))
	}
}

func entryCount(n int) string {
	if n == 1 {
		return "1 new entry"
	}
	return fmt.Sprintf("%d new entries", n)
}

func oneOrMany(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
