package script

import (
	"github.com/dop251/goja"

	"github.com/sluicehq/sluice/emulator/restlet"
	"github.com/sluicehq/sluice/emulator/script/engine"
)

// held is where a restlet.Response keeps what it is.
var held = goja.NewSymbol("response")

// restletTypes is N/scriptTypes/restlet (Oracle help, section_0618021129).
func restletTypes(m *engine.Machine) goja.Value {
	o := m.VM.NewObject()
	m.Func(o, "createResponse", []string{"content!", "contentType!"}, func(a engine.Args) any {
		r := m.Object("content", a.Text("content"), "contentType", a.Text("contentType"))
		if err := r.SetSymbol(held, &restlet.Response{Content: a.Text("content"), ContentType: a.Text("contentType")}); err != nil {
			panic(err)
		}
		return r
	})
	return o
}

// response returns the restlet.Response that a result is, or nil.
func response(v goja.Value) *restlet.Response {
	o, ok := v.(*goja.Object)
	if !ok {
		return nil
	}
	kept := o.GetSymbol(held)
	if kept == nil {
		return nil
	}
	r, _ := kept.Export().(*restlet.Response)
	return r
}
