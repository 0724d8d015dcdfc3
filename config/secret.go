package config

import (
	"fmt"
	"io"
	"log/slog"
)

// A Secret prints as asterisks wherever it is logged, formatted or encoded.
type Secret string

const hidden = "***"

func (Secret) String() string { return hidden }

// GoString hides the secret from %#v.
func (Secret) GoString() string { return hidden }

// Format hides the secret from every other verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) } // a formatter has nobody to tell

// LogValue hides the secret from slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the secret from JSON and its like.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
