package storage_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"tributary/feed"
	"tributary/storage"
)

func TestEngines(t *testing.T) {
	var opened string
	engines := storage.Engines{
		"one": func(_ context.Context, location string) (storage.Store, error) { opened = location; return nil, nil },
		"two": func(context.Context, string) (storage.Store, error) {
			t.Error("the other engine was asked")
			return nil, nil
		},
	}
	for url, want := range map[string]string{"one:a.db": "a.db", "one:C:/a:b.db": "C:/a:b.db", "one://host/x": "//host/x"} {
		opened = ""
		if _, err := engines.Open(t.Context(), url); err != nil || opened != want {
			t.Errorf("open %q: location %q, %v, want %q", url, opened, err, want)
		}
	}
	for _, url := range []string{"", "one", "one:", "three:a.db", ":a.db"} {
		_, err := engines.Open(t.Context(), url)
		if err == nil || !strings.Contains(err.Error(), "one, two") {
			t.Errorf("open %q: %v, want the known engines", url, err)
		}
	}
}

func TestAfter(t *testing.T) {
	e := feed.Entry{ID: feed.EntryID{7}, Order: time.Unix(9, 0), Received: time.Unix(10, 0)}
	if got := storage.After(&e); got != (storage.Cursor{Order: e.Order, ID: e.ID}) {
		t.Errorf("after %+v comes %+v", e, got)
	}
}
