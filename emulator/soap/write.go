package soap

import (
	"net/http"

	"github.com/sluicehq/sluice/emulator/failure"
	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
	"github.com/sluicehq/sluice/emulator/soap/mapping"
)

// writer writes one record and returns its internal ID.
type writer func(c *call, in *mapping.Input) (string, error)

// single is an operation on one record.
func single(w writer) operation {
	return func(c *call) (*envelope.Element, error) {
		n := c.child("record")
		status, ref, err := c.save(n, w)
		return envelope.New(c.msgs, "writeResponse", status, ref), err
	}
}

// list is an operation on several records.
func list(w writer) operation {
	return func(c *call) (*envelope.Element, error) {
		records, err := c.entries("record")
		if err != nil {
			return nil, err
		}
		return c.each(records, "writeResponseList", "writeResponse", func(n *envelope.Node) (status, ref *envelope.Element, err error) {
			return c.save(n, w)
		})
	}
}

// save writes one record of the request.
func (c *call) save(n *envelope.Node, w writer) (status, ref *envelope.Element, err error) {
	in, err := c.mapper.Input(c.ctx, n, c.prefs.ignoreReadOnly)
	if err == nil && c.plan.Effect == failure.Warning && c.prefs.warningAsError {
		err = fault.New(http.StatusBadRequest, "WARNING", "%s", warning)
	}
	if err != nil {
		status, err = c.judge(nil, err)
		return status, nil, err
	}
	id, err := w(c, in)
	if err != nil {
		status, err = c.judge(in.Type, err)
		return status, c.echo(in), err
	}
	switch c.plan.Effect {
	case failure.AfterSubmitFailed, failure.AfterSubmitDone:
		status = c.afterSubmit(c.plan.Effect == failure.AfterSubmitFailed)
	case failure.Warning:
		status = c.warned("WARNING", warning)
	default:
		status = c.success()
	}
	return status, c.reference("baseRef", in.Type, id, in.ExternalID), nil
}

// warning is the text of the failure warning.
const warning = "A warning of the account's: check the record."

// echo refers to a record that was refused, where the request named one.
func (c *call) echo(in *mapping.Input) *envelope.Element {
	if in.InternalID == "" && in.ExternalID == "" {
		return nil
	}
	return c.reference("baseRef", in.Type, in.InternalID, in.ExternalID)
}

// reference writes a RecordRef, or a CustomRecordRef.
func (c *call) reference(name string, t *schema.Type, id, externalID string) *envelope.Element {
	e := envelope.New(c.msgs, name).With("internalId", id, "externalId", externalID)
	if mapping.IsCustomRecord(t) {
		return e.With("typeId", c.mapper.TypeID(t)).As(c.shapes.Type("platformCore", "CustomRecordRef"))
	}
	return e.With("type", t.Name).As(c.shapes.Type("platformCore", "RecordRef"))
}

func user(format string, args ...any) error {
	return fault.New(http.StatusBadRequest, fault.UserError, format, args...)
}

// options are what the preferences and the lists of a record ask of its write.
func (c *call) options(in *mapping.Input) record.WriteOptions {
	return record.WriteOptions{Replace: in.Replace, CustomOptional: c.prefs.noMandatoryCustom}
}

func addRecord(c *call, in *mapping.Input) (string, error) {
	res, err := c.Store.Create(c.ctx, in.Type.Name, in.Fields, c.options(in))
	return body.IDText(res.ID), err
}

// updateRecord changes the record that the internal ID names, or else the
// external ID.
func updateRecord(c *call, in *mapping.Input) (string, error) {
	if in.InternalID == "" && in.ExternalID == "" {
		return "", fault.New(http.StatusBadRequest, "RCRD_ID_REQD", "The internalId or the externalId of the record is required.")
	}
	id, found, err := c.find(in.Type, in.InternalID, in.ExternalID)
	if err != nil {
		return "", err
	}
	if !found {
		return "", fault.New(http.StatusNotFound, fault.NonexistentID, "That record does not exist.")
	}
	if in.InternalID == "" {
		delete(in.Fields, "externalId") // it named the record
	}
	res, err := c.Store.Update(c.ctx, in.Type.Name, id, in.Fields, c.options(in))
	return body.IDText(res.ID), err
}

// upsertRecord finds by type and external ID alone (Oracle help, section_N3532463).
func upsertRecord(c *call, in *mapping.Input) (string, error) {
	if shape := c.mapper.Shape(in.Type); shape.Attr("externalId") == nil {
		return "", fault.New(http.StatusBadRequest, "INVALID_RCRD_TYPE", "The record type %s has no external IDs.", in.Type.Name)
	}
	if in.InternalID != "" {
		return "", user("You cannot set internalId with upsert.")
	}
	if in.ExternalID == "" {
		return "", user("This operation requires the externalId of the record.")
	}
	delete(in.Fields, "externalId")
	res, err := c.Store.Upsert(c.ctx, in.Type.Name, in.ExternalID, in.Fields, c.options(in))
	return body.IDText(res.ID), err
}

func (c *call) delete() (*envelope.Element, error) {
	n := c.child("baseRef")
	status, ref, err := c.remove(n)
	return envelope.New(c.msgs, "writeResponse", status, ref), err
}

func (c *call) deleteList() (*envelope.Element, error) {
	list, err := c.entries("baseRef")
	if err != nil {
		return nil, err
	}
	return c.each(list, "writeResponseList", "writeResponse", c.remove)
}

// remove deletes the record that a reference names.
func (c *call) remove(n *envelope.Node) (status, ref *envelope.Element, err error) {
	t, id, found, err := c.refer(n)
	if t != nil {
		ref = c.reference("baseRef", t, n.Attr("internalId"), n.Attr("externalId"))
	}
	if err == nil && !found {
		return c.failure("INVALID_KEY_OR_REF", "The specified key is invalid."), ref, nil
	}
	if err == nil {
		err = c.Store.Delete(c.ctx, t.Name, id)
	}
	if err != nil {
		status, err = c.judge(t, err)
		return status, ref, err
	}
	return c.success(), c.reference("baseRef", t, id, n.Attr("externalId")), nil
}
