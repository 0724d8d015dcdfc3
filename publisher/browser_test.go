package publisher_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"tributary/internal/testshared"
)

// A browser is Chromium, showing a site. Every host but the site's own leads
// to one server of pictures.
type browser struct {
	ctx      context.Context
	site     *httptest.Server
	axe      string
	mu       sync.Mutex // guards what follows
	troubles []string   // what the console, the policy and the network say of the page shown
	asked    []string   // hosts other than the site's that were asked
}

// watchScript notes what moves after it was shown, and what the policy forbids.
const watchScript = `window.seen = {shift: 0, forbidden: []};
new PerformanceObserver(l => { for (const e of l.getEntries()) seen.shift += e.value }).observe({type: "layout-shift", buffered: true});
document.addEventListener("securitypolicyviolation", e => seen.forbidden.push(e.violatedDirective + " " + e.blockedURI));`

// startBrowser starts Chromium for a site, until the test ends.
func startBrowser(t testing.TB, site http.Handler) *browser {
	t.Helper()
	path := testshared.Tool(t, "chromium")
	b := &browser{site: httptest.NewServer(site), axe: testshared.Script(t, "axe-core/axe.min.js")}
	t.Cleanup(b.site.Close)
	pictures := httptest.NewServer(http.HandlerFunc(picture))
	t.Cleanup(pictures.Close)
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("hide-scrollbars", false), chromedp.Flag("force-color-profile", "srgb"), chromedp.WSURLReadTimeout(time.Minute),
		chromedp.Flag("host-resolver-rules", "MAP *.example "+strings.TrimPrefix(pictures.URL, "http://")))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, 8*time.Minute)
	t.Cleanup(stop)
	b.ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	if err := chromedp.Listen(b.ctx, b.note); err != nil {
		t.Fatal(err)
	}
	call(t, b, network.Enable, network.EnableParams{})
	call(t, b, runtime.Enable, chromedp.Void{})
	call(t, b, cdplog.Enable, chromedp.Void{})
	call(t, b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watchScript})
	return b
}

// note keeps what a page causes beside being shown.
func (b *browser) note(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *cdplog.EventEntryAdded:
		b.troubles = append(b.troubles, fmt.Sprintf("%s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL))
	case *runtime.EventConsoleAPICalled:
		b.troubles = append(b.troubles, fmt.Sprintf("console: %s", e.Type))
	case *runtime.EventExceptionThrown:
		b.troubles = append(b.troubles, "exception: "+e.ExceptionDetails.Text)
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err == nil && u.Scheme != "data" && "http://"+u.Host != b.site.URL {
			b.asked = append(b.asked, u.Hostname())
		}
	}
}

// call runs a command of the DevTools protocol.
func call[P, R any](t testing.TB, b *browser, command cdp.Command[P, R], params P) R {
	t.Helper()
	out, err := chromedp.Call(b.ctx, command, params)
	if err != nil {
		t.Fatalf("chromium: %v", err)
	}
	return out
}

// do runs an action.
func do[R any](t testing.TB, b *browser, action chromedp.Action[R]) R {
	t.Helper()
	out, err := chromedp.Run(b.ctx, action)
	if err != nil {
		t.Fatalf("chromium: %v", err)
	}
	return out
}

// A screen is what a page is shown on.
type screen struct {
	width, height int64
	dark          bool
}

func (s screen) String() string {
	if s.dark {
		return fmt.Sprintf("%d dark", s.width)
	}
	return fmt.Sprint(s.width)
}

var screens = []screen{{390, 844, false}, {390, 844, true}, {1280, 900, false}, {1280, 900, true}}

// show opens a path of the site and waits until all of its pictures are there,
// those below included.
func (b *browser) show(t testing.TB, path string, s screen) {
	t.Helper()
	b.mu.Lock()
	b.troubles, b.asked = nil, nil
	b.mu.Unlock()
	scheme := "light"
	if s.dark {
		scheme = "dark"
	}
	call(t, b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: s.width, Height: s.height, DeviceScaleFactor: 1, Mobile: s.width < 600,
	})
	call(t, b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	do(t, b, chromedp.Navigate(b.site.URL+path))
	value[any](t, b, `(async () => {
		const step = innerHeight / 2, sleep = ms => new Promise(r => setTimeout(r, ms));
		for (let y = 0; y < document.documentElement.scrollHeight && y < 40000; y += step) { scrollTo(0, y); await sleep(20) }
		await Promise.all([...document.images].map(i => i.complete || new Promise(r => { i.onload = i.onerror = r; setTimeout(r, 5000) })));
		await sleep(50); scrollTo(0, 0); await document.fonts.ready; await sleep(50); return 0;
	})()`)
}

// value evaluates an expression in the page.
func value[T any](t testing.TB, b *browser, script string) T {
	t.Helper()
	text := do(t, b, chromedp.Evaluate[string]("(async () => JSON.stringify(await ("+script+")))()", chromedp.EvalAwaitPromise))
	var out T
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%s gave %q: %v", script, text, err)
	}
	return out
}

// faults runs axe over the page.
func (b *browser) faults(t testing.TB) []string {
	t.Helper()
	do(t, b, chromedp.Evaluate[int](b.axe+";0"))
	return value[[]string](t, b, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.flatMap(
		v => v.nodes.slice(0, 3).map(n => v.id + ": " + v.help + ": " + n.html.slice(0, 200) + " " + n.failureSummary.slice(0, 200))))`)
}

// seen returns what was noted of the page shown.
func (b *browser) seen() (troubles, asked []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	slices.Sort(b.asked)
	return slices.Clone(b.troubles), slices.Compact(slices.Clone(b.asked))
}
