//go:build linux

package normalise

import (
	"bufio"
	"context"
	"crypto/tls"
	_ "embed"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tributary/internal/testshared"
)

var (
	//go:embed testdata/chromium/harness.html
	harnessPage string
	//go:embed testdata/chromium/page.js
	pageScript string
)

// A chromium renders HTML and tells what it did beyond being shown: script
// that ran, what the strictest content policy would have stopped, elements and
// attributes that have no place in an entry, requests for anything but
// pictures, sound and film, and ways out of the page.
//
// All names resolve to one server on loopback, with TLS and without.
type chromium struct {
	listener net.Listener
	server   *http.Server
	jobs     chan *look
	process  *os.Process
	ended    chan struct{}
	wait     time.Duration // for one look

	mu    sync.Mutex
	looks map[int]*look // under way
	last  int
	stray []string // requests nobody should make
}

// A look is HTML to be shown together.
type look struct {
	ID       int      `json:"id"`
	Page     string   `json:"page"`
	Frames   []string `json:"frames"`
	Patience int      `json:"patience"` // milliseconds until a page has loaded
	texts    []string
	noted    chan []string
}

// startChromium starts a browser, which ends with the test; it is missing
// where none is installed.
func startChromium(t testing.TB) *chromium {
	t.Helper()
	path := testshared.Tool(t, "chromium")
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &chromium{listener: l, jobs: make(chan *look), ended: make(chan struct{}), looks: map[int]*look{}, wait: 90 * time.Second}
	c.server = &http.Server{Handler: c, ReadHeaderTimeout: time.Minute}
	go func() { _ = c.server.Serve(&eitherListener{Listener: l, config: testTLS(t)}) }() // ends with Close
	t.Cleanup(func() { c.server.Close() })
	cmd := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-domain-reliability",
		"--disable-background-timer-throttling", "--mute-audio", "--ignore-certificate-errors", "--site-per-process=false", "--autoplay-policy=no-user-gesture-required",
		"--host-resolver-rules=MAP * "+l.Addr().String(), "--user-data-dir="+t.TempDir(), "http://"+l.Addr().String()+"/harness")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // Pdeathsig is about this thread
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // killed by us
		}
		close(c.ended)
	}()
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	c.process = cmd.Process
	t.Cleanup(func() {
		_ = syscall.Kill(-c.process.Pid, syscall.SIGKILL) // the group, which may have ended
		<-c.ended
	})
	return c
}

// testTLS returns the settings of net/http/httptest's certificate.
func testTLS(t testing.TB) *tls.Config {
	s := httptest.NewUnstartedServer(nil)
	s.StartTLS()
	t.Cleanup(s.Close)
	return &tls.Config{Certificates: s.TLS.Certificates, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12}
}

// An eitherListener takes TLS and plain connections on one port.
type eitherListener struct {
	net.Listener
	config *tls.Config
}

func (l *eitherListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &eitherConn{Conn: conn, config: l.config}, nil
}

// An eitherConn finds out at its first byte what it is.
type eitherConn struct {
	net.Conn
	config *tls.Config
	once   sync.Once
}

func (c *eitherConn) Read(p []byte) (int, error) {
	c.once.Do(func() {
		r := bufio.NewReader(c.Conn)
		first, err := r.Peek(1)
		whole := &peekedConn{Conn: c.Conn, r: r}
		if err == nil && first[0] == 0x16 { // a handshake record, RFC 8446 §5.1
			c.Conn = tls.Server(whole, c.config)
			return
		}
		c.Conn = whole
	})
	return c.Conn.Read(p)
}

type peekedConn struct {
	net.Conn
	r *bufio.Reader
}

func (c *peekedConn) Read(p []byte) (int, error) { return c.r.Read(p) }

func (c *chromium) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Host != c.listener.Addr().String() {
		c.elsewhere(w, r)
		return
	}
	switch {
	case r.URL.Path == "/harness":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, harnessPage)
	case r.URL.Path == "/next":
		c.next(w, r)
	case r.URL.Path == "/done":
		c.done(r)
	case strings.HasPrefix(r.URL.Path, "/page/"):
		c.page(w, r)
	case r.URL.Path == "/favicon.ico":
		http.NotFound(w, r)
	default:
		c.elsewhere(w, r)
	}
}

// elsewhere is what the rest of the world answers: nothing. It notes who asks
// for more than something to show.
func (c *chromium) elsewhere(w http.ResponseWriter, r *http.Request) {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	ours := host == "127.0.0.1" || strings.HasSuffix(host, ".example") // the others are the browser's own affairs
	if ours && !isShown(r) {
		c.mu.Lock()
		c.stray = append(c.stray, fmt.Sprintf("request: %s %s%s for %q", r.Method, r.Host, r.URL, r.Header.Get("Sec-Fetch-Dest")))
		c.mu.Unlock()
	}
	http.NotFound(w, r)
}

