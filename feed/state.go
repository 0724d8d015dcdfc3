package feed

import "time"

// A State is what polling has learned of a source.
type State struct {
	Source Source
	// Revision rises with each commit of this source, and with settings that a
	// poll under way does not know. A poll is committed on top of the revision
	// it began from, or not at all.
	Revision uint64

	URL          string // what to ask for next: Source.URL, or where permanent redirects led
	Feed         Feed   // upstream's own metadata, from the last body
	ETag         string // RFC 9110 §8.8.3, opaque, as received
	LastModified string // RFC 9110 §8.8.2, as received
	ValidatorsOf string // where redirects led to whoever gave these two; empty: URL gave them
	Bare         int    // answers since then that gave neither
	Body         Digest // of the last body that was read to the end, for upstreams without validators
	Coded        Digest // of the same body before its content codings were undone; zero when it had none
	Reader       int    // the version of the parser that read that body; another is to see it again
	Parts        Parts  // of the last document that was no delta
	Problems     string // the codes of the validator's errors in the last body, with spaces between them
	Hub, Topic   string // where upstream offers to push (WebSub §4); empty: it does not

	Rhythm Rhythm        // when the document asks to be asked for
	Fresh  time.Duration // how long the last answer may be used (RFC 9111 §4.2.1)
	Newest time.Time     // when its newest entry was published, or seen first when it has no date
	Gap    time.Duration // the usual time between two of its entries; zero: not known

	LastPoll     time.Time // zero: never polled
	NextPoll     time.Time // zero: due at once
	Why          Why       // what decided NextPoll
	NotBefore    time.Time // upstream's Retry-After (RFC 9110 §10.2.3); zero: none
	LastSuccess  time.Time
	Status       int       // of the last answer; 0: none came, or it was a file
	Failures     int       // in a row
	FailingSince time.Time // of the first of them
	LastError    string    // for the operator; empty after a success
	Move         Move
}

// A Rhythm is what a document says of when to ask for it again.
type Rhythm struct {
	TTL       time.Duration // RSS 2.0 ttl
	Period    time.Duration // sy:updatePeriod divided by sy:updateFrequency
	Base      time.Time     // sy:updateBase: moments at which a period begins
	SkipHours uint32        // RSS skipHours: bit h is the hour from h:00 to h:59 GMT
	SkipDays  uint8         // RSS skipDays: bit d is time.Weekday d, GMT
}

// A Move is a permanent redirect that is being watched: once it has been
// seen on several polls in a row, the source's URL follows it.
type Move struct {
	To   string
	Seen int       // polls in a row that led there, counted a day apart
	At   time.Time // when it was counted last
}

// A Why says what decided when a source is polled next.
type Why uint8

// What may decide it.
const (
	WhyNew         Why = iota // never polled, or its settings changed
	WhyFixed                  // its own interval
	WhyPace                   // how often it publishes
	WhyLeast                  // min_interval: it publishes more often
	WhyMost                   // max_interval: it publishes less often
	WhyFresh                  // Cache-Control or Expires
	WhyTTL                    // RSS ttl
	WhyPeriod                 // sy:updatePeriod
	WhySkip                   // RSS skipHours or skipDays
	WhyNoValidator            // its server sends neither ETag nor Last-Modified
	WhyPushed                 // its hub pushes
	WhyFailed                 // it failed
	WhyRefused                // 401, 403, 451: somebody has to do something
	WhyMissing                // 404 for a long time
	WhyGone                   // 410
	WhyRetryAfter             // Retry-After
	WhyHost                   // its host is busy, or asked to be left alone
	WhyOffline                // our own network was down
	WhyInterrupted            // tributary ended before it knew what the last poll brought
	WhyUnread                 // what its hub pushed could not be read
)

// Validators reports whether upstream lets us ask whether something is new.
func (s *State) Validators() bool { return s.ETag != "" || s.LastModified != "" }

// PerWeek estimates how many entries the source publishes in a week: at its
// usual pace, or less when it has been silent for longer than that. It is 0
// while too little is known: one entry alone tells of no pace for a week.
func (s *State) PerWeek(now time.Time) float64 {
	const week = 7 * 24 * time.Hour
	gap := s.Gap
	if silent := now.Sub(s.Newest); !s.Newest.IsZero() && silent > gap {
		gap = silent
	}
	if gap <= 0 || s.Gap <= 0 && gap < week {
		return 0
	}
	return float64(week) / float64(gap)
}

// A Hold is a host that asked to be left alone (RFC 6585 §4).
type Hold struct {
	Host  string // name and port
	Until time.Time
}

// A Subscription is what a hub was asked to push for a source (W3C WebSub
// §5). Its callback is known by Token alone.
type Subscription struct {
	Source   SourceID
	Hub      string // the hub's URL
	Topic    string // the feed's own URL, as upstream gives it
	Token    string // names the callback; nobody can guess it
	Secret   string // hub.secret (§5.1)
	Callback string // that the hub was given (§5.1); empty: it was not asked yet
	Mode     Mode
	Next     time.Time // when something is to be done about it
	LeaseEnd time.Time // zero: not verified
	Pushed   time.Time // when content with a right signature came last
	Missed   time.Time // when a poll found last what the hub should have pushed; zero: never
	Failures int       // requests to the hub that failed, or are under way, in a row
	Error    string    // for the operator
}

// A Mode is what a subscription is about to be.
type Mode uint8

// The life of a subscription.
const (
	Subscribing   Mode = iota // asked for, not verified
	Subscribed                // verified by the hub (§5.3)
	Denied                    // by the hub (§5.2)
	Unsubscribing             // the source is gone, or has another hub
)

// renewals is how many requests for another lease may be in vain before the
// hub counts as gone.
const renewals = 3

// Healthy reports whether the hub can be relied on to push: it said so for
// now, answers when it is asked again, and has pushed since a poll found
// something that it had missed.
func (s *Subscription) Healthy(now time.Time) bool {
	return s.Mode == Subscribed && now.Before(s.LeaseEnd) && s.Failures <= renewals && (s.Missed.IsZero() || s.Pushed.After(s.Missed))
}
