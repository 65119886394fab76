package record

import (
	"fmt"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

// delete removes a record with its rows and leaves a row in deletedrecord.
func (w *work) delete(r *Record) error {
	if err := w.period(r); err != nil {
		return err
	}
	if err := w.unreferenced(r); err != nil {
		return err
	}
	if _, err := w.Exec("DELETE FROM record WHERE grp = ? AND id = ?", r.Type.Group, r.ID); err != nil {
		return err
	}
	w.loaded[target{r.Type.Group, r.ID}] = nil
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
		if err := w.relink(r, true); err != nil {
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
	schema.GroupItem:        {{"q_itemprice", "item"}},
	schema.GroupTransaction: {{"q_transactionline", "transaction"}, {"q_transactionaccountingline", "transaction"}},
}

// unreferenced refuses to delete a record that an analytic row of another
// record, or a link between transactions, points to.
func (w *work) unreferenced(r *Record) error {
	own := map[string]bool{"q_" + r.Type.Table: true}
	for _, d := range dependents[r.Type.Group] {
		own[d.table] = true
	}
	refs := map[string]bool{r.Type.Table: true}
	if r.Type.Group == schema.GroupEntity {
		refs["entity"] = true
	}
	for _, t := range w.schema.Tables {
		for _, c := range t.Columns {
			if !refs[c.Ref] {
				continue
			}
			condition, args := "", []any{r.ID}
			if own[t.Physical()] {
				owner := t.Key
				for _, d := range dependents[r.Type.Group] {
					if d.table == t.Physical() {
						owner = d.column
					}
				}
				condition, args = " AND "+schema.Quote(owner)+" <> ?", append(args, r.ID)
			}
			found, err := w.row(fmt.Sprintf("SELECT 1 FROM %s WHERE %s = ?%s LIMIT 1", schema.Quote(t.Physical()), schema.Quote(c.Name), condition),
				args, new(int))
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
	found, err := w.row("SELECT 1 FROM link WHERE target = ? LIMIT 1", []any{r.ID}, new(int))
	if err == nil && found {
		return dependentRecords()
	}
	return err
}

func dependentRecords() error {
	return fault.User("This record cannot be deleted because it has dependent records")
}

// recordDeletion leaves the trace that SuiteQL's deletedrecord shows. Lines of
// transactions leave none.
func (w *work) recordDeletion(r *Record) error {
	var typeID int64
	for i, t := range w.schema.Types {
		if t.Name == r.Type.Name {
			typeID = int64(i + 1)
		}
	}
	q := w.rows().Row("deletedrecord")
	q.Set("recordid", r.ID)
	q.Set("recordtypeid", typeID)
	q.Set("name", r.Name)
	q.Set("type", r.Type.Label)
	q.Set("scriptid", r.Type.Name)
	q.Set("context", "RESTWebservices")
	q.Set("deletedby", w.ses.EmployeeID)
	q.Set("deleteddate", w.now)
	q.Set("iscustomrecord", r.Type.Group == r.Type.Name && r.Type.Custom && r.Type.Table[:7] == "customr")
	q.Set("iscustomlist", r.Type.Custom && r.Type.Table[:7] == "customl")
	q.Set("iscustomtransaction", false)
	return w.rows().Insert(q)
}
