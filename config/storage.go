package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

const defaultStorage = "bolt:tributary.db"

// storage reads the engine and its location. The path of a bolt file starts
// at the configuration's folder.
func (d *decoder) storage(top *section) string {
	text := top.text("storage", defaultStorage, defaultStorage)
	engine, location, ok := strings.Cut(text, ":")
	switch {
	case !ok || location == "":
		d.storageError(top, fmt.Sprintf("storage %q is not ENGINE:LOCATION", text), "expected an engine and where it keeps its data, such as storage = \"bolt:tributary.db\"", "")
	case len(d.known.Engines) > 0 && !slices.Contains(d.known.Engines, engine):
		d.storageError(top, fmt.Sprintf("unknown storage engine %q", engine), listed("known engines", d.known.Engines), didYouMean(engine, d.known.Engines))
	case engine == "bolt" && !filepath.IsAbs(location):
		return engine + ":" + filepath.Join(d.folder, location)
	}
	return text
}

func (d *decoder) storageError(top *section, problem, expected, hint string) {
	if e := top.t.find("storage"); e != nil {
		top.wrong("storage", e.value.at, problem, expected, hint)
	}
}
