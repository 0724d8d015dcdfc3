package markup

type Kind uint8

const (
	UnsafeElement Kind = iota + 1
	UnsafeAttribute
	UnsafeStyle
	ScriptURL
	RelativeURL
	UnknownElement
	BadReference
	Unfinished
	Instruction
	Unclosed
	DoubleEscaped
)

type Finding struct {
	Kind                            Kind
	At, Len                         int
	Element, Attribute, Value, Text string
}
type Scanner struct{ Report func(Finding) }

func (s *Scanner) Reset()                            {}
func (s *Scanner) Feed(text string, final bool) int  { return len(text) }
func Plain(s string) *Finding                        { return nil }
func Element(name string) *Finding                   { return nil }
func Attribute(element, name, value string) *Finding { return nil }
func CSS(style string) *Finding                      { return nil }
func LooksEscaped(s string) bool                     { return false }
