package shape

import "github.com/sluicehq/sluice"

func deltaShape() *Shape {
	return &Shape{Name: "Delta", Help: "A run reads what changed from the watermark on, less the overlap, until the source's present time, less the lag. " +
		"The watermark moves to the end of that when all of it was delivered. The source's own clock counts.", Keys: []Key{
		{Name: "fields", Form: Texts, Required: true, Help: "Columns of the result, or fields of the record, that hold times of change. The latest counts.", Example: "[lastmodifieddate]"},
		{Name: "overlap", Form: Text, Help: "How far before the watermark a run begins again, for changes that were stamped before they could be seen; 5m when absent. What was delivered is not sent again.", Example: "10m"},
		{Name: "lag", Form: Text, Help: "How long changes rest before they are read; 0s when absent.", Example: "30s"},
		{Name: "start", Form: Text, Help: "Where the first run begins: all (when absent), now, or a time.", Example: "2026-01-01T00:00:00Z"},
		{Name: "deletes", Form: Object, Of: deletesShape(), Help: "Read what was deleted, too, for steps with deleted: true."},
		{Name: "after", Form: Name, Help: "A flow with a delta export of its own, whose watermark this one never overtakes: customers before their orders.", Example: "customers-in"},
	}}
}

func deletesShape() *Shape {
	return &Shape{Name: "Deletes", Help: "A record that was deleted has the export's key and " + sluice.DeletedField + ": true.", Keys: []Key{
		{Name: "types", Form: Texts, Help: "NetSuite's record types, as the table deletedrecord names them. The role needs the permission Deleted Records.", Example: "[customer]"},
		{Name: "query", Form: Text, Help: "For databases: a query with a row for each deleted one, with the columns of the export's key. One that is there again does not count. Of a row that was deleted several times it gives the last deletion; where times are texts with different offsets, max(deleted_at) is not that.", Example: "SELECT id, deleted_at FROM deleted_customers"},
		{Name: "field", Form: Text, Help: "The query's column with the time of deletion.", Example: "deleted_at"},
	}}
}

func onceShape() *Shape {
	return &Shape{Name: "Once", Help: "After a record was delivered, a flag is set in its source, by which the query leaves it out the next time. " +
		"A record that is read again before its flag could be set is not delivered again.", Keys: []Key{
		{Name: "table", Form: Text, Help: "The database's table. Its columns named as the export's key find the row.", Example: "orders"},
		{Name: "record", Form: Text, Help: "NetSuite's record type. The export's key is its internal ID.", Example: "salesOrder"},
		{Name: "set", Form: Script, Required: true, Help: "A mapping from the record as exported to the fields to set.", Example: "root.exported = true"},
	}, OneOf: []string{"table", "record"}}
}

func scheduleShape() *Shape {
	return &Shape{Name: "Schedule", Help: "When the clocks go forward, a time that is left out comes due at the next instant; when they go back, a time that comes twice comes due once. " +
		"Schedules of every hour go by time that passes.", Keys: []Key{
		{Name: "cron", Form: Text, Required: true, Help: "Minute, hour, day of month, month and day of week, or @hourly, @daily, @weekly, @monthly.", Example: "30 2 * * *"},
		{Name: "zone", Form: Text, Required: true, Help: "The time zone.", Example: "Europe/Berlin"},
		{Name: "missed", Form: Text, Options: []string{sluice.MissedOnce, sluice.MissedSkip}, Help: "What becomes of times that passed while no server ran: one run for all of them (once, when absent), or none.", Example: "skip"},
		{Name: "overlap", Form: Boolean, Help: "Queue a run even while one of the flow has not ended. Otherwise that time passes.", Example: "true"},
		{Name: "paused", Form: Boolean, Help: "Do not come due for now.", Example: "true"},
	}}
}
