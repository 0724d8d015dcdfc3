package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tributary/internal/testshared"
)

// soakTime is how long the soak test runs; CI and its owners ask for more. 0
// leaves it out: CI runs it beside the rest.
func soakTime(t testing.TB) time.Duration {
	text := os.Getenv("TRIBUTARY_SOAK")
	if text == "" {
		return 20 * time.Second
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("TRIBUTARY_SOAK: %v", err)
	}
	return d
}

// everyFault is the simulator's mixture with a good share of the rare ones.
const everyFault = "500=0.03,503=0.02,429=0.02,404=0.015,410=0.01,301=0.01,302=0.01,307=0.005,308=0.005,loop=0.005," +
	"hang=0.01,drip=0.01,truncated=0.01,reset=0.01,malformed=0.02,empty=0.005,html=0.01," +
	"wrong-type=0.05,mislabelled=0.01,oversize=0.004,gzip-bomb=0.004"

// visitStats is what the simulator says of its visitor.
type visitStats struct {
	Requests        int64          `json:"requests"`
	Conditional     int64          `json:"conditional"`
	Changes         int64          `json:"changes"`
	Status          map[string]int `json:"status"`
	Faults          map[string]int `json:"faults"`
	Violations      map[string]int `json:"violations"`
	ViolationsTotal int            `json:"violations_total"`
	Recent          []visitFault   `json:"recent_violations"`
}

type visitFault struct {
	Feed   int       `json:"feed"`
	Kind   string    `json:"kind"`
	Detail string    `json:"detail"`
	Time   time.Time `json:"time"`
}

func stats(t testing.TB, up *testshared.Upstream) visitStats {
	t.Helper()
	var s visitStats
	if err := up.Get(context.WithoutCancel(t.Context()), "/stats", &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// soakConfig polls the simulator's feeds. Its times are a 360th of the usual
// ones, by TRIBUTARY_TEST_SPEED.
func soakConfig(t testing.TB, dir, address string, up *testshared.Upstream) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "[site]\nlisten = %q\n[aggregator]\nallow_networks = [\"127.0.0.0/8\"]\nhost_gap = \"20ms\"\ntimeout = \"6s\"\n", address)
	b.WriteString("[log]\nformat = \"json\"\n[category.sim]\n")
	for _, f := range up.Feeds {
		fmt.Fprintf(&b, "[source.f%d]\nurl = %q\ncategories = [\"sim\"]\n", f.ID, f.URL)
	}
	return writeFile(t, dir, "feeds.toml", b.String())
}

// controlled asks the daemon of a configuration over its socket.
func controlled[T any](t testing.TB, config, path string) (v T) {
	t.Helper()
	socket := filepath.Join(filepath.Dir(config), "tributary.db.sock")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}}
	resp, err := client.Get("http://daemon" + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// A sample is what the daemon uses at a moment.
type sample struct {
	anon, goroutines, files int // anon: KiB of memory that is no file's
}

func takeSample(t testing.TB, d *process, config string) sample {
	t.Helper()
	s := controlled[processStatus](t, config, "/status")
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", d.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	out := sample{goroutines: s.Goroutines, files: s.Files}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			out.anon, _ = strconv.Atoi(strings.Fields(rest)[0])
		}
	}
	return out
}

// middle returns the median of what f picks.
func middle(samples []sample, f func(sample) int) int {
	var all []int
	for _, s := range samples {
		all = append(all, f(s))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// TestSoak serves for a while against the simulator with every fault there is:
// no violation of etiquette, no healthy poll late, no growth.
func TestSoak(t *testing.T) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("memory is read from /proc, which is not here")
	}
	d := soakTime(t)
	if d == 0 {
		t.Skip("TRIBUTARY_SOAK is 0: it runs elsewhere")
	}
	up := testshared.StartUpstream(t, "-n", "1000", "-epoch", "now", "-change", "0.1", "-faults", everyFault, "-fault-rate", "0.5",
		"-retry-after", "8s", "-hang", "20s", "-cache-control", "0.3", "-max-age", "25s", "-latency-median", "10ms", "-latency-p99", "400ms",
		"-oversize-mb", "40", "-bomb-mb", "200")
	address := freeAddress(t)
	config := soakConfig(t, t.TempDir(), address, up)
	t.Setenv(testSpeed, "360")
	daemon := serveProcess(t, config, address)
	began := time.Now()
	var samples []sample
	for time.Since(began) < d {
		time.Sleep(min(5*time.Second, d/10))
		samples = append(samples, takeSample(t, daemon, config))
	}
	status := controlled[processStatus](t, config, "/status")
	seen := stats(t, up)
	daemon.stop(t)

	text, _ := json.Marshal(status)
	t.Logf("in %s: %s", d, text)
	t.Logf("upstream: %d requests, %d conditional, %d changes, status %v, faults %v, violations %v", seen.Requests, seen.Conditional, seen.Changes, seen.Status, seen.Faults, seen.Violations)
	if seen.ViolationsTotal != 0 {
		kinds := map[string]int{}
		for _, v := range seen.Recent {
			kinds[v.Kind+" of "+up.Feeds[v.Feed].Fault+" "+up.Feeds[v.Feed].Format]++
		}
		t.Errorf("%d violations of etiquette; of the last: %v; %+v", seen.ViolationsTotal, kinds, seen.Recent[:min(5, len(seen.Recent))])
	}
	const many = 1000 // polls, of which one in a hundred says something
	if status.Late99 > 2*time.Second && status.OnTime >= many || status.OnTime == 0 {
		t.Errorf("1 of 100 healthy polls began %s late, want at most 2s; of %d", status.Late99, status.OnTime)
	}
	if status.Polls < int64(d/time.Second)*20 {
		t.Errorf("%d polls in %s: the faults hold it up", status.Polls, d)
	}
	grown(t, samples, d)
	if n := len(seen.Faults); n < 15 {
		t.Errorf("only %d kinds of fault were met", n)
	}
}

