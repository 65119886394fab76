package record

import (
	"fmt"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/record/transaction"
)

// delete removes a record with its rows and leaves a row in deletedrecord.
func (w *work) delete(r *Record) error {
	if err := transaction.Period(w.Tx, r); err != nil {
		return err
	}
	if err := w.unreferenced(r); err != nil {
		return err
	}
	if _, err := w.Exec("DELETE FROM record WHERE grp = ? AND id = ?", r.Type.Group, r.ID); err != nil {
		return err
	}
	w.Forget(r)
	if err := w.detachAll(r); err != nil {
		return err
	}
	key := schema.Quote(r.Type.Key)
	if _, err := w.Exec("DELETE FROM "+schema.Quote("q_"+r.Type.Table)+" WHERE "+key+" = ?", r.ID); err != nil {
		return err
	}
	for _, d := range dependents[r.Type.Group] {
		if _, err := w.Exec("DELETE FROM "+d.table+" WHERE "+schema.Quote(d.column)+" = ?", r.ID); err != nil {
			return err
		}
	}
	if r.Type.Group == schema.GroupTransaction {
		if err := transaction.Relink(w.Tx, r, true); err != nil {
			return err
		}
	}
	return w.recordDeletion(r)
}

type tableColumn struct{ table, column string }

// dependents are the rows that go with a record of a group.
var dependents = map[string][]tableColumn{
	schema.GroupEntity: {
		{"q_entity", "id"}, {"q_entityaddress", "recordowner"}, {"q_customeraddressbook", "entity"},
		{"q_customeraddressbookentityaddress", "recordowner"}, {"q_customersubsidiaryrelationship", "entity"},
	},
	schema.GroupItem: {{"q_itemprice", "item"}},
	schema.GroupTransaction: {{"q_transactionline", "transaction"}, {"q_transactionaccountingline", "transaction"},
		{"q_nexttransactionlinelink", "nextdoc"}},
}

// unreferenced refuses to delete a record that an analytic row of another
// record, or a link between transactions, points to.
func (w *work) unreferenced(r *Record) error {
	for _, t := range w.Schema.Tables {
		for _, c := range t.Columns {
			if c.Ref != r.Type.Table && (c.Ref != schema.GroupEntity || r.Type.Group != schema.GroupEntity) {
				continue
			}
			found, err := w.pointsTo(t, c, r)
			if err != nil {
				return err
			}
			if found {
				return dependentRecords()
			}
		}
	}
	if r.Type.Group != schema.GroupTransaction {
		return nil
	}
	found, err := w.Row("SELECT 1 FROM link WHERE target = ? LIMIT 1", []any{r.ID}, new(int))
	if err == nil && found {
		return dependentRecords()
	}
	return err
}

// pointsTo reports whether the column holds the record's ID in a row that is
// not the record's own.
func (w *work) pointsTo(t *schema.Table, c schema.Column, r *Record) (bool, error) {
	query, args := fmt.Sprintf("SELECT 1 FROM %s WHERE %s = ?", schema.Quote(t.Physical()), schema.Quote(c.Name)), []any{r.ID}
	for _, own := range append([]tableColumn{{"q_" + r.Type.Table, r.Type.Key}}, dependents[r.Type.Group]...) {
		if own.table == t.Physical() {
			query, args = query+" AND "+schema.Quote(own.column)+" <> ?", append(args, r.ID)
		}
	}
	return w.Row(query+" LIMIT 1", args, new(int))
}

func dependentRecords() error {
	return fault.User("This record cannot be deleted because it has dependent records")
}

// recordDeletion leaves the trace that SuiteQL's deletedrecord shows. Lines of
// transactions leave none.
func (w *work) recordDeletion(r *Record) error {
	var typeID int64
	for i, t := range w.Schema.Types {
		if t.Name == r.Type.Name {
			typeID = int64(i + 1)
		}
	}
	q := w.Projector().Row("deletedrecord")
	q.Set("recordid", r.ID)
	q.Set("recordtypeid", typeID)
	q.Set("name", r.Name)
	q.Set("type", r.Type.Label)
	q.Set("scriptid", r.Type.Name)
	q.Set("context", "RESTWebservices")
	q.Set("deletedby", w.Session.EmployeeID)
	q.Set("deleteddate", w.Now)
	q.Set("iscustomrecord", r.Type.Group == r.Type.Name && r.Type.Custom && r.Type.Table[:7] == "customr")
	q.Set("iscustomlist", r.Type.Custom && r.Type.Table[:7] == "customl")
	q.Set("iscustomtransaction", false)
	return w.Projector().Insert(q)
}
