package flowfile

import (
	"fmt"
	"time"

	"github.com/sluicehq/sluice"
)

// soapDeltaRules checks how changes are read by SOAP: by one date, in a search's own words.
func (c *checker) soapDeltaRules(e *sluice.Export) {
	d := e.Delta
	switch {
	case e.Deleted != nil && (len(d.Fields) != 1 || d.Fields[0] != sluice.DeletionTime):
		c.add("flow.conflict", "export.delta.fields", "deletions are read by the time of the deletion", "Write fields: ["+sluice.DeletionTime+"]")
	case len(d.Fields) != 1:
		c.add("flow.conflict", "export.delta.fields", "a search finds changes by one date", "Name one field, as in fields: [lastModifiedDate]")
	}
	if d.Deletes != nil {
		c.add("flow.conflict", "export.delta.deletes", "searches find no deleted records", "Add an export with deleted")
	}
}

func (c *checker) deletedRules(e *sluice.Export) {
	if _, err := time.Parse(time.RFC3339, e.Deleted.Since); err != nil && e.Deleted.Since != "" {
		c.add("flow.invalid_value", "export.deleted.since", fmt.Sprintf("since is %q, not a time", e.Deleted.Since), "Write it as 2026-01-01T00:00:00Z")
	}
	if e.Delta != nil && e.Deleted.Since != "" {
		c.add("flow.conflict", "export.deleted.since", "a delta says itself where a run begins", "Use delta.start")
	}
}
