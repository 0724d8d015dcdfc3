package media

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"strings"
	"sync"
)

// A signer makes signatures: HMAC-SHA-256 (RFC 2104) of a URL, of which 192
// bits are kept, in 32 characters that need no escape in a path.
type signer struct{ states sync.Pool } // of hash.Hash, with the key

func newSigner(key []byte) *signer {
	own := append([]byte(nil), key...)
	return &signer{states: sync.Pool{New: func() any { return hmac.New(sha256.New, own) }}}
}

const signatureBytes = 24

func (s *signer) sign(url string) string {
	h := s.states.Get().(hash.Hash) // the pool holds nothing else
	defer s.states.Put(h)
	h.Reset()
	h.Write([]byte(url))
	var sum [sha256.Size]byte
	return base64.RawURLEncoding.EncodeToString(h.Sum(sum[:0])[:signatureBytes])
}

// verify reports whether a signature is ours, in a time that does not depend
// on how much of it is right.
func (s *signer) verify(url, signature string) bool {
	return subtle.ConstantTimeCompare([]byte(s.sign(url)), []byte(signature)) == 1
}

const keyBytes = 32

// LoadKey returns the key in a file, which is made, readable to its owner
// alone, when it is not there: addresses that were given out stay good over
// restarts.
func LoadKey(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeKey(path); err == nil {
			text, err = os.ReadFile(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the key that signs pictures' addresses: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != keyBytes {
		return nil, fmt.Errorf("%s: expected a key of %d hexadecimal digits\n  remove the file for a new key: addresses of pictures that were given out end with the old one", path, 2*keyBytes)
	}
	return key, nil
}

// makeKey writes a new key, whole or not at all.
func makeKey(path string) (err error) {
	var key [keyBytes]byte
	_, _ = rand.Read(key[:]) // it does not fail
	temp := path + ".new"
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(hex.EncodeToString(key[:]) + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		_ = os.Remove(temp) // err says more
	}
	return err
}
