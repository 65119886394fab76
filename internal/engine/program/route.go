package program

import (
	"fmt"

	"github.com/sluicehq/sluice"
)

// Route returns the API that an import uses, and why that one.
func Route(i *sluice.Import) sluice.Route {
	switch {
	case i.NetSuite != nil:
		return netsuiteRoute(i.NetSuite, i.Operation)
	case i.RESTlet != nil:
		return sluice.Route{API: "NetSuite RESTlet", Why: "the flow names the script; one record a call"}
	case i.SQL != nil:
		return sluice.Route{API: "SQL", Why: "one transaction a page, one statement a record, so that only what the database refuses fails"}
	case i.HTTP != nil && i.HTTP.Batch != nil:
		return sluice.Route{API: "HTTP", Why: fmt.Sprintf("up to %d records a request, since the API answers for each of them", i.HTTP.Batch.Size)}
	case i.HTTP != nil:
		return sluice.Route{API: "HTTP", Why: "one record a request, so that the answer is about it alone"}
	}
	return sluice.Route{API: "file", Why: "lines are written beside the file, which gets its name when the run is through"}
}

func netsuiteRoute(n *sluice.NetSuiteImport, o sluice.Operation) sluice.Route {
	const api = "NetSuite REST record service"
	switch o {
	case sluice.Transform:
		return sluice.Route{API: api, Why: "!transform makes " + n.Record + " records; one a request"}
	case sluice.Attach, sluice.Detach:
		return sluice.Route{API: api, Why: "!" + string(o) + " is for single records"}
	}
	return sluice.Route{API: api, Why: "one record a request, which is read back when its answer is lost"}
}
