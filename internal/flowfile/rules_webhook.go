package flowfile

import (
	"fmt"
	"maps"
	"slices"

	"github.com/sluicehq/sluice"
)

// webhookRules refuses what would leave deliveries behind: each is read once.
func (c *checker) webhookRules(e *sluice.Export) {
	for _, conflict := range []struct {
		key  string
		set  bool
		what string
	}{
		{"limit", e.Limit > 0, "a run works all that was delivered"},
		{"sample", e.Sample > 0, "a delivery is read once; a preview shows the newest ones"},
		{"group", e.Group != nil, "records are whole already"},
		{"once", e.Once != nil, "deliveries come from a system that was told already"},
	} {
		if conflict.set {
			c.add("flow.conflict", "export."+conflict.key, conflict.what, "Leave out "+conflict.key)
		}
	}
	for _, field := range slices.Sorted(maps.Keys(e.Webhook.Headers)) {
		if name := e.Webhook.Headers[field]; !headerName.MatchString(name) {
			c.add("flow.invalid_value", "export.webhook.headers."+field, fmt.Sprintf("%q cannot be the name of a header", name), "")
		}
	}
}
