package fetch_test

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"tributary/aggregator/fetch"
)

// packers write one content coding each.
var packers = map[string]func(io.Writer) io.WriteCloser{
	"br":   func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) },
	"zlib": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
	"raw": func(w io.Writer) io.WriteCloser {
		z, _ := flate.NewWriter(w, 6) // the level is a good one
		return z
	},
	"zstd": func(w io.Writer) io.WriteCloser {
		z, _ := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1)) // the options are good ones
		return z
	},
}

func pack(t testing.TB, how string, body []byte) []byte {
	t.Helper()
	if how == "gzip" {
		return gzipped(t, body)
	}
	var b bytes.Buffer
	z := packers[how](&b)
	if _, err := z.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFetchUndoesCodings(t *testing.T) {
	text := []byte(rss)
	gz, br, zst := pack(t, "gzip", text), pack(t, "br", text), pack(t, "zstd", text)
	for _, tt := range []struct {
		name, coding string
		body         []byte
	}{
		{"gzip", "gzip", gz},
		{"its old name, in capitals", "X-GZIP", gz},
		{"gzip in two members", "gzip", append(pack(t, "gzip", text[:20]), pack(t, "gzip", text[20:])...)},
		{"gzip with padding", "gzip", append(bytes.Clone(gz), 0, 0, 0)},
		{"gzip with text after it", "gzip", append(bytes.Clone(gz), "\n<!-- served in 3 ms -->"...)},
		{"brotli with a line end after it", "br", append(bytes.Clone(br), '\n')},
		{"zlib with a line end after it", "deflate", append(pack(t, "zlib", text), '\n')},
		{"zstd in two frames", "zstd", append(pack(t, "zstd", text[:20]), pack(t, "zstd", text[20:])...)},
		{"brotli", "br", br},
		{"zstd", "zstd", zst},
		{"deflate in zlib's form", "deflate", pack(t, "zlib", text)},
		{"deflate, bare", "deflate", pack(t, "raw", text)},
		{"gzip in brotli", "gzip, br", pack(t, "br", gz)},
		{"identity", "identity", text},
		{"gzip unannounced", "", gz},
		{"zstd unannounced", "", zst},
		{"a gzip file sent in gzip", "gzip", pack(t, "gzip", gz)},
		{"gzip announced, text sent", "gzip", text},
		{"zstd announced, text sent", "zstd", text},
		{"brotli announced, text sent", "br", text},
		{"deflate announced, text sent", "deflate", text},
		{"nothing announced in two words, gzip sent", "identity, none", gz},
		{"a charset for a coding", "UTF-8", text},
		{"a coding nobody knows, text sent", "zippy", text},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", tt.coding)
				_, _ = w.Write(tt.body)
			})
			f, s := client(t, fetch.Settings{}), state(server.URL)
			doc := get(t, f, s)
			if string(doc.Body) != rss || doc.Received != int64(len(tt.body)) {
				t.Fatalf("body %q after %d bytes", doc.Body, doc.Received)
			}
			learn(s, doc)
			if doc := get(t, f, s); !doc.NotModified || doc.Digest != s.Body || doc.Coded != s.Coded {
				t.Errorf("the same bytes again: %+v", doc)
			}
		})
	}
}

// The same document in another coding is still the same.
func TestFetchKnowsTheSameDocumentInAnotherCoding(t *testing.T) {
	coding := "gzip"
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", coding)
		_, _ = w.Write(pack(t, coding, []byte(rss)))
	})
	f, s := client(t, fetch.Settings{}), state(server.URL)
	learn(s, get(t, f, s))
	coding = "br"
	if doc := get(t, f, s); !doc.NotModified || doc.Coded == s.Coded || doc.Digest != s.Body {
		t.Errorf("document = %+v", doc)
	}
}

func TestFetchRefusesBadCodings(t *testing.T) {
	long := bytes.Repeat([]byte("<title>again and again</title>"), 100_000) // 3 MB
	text := bodyOf84KB()
	gz := pack(t, "gzip", text)
	for _, tt := range []struct {
		name, coding string
		body         []byte
		want         string
	}{
		{"a bomb of gzip", "gzip", pack(t, "gzip", long), "more than 50 times its size"},
		{"a bomb of brotli", "br", pack(t, "br", long), "more than 50 times its size"},
		{"a bomb of zstd", "zstd", pack(t, "zstd", long), "more than 50 times its size"},
		{"a bomb of deflate", "deflate", pack(t, "raw", long), "more than 50 times its size"},
		{"a bomb of zlib", "deflate", pack(t, "zlib", long), "more than 50 times its size"},
		{"a bomb in gzip in gzip", "gzip, gzip", pack(t, "gzip", pack(t, "gzip", long)), "more than 50 times its size"},
		{"gzip cut short", "gzip", gz[:len(gz)/2], "the gzip body is cut short"},
		{"gzip without its checksum", "gzip", gz[:len(gz)-8], "the gzip body is cut short"},
		{"brotli cut short", "br", pack(t, "br", text)[:2000], "the br body is cut short"},
		{"zstd cut short", "zstd", pack(t, "zstd", text)[:2000], "the zstd body is cut short"},
		{"deflate cut short", "deflate", pack(t, "raw", text)[:2000], "the deflate body is cut short"},
		{"gzip with a wrong checksum", "gzip", append(bytes.Clone(gz[:len(gz)-8]), 0, 0, 0, 0, 0, 0, 0, 0), "no sound gzip"},
		{"no gzip at all", "gzip", []byte("PK\x03\x04 and so on"), "no sound gzip"},
		{"a coding nobody knows", "exi", []byte("\x80\x00\x01"), `"exi" is unknown here; known are gzip, br, zstd, deflate`},
		{"too many codings", strings.Repeat("gzip,", 5), gz, "packed 5 times over"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", tt.coding)
				_, _ = w.Write(tt.body)
			})
			doc, err := client(t, fetch.Settings{Limits: fetch.Limits{Ratio: 50}}).Fetch(t.Context(), state(server.URL))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("read %t, error %v, want %q", doc != nil, err, tt.want)
			}
		})
	}
}

func TestFetchLimitsDecodedBytes(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(pack(t, "gzip", bodyOf84KB()))
	})
	_, err := client(t, fetch.Settings{Limits: fetch.Limits{Body: 50_000}}).Fetch(t.Context(), state(server.URL))
	if err == nil || !strings.Contains(err.Error(), "longer than 50000 bytes (max_body)") {
		t.Errorf("error %v", err)
	}
}
