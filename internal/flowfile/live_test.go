package flowfile_test

import (
	"testing"

	"github.com/sluicehq/sluice"
)

// live runs the examples whose keys show over several runs or over time. Each entry
// returns what is otherwise than the documentation says, or nothing.
var live = map[string]func(t *testing.T, flow *sluice.Flow) string{
	"flow": func(*testing.T, *sluice.Flow) string { return "" },
}
