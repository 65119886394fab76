// Package module has the small modules of SuiteScript: N/log, N/runtime,
// N/error, N/format and N/query.
package module

import (
	"github.com/dop251/goja"

	"github.com/sluicehq/sluice/emulator/script/engine"
)

// Log is N/log (Oracle help, section_4574548135). Details that are objects are
// logged as JSON.
func Log(m *engine.Machine) goja.Value {
	o := m.VM.NewObject()
	for name, level := range map[string]string{"debug": "DEBUG", "audit": "AUDIT", "error": "ERROR", "emergency": "EMERGENCY"} {
		m.Func(o, name, []string{"title", "details"}, func(a engine.Args) any {
			write(m, level, a)
			return goja.Undefined()
		})
	}
	return o
}

// The longest title and details (Oracle help, section_N3352137).
const (
	maxTitle   = 99
	maxDetails = 3999
)

func write(m *engine.Machine, level string, a engine.Args) {
	if m.Account.Log == nil {
		return
	}
	details := a.Text("details")
	if o, ok := a.Value("details").(*goja.Object); ok && o.ClassName() != "Error" && o.ClassName() != "Function" {
		details = m.JSON(o)
	}
	m.Account.Log(engine.Entry{
		Time: m.Account.Now(), Script: m.Script.ScriptID, Deployment: m.Script.DeployID, Level: level,
		Title: cut(a.Text("title"), maxTitle), Details: cut(details, maxDetails),
	})
}

func cut(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

// Error is N/error (Oracle help, section_4321345532).
func Error(m *engine.Machine) goja.Value {
	o := m.VM.NewObject()
	m.Func(o, "create", []string{"name!", "message!", "notifyOff"}, func(a engine.Args) any {
		return m.NewError(a.Text("name"), a.Text("message"), engine.Details{UserFacing: true, NotifyOff: a.True("notifyOff")})
	})
	m.Constants(o, "Type", errorTypes)
	return o
}

// errorTypes are the codes of error.Type (Oracle help, section_159469488562)
// that the modules here raise.
var errorTypes = map[string]string{
	"INVALID_FLD_VALUE": "INVALID_FLD_VALUE", "INVALID_KEY_OR_REF": "INVALID_KEY_OR_REF", "INVALID_RCRD_TYPE": "INVALID_RCRD_TYPE",
	"RCRD_DSNT_EXIST": "RCRD_DSNT_EXIST", "SSS_INVALID_SRCH_COL": "SSS_INVALID_SRCH_COL", "SSS_INVALID_SRCH_FILTER": "SSS_INVALID_SRCH_FILTER",
	"SSS_INVALID_SRCH_OPERATOR": "SSS_INVALID_SRCH_OPERATOR", "SSS_INVALID_TYPE_ARG": "SSS_INVALID_TYPE_ARG",
	"SSS_MISSING_REQD_ARGUMENT": "SSS_MISSING_REQD_ARGUMENT", "SSS_USAGE_LIMIT_EXCEEDED": "SSS_USAGE_LIMIT_EXCEEDED",
	"USER_ERROR": "USER_ERROR", "UNEXPECTED_ERROR": "UNEXPECTED_ERROR",
}
