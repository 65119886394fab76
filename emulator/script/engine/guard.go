package engine

import (
	_ "embed"
	"reflect"
	"sync"

	"github.com/dlclark/regexp2/v2"
	"github.com/dop251/goja"
)

// maxLength is the longest string, in characters, and the longest list that a
// built-in function works on.
const maxLength = 16 << 20

// maxNesting is how deep JSON may nest.
const maxNesting = 1000

//go:embed guard.js
var guardSource string

var guardProgram = sync.OnceValue(func() *goja.Program {
	// A regular expression that backtracks without end is not interrupted by the
	// engine. It outlives its script by no more than this.
	regexp2.DefaultMatchTimeout = DefaultTime
	return goja.MustCompile("guard.js", guardSource, true)
})

// guard bounds what single steps of a script may take.
func (m *Machine) guard() {
	f, err := m.VM.RunProgram(guardProgram())
	if err != nil {
		panic(err)
	}
	install, _ := goja.AssertFunction(f)
	const noCode = "Code generation from strings disallowed for this context"
	if _, err := install(goja.Undefined(), m.VM.ToValue(maxLength), m.VM.ToValue(noCode)); err != nil {
		panic(err)
	}
	object := m.VM.Get("JSON").ToObject(m.VM)
	m.parse, _ = goja.AssertFunction(object.Get("parse"))
	m.stringify, _ = goja.AssertFunction(object.Get("stringify"))
	m.set(object, "parse", func(call goja.FunctionCall) goja.Value {
		text := call.Argument(0).String()
		if nesting(text) > maxNesting {
			m.rangeError()
		}
		return m.call(m.parse, m.VM.ToValue(text), call.Argument(1))
	})
	m.set(object, "stringify", func(call goja.FunctionCall) goja.Value {
		m.shallow(call.Argument(0))
		return m.call(m.stringify, call.Arguments...)
	})
}

func (m *Machine) call(f goja.Callable, args ...goja.Value) goja.Value {
	v, err := f(goja.Undefined(), args...)
	if err != nil {
		m.Raise(err)
	}
	return v
}

func (m *Machine) rangeError() {
	e, err := m.VM.New(m.VM.Get("RangeError"), m.VM.ToValue("Maximum call stack size exceeded"))
	if err != nil {
		m.Raise(err)
	}
	panic(m.VM.ToValue(e))
}

var proxyType = reflect.TypeFor[goja.Proxy]()

// nesting is how deep a JSON text nests at most; brackets in strings do not count.
func nesting(text string) int {
	depth, deepest, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
			deepest = max(deepest, depth)
		case c == ']' || c == '}':
			depth--
		}
	}
	return deepest
}

// shallow refuses a value that nests deeper than JSON.stringify can bear: it
// compares each object with all those around it. A ring is JSON.stringify's to refuse.
func (m *Machine) shallow(v goja.Value) {
	around := map[*goja.Object]bool{}
	var visit func(v goja.Value) (ring bool)
	visit = func(v goja.Value) bool {
		o, ok := v.(*goja.Object)
		if !ok {
			return false
		}
		if around[o] {
			return true
		}
		if len(around) > maxNesting {
			m.rangeError()
		}
		if o.ExportType() == proxyType { // its traps are the script's
			return false
		}
		around[o] = true
		defer delete(around, o)
		for _, key := range o.Keys() {
			if visit(o.Get(key)) {
				return true
			}
		}
		return false
	}
	visit(v)
}
