package rules

import (
	"fmt"
	"regexp"
	"regexp/syntax"

	"github.com/expr-lang/expr/ast"
)

// An expression cannot be stopped while it is evaluated, so that what it may
// cost is worked out before: from the limits of what it is given, upwards.

const (
	maxCost = 1 << 28 // bytes that are looked at for one entry: some tenths of a second at worst
	maxSize = 1 << 20 // bytes of a value that is made
	maxInst = 1 << 10 // instructions of a regular expression
)

// A bound is what a part of an expression comes to at most.
type bound struct {
	size int // bytes of its value, with all elements
	item int // bytes of an element, if it is a list
	n    int // elements
	cost int // bytes that are looked at to get it
}

// A census works out bounds, and notes what an expression reads. It stops at
// the first thing that cannot be allowed.
type census struct {
	text     string
	patterns map[string]*regexp.Regexp // of sub
	uses     uses
	items    []int            // sizes of the elements of the loops we are in
	lets     map[string]bound // variables
	err      *Error
}

func (c *census) refuse(n ast.Node, problem, expected string) bound {
	if c.err == nil {
		c.err = &Error{Text: c.text, Offset: offset(c.text, n.Location().From), Problem: problem, Expected: expected}
	}
	return bound{}
}

// visit returns the bound of a part.
func (c *census) visit(node ast.Node) bound {
	b := c.part(node)
	if b.size > maxSize {
		return c.refuse(node, fmt.Sprintf("the value of this may be larger than %d KiB", maxSize>>10), "")
	}
	b.cost = min(b.cost, 2*maxCost) // so that it cannot overflow
	return b
}

func (c *census) part(node ast.Node) bound {
	switch n := node.(type) {
	case *ast.NilNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return bound{size: 16, cost: 1}
	case *ast.StringNode:
		return bound{size: len(n.Value), cost: 1}
	case *ast.IdentifierNode:
		return c.name(n)
	case *ast.PointerNode:
		return c.element(n)
	case *ast.UnaryNode:
		return c.visit(n.Node)
	case *ast.ChainNode:
		return c.visit(n.Node)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ConditionalNode:
		return either(c.visit(n.Cond), c.visit(n.Exp1), c.visit(n.Exp2))
	case *ast.MemberNode:
		return c.member(n)
	case *ast.SliceNode:
		return c.slice(n)
	case *ast.ArrayNode:
		return c.array(n)
	case *ast.VariableDeclaratorNode:
		return c.let(n)
	case *ast.PredicateNode:
		return c.visit(n.Node)
	case *ast.BuiltinNode:
		return c.builtin(n)
	case *ast.CallNode:
		return c.call(n)
	}
	return c.refuse(node, "this cannot stand in a rule", "")
}

func (c *census) name(n *ast.IdentifierNode) bound {
	if b, ok := c.lets[n.Value]; ok {
		b.cost = 1
		return b
	}
	f, ok := fieldNamed(n.Value)
	if !ok {
		return c.refuse(n, fmt.Sprintf("%q cannot stand here", n.Value), "")
	}
	c.uses |= f.use
	b := f.bound
	b.cost = 1
	return b
}

func (c *census) element(n *ast.PointerNode) bound {
	switch {
	case n.Name == "index":
		return bound{size: 16, cost: 1}
	case n.Name != "" || len(c.items) == 0:
		return c.refuse(n, "this cannot stand in a rule", "")
	}
	return bound{size: c.items[len(c.items)-1], cost: 1}
}

func (c *census) binary(n *ast.BinaryNode) bound {
	l, r := c.visit(n.Left), c.visit(n.Right)
	out := bound{size: 16, cost: l.cost + r.cost + l.size + r.size}
	switch n.Operator {
	case "..", "**", "^":
		return c.refuse(n, fmt.Sprintf("the operator %s cannot stand in a rule", n.Operator), "")
	case "+":
		out.size = l.size + r.size
		out.cost += out.size
	case "??":
		return either(bound{cost: out.cost}, l, r)
	case "matches":
		pattern, ok := n.Right.(*ast.StringNode)
		if !ok {
			return c.refuse(n.Right, "the regular expression is not a text in quotes", `expected one, such as title matches "(?i)^ad:"`)
		}
		size, _ := c.pattern(pattern)
		out.cost += l.size * size
	}
	return out
}

