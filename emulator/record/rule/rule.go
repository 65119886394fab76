// Package rule holds what the record engine does to every record that is saved:
// names, defaults, required fields, uniqueness. Transactions have rules of their
// own (package transaction).
package rule

import (
	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/refusal"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/record/transaction"
	"github.com/sluicehq/sluice/emulator/record/write"
)

// work is the write that rules apply to.
type work struct{ *write.Tx }

// Prepare applies the record engine's rules to a record about to be saved:
// defaults, computed fields, required fields, uniqueness. isNew says that
// the record is new. The words of the refusals are NetSuite's where they are on
// record (fixtures of live accounts); the rest follow their style.
func Prepare(tx *write.Tx, r *body.Record, isNew bool) error {
	w := work{tx}
	for _, f := range r.Type.Fields.List {
		if address, ok := r.Body[f.Name].(map[string]any); ok && f.Kind == schema.Subrecord {
			w.stampAddress(address)
		}
	}
	var err error
	switch r.Type.Group {
	case schema.GroupEntity:
		err = w.prepareEntity(r, isNew)
	case schema.GroupItem:
		err = w.prepareItem(r)
	case schema.GroupTransaction:
		err = transaction.Prepare(tx, r, isNew)
	default:
		err = w.prepareListed(r, isNew)
	}
	if err != nil {
		return err
	}
	if err := w.required(r); err != nil {
		return err
	}
	return w.unique(r)
}

// required refuses a record that lacks mandatory fields, all in one message.
func (w work) required(r *body.Record) error {
	var labels []string
	for _, f := range r.Type.Fields.List {
		if !w.Session.Has(f.Feature) {
			continue
		}
		switch {
		case f.Kind == schema.Sublist:
			for _, l := range body.Lines(r.Body, f.Name) {
				labels = append(labels, w.missing(f.Fields, l)...)
			}
		case w.mandatory(f) && r.Body[f.Name] == nil:
			labels = append(labels, f.Label)
		}
	}
	if err := refusal.Missing(labels...); err != nil {
		return err
	}
	for _, f := range r.Type.Fields.List {
		if f.Kind == schema.Sublist && f.Mandatory && r.Body[f.Name] == nil {
			return refusal.NoLines(f.Name)
		}
	}
	return nil
}

// mandatory reports whether this write has to have the field.
func (w work) mandatory(f *schema.Field) bool { return f.Mandatory && !(f.Custom && w.CustomOptional) }

func (w work) missing(fields *schema.FieldSet, b body.Body) (labels []string) {
	for _, f := range fields.List {
		if w.mandatory(f) && b[f.Name] == nil {
			labels = append(labels, f.Label)
		}
	}
	return labels
}

// unique refuses a second record with the same external ID in the group, or
// the same name where names are unique.
func (w work) unique(r *body.Record) error {
	if r.ExternalID != "" {
		id, err := w.Find(r.Type.Group, r.ExternalID)
		if err != nil {
			return err
		}
		if id != 0 && id != r.ID {
			return fault.User("This record already exists.").At("externalId")
		}
	}
	message := "This record already exists."
	switch {
	case r.Type.Group == schema.GroupEntity:
		message = "This entity already exists."
	case r.Type.Group == schema.GroupItem:
		message = "Uniqueness error: an item with this name already exists."
	case !r.Type.Fields.Lookup(r.Type.NameField).Unique:
		return nil
	}
	taken, err := w.Row("SELECT id FROM record WHERE type = ? AND lower(name) = lower(?) AND id <> ?",
		[]any{r.Type.Name, r.Name, r.ID}, new(int64))
	if err != nil || !taken {
		return err
	}
	return fault.User("%s", message)
}

// prepareListed serves lists: departments, currencies, custom records ….
func (w work) prepareListed(r *body.Record, isNew bool) error {
	if err := w.prepareActivity(r, isNew); err != nil {
		return err
	}
	name := body.Text(r.Body, r.Type.NameField)
	if f := r.Type.Fields.Lookup("fullName"); f != nil {
		full, err := w.fullName(r, name)
		if err != nil {
			return err
		}
		r.Body["fullName"] = full
	}
	if n := body.Text(r.Body, "acctNumber"); n != "" {
		name = n + " " + name // accounts are shown with their number
	}
	r.Name = name
	return nil
}

// fullName joins the names of the record's parents: "Europe : Spain".
func (w work) fullName(r *body.Record, name string) (string, error) {
	parent := r.Type.Fields.Lookup("parent")
	if parent == nil {
		return name, nil
	}
	above, err := w.Referred(parent, r.Body)
	if err != nil || above == nil {
		return name, err
	}
	if above.ID == r.ID {
		return "", fault.User("A record cannot be its own parent.").At("parent")
	}
	if full := body.Text(above.Body, "fullName"); full != "" {
		return full + " : " + name, nil
	}
	return above.Name + " : " + name, nil
}

// prepareItem names the item and gives it the account's default accounts
// where the request names none.
func (w work) prepareItem(r *body.Record) error {
	r.Name = body.Text(r.Body, "itemId")
	full, err := w.fullName(r, r.Name)
	if err != nil {
		return err
	}
	if full != "" && r.Type.Fields.Lookup("fullName") != nil {
		r.Body["fullName"] = full
	}
	r.Body["itemType"] = r.Type.Kind
	for field, accountType := range map[string]string{"incomeAccount": "Income", "assetAccount": "OthCurrAsset", "cogsAccount": "COGS",
		"expenseAccount": "Expense", "liabilityAccount": "OthCurrLiab"} {
		if r.Type.Fields.Lookup(field) == nil || r.Body[field] != nil {
			continue
		}
		id, err := w.DefaultAccount(accountType)
		if err != nil {
			return err
		}
		body.SetRef(r.Body, field, id)
	}
	return nil
}
