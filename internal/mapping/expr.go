package mapping

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/govalues/decimal"

	"github.com/sluicehq/sluice"
)

// Expr is a compiled expression, such as this.amount > 0. It may be used by
// several goroutines.
type Expr struct{ script *script }

// CompileExpr compiles an expression. The problems have line and column.
func CompileExpr(source string) (*Expr, []sluice.Problem) {
	s, problems := compile(source)
	if len(problems) > 0 {
		return nil, problems
	}
	return &Expr{s}, nil
}

func (e *Expr) value(ctx context.Context, r sluice.Record) (any, error) {
	v, err := e.script.run(ctx, r)
	if errors.Is(err, ErrDeleted) {
		return nil, nil
	}
	return v, err
}

// Bool evaluates a condition. Only true and false will do.
func (e *Expr) Bool(ctx context.Context, r sluice.Record) (bool, error) {
	v, err := e.value(ctx, r)
	if err != nil {
		return false, err
	}
	return truth(v)
}

// truth reads a condition's value.
func truth(v any) (bool, error) {
	b, ok := v.(bool)
	if !ok {
		return false, sluice.Errorf("mapping.failed", "the condition gives %s, not true or false", kindOf(v)).Fix("Compare, as in this.status == \"open\" or this.email != null")
	}
	return b, nil
}

// Value evaluates to any value that a record holds.
func (e *Expr) Value(ctx context.Context, r sluice.Record) (any, error) {
	v, err := e.value(ctx, r)
	if err != nil {
		return nil, err
	}
	if v, err = export(v, "the expression"); err != nil {
		return nil, failed(err)
	}
	return v, nil
}

// Text evaluates to text: "" for null, digits for numbers.
func (e *Expr) Text(ctx context.Context, r sluice.Record) (string, error) {
	v, err := e.value(ctx, r)
	if err != nil {
		return "", err
	}
	if v, err = export(v, "the expression"); err != nil {
		return "", failed(err)
	}
	switch t := v.(type) {
	case nil:
		return "", nil
	case string:
		return t, nil
	case json.Number:
		return t.String(), nil
	}
	return "", sluice.Errorf("mapping.failed", "the expression gives %s, not text", kindOf(v)).Fix("Give one value, as in this.id")
}

// Decimal evaluates to a number; null is 0.
func (e *Expr) Decimal(ctx context.Context, r sluice.Record) (decimal.Decimal, error) {
	v, err := e.value(ctx, r)
	if err != nil || v == nil {
		return decimal.Decimal{}, err
	}
	d, err := exact(v)
	if err != nil {
		return decimal.Decimal{}, failed(err)
	}
	return d, nil
}
