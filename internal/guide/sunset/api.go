package sunset

import "github.com/sluicehq/sluice"

// parts returns the exports, lookups and imports of a flow that are NetSuite's, in the
// order of the flow file.
func parts(f *sluice.Flow) []PartEnds {
	var list []PartEnds
	add := func(path, does, connection string, api API) {
		if api != "" {
			list = append(list, PartEnds{Path: path, Does: does, Connection: connection, API: api})
		}
	}
	for at, e := range f.Sources() {
		add(at, "export", e.Connection, ofExport(e))
	}
	for at, k := range f.Lookups() {
		add(at, "lookup", k.Connection, ofLookup(k))
	}
	for at, i := range f.Imports() {
		add(at, "import", i.Connection, ofImport(i))
	}
	return list
}

func ofExport(e *sluice.Export) API {
	switch {
	case e.SuiteQL != nil:
		return SuiteQL
	case e.Records != nil:
		return Records
	case e.RESTlet != nil:
		return RESTlet
	case e.BySOAP():
		return SOAP
	}
	return ""
}

func ofLookup(k *sluice.Lookup) API {
	switch {
	case k.SuiteQL != nil:
		return SuiteQL
	case k.Records != nil:
		return Records
	case k.RESTlet != nil:
		return RESTlet
	}
	return ""
}

func ofImport(i *sluice.Import) API {
	switch {
	case i.NetSuite != nil && i.NetSuite.API == sluice.APISOAP:
		return SOAP
	case i.NetSuite != nil: // the platform never chooses SOAP by itself where there is another way
		return Records
	case i.RESTlet != nil:
		return RESTlet
	}
	return ""
}

// afterSOAP says what a part that uses SOAP should become.
func afterSOAP(p *PartEnds) string {
	if p.Does == "import" {
		return "REST: `api: auto` sends one record a request with all slots of the account; `api: batch` sends up to 100."
	}
	return "A `suiteql` or `records` export; for a saved search that neither can say, a RESTlet that runs it."
}
