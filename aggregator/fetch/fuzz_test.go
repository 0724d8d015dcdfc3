package fetch

import (
	"bytes"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
)

// FuzzUndo: whatever is said of whatever bytes, nothing grows beyond the
// limit; and what was packed comes out as it went in.
func FuzzUndo(f *testing.F) {
	for _, coding := range []string{"gzip", "br", "zstd", "deflate", "gzip, br", "", "zippy"} {
		f.Add(coding, []byte("<rss/>"))
		f.Add(coding, []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01\x01\x00\xfe\xff\x3c"))
		f.Add(coding, []byte("\x28\xb5\x2f\xfd\x04\x00\x09\x00\x00x\x9c\x03\x00\x00\x00\x00\x01"))
	}
	const limit = 64 << 10
	f.Fuzz(func(t *testing.T, said string, raw []byte) {
		names := codingNames([]string{said})
		out, err := undo(names, &buffer{bytes.Clone(raw)}, limit)
		var told *Error
		switch {
		case err == nil && len(out.b) > max(limit, len(raw)):
			t.Errorf("%d bytes out of %d, the limit is %d", len(out.b), len(raw), limit)
		case err != nil && !errors.Is(err, errTooLong) && !errors.As(err, &told):
			t.Errorf("error %v is not in words for the operator", err)
		}
		if len(raw) < limit && disguised(raw) == "" {
			roundTrip(t, raw)
		}
	})
}

func roundTrip(t *testing.T, raw []byte) {
	var gz, zl bytes.Buffer
	g, z := gzip.NewWriter(&gz), zlib.NewWriter(&zl)
	for _, err := range []error{second(g.Write(raw)), g.Close(), second(z.Write(raw)), z.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, packed := range map[string][]byte{"gzip": gz.Bytes(), "deflate": zl.Bytes()} {
		out, err := undo([]string{name}, &buffer{packed}, 64<<10)
		if err != nil || !bytes.Equal(out.b, raw) {
			t.Errorf("%s: %q out of %q, error %v", name, out.b, raw, err)
		}
	}
}

func second(_ int, err error) error { return err }

// FuzzRetryAfter: whatever a server says, the wait is between nothing and
// maxRetryAfter.
func FuzzRetryAfter(f *testing.F) {
	for _, v := range []string{"", "120", "Tue, 06 Jan 2026 10:00:00 GMT", "99999999999999999999", "-1", "soon"} {
		f.Add(v, "Tue, 06 Jan 2026 09:00:00 GMT")
	}
	f.Fuzz(func(t *testing.T, v, date string) {
		h := http.Header{"Retry-After": {v}, "Date": {date}}
		if d := retryAfter(h, time.Unix(1767700000, 0)); d < 0 || d > maxRetryAfter {
			t.Errorf("%q at %q: %v", v, date, d)
		}
	})
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 6, 10, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		value, date string
		want        time.Duration
	}{
		{value: "120", want: 2 * time.Minute},
		{value: " 0 ", want: 0},
		{value: "Tue, 06 Jan 2026 10:30:00 GMT", want: 30 * time.Minute},
		{value: "Tuesday, 06-Jan-26 10:30:00 GMT", want: 30 * time.Minute},
		{value: "Tue, 06 Jan 2026 10:30:00 GMT", date: "Tue, 06 Jan 2026 10:20:00 GMT", want: 10 * time.Minute},
		{value: "Tue, 06 Jan 2026 09:00:00 GMT", want: 0},
		{value: "Tue, 06 Jan 2099 09:00:00 GMT", want: maxRetryAfter},
		{value: "99999999999999999999999", want: maxRetryAfter},
		{value: "soon", want: 0},
		{value: "-5", want: 0},
	} {
		h := http.Header{"Retry-After": {tt.value}, "Date": {tt.date}}
		if got := retryAfter(h, now); got != tt.want {
			t.Errorf("Retry-After %q, Date %q: %v, want %v", tt.value, tt.date, got, tt.want)
		}
	}
}
