// Package feed is the vocabulary of tributary: sources, feeds and entries in
// the terms of RFC 4287, and what it means for one to change.
//
// It imports nothing of ours and does no I/O. Every other package but the
// validator speaks in its types.
package feed
