package hub

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestList: each subscriber is in the state that its deliveries say, and
// nothing that is told of it lets others take its place.
func TestList(t *testing.T) {
	s := newStage(t, func(set *Settings) { set.policy.retry = time.Hour })
	s.subscribe(tech, "http://a.example/private", "hub.secret", "confidential")
	s.subscribe(tech, "http://b.example:8080/private")
	s.subscribe(world, "http://a.example/private")
	s.answer("b.example:8080/private", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "full", http.StatusInsufficientStorage) })
	s.publish(tech, "two")
	s.settled()
	list := s.hub.List(t.Context())
	if len(list) != 3 {
		t.Fatalf("%+v", list)
	}
	other, ok, failing := list[0], list[1], list[2]
	if other.Topic != world || other.State != stateOK || other.Delivered != nil || other.Signed {
		t.Errorf("one that got nothing yet is %+v", other)
	}
	if ok.Callback != "http://a.example" || ok.State != stateOK || ok.Delivered == nil || !ok.Signed || ok.LeaseEnd == nil || ok.ID != other.ID {
		t.Errorf("one that is well is %+v", ok)
	}
	if failing.Callback != "http://b.example:8080" || failing.State != stateFailing || failing.Failures != 1 || failing.Next == nil || !strings.Contains(failing.Error, "full") {
		t.Errorf("one that fails is %+v", failing)
	}
	text, err := json.Marshal(list)
	if err != nil || strings.Contains(string(text), "private") || strings.Contains(string(text), "confidential") {
		t.Errorf("%v, %s", err, text)
	}
	if st := s.hub.Status(); st.Delivered != 1 || st.Failed != 1 || st.Owed != 1 || st.Failing != 1 || st.Subscribers != 3 {
		t.Errorf("%+v", st)
	}
	s.stop()
	s.put(world, "zwei")
	s.set.Site = s.sites()
	idle, err := New(t.Context(), s.store, s.set)
	if err != nil {
		t.Fatal(err)
	}
	if list := idle.List(t.Context()); len(list) != 3 || list[0].State != stateOwed || list[1].State != stateOK {
		t.Errorf("of a hub that does nothing: %+v", list)
	}
}

// TestTooLarge: what is larger than may be sent is not, and is not owed; the
// next that is not is sent.
func TestTooLarge(t *testing.T) {
	s := newStage(t, func(set *Settings) { set.MaxBody = 10 })
	s.subscribe(tech, "http://a.example/")
	s.publish(tech, "more than ten bytes")
	s.settled()
	if got := s.bodies("a.example/"); len(got) != 0 {
		t.Errorf("sent %q", got)
	}
	if list := s.hub.List(t.Context()); list[0].State != stateOK || !strings.Contains(list[0].Error, "max_body") {
		t.Errorf("%+v", list)
	}
	s.publish(tech, "ten bytes!")
	s.settled()
	if got := s.bodies("a.example/"); len(got) != 1 || got[0] != "ten bytes!" {
		t.Errorf("sent %q", got)
	}
	if list := s.hub.List(t.Context()); list[0].Error != "" {
		t.Errorf("%+v", list)
	}
	s.stop()
	s.put(tech, "once more too many bytes")
	s.start()
	s.settled()
	if got := s.bodies("a.example/"); len(got) != 1 || strings.Count(s.log.String(), "too large") != 2 {
		t.Errorf("after a restart sent %q\n%s", got, s.log)
	}
}

// TestSettings: what is set takes the place of the defaults, and what is left
// out goes by it.
func TestSettings(t *testing.T) {
	set := Settings{RetryFor: time.Minute, PerHost: 3, MaxLease: 30 * time.Minute}
	set.defaults()
	if set.policy.giveUp != time.Minute || set.limits.hostFast != 3 || set.limits.hostSlow != 1 || set.MinLease != 30*time.Minute || set.Lease != 30*time.Minute || set.MaxBody != 16<<20 {
		t.Errorf("%+v", set)
	}
	if n := MostPerHost(3); n < 3+1+3 {
		t.Errorf("%d requests to one host do not leave room for its deliveries and verifications", n)
	}
}
