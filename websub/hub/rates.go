package hub

import (
	"time"

	"golang.org/x/time/rate"
)

// rates bounds how fast requests come: each has us ask a callback, which may
// be anybody's.
type rates struct {
	limits  *limits
	all     *rate.Limiter
	hosts   map[string]*rate.Limiter // by the callback's host
	cleared time.Time
}

const (
	maxRates  = 10_000 // hosts at one time
	clearRate = time.Minute
)

func newRates(l *limits) *rates {
	return &rates{limits: l, all: rate.NewLimiter(rate.Limit(l.rate), l.burst), hosts: map[string]*rate.Limiter{}}
}

// allow reports whether another request for a callback of the host may come.
func (r *rates) allow(host string, now time.Time) bool {
	one := r.hosts[host]
	if one == nil {
		if len(r.hosts) >= maxRates {
			return false
		}
		one = rate.NewLimiter(rate.Limit(r.limits.hostRate), r.limits.hostBurst)
		r.hosts[host] = one
	}
	return one.AllowN(now, 1) && r.all.AllowN(now, 1)
}

// forget drops the hosts of which nothing is to be remembered, now and then.
func (r *rates) forget(now time.Time) {
	if now.Sub(r.cleared) < clearRate {
		return
	}
	r.cleared = now
	for host, one := range r.hosts {
		if one.TokensAt(now) >= float64(r.limits.hostBurst) {
			delete(r.hosts, host)
		}
	}
}
