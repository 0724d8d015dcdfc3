package main

import (
	"fmt"
	"os"

	"tributary/config"
	"tributary/internal/cli"
	"tributary/publisher/render"
)

// theme reads the folder that says how pages look; nil when the configuration
// names none.
func theme(cfg *config.Config) (*render.Theme, error) {
	if cfg.Site.Theme == "" {
		return nil, nil
	}
	t, err := render.LoadTheme(os.DirFS(cfg.Site.Theme), cfg.Site.Theme)
	if err != nil {
		return nil, cli.Usage(fmt.Errorf("%w\n  [site] theme in %s names this folder", err, cfg.Path))
	}
	return t, nil
}
