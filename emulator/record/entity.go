package record

import (
	"encoding/json"
	"strings"
)

// prepareEntity names customers, vendors, employees and contacts, and keeps
// their addresses.
func (w *work) prepareEntity(r *Record, isNew bool) error {
	b := r.Body
	person := strings.Join(strings.Fields(text(b, "firstName")+" "+text(b, "lastName")), " ")
	name, err := entityName(r, person)
	if err != nil {
		return err
	}
	if text(b, "entityId") == "" {
		b["entityId"] = name
	}
	if r.Type.Fields.Lookup("altName") != nil {
		b["altName"] = name
	}
	r.Name = text(b, "entityId")
	if err := w.entityDefaults(r, isNew); err != nil {
		return err
	}
	return w.prepareAddresses(r)
}

// entityName is the company's name, or the person's; what makes it up is
// required.
func entityName(r *Record, person string) (string, error) {
	b := r.Body
	switch r.Type.Kind {
	case "CustJob", "Vendor":
		if !isTrue(b, "isPerson") {
			if text(b, "companyName") == "" {
				return "", enter("Company Name")
			}
			return text(b, "companyName"), nil
		}
	case "Contact":
		if text(b, "entityId") != "" {
			return text(b, "entityId"), nil
		}
	}
	var labels []string
	for _, f := range []string{"firstName", "lastName"} {
		if text(b, f) == "" {
			labels = append(labels, r.Type.Fields.Lookup(f).Label)
		}
	}
	return person, enter(labels...)
}

func (w *work) entityDefaults(r *Record, isNew bool) error {
	if f := r.Type.Fields.Lookup("subsidiary"); w.ses.Has(f.Feature) && refID(r.Body, "subsidiary") == 0 {
		id, err := w.onlySubsidiary()
		if err != nil {
			return err
		}
		if id == 0 && r.Type.Kind != "Contact" {
			return enter(f.Label)
		}
		setRef(r.Body, "subsidiary", id)
	}
	if r.Type.Fields.Lookup("currency") != nil && refID(r.Body, "currency") == 0 {
		id, err := w.subsidiaryCurrency(refID(r.Body, "subsidiary"))
		if err != nil {
			return err
		}
		setRef(r.Body, "currency", id)
	}
	if isNew && r.Type.Kind == "CustJob" && r.Body["entityStatus"] == nil {
		var id int64 // a new customer is a won one, as the UI's New Customer form has it
		_, err := w.row("SELECT key FROM q_entitystatus WHERE entitytype = 'CUSTOMER' AND inactive = 'F' ORDER BY probability DESC, key LIMIT 1", nil, &id)
		if err != nil {
			return err
		}
		setRef(r.Body, "entityStatus", id)
	}
	return nil
}

// subsidiaryCurrency is the subsidiary's currency, else the base currency, else 0.
func (w *work) subsidiaryCurrency(subsidiary int64) (id int64, err error) {
	if s, err := w.load("subsidiary", subsidiary); err != nil || s != nil {
		return refID(bodyOf(s), "currency"), err
	}
	_, err = w.row("SELECT id FROM q_currency ORDER BY isbasecurrency DESC, id LIMIT 1", nil, &id)
	return id, err
}

func bodyOf(r *Record) Body {
	if r == nil {
		return nil
	}
	return r.Body
}

// prepareAddresses numbers address lines, writes the addresses out and keeps
// at most one default each for billing and shipping: the last one asked for.
func (w *work) prepareAddresses(r *Record) error {
	list := lines(r.Body, "addressBook")
	for i, l := range list {
		if integer(l, "internalId") == 0 {
			id, err := w.next("address", 1)
			if err != nil {
				return err
			}
			for _, name := range []string{"internalId", "id"} {
				l[name] = json.Number(idText(id))
			}
			l["addressId"] = idText(id)
		}
		if address, ok := l["addressBookAddress"].(map[string]any); ok {
			w.stampAddress(address)
		}
		for _, flag := range []string{"defaultBilling", "defaultShipping"} {
			if isTrue(l, flag) {
				for _, other := range list[:i] {
					other[flag] = false
				}
			}
		}
	}
	delete(r.Body, "defaultAddress")
	for _, l := range list {
		address, _ := l["addressBookAddress"].(map[string]any)
		if s := text(address, "addrText"); isTrue(l, "defaultBilling") && s != "" && r.Type.Fields.Lookup("defaultAddress") != nil {
			r.Body["defaultAddress"] = s
		}
	}
	setLines(r.Body, "addressBook", list)
	return nil
}

// stampAddress writes an address out as the envelope shows it.
func (w *work) stampAddress(a Body) {
	town := strings.Join(strings.Fields(text(a, "city")+" "+text(a, "state")+" "+text(a, "zip")), " ")
	country := ""
	for _, o := range w.countries() {
		if o.ID == text(a, "country") {
			country = o.Name
		}
	}
	var parts []string
	for _, s := range []string{text(a, "attention"), text(a, "addressee"), text(a, "addr1"), text(a, "addr2"), text(a, "addr3"), town, country} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if !isTrue(a, "override") || text(a, "addrText") == "" {
		a["addrText"] = strings.Join(parts, "\n")
	}
	a["lastModifiedDate"] = w.now.Format(wireLayout)
}

func (w *work) countries() []Option {
	return w.schema.typ("customer").Fields.Lookup("addressBook").Fields.Lookup("addressBookAddress").Fields.Lookup("country").Enum
}
