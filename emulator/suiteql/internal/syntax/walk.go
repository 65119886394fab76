package syntax

// Walk calls visit for e and, while visit returns true, for the expressions
// in it. It does not enter sub-selects: they have a scope of their own.
func Walk(e Expr, visit func(Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	each := func(list ...Expr) {
		for _, x := range list {
			Walk(x, visit)
		}
	}
	switch e := e.(type) {
	case *Unary:
		each(e.X)
	case *Binary:
		each(e.L, e.R)
	case *IsNull:
		each(e.X)
	case *In:
		each(e.X)
		each(e.List...)
	case *Between:
		each(e.X, e.Lo, e.Hi)
	case *Like:
		each(e.X, e.Pattern, e.Escape)
	case *Case:
		each(e.Operand)
		for _, w := range e.Whens {
			each(w.Cond, w.Then)
		}
		each(e.Else)
	case *Call:
		each(e.Args...)
		if e.Over != nil {
			each(e.Over.PartitionBy...)
			for _, o := range e.Over.OrderBy {
				each(o.Expr)
			}
		}
	}
}

// Conjuncts splits a condition at its outermost ANDs.
func Conjuncts(e Expr) []Expr {
	if e == nil {
		return nil
	}
	if b, ok := e.(*Binary); ok && b.Op == "AND" {
		return append(Conjuncts(b.L), Conjuncts(b.R)...)
	}
	return []Expr{e}
}
