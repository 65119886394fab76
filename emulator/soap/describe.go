package soap

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/emulator/soap/mapping"
	"github.com/sluicehq/sluice/emulator/soap/search"
	"github.com/sluicehq/sluice/emulator/soap/wsdl"
)

// ServeDescription answers the WSDL and the XSD files at NetSuite's paths. They
// describe the operations, records, searches and joins that answer here.
func (s *Service) ServeDescription(w http.ResponseWriter, r *http.Request) {
	version := pathVersion(r.URL.Path)
	if !wsdl.Served(version) || r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.NotFound(w, r)
		return
	}
	d := s.description(version, strings.TrimSuffix(s.BaseURL(r), "/"))
	var text []byte
	if r.URL.Path == wsdl.WSDLPath(version) {
		text = d.WSDL()
	} else if text = d.XSD(r.URL.Path); text == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	_, _ = w.Write(text) // the client is gone if this fails
}

// pathVersion returns the version in /wsdl/v2025_2_0/netsuite.wsdl.
func pathVersion(path string) string {
	for part := range strings.SplitSeq(path, "/") {
		if rest, ok := strings.CutPrefix(part, "v"); ok {
			return strings.TrimSuffix(rest, "_0")
		}
	}
	return ""
}

// description keeps what describe finds: a client asks for some forty files.
func (s *Service) description(version, base string) *wsdl.Description {
	key := version + " " + base
	if d, ok := s.descriptions.Load(key); ok {
		return d.(*wsdl.Description)
	}
	d, _ := s.descriptions.LoadOrStore(key, s.describe(version, base))
	return d.(*wsdl.Description)
}

func (s *Service) describe(version, base string) *wsdl.Description {
	e := &search.Engine{Mapper: &mapping.Mapper{Shapes: s.shapes, Version: version, Store: s.Store}, Now: s.Now}
	records := map[*wsdl.Type]bool{}
	for _, t := range s.Store.Types() {
		if shape := e.Shape(t); shape != nil {
			records[shape] = true
		}
	}
	return s.shapes.Describe(wsdl.Service{
		Version: version, BaseURL: base, Operations: slices.Sorted(maps.Keys(operations)),
		Serves: func(t *wsdl.Type) bool {
			switch {
			case t.Is("Record"):
				return records[t]
			case t.Is("SearchRecord"), t.Is("SearchRow"):
				return e.HasFamily(family(t.Name))
			}
			return true
		},
		Shows: func(t *wsdl.Type, f *wsdl.Field) bool {
			isJoin := strings.HasSuffix(f.Name, "Join") && f.Name != "customSearchJoin" && (t.Is("SearchRecord") || t.Is("SearchRow"))
			return !isJoin || e.HasJoin(family(t.Name), f.Name, f.Type)
		},
	})
}

// family is the word that the types of a search begin with.
func family(name string) string {
	for _, suffix := range []string{"SearchRowBasic", "SearchBasic", "SearchAdvanced", "SearchRow", "Search"} {
		if word, ok := strings.CutSuffix(name, suffix); ok {
			return word
		}
	}
	return name
}
