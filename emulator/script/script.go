package script

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/sluicehq/sluice/emulator/restlet"
	"github.com/sluicehq/sluice/emulator/script/engine"
)

// Account, Limits, Entry and SavedSearch are the engine's.
type (
	Account     = engine.Account
	Limits      = engine.Limits
	Entry       = engine.Entry
	SavedSearch = engine.SavedSearch
)

// Deployment is a script file with the script and deployment records that make it
// a RESTlet.
type Deployment struct {
	ScriptID   string            `json:"scriptId"` // customscript_…
	DeployID   string            `json:"deployId"` // customdeploy_…
	Name       string            `json:"name"`
	File       string            `json:"file"` // in the File Cabinet: /SuiteScripts/orders.js
	Unreleased bool              `json:"unreleased,omitempty"`
	Audience   []string          `json:"audience,omitempty"`   // role IDs; empty means all
	Parameters map[string]string `json:"parameters,omitempty"` // custscript_… in lower case
}

// Host runs scripts for an account.
type Host struct {
	Account *Account
	Limits  Limits
}

// Folder returns the RESTlets of a folder of script files: those that the XML
// files of a SuiteCloud project deploy, and each other file whose @NScriptType is
// Restlet under the IDs customscript_NAME and customdeploy_NAME. Files of other
// types are libraries, or not used.
func (h *Host) Folder(folder fs.FS) ([]restlet.Script, error) {
	library, objects, err := readFolder(folder)
	if err != nil {
		return nil, err
	}
	var wanted []Deployment
	described := map[string]bool{}
	for _, o := range objects {
		described[o.File] = true
		wanted = append(wanted, o.deployments()...)
	}
	for name, f := range library.files {
		if f.isRESTlet() && !described[name] {
			wanted = append(wanted, named(name))
		}
	}
	slices.SortFunc(wanted, func(a, b Deployment) int {
		return cmp.Or(strings.Compare(a.ScriptID, b.ScriptID), strings.Compare(a.DeployID, b.DeployID))
	})
	var scripts []restlet.Script
	var problems []error
	for _, d := range wanted {
		s, err := h.deploy(library, d)
		problems = append(problems, err)
		scripts = append(scripts, s)
	}
	return scripts, errors.Join(problems...)
}

var notInID = regexp.MustCompile(`[^a-z0-9_]+`)

// named is the deployment of a file that nothing describes.
func named(file string) Deployment {
	name := strings.TrimSuffix(path.Base(file), ".js")
	id := notInID.ReplaceAllString(strings.ToLower(name), "_")
	return Deployment{ScriptID: "customscript_" + id, DeployID: "customdeploy_" + id, Name: name, File: file}
}

// Source returns the RESTlet that one file is, given as text. Its modules are
// NetSuite's own.
func (h *Host) Source(d Deployment, source string) (restlet.Script, error) {
	d.File = cmp.Or(d.File, cabinet+strings.TrimPrefix(d.ScriptID, "customscript_")+".js")
	f := parse(d.File, source)
	lower := map[string]string{}
	for name, v := range d.Parameters {
		lower[strings.ToLower(name)] = v
	}
	d.Parameters = lower
	return h.deploy(&Library{files: map[string]*file{d.File: f}}, d)
}

