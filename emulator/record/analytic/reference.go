package analytic

import (
	"strings"

	"github.com/sluicehq/sluice/emulator/record/schema"
)

// FillReferenceTables writes the small tables that only explain codes.
func (p *Projector) FillReferenceTables() error {
	fill := func(table, display string, options []schema.Option) error {
		for i, o := range options {
			r := p.Row(table)
			r.Set("id", o.ID)
			r.Set(display, o.Name)
			r.Set("seqnum", int64(i+1))
			if err := p.Insert(r); err != nil {
				return err
			}
		}
		return nil
	}
	var transactions []schema.Option
	for _, t := range p.Schema.Types {
		if t.Group == schema.GroupTransaction {
			transactions = append(transactions, schema.Option{ID: t.Kind, Name: t.Label})
		}
	}
	if err := fill("transactiontype", "name", transactions); err != nil {
		return err
	}
	if err := fill("accounttype", "longname", p.Schema.Type("account").Fields.Lookup("acctType").Enum); err != nil {
		return err
	}
	if err := fill("itemtype", "name", p.Schema.Type("inventoryItem").Fields.Lookup("itemType").Enum); err != nil {
		return err
	}
	book := p.Row("accountingbook")
	book.Set("id", int64(1))
	book.Set("name", "Primary Accounting Book")
	book.Set("isprimary", true)
	book.Set("isadjustmentonly", false)
	book.Set("isconsolidated", false)
	if err := p.Insert(book); err != nil {
		return err
	}
	return p.DescribeCustomFields()
}

// DescribeCustomFields fills the analytic table customfield.
func (p *Projector) DescribeCustomFields() error {
	if _, err := p.DB.Exec("DELETE FROM q_customfield"); err != nil {
		return err
	}
	id, seen := int64(0), map[string]bool{}
	for _, t := range p.Schema.Types {
		sets := []*schema.FieldSet{t.Fields}
		if t.Group == schema.GroupTransaction {
			sets = append(sets, schema.Lines(t))
		}
		for _, set := range sets {
			for _, f := range set.List {
				if !f.Custom || seen[f.Name] {
					continue
				}
				seen[f.Name] = true
				id++
				if err := p.Insert(p.customFieldRow(id, f)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (p *Projector) customFieldRow(id int64, f *schema.Field) *Row {
	q := p.Row("customfield")
	q.Set("internalid", id)
	q.Set("scriptid", strings.ToUpper(f.Name))
	q.Set("name", f.Label)
	kind, _, _ := strings.Cut(strings.ToUpper(f.Name), "_")
	q.Set("fieldtype", strings.TrimPrefix(kind, "CUST"))
	q.Set("fieldvaluetype", map[schema.Kind]string{
		schema.String: "Free-Form Text", schema.Number: "Decimal Number", schema.Integer: "Integer Number", schema.Boolean: "Check Box",
		schema.Date: "Date", schema.DateTime: "Date/Time", schema.Reference: "List/Record", schema.Multi: "Multiple Select",
	}[f.Kind])
	q.Set("fieldvaluetyperecord", f.Target)
	q.Set("ismandatory", f.Mandatory)
	q.Set("isstored", true)
	q.Set("lastmodifieddate", p.Now)
	return q
}
