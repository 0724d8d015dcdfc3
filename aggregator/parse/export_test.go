package parse

// Decode is decode for tests: the text, its encoding and what was wrong.
func Decode(body []byte, contentType string) (text, charset string, notes []string) {
	d := decode(body, contentType)
	return d.text, d.charset, d.notes
}
