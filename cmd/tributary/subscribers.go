package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"text/tabwriter"
	"time"

	"github.com/VictoriaMetrics/metrics"
	"github.com/spf13/cobra"

	"tributary/config"
	"tributary/publisher"
	"tributary/storage"
	"tributary/websub/hub"
)

func subscribersCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "subscribers",
		Short: "Show who subscribes to our hub, and what they have got",
		Long: "Subscribers prints a line for each subscription at our own WebSub hub, or for each feed that an outside hub\n" +
			"is told of: its state, the end of its lease, the last delivery, failures in a row, and the last error. It\n" +
			"works while serve runs. Of callbacks the host is shown alone: their addresses are as good as passwords.\n\n" +
			"States: ok (has what is published), owed (is about to get it), failing (did not take it; it is tried again),\n" +
			"unknown (what is published cannot be read at the moment).",
	}
	path := configFlag(c)
	asJSON := c.Flags().Bool("json", false, "print one JSON object a subscriber")
	c.RunE = func(c *cobra.Command, _ []string) error {
		cfg, err := loadWithoutSecrets(*path)
		if err != nil {
			return err
		}
		all, err := subscribers(c, cfg)
		if err != nil {
			return err
		}
		if *asJSON {
			return encodeAll(c.OutOrStdout(), all)
		}
		return showSubscribers(c.OutOrStdout(), all)
	}
	return c
}

var errNoHub = errors.New("nobody is pushed to: base_url is no address of the web, and [hub] is neither enabled nor has a url")

// subscribers reads them from the store, or from the daemon that has it open.
func subscribers(c *cobra.Command, cfg *config.Config) ([]hub.Listed, error) {
	if hubURL(cfg) == "" {
		return nil, fmt.Errorf("%s: %w", cfg.Path, errNoHub)
	}
	a, err := openApp(c.Context(), cfg, c.ErrOrStderr())
	if errors.Is(err, storage.ErrLocked) {
		return daemonSubscribers(c.Context(), cfg)
	}
	if err != nil {
		return nil, err
	}
	h, err := newHub(c.Context(), a, a.store)
	if err != nil {
		return nil, closing(a.store, err)
	}
	h.Publishes(hubSite(a, publisher.New(a.store, a.pushing())))
	return h.List(c.Context()), a.store.Close()
}

// daemonSubscribers asks the daemon for them.
func daemonSubscribers(ctx context.Context, cfg *config.Config) (all []hub.Listed, err error) {
	body, err := askDaemon(ctx, cfg, http.MethodGet, "/subscribers")
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(body)
	for {
		var s hub.Listed
		if err := dec.Decode(&s); err != nil {
			if errors.Is(err, io.EOF) {
				return all, body.Close()
			}
			return nil, closing(body, fmt.Errorf("read what the daemon answers: %w", err))
		}
		all = append(all, s)
	}
}

// tellSubscribers answers with a line for each subscriber.
func (d *daemon) tellSubscribers(w http.ResponseWriter, r *http.Request) {
	if d.hub == nil {
		http.Error(w, errNoHub.Error(), http.StatusNotFound)
		return
	}
	_ = encodeAll(w, d.hub.List(r.Context())) // nobody listens any more
}

// encodeAll writes one JSON object a line.
func encodeAll[T any](w io.Writer, all []T) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for i := range all {
		if err := enc.Encode(&all[i]); err != nil {
			return err
		}
	}
	return nil
}

// showSubscribers prints them for people.
func showSubscribers(w io.Writer, all []hub.Listed) error {
	now, counts := time.Now(), map[string]int{}
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for i := range all {
		s := &all[i]
		if i == 0 {
			fmt.Fprintln(table, "TOPIC\tCALLBACK\tSTATE\tLEASE ENDS\tLAST DELIVERY\tFAILURES\tLAST ERROR")
		}
		lease := "never"
		if s.LeaseEnd != nil {
			lease = until(s.LeaseEnd, now)
		}
		fmt.Fprintf(table, "%s\t%s (%s)\t%s\t%s\t%s\t%d\t%s\n",
			printable(s.Topic), printable(s.Callback), s.ID, s.State, lease, ago(s.Delivered, now), s.Failures, printable(s.Error))
		counts[s.State]++
	}
	if err := table.Flush(); err != nil {
		return err
	}
	summary := fmt.Sprintf("%d subscribers", len(all))
	for _, state := range hub.States[1:] {
		if counts[state] > 0 {
			summary += fmt.Sprintf(", %d %s", counts[state], state)
		}
	}
	_, err := fmt.Fprintln(w, summary)
	return err
}

// writeHub tells of those we push to.
func (d *daemon) writeHub(w io.Writer) {
	if d.hub == nil {
		return
	}
	s := d.hub.Status()
	for name, n := range map[string]int{"subscribers": s.Subscribers, "owed": s.Owed, "failing": s.Failing} {
		metrics.WriteGaugeUint64(w, "tributary_hub_"+name, uint64(n))
	}
	for name, n := range map[string]int64{"deliveries": s.Delivered, "deliveries_failed": s.Failed, "requests_refused": s.Refused} {
		metrics.WriteCounterUint64(w, "tributary_hub_"+name+"_total", uint64(n))
	}
}
