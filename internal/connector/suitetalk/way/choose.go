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

// Choose returns the way for an import: the one that its flow asks for, as far as that
// can do what the import does.
func Choose(i *sluice.Import) (Choice, error) {
	not := unfit(i)
	switch api := i.NetSuite.API; {
	case api == sluice.APISOAP:
		return Choice{}, sluice.Errorf("flow.api", "imports by SOAP are not possible yet").At("netsuite.api").
			Fix("Use auto, rest or batch")
	case api == sluice.APIREST && not == "":
		return Choice{sluice.APIREST, "the flow says api: rest; one record a request, which is read back when its answer is lost"}, nil
	case api == sluice.APIBatch && not == "":
		return Choice{sluice.APIBatch, fmt.Sprintf("the flow says api: batch; up to %d records a request, and its job is found again by its idempotency key when the answer is lost", async.MaxItems)}, nil
	case not != "":
		return Choice{sluice.APIREST, "one record a request: " + not}, nil
	}
	return Choice{sluice.APIREST, "one record a request, as many at a time as the account has slots; a batch would wait for its turn in NetSuite's queue, and ask for the result of each record all the same"}, nil
}

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
