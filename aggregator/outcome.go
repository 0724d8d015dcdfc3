package aggregator

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"tributary/aggregator/fetch"
	"tributary/aggregator/parse"
	"tributary/feed"
)

// An Outcome is what one poll did, for logs and people. Its JSON is what
// `tributary poll --json` prints.
type Outcome struct {
	Source    feed.SourceID `json:"source"`
	Status    int           `json:"status"` // of the HTTP answer, 0 without one; files: 200, or 304 when unchanged
	New       int           `json:"new"`
	Updated   int           `json:"updated"`
	Unchanged int           `json:"unchanged"`
	Dropped   int           `json:"dropped,omitempty"` // by rules
	Error     string        `json:"error"`             // empty: all went well
	Hint      string        `json:"hint,omitempty"`
	Notes     []string      `json:"notes,omitempty"`       // what was wrong with the document and read all the same
	Problems  []string      `json:"problems,omitempty"`    // the first errors that the validator finds in the document
	Rules     []string      `json:"rule_errors,omitempty"` // rules that could not be evaluated, and for which entries
	Moved     string        `json:"moved,omitempty"`       // where the upstream says it has moved for good
	Followed  bool          `json:"followed,omitempty"`    // it has said so for days: it is polled there from now on
	URL       string        `json:"url"`
	Bytes     int64         `json:"bytes"`
	Took      time.Duration `json:"took_ns"`
	Next      time.Time     `json:"next"`
	State     feed.State    `json:"-"` // what is known of the source now
	gathered  time.Duration // part of Took: asking for further documents, at the pace of their hosts
	hold      time.Time     // until when its host is to be left alone
	again     time.Time     // when to poll it again if it is spared
	offline   bool          // nothing came because of our own network
	busy      bool          // nothing came because a host on the way has too much to do
}

func newOutcome(s *feed.State, doc *fetch.Document, err error) Outcome {
	o := Outcome{Source: s.Source.ID, URL: feed.ShownURL(s.URL)}
	var fe *fetch.Error
	if errors.As(err, &fe) {
		o.Status = fe.Status
	}
	var pe *parse.Error
	if errors.As(err, &pe) {
		o.Hint = pe.Hint
	}
	if doc != nil {
		o.Bytes, o.Moved, o.Status = doc.Received, feed.ShownURL(doc.Moved), doc.Status
		if doc.Status == 0 {
			o.Status = http.StatusOK
		}
		if doc.Status == 0 && doc.NotModified {
			o.Status = http.StatusNotModified
		}
	}
	if err != nil {
		o.Error = err.Error()
	}
	return o
}

// tell takes over what was learned by the poll.
func (o *Outcome) tell(before, after *feed.State, r *reading) {
	o.Notes, o.Problems, o.Next, o.State = r.notes, r.problems, after.NextPoll, *after
	o.Followed = o.Error == "" && after.URL != before.URL
}

// decided takes over what the rules did.
func (o *Outcome) decided(d *decision) { o.Dropped, o.Rules = len(d.dropped), d.failed }

func (o *Outcome) count(ops []feed.Op) {
	for _, op := range ops {
		switch op {
		case feed.Created:
			o.New++
		case feed.Updated:
			o.Updated++
		case feed.Unchanged, feed.Refiled, feed.Deleted:
			o.Unchanged++
		}
	}
}

// log writes one event for the poll: what changed as information, trouble
// when it begins, changes or ends, and the rest for those who debug.
func (o *Outcome) log(ctx context.Context, log *slog.Logger, before *feed.State) {
	level, msg := slog.LevelDebug, "polled"
	attrs := []slog.Attr{
		slog.String("source", string(o.Source)), slog.Int("status", o.Status),
		slog.Int("new", o.New), slog.Int("updated", o.Updated), slog.Int("unchanged", o.Unchanged),
		slog.Int64("bytes", o.Bytes), slog.Duration("took", o.Took), slog.Time("next", o.Next),
	}
	switch {
	case o.Error != "":
		msg = "poll failed"
		attrs = append(attrs, slog.String("url", o.URL), slog.String("err", o.Error), slog.Int("failures", before.Failures+1))
		if o.Hint != "" {
			attrs = append(attrs, slog.String("hint", o.Hint))
		}
		if o.Error != before.LastError {
			level = slog.LevelWarn
		}
	case before.Failures > 0 || before.LastSuccess.IsZero() || o.New+o.Updated > 0:
		level = slog.LevelInfo
	}
	if len(o.Problems) > 0 {
		attrs = append(attrs, slog.Any("problems", o.Problems))
		if o.State.Problems != before.Problems {
			level = max(level, slog.LevelWarn)
		}
	}
	if o.Dropped > 0 {
		attrs = append(attrs, slog.Int("dropped", o.Dropped))
	}
	if len(o.Rules) > 0 {
		level = slog.LevelWarn
		attrs = append(attrs, slog.Any("rule_errors", o.Rules))
	}
	if len(o.Notes) > 0 {
		attrs = append(attrs, slog.Any("notes", o.Notes))
	}
	if o.Moved != "" {
		attrs = append(attrs, slog.String("moved", o.Moved))
	}
	if o.Followed {
		level = max(level, slog.LevelWarn)
		attrs = append(attrs, slog.String("do", "it is polled there from now on: set its url in the configuration to "+o.Moved))
	}
	if o.State.Why == feed.WhyGone {
		level = slog.LevelWarn
		attrs = append(attrs, slog.String("do", "it is not polled any more: remove the source, or change its url"))
	}
	log.LogAttrs(ctx, level, msg, attrs...)
}
