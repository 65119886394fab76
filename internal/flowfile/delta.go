package flowfile

import (
	"fmt"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/schedule"
)

// deltaRules checks what a delta export has to do with the rest of the flow.
func (c *checker) deltaRules(f *sluice.Flow) {
	d, e, at := f.Export.Delta, &f.Export, "export.delta"
	if d == nil {
		return
	}
	if e.SuiteQL == nil && e.SQL == nil && e.Records == nil && !e.BySOAP() {
		c.add("flow.conflict", at, "changes since the last run can be read by suiteql, records, saved_search, search, deleted and sql", "Leave out delta")
	}
	if e.BySOAP() {
		c.soapDeltaRules(e)
	}
	if len(e.Key) == 0 {
		c.add("flow.missing_key", "export.key", `the key "key" is missing: what is read twice is known by it`, "Add the fields that tell records apart, as in key: [id]")
	}
	if e.SQL != nil && len(e.SQL.Key) == 0 {
		c.add("flow.missing_key", "export.sql.key", `the key "key" is missing: changes are read in the order of time and key`, "")
	}
	if e.Limit > 0 {
		c.add("flow.conflict", "export.limit", "a run that ends early would never get past what changed in its overlap", "Leave out limit, or use sample")
	}
	if e.Once != nil {
		c.add("flow.conflict", "export.once", "delta and once exclude each other", "Keep one of them")
	}
	for name, text := range map[string]string{"overlap": d.Overlap, "lag": d.Lag} {
		if _, err := sluice.ParseDuration(text); text != "" && err != nil {
			c.add("flow.invalid_value", at+"."+name, fmt.Sprintf("%s is %q, not a duration", name, text), "Write it as 30s, 5m or 1h")
		}
	}
	if _, err := time.Parse(time.RFC3339, d.Start); err != nil && d.Start != "" && d.Start != sluice.StartAll && d.Start != sluice.StartNow {
		c.add("flow.invalid_value", at+".start", fmt.Sprintf("start is %q, not all, now or a time", d.Start), "Write a time as 2026-01-01T00:00:00Z")
	}
	if d.After == f.Name && d.After != "" {
		c.add("flow.conflict", at+".after", "the flow cannot stay behind itself", "Name another flow")
	}
	c.deletesRules(f)
}

// deletesRules checks where deletions come from and go to.
func (c *checker) deletesRules(f *sluice.Flow) {
	deletes, e, at := f.Export.Delta.Deletes, &f.Export, "export.delta.deletes"
	if deletes == nil {
		return
	}
	switch {
	case e.SQL != nil && (deletes.Query == "" || deletes.Field == ""):
		c.add("flow.missing_key", at+".query", "deletions in a database are found by a query and the column with their time", "Add the keys query and field")
	case e.SQL != nil && len(deletes.Types) > 0:
		c.add("flow.conflict", at+".types", "types are NetSuite's", "Leave out types")
	case e.SQL == nil && len(deletes.Types) == 0:
		c.add("flow.missing_key", at+".types", `the key "types" is missing`, "Name the record types, as in types: [customer]")
	case e.SQL == nil && deletes.Query+deletes.Field != "":
		c.add("flow.conflict", at+".query", "query and field are for databases", "Leave them out")
	case e.SQL == nil && len(e.Key) != 1:
		c.add("flow.conflict", "export.key", "NetSuite tells deleted records by their internal ID, which has to be the key", "Write key: [id]")
	}
	if !importsDeleted(f) {
		c.add("flow.no_import", "steps", "no import takes what was deleted", "Add a step with deleted: true and an import")
	}
}

// importsDeleted reports whether an import is for deleted records, by itself or in a branch that is.
func importsDeleted(f *sluice.Flow) bool {
	deleted := false
	for p := range f.Places() {
		if p.Depth == 0 {
			deleted = p.Step.Deleted
		}
		if deleted && p.Step != nil && p.Step.Import != nil {
			return true
		}
	}
	return false
}

func (c *checker) noDeletions(f *sluice.Flow) {
	for i, s := range f.Steps {
		if s.Deleted {
			c.add("flow.conflict", fmt.Sprintf("steps[%d].deleted", i), "no export reads what was deleted", "Add delta.deletes to the export, or leave out deleted")
		}
	}
}

func (c *checker) onceRules(e *sluice.Export) {
	o := e.Once
	switch {
	case o == nil:
		return
	case o.Table != "" && e.SQL == nil:
		c.add("flow.conflict", "export.once.table", "a table is set in a database, which the export does not read", "Use record, or export by sql")
	case o.Record != "" && e.SuiteQL == nil && e.Records == nil:
		c.add("flow.conflict", "export.once.record", "a record is set in NetSuite, which the export does not read", "Use table, or export by suiteql or records")
	case o.Record != "" && len(e.Key) > 1:
		c.add("flow.conflict", "export.key", "the record is found by its internal ID, which has to be the key", "Write key: [id]")
	}
	if len(e.Key) == 0 {
		c.add("flow.missing_key", "export.key", `the key "key" is missing: the record is found by it`, "Add the fields that tell records apart, as in key: [id]")
	}
}

func (c *checker) scheduleRules(s *sluice.Schedule) {
	if s == nil {
		return
	}
	if _, err := schedule.Zone(s.Zone); err != nil && s.Zone != "" {
		c.add("flow.invalid_value", "schedule.zone", fmt.Sprintf("there is no time zone %q", s.Zone), "Use a name of the IANA database, such as Europe/Berlin")
	} else if _, err := schedule.Parse(s.Cron, s.Zone); err != nil && s.Cron != "" && s.Zone != "" {
		c.add("flow.invalid_value", "schedule.cron", err.Error(), "Write minute, hour, day of month, month and day of week, as in 30 2 * * *")
	}
}
