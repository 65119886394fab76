package script

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/dop251/goja"

	"github.com/sluicehq/sluice/emulator/script/engine"
	"github.com/sluicehq/sluice/emulator/script/module"
	"github.com/sluicehq/sluice/emulator/script/recordmodule"
	"github.com/sluicehq/sluice/emulator/script/searchmodule"
)

// builtin are NetSuite's own modules.
var builtin = map[string]func(*engine.Machine) goja.Value{
	"error": module.Error, "format": module.Format, "log": module.Log, "query": module.Query, "record": recordmodule.New,
	"runtime": module.Runtime, "scriptTypes/restlet": restletTypes, "search": searchmodule.New, "util": util,
}

//go:embed util.js
var utilSource string

var utilProgram = sync.OnceValue(func() *goja.Program { return goja.MustCompile("N/util", utilSource, true) })

// util is N/util, which is JavaScript itself (Oracle help, section_4569538303).
func util(m *engine.Machine) goja.Value {
	v, err := m.VM.RunProgram(utilProgram())
	if err != nil {
		panic(err)
	}
	return v
}

// loader loads modules into one machine, each once (Oracle help, section_4460460309:
// AMD with define and require).
type loader struct {
	m       *engine.Machine
	library *Library
	loaded  map[string]goja.Value // by path, or N/name
	loading []string              // paths whose modules are being made, outermost first
	defined *definition           // by the file that runs
}

// definition is a call of define.
type definition struct {
	needs []string
	make  goja.Value // a function, or the module itself
}

func newLoader(m *engine.Machine, l *Library) *loader {
	x := &loader{m: m, library: l, loaded: map[string]goja.Value{}}
	global := m.VM.GlobalObject()
	set := func(name string, v any) {
		if err := global.Set(name, v); err != nil {
			panic(err)
		}
	}
	set("define", x.define)
	set("require", x.require)
	set("log", x.builtin("log"))
	set("util", x.builtin("util"))
	return x
}

// define takes ([id,] [needs,] function or object).
func (x *loader) define(call goja.FunctionCall) goja.Value {
	args := call.Arguments
	if len(args) > 1 && engine.IsText(args[0]) {
		args = args[1:]
	}
	d := &definition{}
	if len(args) > 1 {
		d.needs = x.names(args[0])
		args = args[1:]
	}
	if len(args) == 0 {
		x.m.Throw("SSS_MISSING_REQD_ARGUMENT", "define: Missing a required argument: callback")
	}
	d.make = args[0]
	x.defined = d
	return goja.Undefined()
}

func (x *loader) names(v goja.Value) []string {
	var out []string
	for _, name := range x.m.List(v) {
		out = append(out, name.String())
	}
	return out
}

// require calls a function with modules, or returns the one that is named.
func (x *loader) require(call goja.FunctionCall) goja.Value {
	from := cabinet
	if n := len(x.loading); n > 0 {
		from = x.loading[n-1]
	}
	needs := call.Argument(0)
	if _, isList := needs.(*goja.Object); !isList {
		return x.load(needs.String(), from)
	}
	modules := make([]goja.Value, 0, 4)
	for _, name := range x.names(needs) {
		modules = append(modules, x.load(name, from))
	}
	if f, ok := goja.AssertFunction(call.Argument(1)); ok {
		return x.m.Call(f, modules...)
	}
	return goja.Undefined()
}

// load returns a module by the name that a file gives it.
func (x *loader) load(name, from string) goja.Value {
	if name == "N" {
		return x.all()
	}
	if own, ok := strings.CutPrefix(name, "N/"); ok {
		return x.builtin(own)
	}
	f, full := x.library.find(name, from)
	if f == nil {
		x.missing(full)
	}
	return x.file(f)
}

func (x *loader) missing(name string) {
	panic(x.m.VM.ToValue(x.m.NewError("MODULE_DOES_NOT_EXIST", "Module does not exist: "+name, engine.Details{ModuleLoader: true})))
}

// unloadable raises what is wrong with a module.
func (x *loader) unloadable(why string) {
	panic(x.m.VM.ToValue(x.m.NewError("UNEXPECTED_ERROR", why, engine.Details{ModuleLoader: true})))
}

func (x *loader) builtin(name string) goja.Value {
	full := "N/" + name
	if v := x.loaded[full]; v != nil {
		return v
	}
	f := builtin[strings.TrimSuffix(name, ".js")]
	if f == nil {
		x.missing(full)
	}
	v := f(x.m)
	x.loaded[full] = v
	return v
}

// all is the module N: every module under its name.
func (x *loader) all() goja.Value {
	o := x.m.VM.NewObject()
	for name := range builtin {
		_ = o.Set(name, x.builtin(name)) // a plain object takes any property
	}
	return o
}

// file runs a file and makes the module that it defines.
func (x *loader) file(f *file) goja.Value {
	if v := x.loaded[f.path]; v != nil {
		return v
	}
	if slices.Contains(x.loading, f.path) {
		x.unloadable("Modules load each other in a circle: " + f.path)
	}
	if f.problem != nil {
		x.unloadable(f.problem.Error())
	}
	x.loading = append(x.loading, f.path)
	defer func() { x.loading = x.loading[:len(x.loading)-1] }()
	x.defined = nil
	if _, err := x.m.VM.RunProgram(f.program); err != nil {
		x.m.Raise(err)
	}
	d := x.defined
	if d == nil { // a file without define, as a script that only requires
		d = &definition{make: goja.Undefined()}
	}
	modules := make([]goja.Value, len(d.needs))
	for i, name := range d.needs {
		modules[i] = x.load(name, f.path)
	}
	v := d.make
	if make, ok := goja.AssertFunction(d.make); ok {
		v = x.m.Call(make, modules...)
	}
	x.loaded[f.path] = v
	return v
}
