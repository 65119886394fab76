package suitetalk

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/outcome"
	"github.com/sluicehq/sluice/netsuite"
)

// checkPrefix begins the external IDs and names of records that a write check makes.
const checkPrefix = "sluice-check-"

// checkRecord returns the least that NetSuite takes for a new record of the type.
func checkRecord(recordType, mark string) (netsuite.Record, bool) {
	switch t := strings.ToLower(recordType); {
	case t == "customer" || t == "vendor" || t == "partner":
		return netsuite.Record{"companyName": mark}, true
	case t == "contact":
		return netsuite.Record{"entityId": mark, "firstName": "Sluice", "lastName": mark}, true
	case t == "employee":
		return netsuite.Record{"firstName": "Sluice", "lastName": mark}, true
	case strings.HasPrefix(t, "customrecord"):
		return netsuite.Record{"name": mark}, true
	}
	return nil, false
}

// WriteCheck makes one record of the type and deletes it. The fact that it adds to
// the evidence names the record. One that could not be deleted is an error that
// says so: it is still there.
func (c *Connector) WriteCheck(ctx context.Context, conn *sluice.Connection, recordType string, e *sluice.Evidence) error {
	mark := checkPrefix + strings.ToLower(rand.Text()[:12])
	body, ok := checkRecord(recordType, mark)
	if !ok {
		return sluice.Errorf("connection.write_check", "a write check can make a customer, vendor, partner, contact, employee or custom record, and no %s", recordType).
			Fix("Test with one of these, such as --write customer")
	}
	cl, err := c.client(conn)
	if err != nil {
		return err
	}
	ctx = netsuite.ContextWithClass(ctx, netsuite.Interactive)
	if err := cl.completeCheck(ctx, body, mark); err != nil {
		return err
	}
	ref, err := cl.Records.Create(ctx, recordType, body, netsuite.WriteOptions{})
	if err != nil && netsuite.Applied(err) == netsuite.Unknown {
		ref, err = cl.findCheck(ctx, recordType, mark, err)
	}
	if err != nil {
		fact(e, "Write", "no "+recordType+" could be made: "+firstLine(err), false)
		return cl.problem(err)
	}
	if err := cl.Records.Delete(ctx, recordType, ref.ID); err != nil && !outcome.Missing(err) {
		text := fmt.Sprintf("made %s %s (%s) and could NOT delete it", recordType, ref.ID, mark)
		fact(e, "Write", text+": "+firstLine(err), false)
		return sluice.Errorf("connection.write_check_left", "the write check %s: %w", text, err).
			At(recordType + " " + ref.ID).Fix("Delete it in NetSuite, and give the role the level Full for this record type")
	}
	fact(e, "Write", fmt.Sprintf("made and deleted %s %s", recordType, ref.ID), true)
	return nil
}

// completeCheck adds what the type and the account want besides: an external ID,
// by which a record whose answer was lost is found, and a subsidiary.
func (c *client) completeCheck(ctx context.Context, body netsuite.Record, mark string) error {
	body["externalId"] = mark
	if _, custom := body["name"]; custom {
		return nil
	}
	page, err := c.SuiteQL.Page(ctx, "SELECT id FROM subsidiary WHERE isinactive = 'F' ORDER BY id ASC", nil, 1, 0)
	if err != nil {
		if refusesQuery(err) { // an account without subsidiaries has no such table
			return nil
		}
		return c.problem(err)
	}
	if len(page.Rows) == 1 {
		body["subsidiary"] = map[string]any{"id": page.Rows[0].Text("id")}
	}
	return nil
}

// findCheck looks for a record whose answer was lost.
func (c *client) findCheck(ctx context.Context, recordType, mark string, cause error) (netsuite.Ref, error) {
	r, err := c.Records.GetByExternalID(ctx, recordType, mark, netsuite.GetOptions{})
	if err == nil {
		return netsuite.Ref{ID: r.ID()}, nil
	}
	if outcome.Missing(err) {
		return netsuite.Ref{}, cause
	}
	return netsuite.Ref{}, sluice.Errorf("connection.write_check_left", "the write check sent a %s, and whether it was made is not known: %w", recordType, errors.Join(cause, err)).
		At(recordType + " " + mark).Fix("Look in NetSuite for the external ID " + mark + ", and delete the record if it is there")
}