// pattern checks a regular expression, and returns how much slower it is than
// a look at a text.
func (c *census) pattern(n *ast.StringNode) (cost int, re *regexp.Regexp) {
	re, err := regexp.Compile(n.Value)
	if err != nil {
		c.refuse(n, "this is no regular expression: "+err.Error(), "the syntax is that of RE2: https://github.com/google/re2/wiki/Syntax")
		return 0, nil
	}
	parsed, err := syntax.Parse(n.Value, syntax.Perl)
	if err != nil {
		return 0, nil // it was compiled just now
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil || len(program.Inst) > maxInst {
		c.refuse(n, "this regular expression is too large", fmt.Sprintf("expected one with at most %d steps; a count such as {1000} repeats what it stands behind", maxInst))
		return 0, nil
	}
	return 4 + len(program.Inst)/4, re
}

// either is the bound of a value that is one of two.
func either(cond, a, b bound) bound {
	return bound{size: max(a.size, b.size), item: max(a.item, b.item), n: max(a.n, b.n), cost: cond.cost + a.cost + b.cost}
}

func (c *census) member(n *ast.MemberNode) bound {
	b := c.visit(n.Node)
	if _, named := n.Property.(*ast.StringNode); named && b.n == 0 {
		return bound{size: b.size, cost: b.cost + 1}
	}
	i := c.visit(n.Property)
	return bound{size: max(b.item, 16), cost: b.cost + i.cost}
}

func (c *census) slice(n *ast.SliceNode) bound {
	b := c.visit(n.Node)
	for _, end := range []ast.Node{n.From, n.To} {
		if end != nil {
			b.cost += c.visit(end).cost
		}
	}
	return b
}

func (c *census) array(n *ast.ArrayNode) bound {
	out := bound{n: len(n.Nodes), size: 16, cost: 1}
	for _, x := range n.Nodes {
		b := c.visit(x)
		out.size, out.item, out.cost = out.size+b.size, max(out.item, b.size), out.cost+b.cost
	}
	return out
}

func (c *census) let(n *ast.VariableDeclaratorNode) bound {
	value := c.visit(n.Value)
	if c.lets == nil {
		c.lets = map[string]bound{}
	}
	c.lets[n.Name] = value
	out := c.visit(n.Expr)
	out.cost += value.cost
	return out
}

func (c *census) builtin(n *ast.BuiltinNode) bound {
	if len(n.Arguments) == 2 {
		if body, ok := n.Arguments[1].(*ast.PredicateNode); ok {
			return c.loop(n, body)
		}
	}
	var out bound
	for i, arg := range n.Arguments {
		b := c.visit(arg)
		out.cost += b.cost + b.size
		switch {
		case n.Name == "concat":
			out.size, out.item, out.n = out.size+b.size, max(out.item, b.item), out.n+b.n
		case n.Name == "join" && i == 1:
			out.size += max(out.n, maxList) * b.size
		case i == 0:
			out.size, out.item, out.n = b.size, b.item, b.n
		}
	}
	switch n.Name {
	case "concat", "join":
		out.cost += out.size
	case "first", "last":
		return bound{size: out.item, cost: out.cost}
	case "lower", "upper":
		out.size *= 2 // some letters grow
	case "trim", "trimPrefix", "trimSuffix", "string", "min", "max":
		out.size += 64
	default:
		return bound{size: 32, cost: out.cost}
	}
	return out
}

// loop is the bound of all(), filter() and the like: their body is evaluated
// for each element.
func (c *census) loop(n *ast.BuiltinNode, body *ast.PredicateNode) bound {
	in := c.visit(n.Arguments[0])
	if in.n == 0 && in.item == 0 {
		in.n, in.item = maxList, max(in.size, 16) // a list in a variable of an unknown kind
	}
	c.items = append(c.items, in.item)
	each := c.visit(body)
	c.items = c.items[:len(c.items)-1]
	out := bound{size: 16, cost: in.cost + in.n*(each.cost+8)}
	switch n.Name {
	case "filter":
		out.size, out.item, out.n = in.size, in.item, in.n
	case "map":
		out.size, out.item, out.n = in.n*each.size, each.size, in.n
	case "find":
		out.size = in.item
	}
	return out
}

func (c *census) call(n *ast.CallNode) bound {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		return c.refuse(n, "this cannot be called", "")
	}
	var out bound
	for i, arg := range n.Arguments {
		b := c.visit(arg)
		out.cost += b.cost + b.size
		if i == 0 {
			out.size = b.size
		}
	}
	switch callee.Value {
	case "text":
		out.cost += 8 * out.size
	case "replace":
		out.size = maxMade
		out.cost += maxMade
	case "sub":
		out = c.sub(n, out)
	case "host":
	default:
		return c.refuse(n, fmt.Sprintf("there is no function %q", callee.Value), "")
	}
	return out
}

// sub notes the regular expression of a call, which must be written out.
func (c *census) sub(n *ast.CallNode, out bound) bound {
	if len(n.Arguments) != 3 {
		return out // the library has refused it
	}
	pattern, ok := n.Arguments[1].(*ast.StringNode)
	if !ok {
		return c.refuse(n.Arguments[1], "the regular expression is not a text in quotes", `expected one, such as sub(title, "^Ad: ", "")`)
	}
	cost, re := c.pattern(pattern)
	if re != nil {
		c.patterns[pattern.Value] = re
	}
	return bound{size: maxMade, cost: out.cost + out.size*cost + maxMade}
}
