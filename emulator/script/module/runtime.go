package module

import (
	"context"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/script/engine"
	"github.com/sluicehq/sluice/emulator/session"
)

// version is the release that the record types are those of.
const version = "2026.1"

// Runtime is N/runtime (Oracle help, section_4296359529).
func Runtime(m *engine.Machine) goja.Value {
	o := m.Object("accountId", "", "envType", "PRODUCTION", "executionContext", "RESTLET", "version", version, "queueCount", 1, "processorCount", 2)
	if s := m.Session; s != nil {
		_ = o.Set("accountId", s.AccountID) // a plain object takes any property
		if strings.Contains(s.AccountID, "_SB") {
			_ = o.Set("envType", "SANDBOX")
		}
	}
	m.Func(o, "getCurrentScript", nil, func(engine.Args) any { return currentScript(m) })
	m.Func(o, "getCurrentUser", nil, func(engine.Args) any { return currentUser(m) })
	values := map[string]string{}
	m.Func(o, "getCurrentSession", nil, func(engine.Args) any { return currentSession(m, values) })
	m.Func(o, "isFeatureInEffect", []string{"feature!"}, func(a engine.Args) any {
		return m.Session.Has(strings.ToUpper(a.Text("feature")))
	})
	m.Constants(o, "EnvType", map[string]string{"SANDBOX": "SANDBOX", "PRODUCTION": "PRODUCTION", "BETA": "BETA", "INTERNAL": "INTERNAL"})
	m.Constants(o, "ContextType", contexts)
	m.Constants(o, "Permission", map[string]string{"FULL": "FULL", "EDIT": "EDIT", "CREATE": "CREATE", "VIEW": "VIEW", "NONE": "NONE"})
	return o
}

var contexts = map[string]string{
	"ACTION": "ACTION", "BUNDLE_INSTALLATION": "BUNDLEINSTALLATION", "CLIENT": "CLIENT", "CSV_IMPORT": "CSVIMPORT",
	"MAP_REDUCE": "MAPREDUCE", "MASS_UPDATE": "MASSUPDATE", "PORTLET": "PORTLET", "RESTLET": "RESTLET", "REST_WEBSERVICES": "RESTWEBSERVICES",
	"SCHEDULED": "SCHEDULED", "SUITELET": "SUITELET", "USEREVENT": "USEREVENT", "USER_INTERFACE": "USERINTERFACE",
	"WEBSERVICES": "WEBSERVICES", "WORKFLOW": "WORKFLOW",
}

func currentScript(m *engine.Machine) *goja.Object {
	o := m.Object("id", m.Script.ScriptID, "deploymentId", m.Script.DeployID, "logLevel", "DEBUG", "apiVersion", "2.1",
		"bundleIds", m.VM.NewArray(), "percentComplete", 0)
	m.Func(o, "getRemainingUsage", nil, func(engine.Args) any { return m.Remaining() })
	m.Func(o, "getParameter", []string{"name!"}, func(a engine.Args) any {
		if v, ok := m.Script.Params[strings.ToLower(a.Text("name"))]; ok {
			return v
		}
		return goja.Null()
	})
	return o
}

// currentUser is the user of the call with what the employee record says.
func currentUser(m *engine.Machine) *goja.Object {
	s := m.Session
	e := employee(m)
	o := m.Object("id", number(s.EmployeeID), "name", s.EmployeeName, "email", body.Text(e, "email"), "role", number(s.RoleID),
		"roleId", roleID(s), "roleCenter", "BASIC", "subsidiary", reference(e, "subsidiary"), "department", reference(e, "department"),
		"location", reference(e, "location"))
	m.Func(o, "getPermission", []string{"name!"}, func(a engine.Args) any { return permission(s, a.Text("name")) })
	m.Func(o, "getPreference", []string{"name!"}, func(a engine.Args) any {
		switch strings.ToUpper(a.Text("name")) {
		case "DATEFORMAT":
			return s.DateFormat
		case "TIMEFORMAT":
			return s.TimeFormat
		case "TIMEZONE":
			return s.TimeZone.String()
		}
		return goja.Null()
	})
	return o
}

func employee(m *engine.Machine) body.Body {
	r, err := m.Account.Records().Get(context.WithoutCancel(session.With(m.Context(), nil)), "employee", m.Session.EmployeeID)
	if err != nil {
		return nil // a user need not have a record
	}
	return r.Body
}

// reference is 0 for what is not set.
func reference(b body.Body, name string) int64 { return body.RefID(b, name) }

func number(id string) any {
	if n, err := strconv.Atoi(id); err == nil {
		return n
	}
	return id
}

func roleID(s *session.Session) string {
	if s.Administrator {
		return "administrator"
	}
	return "customrole" + s.RoleID
}

// permission is a level as User.getPermission has it: 0 to 4.
func permission(s *session.Session, name string) int {
	for l := session.Full; l > session.None; l-- {
		if s.Allows(strings.ToUpper(name), l) {
			return int(l)
		}
	}
	return 0
}

// currentSession keeps values for one execution: RESTlets that log in by token
// have no session beyond it.
func currentSession(m *engine.Machine, values map[string]string) *goja.Object {
	o := m.VM.NewObject()
	m.Func(o, "get", []string{"name!"}, func(a engine.Args) any {
		if v, ok := values[a.Text("name")]; ok {
			return v
		}
		return goja.Null()
	})
	m.Func(o, "set", []string{"name!", "value!"}, func(a engine.Args) any {
		values[a.Text("name")] = a.Text("value")
		return goja.Undefined()
	})
	return o
}
