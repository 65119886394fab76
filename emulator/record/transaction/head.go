package transaction

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/refusal"
	"github.com/sluicehq/sluice/emulator/record/write"
)

// head fills date, party, currency, number and period.
func (w work) head(r *body.Record, isNew bool) error {
	b := r.Body
	if body.Text(b, "tranDate") == "" {
		b["tranDate"] = w.Now.In(w.Zone()).Format(body.Day)
	}
	if err := w.party(r, isNew); err != nil {
		return err
	}
	if b["exchangeRate"] == nil {
		rate := json.Number("1")
		currency, err := w.Load("currency", body.RefID(b, "currency"))
		if err != nil {
			return err
		}
		if n, ok := write.Contents(currency)["exchangeRate"].(json.Number); ok {
			rate = n
		}
		b["exchangeRate"] = rate
	}
	if isNew {
		b["$createdBy"] = w.Session.EmployeeID
		n, err := w.Next("number:"+r.Type.Name, 1)
		if err != nil {
			return err
		}
		b["transactionNumber"] = body.IDText(n)
		if body.Text(b, "tranId") == "" && r.Type.Prefix != "" { // bills and checks bear others' numbers
			b["tranId"] = fmt.Sprintf("%s%d", r.Type.Prefix, n)
		}
		if r.Type.Fields.Lookup("source") != nil && body.Text(b, "source") == "" {
			b["source"] = "restWebServices"
		}
	}
	b["$modifiedBy"] = w.Session.EmployeeID
	r.Name = r.Type.Label + " #" + cmp.Or(body.Text(b, "tranId"), body.Text(b, "transactionNumber"))
	return w.period(r)
}

// party takes from the customer what the request leaves out. What an update
// clears stays clear, but for subsidiary and currency, which are never empty.
func (w work) party(r *body.Record, isNew bool) error {
	b := r.Body
	var customer body.Body
	for _, name := range []string{"entity", "customer"} {
		if f := r.Type.Fields.Lookup(name); f != nil {
			c, err := w.Referred(f, b)
			if err != nil {
				return err
			}
			customer = write.Contents(c)
		}
	}
	inherited := []string{"subsidiary", "currency"}
	if isNew {
		inherited = append(inherited, "terms", "salesRep", "email")
		w.defaultAddresses(r, customer)
	}
	for _, name := range inherited {
		if f := r.Type.Fields.Lookup(name); f != nil && b[name] == nil && customer[name] != nil && w.Session.Has(f.Feature) {
			b[name] = customer[name]
		}
	}
	if f := r.Type.Fields.Lookup("subsidiary"); w.Session.Has(f.Feature) && b["subsidiary"] == nil {
		id, err := w.subsidiary(r)
		if err != nil {
			return err
		}
		if id == 0 && customer == nil {
			return refusal.Missing(f.Label)
		}
		body.SetRef(b, "subsidiary", id)
	}
	if b["currency"] == nil {
		id, err := w.SubsidiaryCurrency(body.RefID(b, "subsidiary"))
		if err != nil {
			return err
		}
		body.SetRef(b, "currency", id)
	}
	return nil
}

// subsidiary is the one of a transaction that names none and has no party: its
// location's, or the account's only one; else 0.
func (w work) subsidiary(r *body.Record) (int64, error) {
	location, err := w.Load("location", body.RefID(r.Body, "location"))
	if err != nil {
		return 0, err
	}
	if id := body.RefID(write.Contents(location), "subsidiary"); id != 0 {
		return id, nil
	}
	return w.OnlySubsidiary()
}

// defaultAddresses copies the customer's default addresses to a document that
// has none.
func (w work) defaultAddresses(r *body.Record, customer body.Body) {
	for _, l := range body.Lines(customer, "addressBook") {
		for flag, name := range map[string]string{"defaultBilling": "billingAddress", "defaultShipping": "shippingAddress"} {
			if body.True(l, flag) && l["addressBookAddress"] != nil && r.Type.Fields.Lookup(name) != nil && r.Body[name] == nil {
				r.Body[name] = body.Clone(l["addressBookAddress"])
			}
		}
	}
}

// Period refuses a change to a transaction in a closed period.
func Period(tx *write.Tx, r *body.Record) error { return work{tx}.period(r) }

// period finds the posting period of the transaction's date, unless the
// request named another, and refuses a closed one. An account without periods
// has no such rule.
func (w work) period(r *body.Record) error {
	if !r.Type.Posting {
		return nil
	}
	b, date := r.Body, body.Text(r.Body, "tranDate")
	query, args := "SELECT id, closed FROM q_accountingperiod WHERE id = ?", []any{body.RefID(b, "postingPeriod")}
	derived := b["postingPeriod"] == nil || b["postingPeriod"] == b["$period"]
	if derived {
		query, args = `SELECT id, closed FROM q_accountingperiod WHERE startdate <= ? AND enddate >= ?
			AND isquarter = 'F' AND isyear = 'F' AND isadjust = 'F' ORDER BY id LIMIT 1`, []any{date, date}
	}
	var id int64
	var closed string
	found, err := w.Row(query, args, &id, &closed)
	if err != nil || !found {
		return err
	}
	if closed == "T" {
		return fault.User("You cannot post to a closed accounting period.").At("tranDate")
	}
	if derived {
		body.SetRef(b, "postingPeriod", id)
		b["$period"] = b["postingPeriod"]
	}
	return nil
}
