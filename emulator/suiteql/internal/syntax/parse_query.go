package syntax

import (
	"fmt"
	"slices"
)

// maxDepth bounds nesting, so that a hostile query cannot exhaust the stack.
const maxDepth = 100

// Parse reads one SELECT statement. Any error is an *Error.
func Parse(q string) (*Query, error) {
	tokens, err := tokenize(q)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	query, err := p.query()
	if err != nil {
		return nil, err
	}
	if p.peek().kind != tokenEnd {
		return nil, p.fail("unexpected %q after the query", p.peek().text)
	}
	return query, nil
}

type parser struct {
	tokens []token
	next   int
	params int
	depth  int
}

// reserved words cannot name a table, a column or an alias without quotes.
var reserved = []string{
	"ALL", "AND", "AS", "ASC", "BETWEEN", "BY", "CASE", "CROSS", "DESC", "DISTINCT", "ELSE", "END", "ESCAPE", "EXISTS",
	"FETCH", "FROM", "FULL", "GROUP", "HAVING", "IN", "INNER", "INTERSECT", "IS", "JOIN", "LEFT", "LIKE", "MINUS", "NATURAL",
	"NOT", "NULL", "OFFSET", "ON", "OR", "ORDER", "OUTER", "RIGHT", "SELECT", "THEN", "UNION", "USING", "WHEN", "WHERE", "WITH",
}

func (p *parser) peek() token { return p.tokens[p.next] }

// peekAt looks n tokens ahead.
func (p *parser) peekAt(n int) token { return p.tokens[min(p.next+n, len(p.tokens)-1)] }

func (p *parser) take() token {
	t := p.peek()
	p.next = min(p.next+1, len(p.tokens)-1)
	return t
}

func (p *parser) fail(format string, args ...any) error {
	return &Error{p.peek().pos, fmt.Sprintf(format, args...)}
}

// accept takes the words if all of them follow, in order.
func (p *parser) accept(words ...string) bool {
	for i, w := range words {
		if p.peekAt(i).word() != w {
			return false
		}
	}
	p.next += len(words)
	return true
}

func (p *parser) acceptSign(sign string) bool {
	if !p.peek().is(sign) {
		return false
	}
	p.take()
	return true
}

func (p *parser) expect(words ...string) error {
	if !p.accept(words...) {
		return p.fail("%q where %v should stand", p.peek().text, words)
	}
	return nil
}

func (p *parser) expectSign(sign string) error {
	if !p.acceptSign(sign) {
		return p.fail("%q where %q should stand", p.peek().text, sign)
	}
	return nil
}

// enter counts nesting; the caller defers p.leave after success.
func (p *parser) enter() error {
	if p.depth++; p.depth > maxDepth {
		return p.fail("nested more than %d deep", maxDepth)
	}
	return nil
}

func (p *parser) leave() { p.depth-- }

func (p *parser) query() (*Query, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	body, err := p.body()
	if err != nil {
		return nil, err
	}
	q := &Query{Body: body}
	if p.accept("ORDER", "BY") {
		if q.OrderBy, err = p.orderList(); err != nil {
			return nil, err
		}
	}
	if p.accept("FETCH") {
		if q.Fetch, err = p.fetch(); err != nil {
			return nil, err
		}
	}
	return q, nil
}

// fetch reads FIRST n ROWS ONLY after FETCH.
func (p *parser) fetch() (Expr, error) {
	if !p.accept("FIRST") && !p.accept("NEXT") {
		return nil, p.fail("FETCH without FIRST")
	}
	var n Expr = &Number{"1"}
	if p.peek().word() == "" {
		var err error
		if n, err = p.count(); err != nil {
			return nil, err
		}
	}
	if !p.accept("ROWS") && !p.accept("ROW") {
		return nil, p.fail("FETCH FIRST without ROWS")
	}
	return n, p.expect("ONLY")
}

// count reads the n of TOP n and FETCH FIRST n.
func (p *parser) count() (Expr, error) {
	switch t := p.take(); t.kind {
	case tokenNumber:
		return &Number{t.text}, nil
	case tokenParam:
		p.params++
		return &Param{p.params - 1}, nil
	}
	return nil, p.fail("a number of rows is missing")
}

