package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/dop251/goja"

	"github.com/sluicehq/sluice/emulator/fault"
)

// Uncaught is an error that a script did not catch, as a RESTlet answers it.
type Uncaught struct{ Code, Message string }

// Error returns code and message.
func (e *Uncaught) Error() string { return e.Code + ": " + e.Message }

// prepareErrors makes what all errors of SuiteScript inherit from.
func (m *Machine) prepareErrors() {
	parent, _ := m.VM.Get("Error").ToObject(m.VM).Get("prototype").(*goja.Object)
	m.errors = m.VM.CreateObject(parent)
	m.set(m.errors, "toString", func(call goja.FunctionCall) goja.Value {
		return m.VM.ToValue(m.JSON(call.This))
	})
}

func (m *Machine) set(o *goja.Object, name string, v any) {
	if err := o.Set(name, v); err != nil {
		panic(err)
	}
}

// Details are the parts of an error beside name and message.
type Details struct {
	ModuleLoader bool // raised while modules were loaded
	UserFacing   bool // made by N/error
	NotifyOff    bool
}

// NewError makes an error of SuiteScript: the object that a script catches. Its
// properties and their order are those of errors that scripts have logged on
// live accounts.
func (m *Machine) NewError(name, message string, d Details) *goja.Object {
	kind := "error.SuiteScriptError"
	if d.ModuleLoader {
		kind = "error.SuiteScriptModuleLoaderError"
	}
	e := m.VM.CreateObject(m.errors)
	m.set(e, "type", kind)
	m.set(e, "name", name)
	m.set(e, "message", message)
	m.set(e, "id", "")
	m.set(e, "stack", m.VM.NewArray(m.stack()))
	cause := m.VM.NewObject()
	if d.UserFacing {
		m.set(cause, "name", name)
		m.set(cause, "message", message)
	} else {
		m.set(cause, "type", "internal error")
		m.set(cause, "code", name)
		m.set(cause, "details", message)
		m.set(cause, "userEvent", goja.Null())
	}
	m.set(cause, "notifyOff", d.NotifyOff)
	m.set(e, "cause", cause)
	m.set(e, "notifyOff", d.NotifyOff)
	m.set(e, "userFacing", d.UserFacing)
	return e
}

// stack prints where the script is.
func (m *Machine) stack() string {
	var b strings.Builder
	b.WriteString("Error")
	for _, f := range m.VM.CaptureCallStack(20, nil) {
		if pos := f.Position(); pos.Line > 0 {
			name := f.FuncName()
			if name == "" {
				name = "<anonymous>"
			}
			fmt.Fprintf(&b, "\n    at %s (%s:%d:%d)", name, f.SrcName(), pos.Line, pos.Column)
		}
	}
	return b.String()
}

// Throw raises an error of SuiteScript in the running script.
func (m *Machine) Throw(name, format string, args ...any) {
	panic(m.VM.ToValue(m.NewError(name, fmt.Sprintf(format, args...), Details{})))
}

// Check raises what a service of the account refused; nil is nothing.
func (m *Machine) Check(err error) {
	if err == nil {
		return
	}
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok {
		m.Throw(fault.UnexpectedError, "An unexpected SuiteScript error has occurred")
	}
	name, message := m.words(f)
	m.Throw(name, "%s", message)
}

// servicePrefixes are what only the record service says before the record engine's words.
var servicePrefixes = []string{"Error while accessing a resource. ", "Error while accessing resource: "}

// words returns a refusal's code and message as SuiteScript has them, where they
// are not those of the REST services.
func (m *Machine) words(f *fault.Fault) (name, message string) {
	message = f.Details[0].Detail
	for _, prefix := range servicePrefixes {
		message = strings.TrimPrefix(message, prefix)
	}
	switch {
	case f.Code() == fault.NonexistentID, strings.HasPrefix(message, "Transaction type specified is incorrect"):
		return "RCRD_DSNT_EXIST", "That record does not exist."
	case f.Code() == fault.NonexistentType:
		return "INVALID_RCRD_TYPE", message
	case strings.Contains(message, "dependent records"):
		return "THIS_RECORD_CANNOT_BE_DELETED_BECAUSE_IT_HAS_DEPENDENT_RECORDS", message
	case strings.HasPrefix(message, "Invalid value for the resource or sub-resource field"),
		strings.HasPrefix(message, "You have entered an Invalid Field Value"):
		return "INVALID_FLD_VALUE", message
	}
	return f.Code(), message
}

// JSON is JSON.stringify of a value; "" where that has no result.
func (m *Machine) JSON(v goja.Value) string {
	m.shallow(v)
	text := m.call(m.stringify, v)
	if text == nil || goja.IsUndefined(text) {
		return ""
	}
	return text.String()
}

// Raise throws what came out of a nested call on, uncatchable errors too.
func (m *Machine) Raise(err error) { panic(err) }

// uncaught turns what ended an execution into the answer of a RESTlet.
func (m *Machine) uncaught(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*goja.InterruptedError](err); ok {
		if why, ok := e.Value().(ended); ok {
			return m.internal(why.code, why.message)
		}
	}
	if _, ok := errors.AsType[*goja.StackOverflowError](err); ok {
		return &Uncaught{fault.UnexpectedError, "RangeError: Maximum call stack size exceeded"}
	}
	if e, ok := errors.AsType[*goja.Exception](err); ok {
		return m.exception(e)
	}
	return err
}

// internal words an error that no script could make or catch.
func (m *Machine) internal(code, message string) *Uncaught {
	text, _ := json.Marshal(struct { // strings always marshal
		Type    string   `json:"type"`
		Name    string   `json:"name"`
		Message string   `json:"message"`
		ID      string   `json:"id"`
		Stack   []string `json:"stack"`
	}{"error.SuiteScriptError", code, message, "", []string{}})
	return &Uncaught{code, string(text)}
}

// exception words a JavaScript exception.
func (m *Machine) exception(e *goja.Exception) error {
	u := m.thrown(e.Value())
	if u.Code != fault.UnexpectedError {
		return u
	}
	for _, f := range e.Stack() {
		if pos := f.Position(); pos.Line > 0 {
			u.Message += fmt.Sprintf(" [at %s (%s:%d:%d)]", f.FuncName(), f.SrcName(), pos.Line, pos.Column)
			break
		}
	}
	return u
}

// thrown words a thrown value: an error of SuiteScript keeps its name and is
// quoted whole, as recorded answers of live accounts do; what JavaScript itself
// threw is UNEXPECTED_ERROR.
func (m *Machine) thrown(v goja.Value) *Uncaught {
	o, ok := v.(*goja.Object)
	if !ok {
		return &Uncaught{fault.UnexpectedError, v.String()}
	}
	u := &Uncaught{Code: fault.UnexpectedError}
	err := m.VM.Try(func() {
		if o.Prototype() == m.errors {
			u.Code, u.Message = o.Get("name").String(), m.JSON(o)
			return
		}
		u.Message = o.String()
	})
	if err != nil {
		u.Message = "An unexpected SuiteScript error has occurred"
	}
	return u
}
