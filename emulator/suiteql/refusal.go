package suiteql

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/sluicehq/sluice/emulator/fault"
)

// refusal is why a query cannot be answered: NetSuite's words, and for the
// many cases in which those say nothing, the reason.
type refusal struct{ detail, reason string }

func (r *refusal) Error() string {
	if r.reason == "" {
		return r.detail
	}
	return r.detail + " (" + r.reason + ")"
}

// fault renders the refusal as recorded from live accounts.
func (r *refusal) fault() *fault.Fault {
	const prefix = "Invalid search query. Detailed unprocessed description follows. "
	return fault.New(http.StatusBadRequest, fault.InvalidParameter, "%s", prefix+r.detail).InParam("q")
}

// unsupported is what NetSuite answers to all that its planner cannot take.
func unsupported(format string, args ...any) error {
	return &refusal{"Search error occurred: Invalid or unsupported search.", fmt.Sprintf(format, args...)}
}

func unknownTable(name string) error {
	return &refusal{detail: fmt.Sprintf("Invalid search type: %s.", name)}
}

func unreadableTable(name string) error {
	return &refusal{detail: fmt.Sprintf("Search error occurred: Record '%s' was not found.", name)}
}

func unknownIdentifier(name string, sources []*source) error {
	known := make([]string, len(sources))
	for i, s := range sources {
		known[i] = s.alias + "=" + s.table
	}
	return &refusal{detail: fmt.Sprintf("Search error occurred: Unknown identifier '%s'. Available identifiers are: {%s}.",
		name, strings.Join(known, ", "))}
}
