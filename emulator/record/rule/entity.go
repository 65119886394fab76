package rule

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/refusal"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

// prepareEntity names customers, vendors, employees and contacts, and keeps
// their addresses.
func (w work) prepareEntity(r *body.Record, isNew bool) error {
	b := r.Body
	person := strings.Join(strings.Fields(body.Text(b, "firstName")+" "+body.Text(b, "lastName")), " ")
	name, err := entityName(r, person)
	if err != nil {
		return err
	}
	if body.Text(b, "entityId") == "" {
		b["entityId"] = name
	}
	if r.Type.Fields.Lookup("altName") != nil {
		b["altName"] = name
	}
	r.Name = body.Text(b, "entityId")
	if err := w.entityDefaults(r, isNew); err != nil {
		return err
	}
	return w.prepareAddresses(r)
}

// entityName is the company's name, or the person's; what makes it up is
// required.
func entityName(r *body.Record, person string) (string, error) {
	b := r.Body
	switch r.Type.Kind {
	case "CustJob", "Vendor", "Partner", "OthName":
		if !body.True(b, "isPerson") {
			if body.Text(b, "companyName") == "" {
				return "", refusal.Missing("Company Name")
			}
			return body.Text(b, "companyName"), nil
		}
	case "Job":
		if body.Text(b, "companyName") == "" {
			return "", refusal.Missing("Project Name")
		}
		return body.Text(b, "companyName"), nil
	case "Contact":
		if body.Text(b, "entityId") != "" {
			return body.Text(b, "entityId"), nil
		}
	}
	var labels []string
	for _, f := range []string{"firstName", "lastName"} {
		if body.Text(b, f) == "" {
			labels = append(labels, r.Type.Fields.Lookup(f).Label)
		}
	}
	return person, refusal.Missing(labels...)
}

func (w work) entityDefaults(r *body.Record, isNew bool) error {
	if f := r.Type.Fields.Lookup("subsidiary"); w.Session.Has(f.Feature) && body.RefID(r.Body, "subsidiary") == 0 {
		id, err := w.OnlySubsidiary()
		if err != nil {
			return err
		}
		if id == 0 && r.Type.Kind != "Contact" {
			return refusal.Missing(f.Label)
		}
		body.SetRef(r.Body, "subsidiary", id)
	}
	if r.Type.Fields.Lookup("currency") != nil && body.RefID(r.Body, "currency") == 0 {
		id, err := w.SubsidiaryCurrency(body.RefID(r.Body, "subsidiary"))
		if err != nil {
			return err
		}
		body.SetRef(r.Body, "currency", id)
	}
	if isNew && r.Type.Kind == "CustJob" && r.Body["entityStatus"] == nil {
		var id int64 // a new customer is a won one, as the UI's New Customer form has it
		_, err := w.Row(`SELECT key FROM q_entitystatus WHERE entitytype = 'CUSTOMER' AND inactive = 'F'
			ORDER BY probability DESC, key LIMIT 1`, nil, &id)
		if err != nil {
			return err
		}
		body.SetRef(r.Body, "entityStatus", id)
	}
	return nil
}

// prepareAddresses numbers address lines, writes the addresses out and keeps
// at most one default each for billing and shipping: the last one asked for.
func (w work) prepareAddresses(r *body.Record) error {
	list := body.Lines(r.Body, "addressBook")
	for i, l := range list {
		if body.Integer(l, "internalId") == 0 {
			id, err := w.Next("address", 1)
			if err != nil {
				return err
			}
			for _, name := range []string{"internalId", "id"} {
				l[name] = json.Number(body.IDText(id))
			}
			l["addressId"] = body.IDText(id)
		}
		if address, ok := l["addressBookAddress"].(map[string]any); ok {
			w.stampAddress(address)
		}
		for _, flag := range []string{"defaultBilling", "defaultShipping"} {
			if body.True(l, flag) {
				for _, other := range list[:i] {
					other[flag] = false
				}
			}
		}
	}
	delete(r.Body, "defaultAddress")
	for _, l := range list {
		address, _ := l["addressBookAddress"].(map[string]any)
		if s := body.Text(address, "addrText"); body.True(l, "defaultBilling") && s != "" && r.Type.Fields.Lookup("defaultAddress") != nil {
			r.Body["defaultAddress"] = s
		}
	}
	body.SetLines(r.Body, "addressBook", list)
	return nil
}

// stampAddress writes an address out as the envelope shows it.
func (w work) stampAddress(a body.Body) {
	town := strings.Join(strings.Fields(body.Text(a, "city")+" "+body.Text(a, "state")+" "+body.Text(a, "zip")), " ")
	country := ""
	for _, o := range w.countries() {
		if o.ID == body.Text(a, "country") {
			country = o.Name
		}
	}
	var parts []string
	for _, name := range []string{"attention", "addressee", "addr1", "addr2", "addr3"} {
		parts = append(parts, body.Text(a, name))
	}
	parts = slices.DeleteFunc(append(parts, town, country), func(s string) bool { return s == "" })
	if !body.True(a, "override") || body.Text(a, "addrText") == "" {
		a["addrText"] = strings.Join(parts, "\n")
	}
	a["lastModifiedDate"] = w.Now.Format(body.Wire)
}

func (w work) countries() []schema.Option {
	return w.Schema.Type("customer").Fields.Lookup("addressBook").Fields.Lookup("addressBookAddress").Fields.Lookup("country").Enum
}
