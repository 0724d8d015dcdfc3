package report

import (
	"encoding/json"
	"io"

	"tributary/validator"
)

// A jsonFile is one document in JSON.
type jsonFile struct {
	Source   string         `json:"source"`
	Format   string         `json:"format,omitempty"`
	Version  string         `json:"version,omitempty"`
	Encoding string         `json:"encoding,omitempty"`
	Profile  string         `json:"profile,omitempty"`
	Valid    bool           `json:"valid"`
	Error    string         `json:"error,omitempty"`
	Entries  int            `json:"entries"`
	Counts   map[string]int `json:"counts,omitempty"`
	Messages []jsonMessage  `json:"messages"`
}

type jsonMessage struct {
	Code      string   `json:"code"`
	W3C       string   `json:"w3c,omitempty"`
	Severity  string   `json:"severity"`
	Line      int      `json:"line"`
	Column    int      `json:"column"`
	Offset    int64    `json:"offset"`
	EndLine   int      `json:"endLine"`
	EndColumn int      `json:"endColumn"`
	Element   string   `json:"element,omitempty"`
	Parent    string   `json:"parent,omitempty"`
	Attribute string   `json:"attribute,omitempty"`
	Value     string   `json:"value,omitempty"`
	Message   string   `json:"message"`
	Help      string   `json:"help"`
	Spec      jsonSpec `json:"spec"`
	Docs      string   `json:"docs,omitempty"`
	Fix       *jsonFix `json:"fix,omitempty"`
}

type jsonSpec struct {
	Section string `json:"section"`
	URL     string `json:"url"`
}

type jsonFix struct {
	What  string `json:"what"`
	Start int64  `json:"start"`
	End   int64  `json:"end"`
	New   string `json:"new"`
}

func jsonOf(f *File, o Options) jsonFile {
	if f.Err != nil {
		return jsonFile{Source: f.Name, Error: f.Err.Error(), Messages: []jsonMessage{}}
	}
	r := f.Result
	out := jsonFile{Source: f.Name, Format: string(r.Format), Version: r.Version, Encoding: r.Encoding, Profile: r.Profile, Valid: r.Valid,
		Entries: r.Entries, Counts: r.Counts, Messages: make([]jsonMessage, 0, len(r.Messages))}
	for i := range r.Messages {
		out.Messages = append(out.Messages, messageOf(&r.Messages[i], o))
	}
	return out
}

func messageOf(m *validator.Message, o Options) jsonMessage {
	out := jsonMessage{Code: m.Rule.Code, W3C: m.Rule.W3C, Severity: m.Level.String(), Line: m.Start.Line, Column: m.Start.Column, Offset: m.Start.Offset,
		EndLine: m.End.Line, EndColumn: m.End.Column, Element: m.Element, Parent: m.Parent, Attribute: m.Attribute, Value: m.Value,
		Message: m.Text, Help: m.Rule.Mend, Spec: jsonSpec(m.Rule.Spec)}
	if o.Docs != "" {
		out.Docs = o.Docs + m.Rule.Code + ".md"
	}
	if m.Fix != nil {
		out.Fix = &jsonFix{What: m.Fix.What, Start: m.Fix.Start, End: m.Fix.End, New: m.Fix.New}
	}
	return out
}

// A jsonWriter writes an array of files, or a file a line.
type jsonWriter struct {
	w     io.Writer
	o     Options
	array bool
	n     int
}

func newJSON(w io.Writer, o Options) Writer      { return &jsonWriter{w: w, o: o, array: true} }
func newJSONLines(w io.Writer, o Options) Writer { return &jsonWriter{w: w, o: o} }

func (j *jsonWriter) File(f *File) error {
	before := ""
	if j.array {
		before = ","
		if j.n == 0 {
			before = "[\n"
		}
	}
	j.n++
	if _, err := io.WriteString(j.w, before); err != nil {
		return err
	}
	enc := json.NewEncoder(j.w)
	enc.SetEscapeHTML(false)
	return enc.Encode(jsonOf(f, j.o))
}

func (j *jsonWriter) Close() error {
	if !j.array {
		return nil
	}
	end := "]\n"
	if j.n == 0 {
		end = "[]\n"
	}
	_, err := io.WriteString(j.w, end)
	return err
}