// deploy checks a script as NetSuite does when its record is saved: its tags, and
// that its modules load and give an entry point.
func (h *Host) deploy(l *Library, d Deployment) (restlet.Script, error) {
	s := restlet.Script{ScriptID: d.ScriptID, DeployID: d.DeployID, Name: cmp.Or(d.Name, d.ScriptID), Unreleased: d.Unreleased, Audience: d.Audience}
	f := l.files[d.File]
	if f == nil {
		return s, fmt.Errorf("%s: the file %s does not exist", d.ScriptID, d.File)
	}
	if f.problem != nil {
		return s, f.problem
	}
	if err := f.checkVersion(); err != nil {
		return s, err
	}
	if !f.isRESTlet() {
		return s, fmt.Errorf("%s: @NScriptType is %q, not Restlet", f.path, f.tags["nscripttype"])
	}
	p := &program{host: h, library: l, file: f, script: engine.Script{ScriptID: d.ScriptID, DeployID: d.DeployID, Params: d.Parameters}}
	methods, err := p.entryPoints()
	if err != nil {
		return s, fmt.Errorf("%s: %w", f.path, err)
	}
	for method, at := range map[string]*restlet.Func{"get": &s.Get, "post": &s.Post, "put": &s.Put, "delete": &s.Delete} {
		if methods[method] {
			*at = p.entry(method)
		}
	}
	if len(methods) == 0 {
		return s, fmt.Errorf("%s: SCRIPT_OF_API_VERSION_2_MUST_IMPLEMENT_ONE_OF: get, post, put, delete", f.path)
	}
	return s, nil
}

// program is a deployed script.
type program struct {
	host    *Host
	library *Library
	file    *file
	script  engine.Script
}

// machine makes a machine with the script's modules ready to load.
func (p *program) machine(ctx context.Context, limits Limits) (*engine.Machine, *loader) {
	m := engine.New(ctx, p.host.Account, p.script, limits)
	return m, newLoader(m, p.library)
}

// module loads the script's module.
func (p *program) module(m *engine.Machine, x *loader) (exports goja.Value, err error) {
	return exports, m.Define(func() { exports = x.file(p.file) })
}

// entryPoints loads the script, within NetSuite's limits, and tells which methods it has.
func (p *program) entryPoints() (map[string]bool, error) {
	m, x := p.machine(context.Background(), Limits{})
	found, err := m.Run(func() (any, error) {
		exports, err := p.module(m, x)
		if err != nil {
			return nil, err
		}
		methods := map[string]bool{}
		if o, ok := exports.(*goja.Object); ok {
			for _, name := range []string{"get", "post", "put", "delete"} {
				if _, callable := goja.AssertFunction(o.Get(name)); callable {
					methods[name] = true
				}
			}
		}
		return methods, nil
	})
	methods, _ := found.(map[string]bool)
	return methods, err
}

// entry is the entry point for a method: each call runs the script anew, so that
// nothing of one is left for the next.
func (p *program) entry(method string) restlet.Func {
	return func(ctx context.Context, r *restlet.Request) (any, error) {
		m, x := p.machine(ctx, p.host.Limits)
		v, err := m.Run(func() (any, error) { return p.call(m, x, method, r) })
		if u, ok := errors.AsType[*engine.Uncaught](err); ok {
			return nil, &restlet.Error{Code: u.Code, Message: u.Message}
		}
		return v, err
	}
}

func (p *program) call(m *engine.Machine, x *loader, method string, r *restlet.Request) (any, error) {
	exports, err := p.module(m, x)
	if err != nil {
		return nil, err
	}
	f, _ := goja.AssertFunction(exports.ToObject(m.VM).Get(method))
	arg, err := argument(m, r)
	if err != nil {
		return nil, err
	}
	v, err := f(goja.Undefined(), arg)
	if err == nil {
		v, err = m.Await(v)
	}
	if err != nil {
		return nil, err
	}
	if r := response(v); r != nil {
		return r, nil
	}
	return m.Result(v)
}

// argument is what the entry point gets: the parameters of the query for GET and
// DELETE, else the body, parsed where it is JSON (Oracle help, section_4387799403).
func argument(m *engine.Machine, r *restlet.Request) (goja.Value, error) {
	switch {
	case r.Method == "GET" || r.Method == "DELETE":
		params := map[string]any{}
		for name, v := range r.Params {
			params[name] = v
		}
		text, err := json.Marshal(params)
		if err != nil {
			return nil, err
		}
		return m.Parse(string(text))
	case strings.HasSuffix(r.ContentType, "json") && len(r.Body) > 0:
		return m.Parse(string(r.Body))
	case strings.HasSuffix(r.ContentType, "json"):
		return goja.Undefined(), nil
	}
	return m.VM.ToValue(string(r.Body)), nil
}
