package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"
)

// explain makes an *Error of what went wrong, and says where when it was not
// at the address that was asked for first.
func (c *chain) explain(err error) *Error {
	var told *Error
	if !errors.As(err, &told) {
		told = &Error{Reason: err.Error(), Err: err}
	}
	if n := len(c.visited); n > 0 && told.Status == 0 {
		told.Reason = fmt.Sprintf("after %s, at %s: %s", count(n, "redirect"), c.url.Host, told.Reason)
	}
	return told
}

// networkError says in plain words why there was no answer.
func (h *HTTP) networkError(ctx context.Context, err error) error {
	if reason := h.ended(ctx, "waiting for an answer"); reason != "" {
		return &Error{Reason: reason, Err: context.Cause(ctx), Network: true}
	}
	var refused *addressError
	return &Error{Reason: reasonOf(err), Err: err, Network: !errors.As(err, &refused)}
}

// bodyError says in plain words why a body did not come to its end.
func (h *HTTP) bodyError(ctx context.Context, err error, got int, want int64) error {
	if reason := h.ended(ctx, fmt.Sprintf("reading the body, of which %d bytes had come", got)); reason != "" {
		return &Error{Reason: reason, Err: context.Cause(ctx)}
	}
	of := ""
	if want > 0 {
		of = fmt.Sprintf(" of %d", want)
	}
	reason := fmt.Sprintf("the body is cut short: the connection ended after %d%s bytes", got, of)
	if errors.Is(err, syscall.ECONNRESET) {
		reason = fmt.Sprintf("the body is cut short: the server reset the connection after %d%s bytes", got, of)
	}
	return &Error{Reason: reason, Err: err}
}

// ended says how our own limits ended a request, or "".
func (h *HTTP) ended(ctx context.Context, doing string) string {
	cause := context.Cause(ctx)
	switch {
	case cause == nil:
		return ""
	case errors.Is(cause, errTimeout), errors.Is(cause, context.DeadlineExceeded):
		return fmt.Sprintf("no end after %s (timeout), %s", h.set.Limits.Timeout, doing)
	case errors.Is(cause, errStalled):
		return fmt.Sprintf("the body comes too slowly: fewer than %d bytes in %s", h.set.Limits.Floor, h.set.Limits.Stall)
	}
	return "stopped while " + doing
}

// reasonOf translates what net, crypto/tls and net/http say.
func reasonOf(err error) string {
	var told *Error
	var refused *addressError
	var name *net.DNSError
	var op *net.OpError
	switch {
	case errors.As(err, &told):
		return told.Reason
	case errors.As(err, &refused):
		return refused.Error()
	case errors.As(err, &name):
		return nameReason(name)
	}
	if reason := tlsReason(err); reason != "" {
		return reason
	}
	if errors.As(err, &op) && op.Op == "proxyconnect" {
		return "the proxy cannot be reached: " + connectionReason(op.Err)
	}
	return connectionReason(err)
}

func nameReason(e *net.DNSError) string {
	switch {
	case e.IsNotFound:
		return fmt.Sprintf("there is no host named %q; check the spelling of the url", e.Name)
	case e.IsTimeout:
		return fmt.Sprintf("the name server does not say where %q is (timeout)", e.Name)
	}
	return fmt.Sprintf("the name server cannot say where %q is; is this machine online?", e.Name)
}

func tlsReason(err error) string {
	var (
		host      x509.HostnameError
		authority x509.UnknownAuthorityError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
		alert     tls.AlertError
	)
	switch {
	case errors.As(err, &host):
		return fmt.Sprintf("the server's certificate is not for %q but for %s", host.Host, certificateNames(host.Certificate))
	case errors.As(err, &authority):
		return "the server's certificate is signed by an authority that this machine does not trust, or its chain is incomplete"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Sprintf("the server's certificate is valid from %s to %s only", day(invalid.Cert.NotBefore), day(invalid.Cert.NotAfter))
	case errors.As(err, &invalid):
		return "the server's certificate is not valid: " + strings.TrimPrefix(invalid.Error(), "x509: ")
	case errors.As(err, &record), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return "the server does not speak TLS at this port; is the url http rather than https?"
	case errors.As(err, &alert):
		return "the server broke off the TLS handshake: " + alert.Error()
	}
	return ""
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

func certificateNames(c *x509.Certificate) string {
	switch {
	case c == nil || len(c.DNSNames)+len(c.IPAddresses) == 0:
		return "no name at all"
	case len(c.DNSNames) == 0:
		return c.IPAddresses[0].String()
	}
	return strings.Join(c.DNSNames[:min(3, len(c.DNSNames))], ", ")
}

func connectionReason(err error) string {
	var timeout net.Error
	text := err.Error()
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused: no server listens at " + remote(err)
	case errors.Is(err, syscall.ECONNRESET):
		return "the server reset the connection before it answered"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return fmt.Sprintf("there is no way to %s; is this machine online?", remote(err))
	case strings.Contains(text, "TLS handshake timeout"):
		return "the server does not finish the TLS handshake (timeout)"
	case strings.Contains(text, "timeout awaiting response headers"):
		return "the server takes the request and does not answer (timeout)"
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Sprintf("%s does not accept the connection (timeout)", remote(err))
	case strings.Contains(text, "server response headers exceeded"):
		return fmt.Sprintf("the answer's header is longer than %d bytes", maxHeader)
	case strings.Contains(text, "COMPRESSION_ERROR"), strings.Contains(text, "PROTOCOL_ERROR"), strings.Contains(text, "header list larger than"):
		return fmt.Sprintf("the answer's header is longer than %d bytes, or damaged (HTTP/2)", maxHeader)
	case strings.Contains(text, "malformed HTTP"):
		return "the server does not speak HTTP at this port"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), strings.Contains(text, "closed"):
		return "the server closed the connection before it answered"
	}
	return "the request went wrong: " + text
}

// remote returns the address that a connection was meant for.
func remote(err error) string {
	var op *net.OpError
	if errors.As(err, &op) && op.Addr != nil {
		return op.Addr.String()
	}
	return "this address"
}

func (h *HTTP) tooLong() error {
	return &Error{Reason: fmt.Sprintf("the body is longer than %d bytes (max_body)", h.set.Limits.Body), Err: errTooLong}
}

func (h *HTTP) decodeError(err error, limit int64) error {
	if errors.Is(err, errTooLong) && limit < h.set.Limits.Body {
		return &Error{Reason: fmt.Sprintf("the body unpacks to more than %d times its size, as bombs do", h.set.Limits.Ratio), Err: err}
	}
	if errors.Is(err, errTooLong) {
		return h.tooLong()
	}
	return err
}
