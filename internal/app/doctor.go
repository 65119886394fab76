package app

import "github.com/sluicehq/sluice/internal/app/examination"

// examinations are the rules round the doctor.
func (c *core) examinations() *examination.Rules {
	return &examination.Rules{Connections: connections{c}, ConsumerKeys: c.store.ConsumerKeys, Resolve: c.resolve, FlowsOf: c.flowsOf,
		SetStatus: c.setStatus, Slots: c.slots, HTTP: c.http, Audit: c.auditLog(), Clock: c.clock}
}
