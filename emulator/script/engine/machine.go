// Package engine is the machine that a SuiteScript runs on: a JavaScript engine
// without files and network, the usage units and limits of one execution, and
// SuiteScript's errors. The modules (N/record …) are built on it.
package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/dop251/goja"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/emulator/suiteql"
)

// Account is what scripts reach of the account.
type Account struct {
	// Records and Queries return what the account holds now: a reset replaces both.
	Records func() *record.Store
	Queries func() *suiteql.Engine
	Now     func() time.Time
	// Saved finds a saved search by script ID or internal ID; nil where there is
	// none, or where there are none at all.
	Saved func(id string) *SavedSearch
	// Log takes what scripts write with N/log.
	Log func(Entry)
	// Stop is closed when all work of the account has to end; nil means never.
	Stop func() <-chan struct{}
}

// SavedSearch is a search that is stored in the account. Criteria and Columns are
// written as SOAP requests write them: <basic>…</basic><customerJoin>….
type SavedSearch struct {
	ID, ScriptID, Name, Type string
	Criteria, Columns        string
	Sort                     []string // fields; with - downwards
}

// Entry is a line of the script execution log.
type Entry struct {
	Time       time.Time `json:"time"`
	Script     string    `json:"script"`     // customscript_…
	Deployment string    `json:"deployment"` // customdeploy_…
	Level      string    `json:"level"`      // DEBUG, AUDIT, ERROR, EMERGENCY
	Title      string    `json:"title"`
	Details    string    `json:"details"`
}

// Script names the deployment that runs.
type Script struct {
	ScriptID, DeployID string
	// Params are the script parameters (custscript_…) of the deployment.
	Params map[string]string
}

// Limits bound one execution.
type Limits struct {
	Units  int           // usage units; 0 means 5,000 (Oracle help, section_4640094112)
	Time   time.Duration // 0 means 300 s (Oracle help, section_161591009480)
	Memory uint64        // bytes by which the process may grow; 0 means 64 MiB
}

// The limits where none are given.
const (
	DefaultUnits  = 5000
	DefaultTime   = 300 * time.Second
	DefaultMemory = 64 << 20
)

// maxDepth is how deep calls may nest.
const maxDepth = 1000

// gracePeriod is how long an interrupted script may take to notice.
const gracePeriod = 5 * time.Second

// Machine runs one script once. It is for one goroutine.
type Machine struct {
	VM      *goja.Runtime
	Account *Account
	Script  Script
	Session *session.Session // nil while a script is only looked at

	ctx      context.Context
	limits   Limits
	used     int
	defining bool
	errors   *goja.Object // what errors of SuiteScript inherit from
	// JSON's functions, out of the script's reach.
	parse, stringify goja.Callable
}

// New returns a machine for one execution on behalf of the session in ctx.
func New(ctx context.Context, account *Account, script Script, limits Limits) *Machine {
	if limits.Units == 0 {
		limits.Units = DefaultUnits
	}
	if limits.Time == 0 {
		limits.Time = DefaultTime
	}
	if limits.Memory == 0 {
		limits.Memory = DefaultMemory
	}
	m := &Machine{
		VM: goja.New(), Account: account, Script: script, Session: session.From(ctx), ctx: ctx, limits: limits,
	}
	m.VM.SetMaxCallStackSize(maxDepth)
	m.VM.SetTimeSource(account.Now)
	m.guard()
	m.prepareErrors()
	return m
}

// Context carries the session to the services of the account.
func (m *Machine) Context() context.Context { return m.ctx }

// Remaining is how many usage units are left.
func (m *Machine) Remaining() int { return m.limits.Units - m.used }

// Spend counts usage units; a call that is beyond the limit is not done.
func (m *Machine) Spend(units int) {
	if m.used+units > m.limits.Units {
		m.Throw("SSS_USAGE_LIMIT_EXCEEDED", "Script Execution Usage Limit Exceeded")
	}
	m.used += units
}

// Define runs f, the evaluation of a script's modules, in which NetSuite has
// its own modules refuse to work. What f throws is the error.
func (m *Machine) Define(f func()) error {
	before := m.defining
	m.defining = true
	defer func() { m.defining = before }()
	if e := m.VM.Try(f); e != nil {
		return e
	}
	return nil
}

// IsText reports whether a value is a string.
func IsText(v goja.Value) bool {
	t := v.ExportType()
	return t != nil && t.Kind() == reflect.String
}

// Result is what an entry point returned, for the answer: text as it is, anything
// else as JSON, nil for nothing.
func (m *Machine) Result(v goja.Value) (out any, err error) {
	if goja.IsUndefined(v) || goja.IsNull(v) {
		return nil, nil
	}
	if IsText(v) {
		return v.String(), nil
	}
	if e := m.VM.Try(func() { out = json.RawMessage(m.JSON(v)) }); e != nil {
		return nil, e
	}
	return out, nil
}

// Run runs f under the machine's limits. An error is an *Uncaught or one of the
// emulator's own.
func (m *Machine) Run(f func() (any, error)) (any, error) {
	type result struct {
		v   any
		err error
	}
	done, finished := make(chan result, 1), make(chan struct{})
	go func() {
		var r result
		defer func() {
			if p := recover(); p != nil {
				r = result{nil, m.panicked(p)}
			}
			done <- r
			close(finished)
		}()
		r.v, r.err = f()
		r.err = m.uncaught(r.err)
	}()
	if why := m.watch(finished); why != nil {
		m.VM.Interrupt(*why)
		grace := time.NewTimer(gracePeriod)
		defer grace.Stop()
		select {
		case <-finished:
		case <-grace.C: // inside a built-in function that does not come back
			return nil, m.internal(why.code, why.message)
		}
	}
	r := <-done
	return r.v, r.err
}

// panicked is what a panic means: an end that no script can catch passes through
// Go code as one.
func (m *Machine) panicked(p any) error {
	if err, ok := p.(error); ok {
		if u, ok := errors.AsType[*Uncaught](m.uncaught(err)); ok {
			return u
		}
	}
	return fmt.Errorf("the JavaScript engine failed: %v", p)
}

// Await returns what a value stands for once the work is done: a promise's result.
func (m *Machine) Await(v goja.Value) (goja.Value, error) {
	if v == nil {
		return goja.Undefined(), nil
	}
	if v.ExportType() != promiseType {
		return v, nil
	}
	p, _ := v.Export().(*goja.Promise)
	switch p.State() {
	case goja.PromiseStateFulfilled:
		return m.Await(p.Result())
	case goja.PromiseStateRejected:
		return nil, m.thrown(p.Result())
	}
	return nil, &Uncaught{Code: fault.UnexpectedError, Message: "The script returned a promise that nothing settles."}
}

var promiseType = reflect.TypeFor[*goja.Promise]()

// ended is why an execution was interrupted. Scripts cannot catch it.
type ended struct{ code, message string }
