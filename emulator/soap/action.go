package soap

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
	"github.com/sluicehq/sluice/emulator/soap/mapping"
)

// attach ties a contact or a file to a record.
func (c *call) attach() (*envelope.Element, error) {
	n := c.child("attachReference")
	other, role := n.Child("attachedRecord"), ""
	if n.Shape.Name == "AttachContactReference" {
		other, role = n.Child("contact"), n.Child("contactRole").Attr("internalId")
	}
	return c.relate(n.Child("attachTo"), other, func(t *schema.Type, id, kind, with string) error {
		return c.Store.Attach(c.ctx, t.Name, id, kind, with, role)
	})
}

// detach unties it.
func (c *call) detach() (*envelope.Element, error) {
	n := c.child("detachReference")
	return c.relate(n.Child("detachFrom"), n.Child("detachedRecord"), func(t *schema.Type, id, kind, with string) error {
		return c.Store.Detach(c.ctx, t.Name, id, kind, with)
	})
}

func (c *call) relate(to, other *envelope.Node, f func(t *schema.Type, id, kind, with string) error) (*envelope.Element, error) {
	if to == nil || other == nil {
		return nil, parseFault(errors.New("org.xml.sax.SAXException: a reference is missing"))
	}
	t, id, found, err := c.refer(to)
	if err == nil && !found {
		return envelope.New(c.msgs, "writeResponse", c.absent()), nil
	}
	if err == nil {
		kind := other.Attr("type")
		if kind == "" {
			kind = "contact" // the element's name says so
		}
		with := other.Attr("internalId")
		if with == "" {
			with = "eid:" + other.Attr("externalId")
		}
		err = f(t, id, kind, with)
	}
	if err != nil {
		status, err := c.judge(t, err)
		return envelope.New(c.msgs, "writeResponse", status), err
	}
	return envelope.New(c.msgs, "writeResponse", c.success(), c.reference("baseRef", t, id, "")), nil
}

func (c *call) initialize() (*envelope.Element, error) {
	status, r, err := c.draft(c.child("initializeRecord"))
	return envelope.New(c.msgs, "readResponse", status, r), err
}

func (c *call) initializeList() (*envelope.Element, error) {
	list, err := c.entries("initializeRecord")
	if err != nil {
		return nil, err
	}
	return c.each(list, "readResponseList", "readResponse", c.draft)
}

// draft answers with a record made from another one, and saves nothing (Oracle
// help, section_N3508536).
func (c *call) draft(n *envelope.Node) (status, content *envelope.Element, err error) {
	target := c.typeByName(n.Child("type").Value())
	from := n.Child("reference")
	if list := n.Child("referenceList"); from == nil && list != nil {
		from = list.Child("initializeRef")
	}
	if target == nil || from == nil {
		return c.failure("INVALID_INITIALIZE_ARG", "The record to initialize and the reference are required."), nil, nil
	}
	t, id, found, err := c.refer(from)
	if err == nil && !found {
		return c.failure("INVALID_INITIALIZE_REF", "The record that the reference names does not exist."), nil, nil
	}
	var r *record.Record
	if err == nil {
		r, err = c.Store.DraftTransform(c.ctx, t.Name, id, target.Name, nil, record.WriteOptions{})
	}
	if f := (*fault.Fault)(nil); errors.As(err, &f) && f.Code() == fault.InvalidRequest {
		return c.failure("INVALID_INITIALIZE_REF", fmt.Sprintf("You cannot initialize %s from %s.", target.Name, t.Name)), nil, nil
	}
	if err == nil {
		content, err = c.mapper.Record(c.ctx, c.msgs, "record", r, false)
		return c.success(), content, err
	}
	status, err = c.judge(target, err)
	return status, nil, err
}

// getItemAvailability tells the stock of items.
func (c *call) getItemAvailability() (*envelope.Element, error) {
	const name = "getItemAvailabilityResult"
	filter := c.child("itemAvailabilityFilter")
	refs := filter.Child("item").All("recordRef")
	if len(refs) > listLimits[c.Operation] {
		return nil, refuse("exceededRecordCountFault", "MAX_RCRDS_EXCEEDED", "The limit is %d items.", listLimits[c.Operation])
	}
	since := filter.Child("lastQtyAvailableChange")
	list := envelope.New(c.core, "itemAvailabilityList")
	for _, ref := range refs {
		t, id, found, err := c.item(ref)
		if err != nil {
			return c.answer(name, nil, err)
		}
		if !found {
			return envelope.New(c.core, name, c.failure("INVALID_KEY_OR_REF", "Invalid item reference key "+ref.Attr("internalId")+ref.Attr("externalId")+".")), nil
		}
		r, err := c.Store.Get(c.ctx, t.Name, id)
		if err != nil {
			return c.answer(name, nil, err)
		}
		if since != nil {
			if at, err := envelope.ParseTime(since.Text); err == nil && !r.Modified.After(at) {
				continue
			}
		}
		list.Add(c.stock(r))
	}
	if len(list.Children) == 0 {
		return c.answer(name, nil, nil)
	}
	return c.answer(name, []*envelope.Element{list}, nil)
}

// item finds an item of any type.
func (c *call) item(n *envelope.Node) (t *schema.Type, id string, found bool, err error) {
	for _, t := range c.Store.Types() {
		if t.Group != schema.GroupItem || c.mapper.Shape(t) == nil {
			continue
		}
		if id, found, err := c.find(t, n.Attr("internalId"), n.Attr("externalId")); err != nil || found {
			return t, id, found, err
		}
	}
	return nil, "", false, nil
}

func (c *call) stock(r *record.Record) *envelope.Element {
	e := envelope.New(c.core, "itemAvailability",
		envelope.New(c.core, "item", c.coreText("name", r.Name)).With("internalId", strconv.FormatInt(r.ID, 10), "externalId", r.ExternalID, "type", r.Type.Name),
		c.coreText("lastQtyAvailableChange", envelope.FormatTime(r.Modified)))
	for _, name := range []string{"quantityOnHand", "reorderPoint", "preferredStockLevel", "quantityOnOrder", "quantityCommitted", "quantityBackOrdered", "quantityAvailable"} {
		value := r.Body[name]
		if name == "quantityAvailable" && value == nil {
			value = r.Body["quantityOnHand"]
		}
		if n, ok := value.(json.Number); ok {
			e.Add(c.coreText(name, mapping.Double(n.String())))
		}
	}
	return e
}

// getAccountGovernanceInfo tells the account's concurrency limit.
func (c *call) getAccountGovernanceInfo() (*envelope.Element, error) {
	l := c.Limits(c.ses)
	return c.answer("getAccountGovernanceInfoResult", []*envelope.Element{
		c.coreInt("accountConcurrencyLimit", l.Account), c.coreInt("unallocatedConcurrencyLimit", l.Unallocated),
	}, nil)
}

// getIntegrationGovernanceInfo tells the limit of the integration that asks.
func (c *call) getIntegrationGovernanceInfo() (*envelope.Element, error) {
	l := c.Limits(c.ses)
	limit, kind := l.Unallocated, "_account"
	if l.Own {
		limit, kind = l.Integration, "_integrationSpecific"
	}
	return c.answer("getIntegrationGovernanceInfoResult", []*envelope.Element{
		c.coreInt("integrationConcurrencyLimit", limit), c.coreText("limitType", kind),
	}, nil)
}
