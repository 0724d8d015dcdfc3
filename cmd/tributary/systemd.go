package main

import (
	"context"
	"fmt"
	"time"

	systemd "github.com/coreos/go-systemd/v22/daemon"
)

// notify tells systemd, when it has started us, how we are (sd_notify(3)).
func notify(state string) { _, _ = systemd.SdNotify(false, state) } // nobody to tell is no trouble

func ready() string { return systemd.SdNotifyReady }

// reloading is a notification with the time that systemd wants with it.
func reloading() string {
	return systemd.SdNotifyReloading + "\n" + systemd.SdNotifyMonotonicUsec()
}

// supervise says that we are ready, feeds systemd's watchdog as long as
// polling is alive, and says in a line what is done.
func (d *daemon) supervise(ctx context.Context) error {
	notify(ready())
	defer notify(systemd.SdNotifyStopping)
	every, err := systemd.SdWatchdogEnabled(false)
	if err != nil {
		return fmt.Errorf("systemd's watchdog: %w", err)
	}
	if every == 0 {
		<-ctx.Done()
		return nil
	}
	ticker := time.NewTicker(every / 3)
	defer ticker.Stop()
	var asked time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			s := d.polls.Status()
			if s.Beat.After(asked) {
				notify(systemd.SdNotifyWatchdog + "\nSTATUS=" + fmt.Sprintf("%d polls, %d failed, %d new entries", s.Polls, s.Failed, s.NewEntries))
			}
			asked = time.Now()
			d.polls.Stir()
		}
	}
}
