// Package transaction holds the rules of transactions: heads, lines and totals,
// what follows from the links between them, and how one becomes another. What
// a type does to accounts, orders and stock, its Ledger says (package schema).
package transaction

import (
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/record/write"
)

// work is the write that rules apply to.
type work struct{ *write.Tx }

// Prepare fills a transaction's head, computes its lines and totals, and
// refuses what the period or the ledger forbids.
func Prepare(tx *write.Tx, r *body.Record, isNew bool) error {
	w := work{tx}
	if err := w.head(r, isNew); err != nil {
		return err
	}
	c := &body.Calc{}
	compute := w.document
	switch {
	case r.Type.Name == "journalEntry":
		compute = w.journal
	case r.Type.Ledger.Against != "":
		compute = w.payment
	}
	if err := compute(c, r); err != nil {
		return err
	}
	if c.Err != nil {
		return c.Err
	}
	if err := w.settle(c, r); err != nil {
		return err
	}
	return c.Err
}

// lineKeys gives each line, and the transaction's main line, a key that no
// other line of the account ever has.
func (w work) lineKeys(r *body.Record) error {
	var fresh []body.Body
	for _, f := range schema.Lists(r.Type) {
		for _, l := range body.Lines(r.Body, f.Name) {
			if body.Text(l, "lineUniqueKey") == "" {
				fresh = append(fresh, l)
			}
		}
	}
	n := int64(len(fresh))
	if r.Body["$keys"] == nil {
		n += ExtraLines
	}
	if n == 0 {
		return nil
	}
	key, err := w.Next("line", n)
	if err != nil {
		return err
	}
	if r.Body["$keys"] == nil {
		body.SetInteger(r.Body, "$keys", key)
		key += ExtraLines
	}
	for _, l := range fresh {
		l["lineUniqueKey"] = body.IDText(key)
		key++
	}
	return nil
}

// ExtraLines are the rows of a transaction that are not lines of its body:
// the main line, shipping, handling, tax, discount.
const ExtraLines = 5

// accounts fills the accounts of a transaction that the request does not name:
// the one of its main line, and the one that a payment is made against.
func (w work) accounts(r *body.Record) error {
	for field, accountType := range map[string]string{
		"account": r.Type.Ledger.Main, "arAcct": r.Type.Ledger.Against, "apAcct": r.Type.Ledger.Against,
	} {
		if r.Type.Fields.Lookup(field) == nil || body.RefID(r.Body, field) != 0 || accountType == "" {
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