// isShown reports whether a request is for a picture, sound, film or frame,
// which look judges. Without TLS a browser does not say what for, but how.
func isShown(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Dest") {
	case "image", "audio", "video", "track", "iframe":
		return true
	case "":
		return strings.HasPrefix(r.Header.Get("Accept"), "image/") || r.Header.Get("Range") == "bytes=0-" ||
			strings.HasPrefix(r.Header.Get("Accept-Encoding"), "identity;q=1")
	}
	return false
}

// next hands the browser a look, when there is one.
func (c *chromium) next(w http.ResponseWriter, r *http.Request) {
	select {
	case l := <-c.jobs:
		_ = json.NewEncoder(w).Encode(l) // a browser that is gone is missed by its look
	case <-time.After(5 * time.Second):
		w.WriteHeader(http.StatusNoContent)
	case <-r.Context().Done():
	}
}

func (c *chromium) done(r *http.Request) {
	var answer struct {
		ID    int
		Noted []string
	}
	if json.NewDecoder(r.Body).Decode(&answer) != nil {
		return
	}
	c.mu.Lock()
	l := c.looks[answer.ID]
	c.mu.Unlock()
	if l != nil {
		l.noted <- answer.Noted
	}
}

// page serves /page/LOOK.
func (c *chromium) page(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(r.URL.Path, "/")
	if len(parts) != 3 {
		c.elsewhere(w, r)
		return
	}
	id, _ := strconv.Atoi(parts[2]) // 0 is no look
	c.mu.Lock()
	l := c.looks[id]
	c.mu.Unlock()
	if l == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy-Report-Only", "default-src 'none'; script-src 'nonce-own' 'report-sample' 'unsafe-eval'; img-src * data:; media-src *; "+
		"frame-src https://"+strings.Join(append(l.Frames, "none.invalid"), " https://")+"; base-uri 'none'; form-action 'none'; report-uri /page")
	joined := strings.Join(l.texts, "\n<hr>\n")
	quoted, _ := json.Marshal(joined) // a string always can be
	fmt.Fprintf(w, pageFrame, pageScript, quoted, joined)
}

// pageFrame has HTML come into a page in four ways: set by a script, set twice
// (what a tree becomes as text may be another tree), parsed where scripting
// is off, and parsed as a part of the page.
const pageFrame = `<!doctype html><meta charset=utf-8><script nonce=own>
%s
const finish = (frames) => { look(document.body, frames); return []; };
</script><body><div></div><div></div><div></div><script nonce=own>{
	const html = %s, [inner, twice, parser] = document.body.children;
	document.currentScript.remove();
	inner.innerHTML = html;
	twice.innerHTML = html;
	for (let i = 0; i < 2; i++) twice.innerHTML = twice.innerHTML;
	parser.append(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
}</script><div>%s</div>`

// see shows the texts, all in one page, and returns what was
// noted. An error is the browser's.
func (c *chromium) see(texts []string, frames []string) ([]string, error) {
	c.mu.Lock()
	c.last++
	l := &look{ID: c.last, Page: fmt.Sprintf("/page/%d", c.last), Frames: frames, Patience: int(c.wait.Milliseconds() / 3), texts: texts, noted: make(chan []string, 1)}
	if l.Frames == nil {
		l.Frames = []string{}
	}
	c.looks[l.ID] = l
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.looks, l.ID)
		c.mu.Unlock()
	}()
	late := time.After(c.wait)
	select {
	case c.jobs <- l:
	case <-c.ended:
		return nil, fmt.Errorf("chromium has ended")
	case <-late:
		return nil, fmt.Errorf("chromium asks for nothing to show")
	}
	select {
	case noted := <-l.noted:
		c.mu.Lock()
		noted = append(noted, c.stray...)
		c.stray = nil
		c.mu.Unlock()
		return noted, nil
	case <-c.ended:
		return nil, fmt.Errorf("chromium has ended")
	case <-late:
		return []string{"hangs"}, nil
	}
}

// clean fails t for each of the texts that does more than be shown, and says
// what it was made of.
func (c *chromium) clean(t testing.TB, texts, origins []string, frames []string) {
	t.Helper()
	for len(texts) > 0 {
		n := min(len(texts), 100)
		c.cleanTogether(t, texts[:n], origins[:n], frames)
		texts, origins = texts[n:], origins[n:]
	}
}

