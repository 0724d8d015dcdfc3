package main

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
)

// authorities are those of one file, read once.
type authorities struct {
	pool *x509.CertPool
	err  error
}

// trust returns the certificate authorities in a PEM file.
func trust(read map[string]*authorities, path string) (*x509.CertPool, error) {
	at := read[path]
	if at == nil {
		at = &authorities{}
		at.pool, at.err = readAuthorities(path)
		read[path] = at
	}
	return at.pool, at.err
}

// maxAuthorities bounds the size of a file of certificates.
const maxAuthorities = 4 << 20

func readAuthorities(path string) (*x509.CertPool, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.Size() > maxAuthorities || !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: expected a PEM file of at most %d MiB", path, maxAuthorities>>20)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	pool, n := x509.NewCertPool(), 0
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: certificate %d cannot be read: %w", path, n+1, err)
		}
		pool.AddCert(cert)
		n++
	}
	if n == 0 {
		return nil, errors.New(path + ": there is no certificate in it; expected PEM, with lines such as -----BEGIN CERTIFICATE-----")
	}
	return pool, nil
}
