package syntax

import (
	"slices"
	"strings"
)

// Binding powers, weakest first.
const (
	bindOr = iota + 1
	bindAnd
	bindNot
	bindCompare
	bindConcat // Oracle binds || like + and -; only spelled mixtures tell them apart
	bindAdd
	bindMultiply
	bindSign
)

// maxHeight bounds chains such as a OR b OR c …, which grow the tree to the left.
const maxHeight = 1000

func (p *parser) expr() (Expr, error) { return p.exprAt(bindOr) }

// exprAt reads an expression whose operators bind at least as strongly as power.
func (p *parser) exprAt(power int) (Expr, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	left, err := p.prefix()
	if err != nil {
		return nil, err
	}
	for height := 0; ; height++ {
		if height > maxHeight {
			return nil, p.fail("more than %d operators in a row", maxHeight)
		}
		next, ok, err := p.infix(left, power)
		if err != nil || !ok {
			return left, err
		}
		left = next
	}
}

func (p *parser) prefix() (Expr, error) {
	switch {
	case p.accept("NOT"):
		x, err := p.exprAt(bindNot)
		return &Unary{"NOT", x}, err
	case p.peek().is("-") || p.peek().is("+"):
		op := p.take().text
		x, err := p.exprAt(bindSign)
		return &Unary{op, x}, err
	}
	return p.primary()
}

var operators = map[string]int{
	"=": bindCompare, "<>": bindCompare, "!=": bindCompare, "^=": bindCompare,
	"<": bindCompare, "<=": bindCompare, ">": bindCompare, ">=": bindCompare,
	"||": bindConcat, "+": bindAdd, "-": bindAdd, "*": bindMultiply, "/": bindMultiply,
}

// infix extends left by the operator that follows, if it binds strongly enough.
func (p *parser) infix(left Expr, power int) (Expr, bool, error) {
	t := p.peek()
	op, bind := t.text, 0
	switch {
	case t.kind == tokenSign:
		bind = operators[op]
	case t.word() == "AND":
		op, bind = "AND", bindAnd
	case t.word() == "OR":
		op, bind = "OR", bindOr
	default:
		if power > bindCompare {
			return nil, false, nil
		}
		return p.predicate(left)
	}
	if bind == 0 || bind < power {
		return nil, false, nil
	}
	p.take()
	right, err := p.exprAt(bind + 1)
	if op == "!=" || op == "^=" {
		op = "<>"
	}
	return &Binary{op, left, right}, true, err
}

// predicate reads IS NULL, IN, BETWEEN and LIKE behind left.
func (p *parser) predicate(left Expr) (Expr, bool, error) {
	if p.accept("IS") {
		not := p.accept("NOT")
		return &IsNull{left, not}, true, p.expect("NULL")
	}
	not := slices.Contains([]string{"IN", "BETWEEN", "LIKE"}, p.peekAt(1).word()) && p.accept("NOT")
	switch {
	case p.accept("IN"):
		e, err := p.in(left, not)
		return e, true, err
	case p.accept("BETWEEN"):
		lo, err := p.exprAt(bindConcat)
		if err == nil {
			err = p.expect("AND")
		}
		if err != nil {
			return nil, false, err
		}
		hi, err := p.exprAt(bindConcat)
		return &Between{left, lo, hi, not}, true, err
	case p.accept("LIKE"):
		pattern, err := p.exprAt(bindConcat)
		if err != nil {
			return nil, false, err
		}
		l := &Like{X: left, Pattern: pattern, Not: not}
		if p.accept("ESCAPE") {
			l.Escape, err = p.exprAt(bindConcat)
		}
		return l, true, err
	}
	return nil, false, nil
}

func (p *parser) in(left Expr, not bool) (Expr, error) {
	if err := p.expectSign("("); err != nil {
		return nil, err
	}
	e := &In{X: left, Not: not}
	var err error
	if p.startsQuery(0) {
		e.Query, err = p.query()
	} else {
		e.List, err = list(p, p.expr)
	}
	if err != nil {
		return nil, err
	}
	return e, p.expectSign(")")
}

