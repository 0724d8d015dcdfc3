package main

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"tributary/aggregator"
	"tributary/aggregator/fetch"
	"tributary/aggregator/schedule"
	"tributary/feed"
	"tributary/internal/cli"
)

// An exchange is what `tributary poll --trace` shows of one poll.
type exchange struct {
	Source    feed.SourceID `json:"source"`
	Hops      []*fetch.Hop  `json:"hops"`
	Decisions []string      `json:"decisions"`
}

func newExchange(o *aggregator.Outcome, t *fetch.Trace, p *schedule.Policy) *exchange {
	return &exchange{Source: o.Source, Hops: t.Hops(), Decisions: decisions(o, t, p)}
}

// decisions says in sentences what a poll made of the answers.
func decisions(o *aggregator.Outcome, t *fetch.Trace, p *schedule.Policy) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	hops := t.Hops()
	if len(hops) > 0 {
		asked(say, hops[len(hops)-1])
	}
	switch entries := o.New + o.Updated + o.Unchanged; {
	case o.Error != "" && o.State.Source.ID == "":
		say("%s; %s", o.Error, o.Hint) // nobody was asked
	case o.Error != "":
		say("failed: %s", o.Error)
	case o.Status == http.StatusNotModified && len(hops) == 0:
		say("the files are as they were: nothing new")
	case o.Status == http.StatusNotModified:
		say("304: nothing new")
	case entries == 0 && len(o.Notes) == 0:
		say("the document is the one that was read before, or has no entries: nothing to do")
	default:
		say("read %s: %d new, %d updated, %d unchanged", entriesOf(entries), o.New, o.Updated, o.Unchanged)
	}
	if o.Moved != "" && !o.Followed {
		say("a permanent redirect to %s, seen %d of 3 times a day apart: its url stays for now", o.Moved, o.State.Move.Seen)
	}
	if o.Followed {
		say("the permanent redirect was seen often enough: it is polled at %s from now on", feed.ShownURL(o.State.URL))
	}
	if o.State.Hub != "" {
		say("it has a hub, %s, for the topic %s", o.State.Hub, feed.ShownURL(o.State.Topic))
	}
	if o.State.Source.ID != "" {
		say("next poll %s", p.Explain(&o.State, time.Now()))
	}
	return out
}

func entriesOf(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

func asked(say func(string, ...any), h *fetch.Hop) {
	var validators []string
	for _, name := range []string{"If-None-Match", "If-Modified-Since"} {
		if h.Request[name] != nil {
			validators = append(validators, name)
		}
	}
	if len(validators) == 0 {
		say("asked for the whole document: no ETag or Last-Modified of it is known")
		return
	}
	say("asked whether it has changed, with %s", strings.Join(validators, " and "))
}

func (e *exchange) print(w io.Writer) {
	fmt.Fprintf(w, "%s\n", e.Source)
	for i := range e.Hops {
		printHop(w, e.Hops[i])
	}
	for _, d := range e.Decisions {
		fmt.Fprintf(w, "  = %s\n", printable(d))
	}
}

func printHop(w io.Writer, h *fetch.Hop) {
	fmt.Fprintf(w, "  > %s %s\n", h.Method, h.URL)
	printHeader(w, ">", h.Request)
	if h.Status != 0 {
		fmt.Fprintf(w, "  < %s %d %s\n", h.Protocol, h.Status, http.StatusText(h.Status))
		printHeader(w, "<", h.Response)
	}
	if h.Error != "" {
		fmt.Fprintf(w, "  ! %s\n", printable(h.Error))
	}
	switch {
	case h.Remote == "":
		fmt.Fprintf(w, "  * no connection\n")
	case h.Reused:
		fmt.Fprintf(w, "  * a kept connection to %s; %s of body\n", h.Remote, cli.Plural(h.Bytes, "byte"))
	default:
		fmt.Fprintf(w, "  * a new connection to %s; %s of body\n", h.Remote, cli.Plural(h.Bytes, "byte"))
	}
	fmt.Fprintf(w, "  * name %s, connect %s, TLS %s, wait %s, body %s; in all %s\n",
		brief(h.Lookup), brief(h.Connect), brief(h.TLS), brief(h.Wait), brief(h.Body), brief(h.Total))
}

func printHeader(w io.Writer, mark string, h http.Header) {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			fmt.Fprintf(w, "  %s %s: %s\n", mark, name, printable(value))
		}
	}
}

func brief(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return d.Round(10 * time.Microsecond).String()
}
