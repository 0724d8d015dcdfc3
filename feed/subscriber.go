package feed

import "time"

// A Subscriber is who has asked our own hub to push a topic (W3C WebSub §5).
// Topic and Callback together name it.
type Subscriber struct {
	Topic     string    // the URL of a document of ours
	Callback  string    // where its content is pushed to
	Secret    string    // what pushes are signed with (§7.1); empty: with nothing
	Since     time.Time // when it was verified first
	LeaseEnd  time.Time // zero: never
	Sent      Digest    // of the content that it has, or was given up on; zero: none yet
	Delivered time.Time // when it took a delivery last; zero: never
	Owed      time.Time // since when deliveries have failed; zero: the last did not
	Next      time.Time // no delivery is tried before
	Failures  int       // of deliveries, in a row
	Error     string    // why the last one failed, for the operator
}
