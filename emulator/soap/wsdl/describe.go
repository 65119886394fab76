package wsdl

import (
	"slices"
	"strings"
)

// Service says what a description is to describe.
type Service struct {
	Version    string
	BaseURL    string   // of the account, without a slash at the end
	Operations []string // that answer
	// Serves reports whether a type that extends an abstract one is served:
	// records, searches and rows of them.
	Serves func(*Type) bool
	// Shows reports whether a field of a served type is: joins may not be.
	Shows func(*Type, *Field) bool
}

// Description is the WSDL of a service with its XSD files: what the service
// serves of NetSuite's, no more.
type Description struct {
	schema  *Schema
	service Service
	types   map[*Type]bool
	enums   map[*Enum]bool
	faults  []string
}

// headerParts are the elements of the message headers.
var headerParts = []string{"applicationInfo", "partnerInfo", "documentInfo", "preferences", "searchPreferences", "tokenPassport"}

// Describe collects what the operations of a service reach.
func (s *Schema) Describe(service Service) *Description {
	d := &Description{schema: s, service: service, types: map[*Type]bool{}, enums: map[*Enum]bool{}}
	for _, part := range headerParts {
		d.keep(s.Message(part))
	}
	for _, name := range service.Operations {
		d.keep(s.Message(name))
		d.keep(s.Message(name + "Response"))
		for _, f := range s.Operation(name).Faults {
			if !slices.Contains(d.faults, f) {
				d.faults = append(d.faults, f)
				d.keep(s.Type("platformFaults", f))
			}
		}
	}
	return d
}

// keep adds a type, what it is made of, and what may stand in its place.
func (d *Description) keep(t *Type) {
	if t == nil || d.types[t] {
		return
	}
	d.types[t] = true
	d.keep(t.Base)
	for i := range t.Own {
		if f := &t.Own[i]; d.has(t, f) {
			d.keep(f.Type)
			d.enums[f.Enum] = true
		}
	}
	for i := range t.Attrs {
		d.enums[t.Attrs[i].Enum] = true
	}
	for _, a := range d.schema.Areas {
		for _, x := range a.types {
			if x.Base == t && (x.Abstract || d.service.Serves(x)) {
				d.keep(x)
			}
		}
	}
}

func (d *Description) has(t *Type, f *Field) bool {
	return f.In(d.service.Version) && d.service.Shows(t, f)
}

// areas returns the namespaces that have anything to say.
func (d *Description) areas() []*Area {
	return slices.DeleteFunc(slices.Clone(d.schema.Areas), func(a *Area) bool {
		return !slices.ContainsFunc(a.types, func(t *Type) bool { return d.types[t] }) &&
			!slices.ContainsFunc(a.enums, func(e *Enum) bool { return d.enums[e] })
	})
}

// WSDLPath is where NetSuite keeps the WSDL of a version.
func WSDLPath(version string) string { return "/wsdl/v" + version + "_0/netsuite.wsdl" }

// Path is where NetSuite keeps the area's XSD of a version.
func (a *Area) Path(version string) string {
	folder, file, _ := strings.Cut(a.File, ".")
	return "/xsd/" + folder + "/v" + version + "_0/" + file
}

// XSD returns the file at a path, or nil.
func (d *Description) XSD(path string) []byte {
	for _, a := range d.areas() {
		if a.Path(d.service.Version) == path {
			return d.xsd(a)
		}
	}
	return nil
}

func (d *Description) xsd(a *Area) []byte {
	w := writer{}
	v := d.service.Version
	attrs := []string{"xmlns", "http://www.w3.org/2001/XMLSchema", "xmlns:xsd", "http://www.w3.org/2001/XMLSchema", "xmlns:" + a.Prefix, a.Namespace(v)}
	others := d.refers(a)
	for _, other := range others {
		attrs = append(attrs, "xmlns:"+other.Prefix, other.Namespace(v))
	}
	w.open("schema", append(attrs, "targetNamespace", a.Namespace(v), "elementFormDefault", "qualified", "attributeFormDefault", "unqualified")...)
	for _, other := range others {
		w.empty("import", "namespace", other.Namespace(v), "schemaLocation", d.service.BaseURL+other.Path(v))
	}
	for i := range a.elements {
		if e := &a.elements[i]; d.types[e.Type] {
			w.empty("element", "name", e.Name, "type", typeName(e))
		}
	}
	for _, t := range a.types {
		if d.types[t] {
			d.complexType(&w, t)
		}
	}
	for _, e := range a.enums {
		if d.enums[e] {
			w.open("simpleType", "name", e.Name)
			w.open("restriction", "base", "xsd:string")
			for _, value := range e.Values(v) {
				w.empty("enumeration", "value", value)
			}
			w.close()
			w.close()
		}
	}
	w.close()
	return w.bytes()
}

// refers returns the other areas that an area's types mention.
func (d *Description) refers(a *Area) []*Area {
	used := map[*Area]bool{}
	for _, t := range a.types {
		if !d.types[t] {
			continue
		}
		if t.Base != nil {
			used[t.Base.Area] = true
		}
		for _, f := range slices.Concat(t.Own, t.Attrs) {
			switch {
			case !d.has(t, &f):
			case f.ref:
				used[f.Area] = true
			case f.Type != nil:
				used[f.Type.Area] = true
			case f.Enum != nil:
				used[f.Enum.Area] = true
			}
		}
	}
	for i := range a.elements {
		if t := a.elements[i].Type; t != nil && d.types[t] {
			used[t.Area] = true
		}
	}
	return slices.DeleteFunc(d.areas(), func(other *Area) bool { return other == a || !used[other] })
}