// grown compares the last quarter of a run with the one before it.
func grown(t *testing.T, samples []sample, d time.Duration) {
	t.Helper()
	n := len(samples)
	before, after := samples[n/2:n*3/4], samples[n*3/4:]
	memory := 24 << 10 // KiB
	if d < 30*time.Minute {
		memory *= 4 // what waits for the collector differs by that much between two quarters that are short
	}
	for _, tt := range []struct {
		what  string
		of    func(sample) int
		slack int
	}{
		{"KiB of memory", func(s sample) int { return s.anon }, memory},
		{"goroutines", func(s sample) int { return s.goroutines }, 60},
		{"open files", func(s sample) int { return s.files }, 60},
	} {
		a, b := middle(before, tt.of), middle(after, tt.of)
		t.Logf("%s: %d, then %d", tt.what, a, b)
		if d >= 5*time.Minute && b > a+a/10+tt.slack {
			t.Errorf("%s grew from %d to %d in the last quarter of %s", tt.what, a, b, d)
		}
	}
}

// TestKilledServe kills serve at random moments under load. Whatever was
// committed is still there, and nothing is polled before it is due again, nor
// soon after a poll whose answer was on its way when the kill came: that one's
// validators are lost, which is all that the simulator may complain of.
func TestKilledServe(t *testing.T) {
	kills := crashes(t, "TRIBUTARY_SERVE_KILLS")
	if kills == 0 {
		t.Skip("TRIBUTARY_SERVE_KILLS is 0: it runs elsewhere")
	}
	up := testshared.StartUpstream(t, "-n", "200", "-epoch", "now", "-change", "0.2", "-faults", "503=0.05,429=0.03,500=0.05,301=0.02,410=0.02",
		"-fault-rate", "0.5", "-retry-after", "2s", "-cache-control", "0.3", "-max-age", "2s", "-min-interval", "2s", "-hostile", "0",
		"-latency-median", "30ms", "-latency-p99", "600ms")
	address := freeAddress(t)
	config := soakConfig(t, t.TempDir(), address, up)
	t.Setenv(testSpeed, "300") // so that a first retry comes after 3 s
	before := map[string]sourceRow{}
	excused := 0
	for i := range kills {
		killServe(t, up, config, time.Duration(200+(i*7919)%1300)*time.Millisecond)
		after := map[string]sourceRow{}
		for _, row := range jsonLines[sourceRow](t, must(t, "sources", "--json", "--config", config).out) {
			after[string(row.Source)] = row
		}
		for id, was := range before {
			notEarly(t, id, &was, after[id])
		}
		excused += complaints(t, up, before)
		before = after
	}
	polled := 0
	for _, row := range before {
		if row.LastSuccess != nil {
			polled++
		}
	}
	if polled < len(up.Feeds)/2 {
		t.Errorf("%d of %d sources were ever polled well: the kills came too soon to show anything", polled, len(up.Feeds))
	}
	t.Logf("the answers of %d polls were on their way when a kill came", excused)
}

// killServe starts serve, and kills it a while after it has begun to poll, or
// before if there is nothing to poll.
func killServe(t *testing.T, up *testshared.Upstream, config string, after time.Duration) {
	t.Helper()
	cmd := command(t, "serve", "--config", config)
	log := &lockedBuffer{}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for began, before := time.Now(), stats(t, up).Requests; stats(t, up).Requests == before && time.Since(began) < 3*time.Second; {
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(after)
	_ = cmd.Process.Kill() // it may have ended, which Wait tells
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && cmd.ProcessState.Exited() {
		t.Fatalf("serve ended by itself: %v %v\n%s", err, exit, log)
	}
}

// notEarly checks a source over a kill and a restart.
func notEarly(t *testing.T, id string, was *sourceRow, is sourceRow) {
	t.Helper()
	if was.LastPoll == nil {
		return
	}
	switch {
	case is.LastPoll == nil || is.LastPoll.Before(*was.LastPoll):
		t.Errorf("%s: its poll of %s was lost", id, was.LastPoll)
	case is.LastPoll.Equal(*was.LastPoll):
	case was.NextPoll == nil:
		t.Errorf("%s was gone, and was polled again", id)
	case is.LastPoll.Before(*was.NextPoll):
		t.Errorf("%s was due %s, and polled %s", id, was.NextPoll, is.LastPoll)
	}
}

// lost are the complaints about validators that were sent and never arrived,
// since the kill came first, and about a 410 that nobody has heard.
var lost = []string{"unconditional", "etag_not_verbatim", "last_modified_not_verbatim", "one_validator", "gone"}

// complaints checks what the simulator complains of since the last kill. A
// poll that was due when it was made again can only be one that a kill before
// had cut off; it returns how many there were.
func complaints(t *testing.T, up *testshared.Upstream, before map[string]sourceRow) (excused int) {
	t.Helper()
	seen := stats(t, up)
	for _, v := range seen.Recent {
		row := before[fmt.Sprintf("f%d", v.Feed)]
		if row.LastPoll != nil && (row.NextPoll == nil || v.Time.Before(*row.NextPoll)) {
			t.Errorf("feed %d: %s (%s) at %s, which was not due before %s", v.Feed, v.Kind, v.Detail, v.Time, row.NextPoll)
		}
		if !slices.Contains(lost, v.Kind) {
			t.Errorf("feed %d: %s (%s) at %s, after a poll that a kill had cut off", v.Feed, v.Kind, v.Detail, v.Time)
		}
		excused++
	}
	if err := up.Post(t.Context(), "/reset"); err != nil {
		t.Fatal(err)
	}
	return excused
}