// cleanTogether halves what does too much until it is one text.
func (c *chromium) cleanTogether(t testing.TB, texts, origins []string, frames []string) {
	t.Helper()
	noted, err := c.see(texts, frames)
	switch {
	case err != nil:
		t.Fatal(err)
	case len(noted) == 0:
	case len(texts) == 1:
		t.Errorf("%q became %q, and Chromium says: %s", origins[0], texts[0], strings.Join(noted, "; "))
	default:
		half := len(texts) / 2
		c.cleanTogether(t, texts[:half], origins[:half], frames)
		c.cleanTogether(t, texts[half:], origins[half:], frames)
	}
}

// TestChromium shows in a browser what is left of every vector, of what the
// fuzzer has found worth keeping, and of some real feeds.
func TestChromium(t *testing.T) {
	c := startChromium(t)
	in := append(vectors(t), fuzzed(t)...)
	for i, s := range corpusTexts(t) {
		if i%40 == 0 && len(s) < 20_000 {
			in = append(in, s)
		}
	}
	for _, r := range []*rules{plain, framing} {
		var texts, origins, frames []string
		for host := range r.frames {
			frames = append(frames, host)
		}
		for _, s := range in {
			if got, _ := r.sanitise(s, testBase); got != "" {
				texts, origins = append(texts, got), append(origins, s)
			}
		}
		slices.Sort(frames)
		c.clean(t, texts, origins, frames)
		t.Logf("%d texts of %d, frames of %q", len(texts), len(in), frames)
	}
}

// TestChromiumSees shows vectors as they are: a browser that sees nothing
// there would see nothing in what is left of them either.
func TestChromiumSees(t *testing.T) {
	c := startChromium(t)
	c.wait = 15 * time.Second
	all := vectors(t)
	ran, seen := 0, 0
	const every = 9 // they are shown one by one
	for i := 0; i < len(all); i += every {
		noted, err := c.see(all[i:i+1], nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(noted) > 0 {
			seen++
		}
		if slices.ContainsFunc(noted, func(s string) bool { return strings.HasPrefix(s, "ran: ") }) {
			ran++
		}
	}
	looked := (len(all) + every - 1) / every
	t.Logf("of %d vectors %d were noticed, %d of them ran a script", looked, seen, ran)
	if seen < looked*3/4 || ran < looked/4 {
		t.Errorf("of %d vectors only %d were noticed and %d seen to run", looked, seen, ran)
	}
}

// fuzzed returns what FuzzSanitise and FuzzChromium have kept, in testdata
// and in the cache of the go command.
func fuzzed(t testing.TB) []string {
	t.Helper()
	cache := os.Getenv("GOCACHE")
	if cache == "" {
		if dir, err := os.UserCacheDir(); err == nil {
			cache = filepath.Join(dir, "go-build")
		}
	}
	var out []string
	for _, pattern := range []string{"testdata/fuzz/Fuzz*/*", filepath.Join(cache, "fuzz/tributary/aggregator/normalise/Fuzz*/*")} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if dir := filepath.Base(filepath.Dir(path)); dir != "FuzzSanitise" && dir != "FuzzChromium" {
				continue
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			_, quoted, _ := strings.Cut(string(text), "string(")
			if s, err := strconv.Unquote(strings.TrimSuffix(strings.TrimSpace(quoted), ")")); err == nil {
				out = append(out, s)
			}
		}
	}
	return out
}

// FuzzChromium has a browser judge each text that comes of an input. That is
// a hundred times slower than FuzzSanitise, whose judge is an HTML parser and
// which CI runs before it: so it is for CI, and for whoever asks with
// TRIBUTARY_CHROMIUM=1. TestChromium shows what both have found.
func FuzzChromium(f *testing.F) {
	if os.Getenv("CI") != "true" && os.Getenv("TRIBUTARY_CHROMIUM") == "" {
		f.Skip("set TRIBUTARY_CHROMIUM=1 to fuzz with a browser")
	}
	for _, s := range []string{attacks[0], attacks[18], attacks[19], `<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
		`<iframe src="https://player.example/1">x</iframe><a href="java&Tab;script:alert(1)">y</a>`} {
		f.Add(s)
	}
	c := startChromium(f)
	f.Fuzz(func(t *testing.T, in string) {
		got, _ := framing.sanitise(in, testBase)
		if got == "" || len(got) > 64<<10 {
			return
		}
		noted, err := c.see([]string{got}, []string{"player.example", "www.youtube-nocookie.com", "player.bilibili.com"})
		if err != nil {
			t.Fatal(err)
		}
		if len(noted) > 0 {
			t.Fatalf("%q became %q, and Chromium says: %s", in, got, strings.Join(noted, "; "))
		}
	})
}
