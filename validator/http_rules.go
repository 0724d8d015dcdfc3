package validator

import (
	"net/http"
	"strconv"
)

// httpFamily is about the exchange that brought the document.
var httpFamily = &family{name: "http", rules: []*Rule{
	httpUnreachable, httpTLS, httpOldTLS, httpHeader, httpRedirectLoop, httpRedirectTemporary, httpMoved,
	httpDowngrade, httpStatus, httpChallenge, httpEmpty, httpType, httpTypeMissing, httpTypeMalformed,
	httpTypeGeneric, httpTextXML, httpUncompressed, httpVary, httpNoValidators, httpTagMalformed, httpTagUnstable,
	httpDateMalformed, httpModifiedFuture, httpConditionIgnored, httpConditionFails, http304Body, httpNoStore, httpNoFreshness,
	httpVaryAll, httpClock, httpCookie, httpSelf, httpHub, httpEnclosure, httpEnclosureLength,
	httpEnclosureType, httpIDUnstable, httpDateUnstable,
}}

func statusText(code int) string { return strconv.Itoa(code) + " " + http.StatusText(code) }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

var (
	httpUnreachable = &Rule{
		Code: "http-unreachable", Level: Error, W3C: "HttpError", Spec: Spec{"RFC 9110 §15", "https://www.rfc-editor.org/rfc/rfc9110#section-15"},
		What: "the feed cannot be fetched", Why: "No reader gets it.", Mend: "Check the address, the name server and the server.",
		Bad: Example{In: "http", Text: "Content-Encoding: klingon"}, Good: Example{In: "http", Text: "HTTP/1.1 200 OK"},
	}
	httpTLS = &Rule{
		Code: "http-tls-certificate", Level: Error, W3C: "HttpsProtocolError", Spec: Spec{"RFC 9110 §4.3.4", "https://www.rfc-editor.org/rfc/rfc9110#section-4.3.4"},
		What: "the server's certificate cannot be verified", Why: "Readers refuse the connection.", Mend: "Renew the certificate, send its chain, and let it name the host.",
	}
	httpOldTLS = &Rule{
		Code: "http-tls-old", Level: Warning, W3C: "HttpsProtocolWarning", Spec: Spec{"RFC 8996", "https://www.rfc-editor.org/rfc/rfc8996"},
		What: "the server speaks an old version of TLS", Why: "Readers drop it one after another.", Mend: "Turn on TLS 1.2 and 1.3.",
	}
	httpHeader = &Rule{
		Code: "http-malformed", Level: Error, W3C: "HttpProtocolError", Spec: Spec{"RFC 9112 §5", "https://www.rfc-editor.org/rfc/rfc9112#section-5"},
		What: "the answer is not HTTP", Why: "Readers refuse it, each in its own way.", Mend: "Write header fields as Name: value, without a space before the colon.",
		Bad: Example{In: "http", Text: "OK 200"}, Good: Example{In: "http", Text: "HTTP/1.1 200 OK"},
	}
	httpRedirectLoop = &Rule{
		Code: "http-redirect-loop", Level: Error, W3C: "HttpError", Spec: Spec{"RFC 9110 §15.4", "https://www.rfc-editor.org/rfc/rfc9110#section-15.4"},
		What: "the redirects come to no end", Why: "No reader gets the feed.", Mend: "Let the address lead to the feed in one step.",
		Bad: Example{In: "http", Text: "HTTP/1.1 302 Found\nLocation: /"}, Good: Example{In: "http", Text: "HTTP/1.1 200 OK"},
	}
	httpRedirectTemporary = &Rule{
		Code: "http-redirect-temporary", Level: Info, W3C: "TempRedirect", Spec: Spec{"RFC 9110 §15.4.3", "https://www.rfc-editor.org/rfc/rfc9110#section-15.4.3"},
		What: "the address leads elsewhere for the time being", Why: "Readers ask the old address first each time: two requests for one.", Mend: "Answer 301 or 308 if the feed has moved for good.",
		Bad: Example{In: "http", Text: "HTTP/1.1 302 Found\nLocation: /new"}, Good: Example{In: "http", Text: "HTTP/1.1 200 OK"},
	}
	httpMoved = &Rule{
		Code: "http-moved", Level: Info, Spec: Spec{"RFC 9110 §15.4.2", "https://www.rfc-editor.org/rfc/rfc9110#section-15.4.2"},
		What: "the feed has moved for good", Why: "Readers learn the new address in time; links to the old one cost a request more.", Mend: "Link to the new address.",
		Bad: Example{In: "http", Text: "HTTP/1.1 301 Moved Permanently\nLocation: /new"}, Good: Example{In: "http", Text: "HTTP/1.1 200 OK"},
	}
	httpDowngrade = &Rule{
		Code: "http-redirect-downgrade", Level: Warning, Spec: Spec{"RFC 9110 §4.2.2", "https://www.rfc-editor.org/rfc/rfc9110#section-4.2.2"},
		What: "the address leads from https to http", Why: "What was safe from being read and changed on the way no longer is; some readers refuse.", Mend: "Serve the feed by https.",
	}
	httpStatus = &Rule{
		Code: "http-status", Level: Error, W3C: "HttpError", Spec: Spec{"RFC 9110 §15", "https://www.rfc-editor.org/rfc/rfc9110#section-15"},
		What: "the server answers with an error", Why: "No reader gets the feed.", Mend: "Correct the server, or the address.",
		Bad: Example{In: "http", Text: "HTTP/1.1 404 Not Found"}, Good: Example{In: "http", Text: "HTTP/1.1 200 OK"},
	}
	httpChallenge = &Rule{
		Code: "http-challenge", Level: Error, W3C: "CloudflareHttpError", Spec: Spec{"RFC 9110 §15.5.4", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.4"},
		What: "a bot wall stands before the feed", Why: "Feed readers run no scripts and cannot pass: subscribers see nothing new.", Mend: "Exempt the feed's address from the challenge.",
		Bad: Example{In: "http", Text: "HTTP/1.1 403 Forbidden\nCf-Mitigated: challenge"}, Good: Example{In: "http", Text: "HTTP/1.1 200 OK"},
	}
	httpEmpty = &Rule{
		Code: "http-empty", Level: Error, W3C: "HttpError", Spec: Spec{"RFC 9110 §15.3.1", "https://www.rfc-editor.org/rfc/rfc9110#section-15.3.1"},
		What: "the answer is empty", Why: "Readers take it for a broken feed.", Mend: "Send the feed, or an error status while it cannot be made.",
		Bad: Example{In: "http", Text: "Content-Length: 0"}, Good: Example{In: "http", Text: "HTTP/1.1 200 OK"},
	}
	httpType = &Rule{
		Code: "http-type-unexpected", Level: Warning, W3C: "UnexpectedContentType", Spec: Spec{"RFC 9110 §8.3", "https://www.rfc-editor.org/rfc/rfc9110#section-8.3"},
		What: "the media type is not that of the feed's format", Why: "Browsers show the text or save the file in place of offering to subscribe; strict readers refuse it.", Mend: "Send application/rss+xml, application/atom+xml or application/feed+json.",
		Bad: Example{In: "http", Text: "Content-Type: application/json"}, Good: Example{In: "http", Text: "Content-Type: application/rss+xml"},
	}
	httpTypeMissing = &Rule{
		Code: "http-type-missing", Level: Warning, W3C: "UnexpectedContentType", Spec: Spec{"RFC 9110 §8.3", "https://www.rfc-editor.org/rfc/rfc9110#section-8.3"},
		What: "the answer has no media type", Why: "Readers have to guess.", Mend: "Send application/rss+xml, application/atom+xml or application/feed+json.",
		Bad: Example{In: "http", Without: []string{"Content-Type"}}, Good: Example{In: "http", Text: "Content-Type: application/rss+xml"},
	}
	httpTypeMalformed = &Rule{
		Code: "http-type-malformed", Level: Warning, W3C: "UnexpectedContentType", Spec: Spec{"RFC 9110 §8.3.1", "https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1"},
		What: "the media type is not written as one", Why: "Readers have to guess.", Mend: "Write type/subtype; parameter=value.",
		Bad: Example{In: "http", Text: "Content-Type: rss"}, Good: Example{In: "http", Text: "Content-Type: application/rss+xml"},
	}
	httpTypeGeneric = &Rule{
		Code: "http-type-generic", Level: Info, W3C: "NonSpecificMediaType", Spec: Spec{"RFC 7303 §9", "https://www.rfc-editor.org/rfc/rfc7303#section-9"},
		What: "the media type says XML and not which", Why: "Browsers cannot tell that it is a feed.", Mend: "Send the feed's own type.",
		Bad: Example{In: "http", Text: "Content-Type: application/xml"}, Good: Example{In: "http", Text: "Content-Type: application/rss+xml"},
	}
	httpTextXML = &Rule{
		Code: "http-text-xml", Level: Info, W3C: "TextXml", Spec: Spec{"RFC 7303 §9.2", "https://www.rfc-editor.org/rfc/rfc7303#section-9.2"},
		What: "text/xml is sent without a charset", Why: "RFC 3023 made it US-ASCII: old software garbles other letters.", Mend: "Send application/xml or the feed's own type.",
		Bad: Example{In: "http", Text: "Content-Type: text/xml"}, Good: Example{In: "http", Text: "Content-Type: application/rss+xml"},
	}
	httpUncompressed = &Rule{
		Code: "http-uncompressed", Level: Info, W3C: "Uncompressed", Spec: Spec{"RFC 9110 §8.4", "https://www.rfc-editor.org/rfc/rfc9110#section-8.4"},
		What: "the feed is sent uncompressed", Why: "Compressed it is a fifth of the size.", Mend: "Turn on gzip for feeds.",
		Bad: Example{In: "http:long", Text: "HTTP/1.1 200 OK"}, Good: Example{In: "http:long", Text: "Content-Encoding: gzip\nVary: Accept-Encoding"},
	}
	httpVary = &Rule{
		Code: "http-vary-missing", Level: Info, Spec: Spec{"RFC 9110 §12.5.5", "https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5"},
		What: "a compressed answer does not say that it varies", Why: "A shared cache hands it to clients that cannot read it.", Mend: "Send Vary: Accept-Encoding.",
		Bad: Example{In: "http:long", Text: "Content-Encoding: gzip"}, Good: Example{In: "http:long", Text: "Content-Encoding: gzip\nVary: Accept-Encoding"},
	}
	httpNoValidators = &Rule{
		Code: "http-validators-missing", Level: Info, Spec: Spec{"RFC 9110 §8.8", "https://www.rfc-editor.org/rfc/rfc9110#section-8.8"},
		What: "the answer has neither ETag nor Last-Modified", Why: "Readers must fetch the whole feed each time to learn that nothing is new.", Mend: "Send an ETag.",
		Bad: Example{In: "http", Without: []string{"ETag", "Last-Modified"}}, Good: Example{In: "http", Text: `ETag: "a"`},
	}
	httpTagMalformed = &Rule{
		Code: "http-etag-malformed", Level: Warning, Spec: Spec{"RFC 9110 §8.8.3", "https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3"},
		What: "the ETag is not written as one", Why: "Clients and caches drop it.", Mend: "Put it in double quotes.",
		Bad: Example{In: "http", Text: "ETag: abc"}, Good: Example{In: "http", Text: `ETag: "abc"`},
	}
	httpTagUnstable = &Rule{
		Code: "http-etag-unstable", Level: Warning, Spec: Spec{"RFC 9110 §8.8.1", "https://www.rfc-editor.org/rfc/rfc9110#section-8.8.1"},
		What: "the ETag changes while the document stays", Why: "Conditional requests never succeed: every poll costs the whole feed.", Mend: "Make the ETag from the content, the same on all servers.",
		Bad: Example{In: "http:again", Text: "HTTP/1.1 200 OK\nETag: \"b\""}, Good: Example{In: "http:again", Text: "HTTP/1.1 304 Not Modified\nETag: \"a\""},
	}
	httpDateMalformed = &Rule{
		Code: "http-date-malformed", Level: Warning, Spec: Spec{"RFC 9110 §5.6.7", "https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7"},
		What: "a date of the header is not written as HTTP asks", Why: "Clients and caches ignore it.", Mend: "Write Fri, 20 Nov 2026 08:00:00 GMT.",
		Bad: Example{In: "http", Text: "Last-Modified: 2026-11-20T08:00:00Z"}, Good: Example{In: "http", Text: "Last-Modified: Fri, 20 Nov 2026 08:00:00 GMT"},
	}
	httpModifiedFuture = &Rule{
		Code: "http-last-modified-future", Level: Warning, Spec: Spec{"RFC 9110 §8.8.2.1", "https://www.rfc-editor.org/rfc/rfc9110#section-8.8.2.1"},
		What: "Last-Modified lies in the future", Why: "Clients ignore it, or never ask again.", Mend: "Send the time of the last change.",
		Bad: Example{In: "http", Text: "Last-Modified: Thu, 01 Jan 2099 00:00:00 GMT"}, Good: Example{In: "http", Text: "Last-Modified: Fri, 20 Nov 2026 08:00:00 GMT"},
	}
	httpConditionIgnored = &Rule{
		Code: "http-condition-ignored", Level: Warning, Spec: Spec{"RFC 9110 §13.1", "https://www.rfc-editor.org/rfc/rfc9110#section-13.1"},
		What: "the server does not answer conditional requests", Why: "Readers send back the validator and get the whole feed all the same.", Mend: "Answer 304 when the validator matches.",
		Bad: Example{In: "http:again", Text: "HTTP/1.1 200 OK"}, Good: Example{In: "http:again", Text: "HTTP/1.1 304 Not Modified\nETag: \"a\""},
	}
	httpConditionFails = &Rule{
		Code: "http-condition-fails", Level: Warning, Spec: Spec{"RFC 9110 §13.1", "https://www.rfc-editor.org/rfc/rfc9110#section-13.1"},
		What: "the server fails at conditional requests", Why: "Readers that are polite see errors.", Mend: "Answer 304 or 200.",
		Bad: Example{In: "http:again", Text: "HTTP/1.1 500 Internal Server Error"}, Good: Example{In: "http:again", Text: "HTTP/1.1 304 Not Modified\nETag: \"a\""},
	}
	http304Body = &Rule{
		Code: "http-304-body", Level: Warning, Spec: Spec{"RFC 9110 §15.4.5", "https://www.rfc-editor.org/rfc/rfc9110#section-15.4.5"},
		What: "an answer 304 has a body", Why: "Clients take the body for the next answer on the connection.", Mend: "Send the header alone.",
	}
	httpNoStore = &Rule{
		Code: "http-no-store", Level: Info, Spec: Spec{"RFC 9111 §5.2.2.5", "https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2.5"},
		What: "caches may not keep the feed", Why: "Every reader fetches it whole each time.", Mend: "Send Cache-Control: max-age=900 or no-cache with an ETag.",
		Bad: Example{In: "http", Text: "Cache-Control: no-store"}, Good: Example{In: "http", Text: "Cache-Control: max-age=900"},
	}
	httpNoFreshness = &Rule{
		Code: "http-freshness-missing", Level: Info, Spec: Spec{"RFC 9111 §4.2", "https://www.rfc-editor.org/rfc/rfc9111#section-4.2"},
		What: "nothing says how long the feed stays fresh", Why: "Caches and readers guess.", Mend: "Send Cache-Control: max-age with the seconds between two updates.",
		Bad: Example{In: "http", Without: []string{"Cache-Control"}}, Good: Example{In: "http", Text: "Cache-Control: max-age=900"},
	}
	httpVaryAll = &Rule{
		Code: "http-vary-star", Level: Warning, Spec: Spec{"RFC 9111 §4.1", "https://www.rfc-editor.org/rfc/rfc9111#section-4.1"},
		What: "Vary: * forbids using any answer again", Why: "Caches are of no use.", Mend: "Name the request fields the answer depends on.",
		Bad: Example{In: "http", Text: "Vary: *"}, Good: Example{In: "http", Text: "Vary: Accept-Encoding"},
	}
	httpClock = &Rule{
		Code: "http-clock", Level: Info, Spec: Spec{"RFC 9110 §6.6.1", "https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1"},
		What: "the server's clock is wrong", Why: "Freshness and Last-Modified are reckoned by it.", Mend: "Set the clock by NTP.",
		Bad: Example{In: "http", Text: "Date: Mon, 01 Jan 2001 00:00:00 GMT"}, Good: Example{In: "http", Text: "HTTP/1.1 200 OK"},
	}
	httpCookie = &Rule{
		Code: "http-cookie", Level: Info, Spec: Spec{"RFC 6265 §3", "https://www.rfc-editor.org/rfc/rfc6265#section-3"},
		What: "the feed sets a cookie", Why: "Readers keep none, and shared caches do not keep answers that set one.", Mend: "Do not set cookies on feeds.",
		Bad: Example{In: "http", Text: "Set-Cookie: session=1"}, Good: Example{In: "http", Text: "Cache-Control: max-age=900"},
	}
	httpSelf = &Rule{
		Code: "http-self-differs", Level: Warning, W3C: "SelfDoesntMatchLocation", Spec: Spec{"RFC 4287 §4.2.7.2", "https://www.rfc-editor.org/rfc/rfc4287#section-4.2.7.2"},
		What: "the self link is not where the document was found", Why: "Readers that go by it subscribe to another document, or fetch one document twice.", Mend: "Let rel=\"self\" be the address that readers use.",
	}
	httpHub = &Rule{
		Code: "http-hub-unreachable", Level: Warning, Spec: Spec{"WebSub §5", "https://www.w3.org/TR/websub/"},
		What: "a hub cannot be used", Why: "Subscribers wait for news that are never pushed.", Mend: "Correct the hub's address, or remove the link.",
	}
	httpEnclosure = &Rule{
		Code: "http-enclosure-unreachable", Level: Warning, Spec: Spec{"RSS 2.0, enclosure", "https://www.rssboard.org/rss-specification#ltenclosuregtSubelementOfLtitemgt"},
		What: "an enclosure cannot be had", Why: "Listeners get an error.", Mend: "Correct the address, or upload the file.",
	}
	httpEnclosureLength = &Rule{
		Code: "http-enclosure-length", Level: Warning, Spec: Spec{"RSS 2.0, enclosure", "https://www.rssboard.org/rss-specification#ltenclosuregtSubelementOfLtitemgt"},
		What: "an enclosure has another length than the feed says", Why: "Apps show a wrong size, and some stop at it.", Mend: "Write the file's length in bytes.",
	}
	httpEnclosureType = &Rule{
		Code: "http-enclosure-type", Level: Warning, Spec: Spec{"RSS 2.0, enclosure", "https://www.rssboard.org/rss-specification#ltenclosuregtSubelementOfLtitemgt"},
		What: "an enclosure has another type than the feed says", Why: "Apps choose the wrong player.", Mend: "Let server and feed say the same.",
	}
	httpIDUnstable = &Rule{
		Code: "http-id-unstable", Level: Error, Spec: Spec{"RFC 4287 §4.2.6", "https://www.rfc-editor.org/rfc/rfc4287#section-4.2.6"},
		What: "an entry's id changes while its content stays", Why: "Every reader shows the entry as new at each poll.", Mend: "Make the id once and store it.",
	}
	httpDateUnstable = &Rule{
		Code: "http-date-unstable", Level: Warning, Spec: Spec{"RFC 4287 §4.2.15", "https://www.rfc-editor.org/rfc/rfc4287#section-4.2.15"},
		What: "an entry's date changes while its content stays", Why: "Readers move the entry to the top at each poll, or show it as updated.", Mend: "Write the entry's own date, not the time of the request.",
	}
)