func (p *parser) body() (Body, error) {
	left, err := p.bodyTerm()
	if err != nil {
		return nil, err
	}
	for p.accept("UNION") {
		u := &Union{All: p.accept("ALL"), Left: left}
		if u.Right, err = p.bodyTerm(); err != nil {
			return nil, err
		}
		left = u
		if p.depth++; p.depth > maxDepth*5 { // the tree leans left: bound its height too
			return nil, p.fail("too many UNIONs")
		}
		defer p.leave()
	}
	return left, nil
}

// bodyTerm reads a SELECT block or a parenthesised body.
func (p *parser) bodyTerm() (Body, error) {
	if !p.acceptSign("(") {
		return p.selectBlock()
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	b, err := p.body()
	if err != nil {
		return nil, err
	}
	return b, p.expectSign(")")
}

func (p *parser) selectBlock() (*Select, error) {
	if err := p.expect("SELECT"); err != nil {
		return nil, err
	}
	s := &Select{}
	var err error
	if p.accept("DISTINCT") {
		s.Distinct = true
	} else {
		p.accept("ALL")
	}
	if next := p.peekAt(1).kind; p.peek().word() == "TOP" && (next == tokenNumber || next == tokenParam) {
		p.take()
		if s.Top, err = p.count(); err != nil {
			return nil, err
		}
	}
	if s.Items, err = list(p, p.item); err != nil {
		return nil, err
	}
	if err = p.expect("FROM"); err != nil {
		return nil, err
	}
	if s.From, err = list(p, p.joined); err != nil {
		return nil, err
	}
	return s, p.clauses(s)
}

// clauses reads WHERE, GROUP BY and HAVING.
func (p *parser) clauses(s *Select) (err error) {
	if p.accept("WHERE") {
		if s.Where, err = p.expr(); err != nil {
			return err
		}
	}
	if p.accept("GROUP", "BY") {
		if s.GroupBy, err = list(p, p.expr); err != nil {
			return err
		}
	}
	if p.accept("HAVING") {
		s.Having, err = p.expr()
	}
	return err
}

// list reads one or more elements separated by commas.
func list[T any](p *parser, element func() (T, error)) ([]T, error) {
	var out []T
	for {
		e, err := element()
		if err != nil {
			return nil, err
		}
		if out = append(out, e); !p.acceptSign(",") {
			return out, nil
		}
	}
}

func (p *parser) item() (Item, error) {
	if p.acceptSign("*") {
		return Item{}, nil
	}
	if k := p.peek().kind; (k == tokenWord || k == tokenQuoted) && p.peekAt(1).is(".") && p.peekAt(2).is("*") {
		table := p.take().text
		p.next += 2
		return Item{Table: table}, nil
	}
	e, err := p.expr()
	if err != nil {
		return Item{}, err
	}
	it := Item{Expr: e}
	it.Alias, it.Quoted, err = p.alias(p.accept("AS"))
	return it, err
}

// alias reads an optional (after AS: mandatory) name.
func (p *parser) alias(must bool) (name string, quoted bool, err error) {
	t := p.peek()
	switch {
	case t.kind == tokenQuoted:
		return p.take().text, true, nil
	case t.kind == tokenWord && !slices.Contains(reserved, t.word()):
		return p.take().text, false, nil
	case must:
		return "", false, p.fail("%q cannot be an alias", t.text)
	}
	return "", false, nil
}

func (p *parser) orderList() ([]Order, error) { return list(p, p.order) }

func (p *parser) order() (Order, error) {
	e, err := p.expr()
	if err != nil {
		return Order{}, err
	}
	o := Order{Expr: e}
	if !p.accept("ASC") {
		o.Desc = p.accept("DESC")
	}
	if p.accept("NULLS", "FIRST") {
		o.NullsFirst = new(true)
	} else if p.accept("NULLS", "LAST") {
		o.NullsFirst = new(false)
	}
	return o, nil
}
