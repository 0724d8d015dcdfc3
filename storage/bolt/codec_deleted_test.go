package bolt

import (
	"reflect"
	"testing"
	"time"

	"tributary/feed"
)

func sampleDeleted() feed.DeletedEntry {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	return feed.DeletedEntry{
		Ref: feed.EntryID{1, 2}, Source: "a", UpstreamID: "urn:x:1", Link: "https://example.com/1", Title: "标题", Words: feed.Digest{3},
		Received: at, When: at.Add(time.Hour), By: feed.ByRetention, Comment: "news keeps 10 entries", Listed: at.Add(2 * time.Hour),
	}
}

func TestDeletedIsEncoded(t *testing.T) {
	d := sampleDeleted()
	for i, value := 0, reflect.ValueOf(d); i < value.NumField(); i++ {
		if value.Field(i).IsZero() {
			t.Errorf("the sample has no %s", value.Type().Field(i).Name)
		}
	}
	value := encodeDeleted(&d)
	got, err := decodeDeleted(value)
	if err != nil || !reflect.DeepEqual(got, d) {
		t.Errorf("%+v, %v\nwant\n%+v", got, err, d)
	}
	if _, err := decodeDeleted(value[:len(value)-1]); err == nil {
		t.Error("a value that is cut short was read")
	}
	st := sampleState()
	st.read = d.When
	again, err := decodeState(encoded(t, &st))
	if err != nil || !again.read.Equal(d.When) {
		t.Errorf("the last whole document was at %s, %v, want %s", again.read, err, d.When)
	}
}

func FuzzDeleted(f *testing.F) {
	d := sampleDeleted()
	f.Add(encodeDeleted(&d))
	f.Fuzz(func(t *testing.T, value []byte) {
		first, err := decodeDeleted(value)
		if err != nil {
			return
		}
		again, err := decodeDeleted(encodeDeleted(&first))
		if err != nil || !reflect.DeepEqual(again, first) {
			t.Errorf("%+v came back as\n%+v, %v", first, again, err)
		}
	})
}
