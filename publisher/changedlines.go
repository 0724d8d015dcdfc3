package publisher

// changedLines are the lines of files that a build has changed, by path; nil
// for a file that went.
type changedLines struct {
	lines map[string]*line
	many  bool // there are more than are worth remembering
}

// maxChanged bounds how many lines are remembered.
const maxChanged = 10_000

func (c *changedLines) note(path string, l *line) {
	switch {
	case c.many:
		return
	case len(c.lines) == maxChanged:
		c.lines, c.many = nil, true
		return
	case c.lines == nil:
		c.lines = map[string]*line{}
	}
	c.lines[path] = l
}

func (c *changedLines) any() bool { return c.many || len(c.lines) > 0 }
