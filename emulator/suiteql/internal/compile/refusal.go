package compile

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/sluicehq/sluice/emulator/fault"
)

// Refusal is why a query cannot be answered: NetSuite's words (Detail), and
// for the many cases in which those say nothing, the reason.
type Refusal struct{ Detail, Reason string }

// Error returns detail and reason.
func (r *Refusal) Error() string {
	if r.Reason == "" {
		return r.Detail
	}
	return r.Detail + " (" + r.Reason + ")"
}

// Fault renders the refusal as recorded from live accounts.
func (r *Refusal) Fault() *fault.Fault {
	const prefix = "Invalid search query. Detailed unprocessed description follows. "
	return fault.New(http.StatusBadRequest, fault.InvalidParameter, "%s", prefix+r.Detail).InParam("q")
}

// Unsupported is what NetSuite answers to all that its planner cannot take.
func Unsupported(format string, args ...any) error {
	return &Refusal{"Search error occurred: Invalid or unsupported search.", fmt.Sprintf(format, args...)}
}

func unknownTable(name string) error {
	return &Refusal{Detail: fmt.Sprintf("Invalid search type: %s.", name)}
}

func unreadableTable(name string) error {
	return &Refusal{Detail: fmt.Sprintf("Search error occurred: Record '%s' was not found.", name)}
}

func unknownIdentifier(name string, sources []*source) error {
	known := make([]string, len(sources))
	for i, s := range sources {
		known[i] = s.alias + "=" + s.table
	}
	return &Refusal{Detail: fmt.Sprintf("Search error occurred: Unknown identifier '%s'. Available identifiers are: {%s}.",
		name, strings.Join(known, ", "))}
}
