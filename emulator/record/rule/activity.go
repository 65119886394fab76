package rule

import (
	"cmp"
	"fmt"

	"github.com/sluicehq/sluice/emulator/record/body"
)

// prepareActivity fills what cases, issues, tasks, time and units follow from:
// their number, today's date, the stage of a status, the day of completion.
func (w work) prepareActivity(r *body.Record, isNew bool) error {
	b := r.Body
	today := w.Now.In(w.Zone()).Format(body.Day)
	if isNew {
		for _, name := range []string{"startDate", "tranDate"} {
			if r.Type.Fields.Lookup(name) != nil && b[name] == nil {
				b[name] = today
			}
		}
	}
	switch r.Type.Name {
	case "supportCase":
		return w.prepareCase(r, isNew)
	case "issue":
		return w.number(r, "issueNumber", isNew)
	case "timeBill":
		employee, err := w.Load("entity", body.RefID(b, "employee"))
		if err != nil {
			return err
		}
		if employee != nil {
			b["displayField"] = fmt.Sprintf("%s %s %s", employee.Name, body.Text(b, "tranDate"), body.Text(b, "hours"))
		}
	case "task", "phoneCall":
		done := body.Text(b, "status") == "COMPLETE"
		if done && b["completedDate"] == nil {
			b["completedDate"] = today
		}
		if !done {
			delete(b, "completedDate")
		}
	case "unitsType":
		return w.numberUnits(r)
	}
	return nil
}

// number gives a new record that has no number the next one of its type.
func (w work) number(r *body.Record, field string, isNew bool) error {
	if !isNew || body.Text(r.Body, field) != "" {
		return nil
	}
	n, err := w.Next("number:"+r.Type.Name, 1)
	r.Body[field] = body.IDText(n)
	return err
}

// prepareCase numbers a case, opens a new one, and follows its status.
func (w work) prepareCase(r *body.Record, isNew bool) error {
	b := r.Body
	if err := w.number(r, "caseNumber", isNew); err != nil {
		return err
	}
	if isNew && b["status"] == nil {
		var id int64
		if _, err := w.Row("SELECT id FROM q_supportcasestatus WHERE stage = 'OPEN' AND isinactive = 'F' ORDER BY id LIMIT 1", nil, &id); err != nil {
			return err
		}
		body.SetRef(b, "status", id)
	}
	status, err := w.Referred(r.Type.Fields.Lookup("status"), b)
	if err != nil {
		return err
	}
	stage := ""
	if status != nil {
		stage = body.Text(status.Body, "stage")
	}
	b["stage"] = cmp.Or(stage, "OPEN")
	if stage != "CLOSED" {
		delete(b, "endDate")
	} else if b["endDate"] == nil {
		b["endDate"] = w.Now.Format(body.Wire)
	}
	return nil
}

// numberUnits gives each unit of a units type its ID.
func (w work) numberUnits(r *body.Record) error {
	for _, l := range body.Lines(r.Body, "uom") {
		if body.Text(l, "internalId") != "" {
			continue
		}
		id, err := w.Next("unit", 1)
		if err != nil {
			return err
		}
		l["internalId"] = body.IDText(id)
	}
	return nil
}
