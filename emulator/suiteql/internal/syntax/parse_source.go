package syntax

import "slices"

// joined reads one element of FROM with the ANSI joins that hang on it.
func (p *parser) joined() (Source, error) {
	left, err := p.sourceTerm()
	if err != nil {
		return nil, err
	}
	height := 0
	for {
		kind, ok := p.joinKind()
		if !ok {
			return left, nil
		}
		if height++; height > maxDepth {
			return nil, p.fail("more than %d joins", maxDepth)
		}
		j := &Join{Kind: kind, Left: left}
		if j.Right, err = p.sourceTerm(); err != nil {
			return nil, err
		}
		if kind != "CROSS" {
			if err = p.expect("ON"); err != nil {
				return nil, err
			}
			if j.On, err = p.expr(); err != nil {
				return nil, err
			}
		}
		left = j
	}
}

func (p *parser) joinKind() (string, bool) {
	if p.accept("JOIN") || p.accept("INNER", "JOIN") {
		return "INNER", true
	}
	if p.accept("CROSS", "JOIN") {
		return "CROSS", true
	}
	for _, kind := range []string{"LEFT", "RIGHT", "FULL"} {
		if p.accept(kind, "JOIN") || p.accept(kind, "OUTER", "JOIN") {
			return kind, true
		}
	}
	return "", false
}

// sourceTerm reads a table, a sub-select or a parenthesised join.
func (p *parser) sourceTerm() (Source, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer p.leave()
	if !p.peek().is("(") {
		return p.table()
	}
	if p.startsQuery(1) {
		p.take()
		q, err := p.query()
		if err != nil {
			return nil, err
		}
		if err = p.expectSign(")"); err != nil {
			return nil, err
		}
		d := &Derived{Query: q}
		d.Alias, _, err = p.alias(p.accept("AS"))
		return d, err
	}
	p.take()
	s, err := p.joined()
	if err != nil {
		return nil, err
	}
	return s, p.expectSign(")")
}

// startsQuery tells a sub-select from another parenthesis: after any number
// of opening ones from the at-th token on stands SELECT. In FROM a
// parenthesised join may itself begin with a sub-select, so the parenthesis
// that closes it must not be followed by an alias or a join.
func (p *parser) startsQuery(at int) bool {
	i := at
	for p.peekAt(i).is("(") {
		i++
	}
	if p.peekAt(i).word() != "SELECT" {
		return false
	}
	if i == at {
		return true
	}
	depth, end := 0, at
	for ; p.peekAt(end).kind != tokenEnd; end++ {
		if p.peekAt(end).is("(") {
			depth++
		} else if p.peekAt(end).is(")") {
			if depth--; depth == 0 {
				break
			}
		}
	}
	after := p.peekAt(end + 1)
	return after.is(")") || slices.Contains([]string{"UNION", "ORDER", "FETCH"}, after.word())
}

func (p *parser) table() (Source, error) {
	name, _, err := p.alias(true)
	if err != nil {
		return nil, err
	}
	t := &Table{Name: name}
	t.Alias, _, err = p.alias(p.accept("AS"))
	return t, err
}
