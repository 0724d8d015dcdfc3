package parse

// Decode is decode for tests: the text, its encoding and what was wrong.
func Decode(body []byte, contentType string) (text, charset string, notes []string) {
	d := decode(body, contentType)
	return d.text, d.charset, d.notes
}

// Without returns the document without those of its items that drop names, in
// UTF-8; "" when it cannot be split.
func Without(body []byte, contentType string, drop func(i int) bool) string {
	d := decode(body, contentType)
	s := splitText(d.text, "")
	if s == nil {
		return ""
	}
	var keep []int
	for i := range s.items {
		if !drop(i) {
			keep = append(keep, i)
		}
	}
	return s.only(keep)
}
