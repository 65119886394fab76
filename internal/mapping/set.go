package mapping

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/redpanda-data/benthos/v4/public/bloblang"

	"github.com/sluicehq/sluice"
)

// Set is expressions that are evaluated together, record by record, under one
// deadline. It may be used by several goroutines once all are compiled.
type Set struct {
	deadline    time.Duration
	runaways    atomic.Int32
	environment *bloblang.Environment
}

// NewSet returns a set without expressions.
func NewSet() *Set { return &Set{deadline: Deadline} }

// Member is an expression of a set.
type Member struct {
	executor *bloblang.Executor
	path     []string // set where the expression is no more than the path of a field
}

// Compile adds an expression. The problems have line and column.
func (s *Set) Compile(source string) (*Member, []sluice.Problem) {
	if problem := checkShape(source); problem != nil {
		return nil, []sluice.Problem{*problem}
	}
	if s.environment == nil {
		var err error
		if s.environment, err = newEnvironment(func() bool { return s.runaways.Load() > 0 }); err != nil {
			return nil, []sluice.Problem{{Code: "mapping.invalid", Message: err.Error()}}
		}
	}
	executor, problems := parse(source, s.environment, s.deadline)
	if len(problems) > 0 {
		return nil, problems
	}
	return &Member{executor: executor, path: fieldPath(source)}, nil
}

// Run calls f, which evaluates members of the set, and no other. A panic in f is an
// error. When time is up f is left behind: it must not write to what others read.
func (s *Set) Run(ctx context.Context, f func() (any, error)) (any, error) {
	result, err := evaluate(ctx, s.deadline, &s.runaways, f)
	if err != nil {
		return nil, err
	}
	return result.value, result.err
}

var onlyPath = regexp.MustCompile(`^this(\.[A-Za-z_][A-Za-z0-9_]*)*$`)

// fieldPath returns the names of this.a.b, and nil for any other expression.
func fieldPath(source string) []string {
	if source = strings.TrimSpace(source); !onlyPath.MatchString(source) {
		return nil
	}
	return strings.Split(source, ".")[1:]
}

// Value evaluates the member over any value, within Run. What it gives are values
// that records hold.
func (m *Member) Value(this any) (any, error) {
	if v, ok := m.field(this); ok {
		return v, nil
	}
	v, err := m.executor.Query(this)
	if errors.Is(err, bloblang.ErrRootDeleted) {
		return nil, nil
	}
	if err == nil {
		v, err = export(v, "the expression")
	}
	if err != nil {
		return nil, failed(err)
	}
	return v, nil
}

// Bool evaluates the member as a condition, within Run.
func (m *Member) Bool(this any) (bool, error) {
	v, err := m.Value(this)
	if err != nil {
		return false, err
	}
	return truth(v)
}

// field follows the path through objects. It reports false where there is none, or
// something else than an object is on it: then the language's own rules decide.
func (m *Member) field(this any) (any, bool) {
	if m.path == nil {
		return nil, false
	}
	for i, name := range m.path {
		object, ok := this.(map[string]any)
		if !ok {
			return nil, false
		}
		if this, ok = object[name]; !ok || i < len(m.path)-1 && this == nil {
			return nil, false
		}
	}
	switch t := this.(type) {
	case nil, bool, json.Number:
		return this, true
	case string:
		return this, utf8.ValidString(t)
	}
	return nil, false // has to be copied
}
