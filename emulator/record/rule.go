package record

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

// prepare applies the record engine's rules to a record about to be saved:
// defaults, computed fields, required fields, uniqueness. isNew says that
// the record is new. The words of the refusals are NetSuite's where they are on
// record (fixtures of live accounts); the rest follow their style.
func (w *work) prepare(r *Record, isNew bool) error {
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
		err = w.prepareTransaction(r, isNew)
	default:
		err = w.prepareListed(r)
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
func (w *work) required(r *Record) error {
	var labels []string
	for _, f := range r.Type.Fields.List {
		if !w.ses.Has(f.Feature) {
			continue
		}
		switch {
		case f.Kind == schema.Sublist:
			for _, l := range body.Lines(r.Body, f.Name) {
				labels = append(labels, missing(f.Fields, l)...)
			}
		case f.Mandatory && r.Body[f.Name] == nil:
			labels = append(labels, f.Label)
		}
	}
	if err := enter(labels...); err != nil {
		return err
	}
	for _, f := range r.Type.Fields.List {
		if f.Kind == schema.Sublist && f.Mandatory && r.Body[f.Name] == nil {
			return fault.User("You must enter at least one line item for this transaction.").At(f.Name)
		}
	}
	return nil
}

func missing(fields *schema.FieldSet, b body.Body) (labels []string) {
	for _, f := range fields.List {
		if f.Mandatory && b[f.Name] == nil {
			labels = append(labels, f.Label)
		}
	}
	return labels
}

// enter is the refusal of a record that lacks the fields with these labels.
func enter(labels ...string) error {
	if len(labels) == 0 {
		return nil
	}
	return fault.User("Please enter value(s) for: %s", strings.Join(labels, ", "))
}

// unique refuses a second record with the same external ID in the group, or
// the same name where names are unique.
func (w *work) unique(r *Record) error {
	if r.ExternalID != "" {
		id, err := w.find(r.Type.Group, r.ExternalID)
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
	taken, err := w.row("SELECT id FROM record WHERE type = ? AND lower(name) = lower(?) AND id <> ?",
		[]any{r.Type.Name, r.Name, r.ID}, new(int64))
	if err != nil || !taken {
		return err
	}
	return fault.User("%s", message)
}

// Lookup resolves a reference as a request writes it to an internal ID, or 0
// where the group (and the type, unless it is nil) has no such record.
func (w *work) Lookup(group string, typ *schema.Type, given string, external bool) (int64, error) {
	var id int64
	var err error
	if rest, ok := strings.CutPrefix(given, "eid:"); ok {
		given, external = rest, true
	}
	if external {
		id, err = w.find(group, given)
	} else if id, err = strconv.ParseInt(given, 10, 64); err != nil {
		return 0, nil
	}
	if err != nil || id == 0 {
		return 0, err
	}
	r, err := w.Load(group, id)
	if err != nil || r == nil || typ != nil && r.Type.Name != typ.Name {
		return 0, err
	}
	return id, nil
}

// referred loads what a reference field points to; nil if it is empty.
func (w *work) referred(f *schema.Field, b body.Body) (*Record, error) {
	id := body.RefID(b, f.Name)
	if id == 0 {
		return nil, nil
	}
	group, _ := w.schema.Group(f.Target)
	return w.Load(group, id)
}

// prepareListed serves lists: departments, currencies, custom records ….
func (w *work) prepareListed(r *Record) error {
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
func (w *work) fullName(r *Record, name string) (string, error) {
	parent := r.Type.Fields.Lookup("parent")
	if parent == nil {
		return name, nil
	}
	above, err := w.referred(parent, r.Body)
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
func (w *work) prepareItem(r *Record) error {
	r.Name = body.Text(r.Body, "itemId")
	full, err := w.fullName(r, r.Name)
	if err != nil {
		return err
	}
	if full != "" {
		r.Body["fullName"] = full
	}
	r.Body["itemType"] = r.Type.Kind
	for field, accountType := range map[string]string{"incomeAccount": "Income", "assetAccount": "OthCurrAsset", "cogsAccount": "COGS"} {
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

// DefaultAccount is the active account of a type with the lowest ID; 0 if
// there is none.
func (w *work) DefaultAccount(accountType string) (id int64, err error) {
	_, err = w.row("SELECT id FROM q_account WHERE accttype = ? AND isinactive = 'F' ORDER BY id LIMIT 1", []any{accountType}, &id)
	return id, err
}

// onlySubsidiary is the account's subsidiary if it has exactly one active, else 0.
func (w *work) onlySubsidiary() (id int64, err error) {
	var n int
	_, err = w.row("SELECT count(*), coalesce(min(id), 0) FROM q_subsidiary WHERE isinactive = 'F'", nil, &n, &id)
	if n != 1 {
		id = 0
	}
	return id, err
}

// locked refuses work on a record that a workflow locked.
func locked(r *Record) error {
	if r.Locked {
		return fault.User("This record has been locked by a user defined workflow.")
	}
	return nil
}

// absent is the answer to an ID that names no record of the type: 404, but
// 400 for transactions, as recorded from live accounts.
func absent(t *schema.Type) error {
	if t.Group == schema.GroupTransaction {
		return fault.User("Transaction type specified is incorrect.")
	}
	return fault.New(http.StatusNotFound, fault.NonexistentID,
		"The record instance does not exist. Provide a valid record instance ID.")
}
