package script_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/emulator/script"
)

type hostile struct{ name, body, want string }

func (w *world) end(t *testing.T, rows []hostile) {
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			w := &world{t, w.emu, w.ses}
			if e := w.fails(row.body); e.Code != row.want && !strings.Contains(e.Message, row.want) {
				t.Errorf("%s: %.300s\nwant %s", e.Code, e.Message, row.want)
			}
		})
	}
}

// What does not end by itself is ended, and the account goes on.
func TestScriptsWithoutEnd(t *testing.T) {
	w := newWorld(t, empty, func(o *emulator.Options) { o.ScriptLimits = script.Limits{Time: 50 * time.Millisecond} })
	w.end(t, []hostile{
		{"endless loop", `for (;;) {}`, "SSS_TIME_LIMIT_EXCEEDED"},
		{"endless loop that catches", `for (;;) try { for (;;) {} } catch (e) {} finally { continue }`, "SSS_TIME_LIMIT_EXCEEDED"},
		{"endless microtasks", `const again = () => Promise.resolve().then(again); return again()`, "SSS_TIME_LIMIT_EXCEEDED"},
		{"endless callback", `[1].forEach(function again() { for (;;) [1].map(() => 1) })`, "SSS_TIME_LIMIT_EXCEEDED"},
		{"error that throws", `throw { toString() { for (;;) {} } }`, "SSS_TIME_LIMIT_EXCEEDED"},
	})
}

// What lives counts, what is garbage does not.
func TestScriptsThatGrow(t *testing.T) {
	w := newWorld(t, empty, func(o *emulator.Options) { o.ScriptLimits = script.Limits{Memory: 16 << 20} })
	w.end(t, []hostile{
		{"memory", `const all = []; for (;;) all.push(new Array(1000).fill('x'))`, "SSS_MEMORY_USAGE_EXCEEDED"},
		{"doubling string", `let s = 'x'; for (;;) s += s`, "SSS_MEMORY_USAGE_EXCEEDED"},
	})
	if got := w.run(`let n = 0; for (let i = 0; i < 3000; i++) n += new Array(1000).fill('x').length; return n`); got != "3000000" {
		t.Error(got)
	}
}

// What a script does to the machine, by accident or on purpose, ends that script
// and nothing else.
func TestScriptsThatTakeTooMuch(t *testing.T) {
	w := newWorld(t, empty)
	const deep = `let a = []; for (let i = 0; i < 5000; i++) a = [a];`
	w.end(t, []hostile{
		{"huge repeat", `return 'x'.repeat(2 ** 30)`, "Invalid string length"},
		{"huge pad", `return 'x'.padEnd(2 ** 30)`, "Invalid string length"},
		{"huge replace", `return 'x'.repeat(1e5).replaceAll('x', 'y'.repeat(1e4))`, "Invalid string length"},
		{"huge join", `return new Array(1e4).fill('y'.repeat(1e4)).join('')`, "Invalid string length"},
		{"huge array", `return new Array(1e9).fill(0).length`, "Invalid array length"},
		{"array without end", `Array.prototype.forEach.call({ length: 2 ** 53 - 1 }, () => 1)`, "Invalid array length"},
		{"huge list of arguments", `Math.max.apply(null, { length: 1e9 })`, "Maximum call stack size exceeded"},
		{"huge buffer", `return new Uint8Array(2 ** 33).length`, "Array buffer allocation failed"},
		{"recursion", `const f = () => f() + 1; return f()`, "Maximum call stack size exceeded"},
		{"recursion through a function of the engine", `const f = () => [1].map(f); return f()`, "Maximum call stack size exceeded"},
		{"deep JSON", deep + `return a`, "Maximum call stack size exceeded"},
		{"deep text", deep + `return String(a)`, "Maximum call stack size exceeded"},
		{"deep JSON text", `return JSON.parse('['.repeat(1e6))`, "Maximum call stack size exceeded"},
		{"ring", `const a = {}; a.a = a; return a`, "Converting circular structure to JSON"},
		{"eval", `return eval('1')`, "Code generation from strings disallowed"},
		{"Function", `return (() => 1).constructor('return 1')()`, "Code generation from strings disallowed"},
		{"file", `require(['fs'], () => 1)`, "MODULE_DOES_NOT_EXIST"},
		{"network", `return fetch('http://127.0.0.1')`, "ReferenceError: fetch is not defined"},
		{"JSON replaced", `JSON.stringify = () => { throw 1 }; throw error.create({ name: 'MINE', message: 'm' })`, "MINE"},
		{"answer that throws", `return { toJSON() { throw new Error('no answer') } }`, "Error: no answer"},
	})
}
