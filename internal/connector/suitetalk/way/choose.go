package way

import (
	"fmt"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite/async"
)

// Choice is the way that an import's records take.
type Choice struct {
	API string // sluice.APIREST, APIBatch …
	Why string
}

// Choose returns the way for an import over the connection: the one that its flow asks
// for, as far as that can do what the import does. Of a connection that is nil nothing is
// known yet.
//
// SOAP is never chosen by itself, though its lists are the fastest way in: it ends with
// NetSuite 2028.2 (Oracle help article_2104046421).
func Choose(conn *sluice.Connection, i *sluice.Import) (Choice, error) {
	not := unfit(i)
	api := i.NetSuite.API
	if api == sluice.APISOAP && conn != nil && !conn.ByToken() {
		return Choice{}, sluice.Errorf("flow.api", "SOAP takes tokens alone, and the connection %s logs in by OAuth 2.0", conn.Name).At("netsuite.api").
			Fix("Use auto, rest or batch, or a connection with token-based authentication")
	}
	switch {
	case not != "":
		return Choice{sluice.APIREST, "one record a request: " + not}, nil
	case api == sluice.APIREST:
		return Choice{sluice.APIREST, "the flow says api: rest; one record a request, which is read back when its answer is lost"}, nil
	case api == sluice.APIBatch:
		return Choice{sluice.APIBatch, fmt.Sprintf("the flow says api: batch; up to %d records a request, and its job is found again by its idempotency key when the answer is lost", async.MaxItems)}, nil
	case api == sluice.APISOAP:
		return Choice{sluice.APISOAP, fmt.Sprintf("the flow says api: soap; up to %d records a request, which are read back when its answer is lost. SOAP ends with NetSuite %s", most[verbs[i.Operation]], sluice.SOAPEnd)}, nil
	}
	return Choice{sluice.APIREST, "one record a request, as many at a time as the account has slots; a batch would wait for its turn in NetSuite's queue, and ask for the result of each record all the same"}, nil
}

// names are the ways as people are told of them.
var names = map[string]string{sluice.APIREST: "NetSuite REST record service", sluice.APIBatch: "NetSuite REST batches", sluice.APISOAP: "NetSuite SOAP lists"}

// Route says which way an import's records take, and why; nil where it is not for the
// record service.
func Route(conn *sluice.Connection, i *sluice.Import) (*sluice.Route, error) {
	if i.NetSuite == nil {
		return nil, nil
	}
	choice, err := Choose(conn, i)
	if err != nil {
		return nil, err
	}
	return &sluice.Route{API: names[choice.API], Why: choice.Why}, nil
}

// verbs are what the operations become, where nothing is known of the records.
var verbs = map[sluice.Operation]Verb{sluice.Add: Create, sluice.Update: Update, sluice.Upsert: Upsert, sluice.Delete: Delete}

// unfit says why batches cannot do what the import does, or "".
func unfit(i *sluice.Import) string {
	n := i.NetSuite
	switch i.Operation {
	case sluice.Transform:
		return "!transform makes " + n.Record + " records one by one"
	case sluice.Attach, sluice.Detach:
		return "!" + string(i.Operation) + " is for single records"
	case sluice.Append:
		return "whether added lines have arrived is told by counting them, record by record"
	}
	if len(n.Append) > 0 {
		return "it adds lines to " + n.Append[0] + " each time, and whether they have arrived is told by counting them, record by record"
	}
	return ""
}