func (p *parser) primary() (Expr, error) {
	t := p.peek()
	switch t.kind {
	case tokenNumber:
		p.take()
		return &Number{t.text}, nil
	case tokenString:
		p.take()
		return &String{t.text}, nil
	case tokenParam:
		p.take()
		p.params++
		return &Param{p.params - 1}, nil
	case tokenQuoted:
		return p.name()
	case tokenSign:
		if t.text == "(" {
			return p.parenthesis()
		}
	case tokenWord:
		return p.wordExpr(t.word())
	}
	return nil, p.fail("%q where an expression should stand", t.text)
}

func (p *parser) parenthesis() (Expr, error) {
	p.take()
	if p.startsQuery(0) {
		q, err := p.query()
		if err != nil {
			return nil, err
		}
		return &Subquery{q}, p.expectSign(")")
	}
	e, err := p.expr()
	if err != nil {
		return nil, err
	}
	return e, p.expectSign(")")
}

func (p *parser) wordExpr(word string) (Expr, error) {
	switch word {
	case "NULL":
		p.take()
		return &Null{}, nil
	case "CASE":
		p.take()
		return p.caseExpr()
	case "EXISTS":
		p.take()
		if err := p.expectSign("("); err != nil {
			return nil, err
		}
		q, err := p.query()
		if err != nil {
			return nil, err
		}
		return &Exists{q}, p.expectSign(")")
	}
	// LEFT(…) and RIGHT(…) are read as calls, so that the refusal can name them.
	if p.peekAt(1).is("(") && !p.peekAt(2).is("+") && (!slices.Contains(reserved, word) || word == "LEFT" || word == "RIGHT") {
		p.take()
		return p.call(&Call{Name: word})
	}
	return p.name()
}

// name reads column, table.column, BUILTIN.function(…) and the (+) behind a column.
func (p *parser) name() (Expr, error) {
	first, quoted, err := p.alias(true)
	if err != nil {
		return nil, err
	}
	id := &Ident{Name: first}
	if p.acceptSign(".") {
		second := p.take()
		if second.kind != tokenWord && second.kind != tokenQuoted {
			return nil, p.fail("a column name is missing after %q", first)
		}
		if !quoted && strings.EqualFold(first, "BUILTIN") {
			return p.call(&Call{Name: second.word(), Builtin: true})
		}
		id = &Ident{Table: first, Name: second.text}
	}
	if p.peek().is("(") && p.peekAt(1).is("+") && p.peekAt(2).is(")") {
		p.next += 3
		id.Outer = true
	}
	return id, nil
}

// call reads the arguments and the window of c.
func (p *parser) call(c *Call) (Expr, error) {
	err := p.expectSign("(")
	if err != nil {
		return nil, err
	}
	switch {
	case p.acceptSign("*"):
		c.Star = true
	case p.peek().is(")"):
	default:
		if c.Distinct = p.accept("DISTINCT"); !c.Distinct {
			p.accept("ALL")
		}
		if c.Args, err = list(p, p.expr); err != nil {
			return nil, err
		}
	}
	if err = p.expectSign(")"); err != nil {
		return nil, err
	}
	if p.peek().word() == "OVER" && p.peekAt(1).is("(") {
		p.next += 2
		c.Over, err = p.over()
	}
	return c, err
}

func (p *parser) over() (o *Over, err error) {
	o = &Over{}
	if p.accept("PARTITION", "BY") {
		if o.PartitionBy, err = list(p, p.expr); err != nil {
			return nil, err
		}
	}
	if p.accept("ORDER", "BY") {
		if o.OrderBy, err = p.orderList(); err != nil {
			return nil, err
		}
	}
	return o, p.expectSign(")")
}

func (p *parser) caseExpr() (Expr, error) {
	c := &Case{}
	var err error
	if p.peek().word() != "WHEN" {
		if c.Operand, err = p.expr(); err != nil {
			return nil, err
		}
	}
	for p.accept("WHEN") {
		var w When
		if w.Cond, err = p.expr(); err != nil {
			return nil, err
		}
		if err = p.expect("THEN"); err != nil {
			return nil, err
		}
		if w.Then, err = p.expr(); err != nil {
			return nil, err
		}
		c.Whens = append(c.Whens, w)
	}
	if len(c.Whens) == 0 {
		return nil, p.fail("CASE without WHEN")
	}
	if p.accept("ELSE") {
		if c.Else, err = p.expr(); err != nil {
			return nil, err
		}
	}
	return c, p.expect("END")
}
