package aggregator

import (
	"math"
	"sync"
	"time"
)

// A Status says what an Aggregator has done since it was made.
type Status struct {
	Started     time.Time     `json:"started"`
	Polls       int64         `json:"polls"`
	Pushes      int64         `json:"pushes"`
	NotModified int64         `json:"not_modified"`
	Failed      int64         `json:"failed"`
	NewEntries  int64         `json:"new_entries"`
	Updated     int64         `json:"updated_entries"`
	Bytes       int64         `json:"bytes"`
	OnTime      int64         `json:"healthy_polls"` // of sources without trouble, which lateness is told of
	Late50      time.Duration `json:"late_p50_ns"`
	Late99      time.Duration `json:"late_p99_ns"`
	LateMost    time.Duration `json:"late_max_ns"`
	Offline     bool          `json:"offline"`
	Full        bool          `json:"disk_full"`
	Beat        time.Time     `json:"beat"` // when polling last looked at what is due
}

// counts collects a Status.
type counts struct {
	mu      sync.Mutex
	started time.Time
	status  Status
	buckets [lateBuckets]int64
}

// Lateness is counted in classes, each a tenth wider than the one before.
const (
	lateBuckets = 200
	lateBase    = time.Millisecond
	lateGrowth  = 1.1
)

func (c *counts) beat() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.status.Beat = time.Now()
}

func (c *counts) late(by time.Duration) {
	i := 0
	if by > lateBase {
		i = min(lateBuckets-1, 1+int(math.Log(float64(by)/float64(lateBase))/math.Log(lateGrowth)))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.buckets[i]++
	c.status.OnTime++
	c.status.LateMost = max(c.status.LateMost, by)
}

func (c *counts) outcome(o *Outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &c.status
	s.Polls++
	if o.Error != "" {
		s.Failed++
	}
	if o.Status == 304 {
		s.NotModified++
	}
	c.entries(o)
}

func (c *counts) push(o *Outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.status.Pushes++
	c.entries(o)
}

// entries counts what came. mu is held.
func (c *counts) entries(o *Outcome) {
	s := &c.status
	s.NewEntries += int64(o.New)
	s.Updated += int64(o.Updated)
	s.Bytes += o.Bytes
}

// percentile returns an upper bound of the lateness of that part of the polls.
func (c *counts) percentile(part float64) time.Duration {
	rank := int64(math.Ceil(part * float64(c.status.OnTime)))
	seen := int64(0)
	for i, n := range c.buckets {
		if seen += n; seen >= rank && n > 0 {
			return min(c.status.LateMost, time.Duration(float64(lateBase)*math.Pow(lateGrowth, float64(i))))
		}
	}
	return 0
}

// Status returns what has been done.
func (a *Aggregator) Status() Status {
	c := &a.counts
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.status
	s.Started = c.started
	s.Late50, s.Late99 = c.percentile(0.5), c.percentile(0.99)
	s.Offline, s.Full = a.network.isDown(), a.full.on.Load()
	return s
}
