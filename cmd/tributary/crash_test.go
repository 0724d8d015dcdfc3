package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"tributary/internal/publishedcheck"
	"tributary/internal/testshared"
)

// pollLine is what poll --json prints of a source.
type pollLine struct {
	Source    string `json:"source"`
	Status    int    `json:"status"`
	New       int    `json:"new"`
	Updated   int    `json:"updated"`
	Unchanged int    `json:"unchanged"`
	Error     string `json:"error"`
}

// entryLine is what entries --json prints of an entry.
type entryLine struct {
	ID          string `json:"tributary_id"`
	Upstream    string `json:"id"`
	Source      string `json:"source"`
	PublishedID string `json:"published_id"`
	Title       string `json:"title"`
	URL         string `json:"url"`
	Published   string `json:"published"`
	Updated     string `json:"updated"`
	Summary     string `json:"summary"`
	Content     string `json:"content"`
	Authors     []struct{ Name string }
	Categories  []struct{ Term string }
}

// crashes is how often a crash test kills; CI asks for more by the variable.
func crashes(t testing.TB, variable string) int {
	text := os.Getenv(variable)
	if text == "" {
		return 12
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

// TestKilledPollsLoseNothing kills polls at random moments. Whatever a poll
// had reported is still there afterwards, nothing is there twice, and the
// file opens.
func TestKilledPollsLoseNothing(t *testing.T) {
	t.Parallel()
	up := testshared.StartUpstream(t, "-n", "25", "-change", "1", "-hostile", "0")
	dir := t.TempDir()
	config := simulatorConfig(t, dir, up, "")
	reported := map[string]int{}
	window := 250 * time.Millisecond
	for range crashes(t, "TRIBUTARY_CRASHES") {
		killPoll(t, config, rand.N(window), reported)
		if len(reported) == 0 {
			window *= 2 // the machine is busy
		}
	}
	entries := jsonLines[entryLine](t, must(t, "entries", "all", "--json", "-n", "0", "--config", config).out)
	stored, seen := map[string]int{}, map[string]bool{}
	for _, e := range entries {
		stored[e.Source]++
		if seen[e.ID] {
			t.Errorf("entry %s is there twice", e.ID)
		}
		seen[e.ID] = true
	}
	for source, n := range reported {
		if stored[source] < n {
			t.Errorf("%s: %d entries stored, polls had reported %d", source, stored[source], n)
		}
	}
	for _, f := range up.Feeds {
		if n := stored[fmt.Sprintf("f%d", f.ID)]; n > 0 && n < f.Items {
			t.Errorf("f%d: %d entries stored, its first poll alone brings %d: half a poll is visible", f.ID, n, f.Items)
		}
	}
	if len(entries) == 0 {
		t.Error("nothing was stored: the kills came before any commit, so the test shows nothing")
	}
	must(t, "build", "--out", dir+"/site", "--config", config)
	publishedcheck.Dir(t, dir+"/site")
}

// killPoll starts a poll, kills it after a while, and adds what it had
// reported until then.
func killPoll(t *testing.T, config string, after time.Duration, reported map[string]int) {
	t.Helper()
	cmd := command(t, "poll", "--all", "--json", "--config", config)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() }) // it may have ended
	defer timer.Stop()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var p pollLine
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			continue // cut off by the kill
		}
		if p.Error != "" {
			t.Errorf("poll of %s: %s", p.Source, p.Error)
		}
		reported[p.Source] += p.New
	}
	if err := cmd.Wait(); err != nil && cmd.ProcessState.Exited() {
		t.Fatalf("poll ended by itself: %v", fmt.Errorf("%w: exit %d", err, cmd.ProcessState.ExitCode()))
	}
}
