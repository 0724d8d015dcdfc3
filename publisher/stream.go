package publisher

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"tributary/feed"
	"tributary/storage"
)

// eventsName is the last part of the path of a category's stream of events.
const eventsName = "events"

// streams returns the tapes of categories by the paths of their streams.
func (p *Publisher) streams() map[string]*tape {
	out := map[string]*tape{}
	for term, t := range p.events.tapes {
		out["/"+term+"/"+eventsName] = t
	}
	return out
}

// streamFields are the header fields of a stream. The last one keeps nginx from
// holding events back.
var streamFields = []field{
	{"Content-Type", []string{"text/event-stream"}},
	{"Cache-Control", []string{"no-store"}},
	{"Access-Control-Allow-Origin", []string{"*"}},
	{"X-Accel-Buffering", []string{"no"}},
}

// fullRetry is after how many seconds a client that was refused may come again.
const fullRetry = "30"

// serveEvents answers with a category's events, for as long as the client wants.
func (h *handler) serveEvents(w http.ResponseWriter, r *http.Request, t *tape) {
	set(w.Header(), streamFields)
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return
	}
	client := clientOf(r.RemoteAddr)
	if !h.events.enter(client) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Retry-After", fullRetry)
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "there are as many streams of events as there may be, in all or of your address\n") // the client is gone: nobody to tell
		return
	}
	defer h.events.leave(client)
	t.join()
	defer t.leave()
	s := &stream{Publisher: h.Publisher, tape: t, w: w, out: http.NewResponseController(w)}
	err := s.run(r.Context(), r.Header.Get("Last-Event-ID"))
	switch {
	case errors.Is(err, errBehind):
		h.events.dropped.Add(1)
	case err != nil && r.Context().Err() == nil && !errors.Is(err, errGone):
		h.log.Error("a stream of events ends", "category", t.category.Term, "err", err)
	}
}

// A stream sends one reader the events of a category.
type stream struct {
	*Publisher
	tape  *tape
	w     io.Writer
	out   *http.ResponseController
	place uint64   // on the tape
	told  feed.Seq // the reader has been told of all changes up to this one
	id    feed.Seq // the newest that its Last-Event-ID would name
}

var (
	errBehind = errors.New("it does not keep up")
	errGone   = errors.New("it takes nothing any more")
	errOver   = errors.New("nothing is told any more")
)

// run sends events until ctx, the publisher or the reader ends it.
func (s *stream) run(ctx context.Context, last string) error {
	err := s.send([]byte("retry: " + strconv.FormatInt(s.events.Retry.Milliseconds(), 10) + "\n\n"))
	if err == nil {
		err = s.begin(ctx, last)
	}
	for err == nil {
		e, wait := s.tape.take(s.place)
		switch {
		case e != nil:
			s.place++
			err = s.tell(e)
		case wait != nil:
			err = s.pause(ctx, wait)
		default:
			return errBehind
		}
	}
	if errors.Is(err, errOver) {
		return nil
	}
	return err
}

// begin takes a place on the tape once there was a rendering, and sends what
// the reader has missed since its last event.
func (s *stream) begin(ctx context.Context, last string) error {
	for {
		place, upto, wait := s.tape.tail(feed.Seq(s.events.seen.Load()))
		if wait == nil {
			s.place, s.told = place, upto
			break
		}
		if err := s.pause(ctx, wait); err != nil {
			return err
		}
	}
	if last != "" {
		if err := s.catchUp(ctx, last); err != nil {
			return err
		}
	}
	return s.name(ctx, s.told)
}

// catchUp sends what has changed since the event of an id.
func (s *stream) catchUp(ctx context.Context, last string) error {
	select {
	case s.events.catching <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.events.done:
		return errOver
	}
	missed, err := s.missed(ctx, last)
	<-s.events.catching
	if err != nil {
		return err
	}
	for i := range missed {
		text, err := missed[i].text, error(nil)
		if text == nil {
			text, err = s.event(ctx, s.tape.category, &missed[i].news)
		}
		if err == nil && text != nil {
			err = s.send(text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// A missed event is made when it is sent: nobody holds all of them.
type missed struct {
	news
	text []byte // of a reset
}

// missed returns what has changed since the event of an id.
func (s *stream) missed(ctx context.Context, last string) ([]missed, error) {
	why := unknown
	after, known, err := s.changeOf(ctx, last)
	if err != nil {
		return nil, err
	}
	if known {
		found, err := s.newsOf(ctx, s.tape.category.Term, after, s.told)
		if err == nil {
			s.told = max(s.told, after)
			out := make([]missed, len(found))
			for i := range found {
				out[i].news = found[i]
			}
			return out, nil
		}
		if !errors.Is(err, errMostNews) && !errors.Is(err, storage.ErrTrimmed) {
			return nil, err
		}
		why = tooMuch
	}
	again, err := s.reset(ctx, s.told, why)
	if err != nil {
		return nil, err
	}
	return []missed{{text: again[0].text}}, nil
}

// tell sends an event unless the reader knows of it.
func (s *stream) tell(e *event) error {
	if e.seq <= s.told {
		return nil
	}
	s.told, s.id = e.seq, e.seq
	return s.send(e.text)
}

// pause sends on what was written, and waits for more. When there is none for
// a while, it gives a sign of life.
func (s *stream) pause(ctx context.Context, more <-chan struct{}) error {
	if err := s.flush(); err != nil {
		return err
	}
	timer := time.NewTimer(s.events.Beat)
	defer timer.Stop()
	select {
	case <-more:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-s.events.done:
		return errOver
	case <-timer.C:
		return s.beat(ctx)
	}
}

// beat sends a comment, and names the newest change there is nothing to tell
// of: whoever comes back after long quiet has not missed what others changed.
func (s *stream) beat(ctx context.Context) error {
	if err := s.send([]byte(":\n")); err != nil {
		return err
	}
	place, upto, wait := s.tape.tail(feed.Seq(s.events.seen.Load()))
	if wait != nil || place != s.place || upto <= s.id {
		return s.send([]byte("\n"))
	}
	return s.name(ctx, upto)
}

// name has the reader's Last-Event-ID name a change, without an event.
func (s *stream) name(ctx context.Context, seq feed.Seq) error {
	id, err := s.idAt(ctx, seq)
	if err != nil {
		return err
	}
	s.id = seq
	return s.send([]byte("id: " + id + "\n\n"))
}

// send writes to the reader, who has a while to take it.
func (s *stream) send(text []byte) error {
	_ = s.out.SetWriteDeadline(time.Now().Add(s.events.Patience)) // where there is none, the server has its own
	if _, err := s.w.Write(text); err != nil {
		return errGone
	}
	return nil
}

func (s *stream) flush() error {
	if err := s.out.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return errGone
	}
	return nil
}
