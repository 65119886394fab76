package engine

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/dop251/goja"

	"github.com/sluicehq/sluice/emulator/fault"
)

// Args are the arguments of a call of a module's function: one object of
// options, or the same by position.
type Args struct {
	m      *Machine
	name   string // of the function
	values map[string]goja.Value
}

// Func adds a function to an object. params names its options in the order in
// which they may be given by position; a name that ends in ! is required.
func (m *Machine) Func(on *goja.Object, name string, params []string, f func(Args) any) *goja.Object {
	native := func(call goja.FunctionCall) goja.Value {
		return m.VM.ToValue(f(m.args(name, params, call.Arguments)))
	}
	o := m.VM.ToValue(native).ToObject(m.VM)
	m.set(on, name, o)
	return o
}

// Promising is Func with the property promise: the same function, returning a promise.
func (m *Machine) Promising(on *goja.Object, name string, params []string, f func(Args) any) {
	o := m.Func(on, name, params, f)
	m.set(o, "promise", func(call goja.FunctionCall) goja.Value {
		p, resolve, reject := m.VM.NewPromise()
		var v any
		if e := m.VM.Try(func() { v = f(m.args(name, params, call.Arguments)) }); e != nil {
			m.Settle(reject(e.Value()))
		} else {
			m.Settle(resolve(v))
		}
		return m.VM.ToValue(p)
	})
}

// Settle raises what went wrong while a promise was settled.
func (m *Machine) Settle(err error) {
	if err != nil {
		m.Raise(err)
	}
}

func (m *Machine) args(name string, params []string, given []goja.Value) Args {
	if m.defining {
		panic(m.VM.ToValue(m.NewError("SUITESCRIPT_API_UNAVAILABLE_IN_DEFINE",
			"Fail to evaluate script: All SuiteScript API Modules are unavailable while executing your define callback.", Details{ModuleLoader: true})))
	}
	a := Args{m, name, map[string]goja.Value{}}
	options := m.options(params, given)
	for i, param := range params {
		key, required := strings.CutSuffix(param, "!")
		var v goja.Value
		if options != nil {
			v = options.Get(key)
		} else if i < len(given) {
			v = given[i]
		}
		if v != nil && !goja.IsUndefined(v) {
			a.values[key] = v
		}
		if required && (a.values[key] == nil || goja.IsNull(v)) {
			m.Throw("SSS_MISSING_REQD_ARGUMENT", "%s: Missing a required argument: %s", name, key)
		}
	}
	return a
}

// options returns the only argument if it is an object of options: one that has
// one of them, or that cannot be meant as the first argument itself.
func (m *Machine) options(params []string, given []goja.Value) *goja.Object {
	if len(given) != 1 || len(params) == 0 {
		return nil
	}
	o, ok := given[0].(*goja.Object)
	if !ok || o.ClassName() != "Object" {
		return nil
	}
	return o
}

// Has reports whether an option was given.
func (a Args) Has(name string) bool { return a.values[name] != nil }

// Value returns an option; undefined without it.
func (a Args) Value(name string) goja.Value {
	if v := a.values[name]; v != nil {
		return v
	}
	return goja.Undefined()
}

// Text returns an option as a string; "" without it.
func (a Args) Text(name string) string {
	if v := a.values[name]; v != nil && !goja.IsNull(v) {
		return v.String()
	}
	return ""
}

// Int returns a whole number, or otherwise where the option is not given.
func (a Args) Int(name string, otherwise int) int {
	v := a.values[name]
	if v == nil || goja.IsNull(v) {
		return otherwise
	}
	n := v.ToFloat()
	if math.IsNaN(n) || n != math.Trunc(n) || math.Abs(n) > math.MaxInt32 {
		a.m.Throw("SSS_INVALID_TYPE_ARG", "You have entered an invalid type argument: %s", name)
	}
	return int(n)
}

// True reports whether an option is given and true.
func (a Args) True(name string) bool {
	v := a.values[name]
	return v != nil && v.ToBoolean()
}

// Function returns an option that is to be called.
func (a Args) Function(name string) goja.Callable {
	f, ok := goja.AssertFunction(a.Value(name))
	if !ok {
		a.m.Throw("SSS_INVALID_TYPE_ARG", "You have entered an invalid type argument: %s", name)
	}
	return f
}

// List returns the elements of an option that is a list, or the one that it is.
func (a Args) List(name string) []goja.Value { return a.m.List(a.Value(name)) }

// List returns the elements of an array; another value is its own only element,
// and no value none.
func (m *Machine) List(v goja.Value) []goja.Value {
	if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
		return nil
	}
	o, ok := v.(*goja.Object)
	if !ok || o.ClassName() != "Array" {
		return []goja.Value{v}
	}
	n := int(min(o.Get("length").ToInteger(), 100_000))
	list := make([]goja.Value, n)
	for i := range list {
		list[i] = o.Get(strconv.Itoa(i))
	}
	return list
}

// Object makes an object with properties in the order given: name, value, ….
func (m *Machine) Object(pairs ...any) *goja.Object {
	o := m.VM.NewObject()
	for pair := range slices.Chunk(pairs, 2) {
		m.set(o, pair[0].(string), pair[1])
	}
	return o
}

// Constants adds an object of names with their values, as enumerations are.
func (m *Machine) Constants(on *goja.Object, name string, values map[string]string) {
	o := m.VM.NewObject()
	for _, key := range slices.Sorted(maps.Keys(values)) {
		m.set(o, key, values[key])
	}
	m.set(on, name, o)
}

// Getter adds a property that is computed when it is read.
func (m *Machine) Getter(on *goja.Object, name string, f func() any) {
	get := m.VM.ToValue(func(goja.FunctionCall) goja.Value { return m.VM.ToValue(f()) })
	if err := on.DefineAccessorProperty(name, get, nil, goja.FLAG_FALSE, goja.FLAG_TRUE); err != nil {
		panic(err)
	}
}

// Call calls a script's function.
func (m *Machine) Call(f goja.Callable, args ...goja.Value) goja.Value { return m.call(f, args...) }

// Parse is JSON.parse.
func (m *Machine) Parse(text string) (goja.Value, error) {
	if nesting(text) > maxNesting {
		return nil, &Uncaught{fault.UnexpectedError, "The request body nests too deeply."}
	}
	return m.parse(goja.Undefined(), m.VM.ToValue(text))
}

// Date makes a Date.
func (m *Machine) Date(t time.Time) goja.Value {
	o, err := m.VM.New(m.VM.Get("Date"), m.VM.ToValue(t.UnixMilli()))
	if err != nil {
		m.Raise(err)
	}
	return o
}

// Time returns what a Date holds; false if v is none.
func Time(v goja.Value) (time.Time, bool) {
	o, ok := v.(*goja.Object)
	if !ok || o.ClassName() != "Date" {
		return time.Time{}, false
	}
	t, ok := o.Export().(time.Time)
	return t, ok
}

// Constant turns salesOrder into SALES_ORDER.
func Constant(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}