// typeName is a field's type with its prefix.
func typeName(f *Field) string {
	switch {
	case f.Type != nil:
		return f.Type.Area.Prefix + ":" + f.Type.Name
	case f.Enum != nil:
		return f.Enum.Area.Prefix + ":" + f.Enum.Name
	}
	return "xsd:" + f.Basic
}

func (d *Description) complexType(w *writer, t *Type) {
	attrs := []string{"name", t.Name}
	if t.Abstract {
		attrs = append(attrs, "abstract", "true")
	}
	w.open("complexType", attrs...)
	switch {
	case t.Text:
		w.open("simpleContent")
		w.open("extension", "base", "xsd:string")
	case t.Base != nil:
		w.open("complexContent")
		w.open("extension", "base", t.Base.Area.Prefix+":"+t.Base.Name)
	}
	if !t.Text {
		w.open("sequence")
		for i := range t.Own {
			if f := &t.Own[i]; d.has(t, f) {
				w.empty("element", occurs(f)...)
			}
		}
		w.close()
	}
	for i := range t.Attrs {
		f := &t.Attrs[i]
		attrs := []string{"name", f.Name, "type", typeName(f)}
		if f.Required {
			attrs = append(attrs, "use", "required")
		}
		if f.Default != "" {
			attrs = append(attrs, "default", f.Default)
		}
		w.empty("attribute", attrs...)
	}
	if t.Text || t.Base != nil {
		w.close()
		w.close()
	}
	w.close()
}

func occurs(f *Field) []string {
	attrs := []string{"name", f.Name, "type", typeName(f)}
	if f.ref {
		attrs = []string{"ref", f.Area.Prefix + ":" + f.Name}
	}
	if !f.Required {
		attrs = append(attrs, "minOccurs", "0")
	}
	if f.Repeats {
		attrs = append(attrs, "maxOccurs", "unbounded")
	}
	return attrs
}

// WSDL returns the WSDL, whose address is the emulator's.
func (d *Description) WSDL() []byte {
	w, v := writer{}, d.service.Version
	messages, faults := d.schema.Area("platformMsgs"), d.schema.Area("platformFaults")
	own := "urn:platform_" + v + ".webservices.netsuite.com"
	w.open("definitions", "xmlns", "http://schemas.xmlsoap.org/wsdl/", "xmlns:soap", "http://schemas.xmlsoap.org/wsdl/soap/", "xmlns:tns", own,
		"xmlns:platformMsgs", messages.Namespace(v), "xmlns:platformFaults", faults.Namespace(v), "targetNamespace", own)
	w.open("types")
	w.open("xsd:schema", "xmlns:xsd", "http://www.w3.org/2001/XMLSchema", "elementFormDefault", "qualified")
	for _, a := range d.areas() {
		w.empty("xsd:import", "namespace", a.Namespace(v), "schemaLocation", d.service.BaseURL+a.Path(v))
	}
	w.close()
	w.close()
	d.messages(&w)
	d.portType(&w)
	d.binding(&w)
	w.open("service", "name", "NetSuiteService")
	w.open("port", "name", "NetSuitePort", "binding", "tns:NetSuiteBinding")
	w.empty("soap:address", "location", d.service.BaseURL+"/services/NetSuitePort_"+v)
	w.close()
	w.close()
	w.close()
	return w.bytes()
}

func (d *Description) messages(w *writer) {
	w.open("message", "name", "headers")
	for _, part := range headerParts {
		w.empty("part", "name", part, "element", "platformMsgs:"+part)
	}
	w.close()
	for _, name := range d.service.Operations {
		for suffix, element := range map[string]string{"Request": name, "Response": name + "Response"} {
			w.open("message", "name", name+suffix)
			w.empty("part", "name", "parameters", "element", "platformMsgs:"+element)
			w.close()
		}
	}
	for _, f := range d.faults {
		w.open("message", "name", f)
		w.empty("part", "name", "fault", "element", "platformFaults:"+strings.ToLower(f[:1])+f[1:])
		w.close()
	}
}

func (d *Description) portType(w *writer) {
	w.open("portType", "name", "NetSuitePortType")
	for _, name := range d.service.Operations {
		w.open("operation", "name", name)
		w.empty("input", "name", name+"Request", "message", "tns:"+name+"Request")
		w.empty("output", "name", name+"Response", "message", "tns:"+name+"Response")
		for _, f := range d.schema.Operation(name).Faults {
			w.empty("fault", "name", f, "message", "tns:"+f)
		}
		w.close()
	}
	w.close()
}

func (d *Description) binding(w *writer) {
	w.open("binding", "name", "NetSuiteBinding", "type", "tns:NetSuitePortType")
	w.empty("soap:binding", "style", "document", "transport", "http://schemas.xmlsoap.org/soap/http")
	for _, name := range d.service.Operations {
		o := d.schema.Operation(name)
		w.open("operation", "name", name)
		w.empty("soap:operation", "soapAction", name)
		w.open("input", "name", name+"Request")
		for _, part := range o.Headers {
			w.empty("soap:header", "message", "tns:headers", "part", part, "use", "literal")
		}
		w.empty("soap:body", "use", "literal")
		w.close()
		w.open("output", "name", name+"Response")
		w.empty("soap:header", "message", "tns:headers", "part", "documentInfo", "use", "literal")
		w.empty("soap:body", "use", "literal")
		w.close()
		for _, f := range o.Faults {
			w.open("fault", "name", f)
			w.empty("soap:fault", "name", f, "use", "literal")
			w.close()
		}
		w.close()
	}
	w.close()
}
