package validatecmd

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/pelletier/go-toml/v2"

	"tributary/validator"
)

// configName is the file of a project's settings.
const configName = ".tributary-validate.toml"

// A settings is a project's settings.
type settings struct {
	Profile string   `toml:"profile"`
	Level   string   `toml:"level"`
	Ignore  []string `toml:"ignore"`
	Only    []string `toml:"only"`
	Path    []struct {
		Match   string   `toml:"match"`
		Profile string   `toml:"profile"`
		Ignore  []string `toml:"ignore"`
		fits    *regexp.Regexp
	} `toml:"path"`
}

// loadConfig reads the settings of a file; "" looks for them from here
// upwards.
func loadConfig(path string) (*settings, error) {
	named := path != ""
	if !named {
		path = findUpwards(configName)
	}
	if path == "" {
		return &settings{}, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var c settings
	d := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return nil, tomlError(path, err)
	}
	return &c, c.check(path)
}

// tomlError says where a settings file is wrong.
func tomlError(path string, err error) error {
	var missing *toml.StrictMissingError
	var decode *toml.DecodeError
	switch {
	case errors.As(err, &missing) && len(missing.Errors) > 0:
		line, _ := missing.Errors[0].Position()
		return fmt.Errorf("%s:%d: unknown key %q\n  known keys: profile, level, ignore, only, [[path]] with match, profile, ignore", path, line, missing.Errors[0].Key()[len(missing.Errors[0].Key())-1])
	case errors.As(err, &decode):
		line, column := decode.Position()
		return fmt.Errorf("%s:%d:%d: %s", path, line, column, decode.Error())
	}
	return fmt.Errorf("%s: %w", path, err)
}

func (c *settings) check(path string) error {
	for i := range c.Path {
		p := &c.Path[i]
		if p.Match == "" {
			return fmt.Errorf("%s: a [[path]] has no match, a glob such as \"drafts/**\"", path)
		}
		p.fits = globPattern(p.Match)
		for _, code := range p.Ignore {
			if validator.Lookup(code) == nil {
				return fmt.Errorf("%s: [[path]] %q: there is no rule %q%s", path, p.Match, code, nearestCode(code))
			}
		}
	}
	return nil
}

// apply adds what the settings say of a path to options.
func (c *settings) apply(path string, o *validator.Options) {
	for _, p := range c.Path {
		if p.fits.MatchString(path) {
			o.Ignore = append(append([]string{}, o.Ignore...), p.Ignore...)
			o.Profile = cmp.Or(p.Profile, o.Profile)
		}
	}
}

// findUpwards looks for a file in the working folder and those above.
func findUpwards(name string) string {
	dir, err := os.Getwd()
	for err == nil {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			return path
		}
		if filepath.Dir(dir) == dir {
			break
		}
		dir = filepath.Dir(dir)
	}
	return ""
}
