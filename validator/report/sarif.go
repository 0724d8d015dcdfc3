package report

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"path/filepath"
	"strings"

	"tributary/validator"
)

// A sarifWriter writes SARIF 2.1.0, which code scanning services read.
type sarifWriter struct {
	w        io.Writer
	o        Options
	rules    map[string]int
	run      sarifRun
	unjudged []sarifNotification
}

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool        sarifTool         `json:"tool"`
	Invocations []sarifInvocation `json:"invocations"`
	Artifacts   []sarifArtifact   `json:"artifacts"`
	Results     []sarifResult     `json:"results"`
	ColumnKind  string            `json:"columnKind"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version,omitempty"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID            string       `json:"id"`
	Short         sarifText    `json:"shortDescription"`
	Full          sarifText    `json:"fullDescription"`
	Help          sarifText    `json:"help"`
	HelpURI       string       `json:"helpUri,omitempty"`
	DefaultConfig sarifDefault `json:"defaultConfiguration"`
}

type sarifDefault struct {
	Level string `json:"level"`
}

type sarifText struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
}

type sarifNotification struct {
	Level   string    `json:"level"`
	Message sarifText `json:"message"`
}

type sarifArtifact struct {
	Location sarifURI `json:"location"`
	Encoding string   `json:"encoding,omitempty"`
}

type sarifURI struct {
	URI string `json:"uri"`
}

type sarifResult struct {
	RuleID       string            `json:"ruleId"`
	RuleIndex    int               `json:"ruleIndex"`
	Level        string            `json:"level"`
	Message      sarifText         `json:"message"`
	Locations    []sarifLocation   `json:"locations"`
	Fingerprints map[string]string `json:"partialFingerprints"`
	Fixes        []sarifFix        `json:"fixes,omitempty"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
}

type sarifPhysical struct {
	Artifact sarifURI    `json:"artifactLocation"`
	Region   sarifRegion `json:"region"`
}

type sarifRegion struct {
	StartLine   int    `json:"startLine,omitempty"`
	StartColumn int    `json:"startColumn,omitempty"`
	EndLine     int    `json:"endLine,omitempty"`
	EndColumn   int    `json:"endColumn,omitempty"`
	ByteOffset  *int64 `json:"byteOffset,omitempty"`
	ByteLength  *int64 `json:"byteLength,omitempty"`
}

type sarifFix struct {
	Description sarifText     `json:"description"`
	Changes     []sarifChange `json:"artifactChanges"`
}

type sarifChange struct {
	Artifact     sarifURI           `json:"artifactLocation"`
	Replacements []sarifReplacement `json:"replacements"`
}

type sarifReplacement struct {
	Deleted  sarifRegion `json:"deletedRegion"`
	Inserted sarifText   `json:"insertedContent"`
}

func newSARIF(w io.Writer, o Options) Writer {
	s := &sarifWriter{w: w, o: o, rules: map[string]int{}}
	s.run = sarifRun{Tool: sarifTool{Driver: sarifDriver{Name: "tributary validate", Version: o.Version, Rules: []sarifRule{}}},
		Artifacts: []sarifArtifact{}, Results: []sarifResult{}, ColumnKind: "unicodeCodePoints"}
	return s
}

// sarifLevel is what SARIF calls a level.
func sarifLevel(l validator.Level) string {
	if l == validator.Info {
		return "note"
	}
	return l.String()
}

func (s *sarifWriter) File(f *File) error {
	uri := strings.ReplaceAll(filepath.ToSlash(f.Name), " ", "%20")
	if f.Err != nil {
		s.unjudged = append(s.unjudged, sarifNotification{Level: "error", Message: sarifText{Text: f.Name + ": " + f.Err.Error()}})
		return nil
	}
	s.run.Artifacts = append(s.run.Artifacts, sarifArtifact{Location: sarifURI{uri}, Encoding: f.Result.Encoding})
	for i := range f.Result.Messages {
		s.run.Results = append(s.run.Results, s.result(&f.Result.Messages[i], uri))
	}
	return nil
}

func (s *sarifWriter) result(m *validator.Message, uri string) sarifResult {
	length := m.End.Offset - m.Start.Offset
	region := sarifRegion{StartLine: m.Start.Line, StartColumn: m.Start.Column, EndLine: m.End.Line, EndColumn: m.End.Column, ByteOffset: &m.Start.Offset, ByteLength: &length}
	print := fnv.New64a()
	fmt.Fprintf(print, "%s|%s|%s|%s|%s", m.Rule.Code, m.Parent, m.Element, m.Attribute, m.Value)
	out := sarifResult{
		RuleID: m.Rule.Code, RuleIndex: s.rule(m.Rule), Level: sarifLevel(m.Level), Message: sarifText{Text: m.Text},
		Locations:    []sarifLocation{{sarifPhysical{sarifURI{uri}, region}}},
		Fingerprints: map[string]string{"tributary/v1": fmt.Sprintf("%016x", print.Sum64())},
	}
	if m.Fix != nil {
		size := m.Fix.End - m.Fix.Start
		out.Fixes = []sarifFix{{Description: sarifText{Text: m.Fix.What}, Changes: []sarifChange{{Artifact: sarifURI{uri},
			Replacements: []sarifReplacement{{Deleted: sarifRegion{ByteOffset: &m.Fix.Start, ByteLength: &size}, Inserted: sarifText{Text: m.Fix.New}}}}}}}
	}
	return out
}

// rule returns the place of a rule in the list, which it is put into.
func (s *sarifWriter) rule(r *validator.Rule) int {
	if i, ok := s.rules[r.Code]; ok {
		return i
	}
	i := len(s.run.Tool.Driver.Rules)
	s.rules[r.Code] = i
	out := sarifRule{ID: r.Code, Short: sarifText{Text: r.What}, Full: sarifText{Text: r.What + ". " + r.Why},
		Help: sarifText{Text: r.Mend, Markdown: fmt.Sprintf("%s\n\n%s\n\n[%s](%s)", r.Why, r.Mend, r.Spec.Section, r.Spec.URL)}, DefaultConfig: sarifDefault{sarifLevel(r.Level)}}
	if s.o.Docs != "" {
		out.HelpURI = s.o.Docs + r.Code + ".md"
	}
	s.run.Tool.Driver.Rules = append(s.run.Tool.Driver.Rules, out)
	return i
}

func (s *sarifWriter) Close() error {
	s.run.Invocations = []sarifInvocation{{Successful: len(s.unjudged) == 0, Notifications: s.unjudged}}
	enc := json.NewEncoder(s.w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(sarifLog{Schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{s.run}})
}
