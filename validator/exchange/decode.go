package exchange

import (
	"bufio"
	"compress/flate"
	"compress/zlib"
	"fmt"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// decoded undoes content codings (RFC 9110 §8.4), the last first.
func decoded(r io.Reader, codings string) (io.Reader, error) {
	list := strings.Split(strings.ToLower(codings), ",")
	for i := len(list) - 1; i >= 0; i-- {
		var err error
		if r, err = decodedOnce(r, strings.TrimSpace(list[i])); err != nil {
			return nil, fmt.Errorf("the body is not coded as Content-Encoding: %s says: %w", codings, err)
		}
	}
	return r, nil
}

func decodedOnce(r io.Reader, coding string) (io.Reader, error) {
	switch coding {
	case "", "identity":
		return r, nil
	case "gzip", "x-gzip":
		b := bufio.NewReader(r)
		if _, err := b.Peek(1); err == io.EOF {
			return b, nil // an empty body, as of a 304
		}
		return gzip.NewReader(b)
	case "deflate":
		return inflated(bufio.NewReader(r))
	case "br":
		return brotli.NewReader(r), nil
	case "zstd":
		d, err := zstd.NewReader(r, zstd.WithDecoderMaxMemory(128<<20), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	}
	return nil, fmt.Errorf("the coding %q is not known", coding)
}

// inflated reads deflate in its zlib form, which RFC 9110 §8.4.1.2 defines,
// and bare, which some servers send.
func inflated(b *bufio.Reader) (io.Reader, error) {
	head, _ := b.Peek(2)
	if len(head) == 2 && head[0]&0x0f == 8 && (int(head[0])<<8+int(head[1]))%31 == 0 {
		return zlib.NewReader(b)
	}
	return flate.NewReader(b), nil
}
