package validatecmd

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"time"

	"tributary/internal/cli"
	"tributary/validator"
	"tributary/validator/exchange"
)

// fetchOptions are what was asked for of documents that are fetched.
type fetchOptions struct {
	network, enclosures bool
	watch, timeout      time.Duration
	userAgent           string
}

func (v *validation) exchange() exchange.Options {
	return exchange.Options{UserAgent: cmp.Or(v.fetching.userAgent, "tributary-validate/"+cli.Version), Timeout: v.fetching.timeout, Bytes: v.maxSize}
}

// fetch gets a document, a second time after a while and with what it names
// where that was asked for.
func (v *validation) fetch(ctx context.Context, address string, j *judged) (validator.Document, error) {
	doc, err := v.look(ctx, address, j)
	if err != nil || doc.Exchange.Failure != "" || !v.fetching.network && !v.fetching.enclosures && v.fetching.watch == 0 {
		return doc, err
	}
	first, err := validator.Validate(doc, v.options(address))
	if err != nil {
		return doc, err
	}
	if v.fetching.watch > 0 {
		select {
		case <-time.After(v.fetching.watch):
		case <-ctx.Done():
			return doc, ctx.Err()
		}
		if doc, err = v.look(ctx, address, j); err != nil {
			return doc, err
		}
		doc.Exchange.Earlier = first.Glimpses
	}
	if v.fetching.network {
		doc.Exchange.Hubs = exchange.Probe(ctx, doc.URL, first.Hubs, v.exchange())
	}
	if v.fetching.enclosures {
		doc.Exchange.Enclosures = exchange.Probe(ctx, doc.URL, first.Enclosures, v.exchange())
	}
	return again(doc, j), nil
}

// look gets a document once.
func (v *validation) look(ctx context.Context, address string, j *judged) (validator.Document, error) {
	doc, err := exchange.Get(ctx, address, v.exchange())
	if err != nil {
		return doc, err
	}
	if x := doc.Exchange; x.FailureKind == validator.Unreachable && len(x.Hops) == 0 {
		return doc, errors.New(x.Failure) // nobody answered: there is nothing to judge
	}
	body, err := io.ReadAll(doc.Body)
	j.Source = bytes.NewReader(body)
	doc.Body = bytes.NewReader(body)
	return doc, err
}

// again makes a document readable from its start.
func again(doc validator.Document, j *judged) validator.Document {
	doc.Body = io.NewSectionReader(j.Source, 0, 1<<40)
	return doc
}
