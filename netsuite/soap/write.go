package soap

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/sluicehq/sluice/netsuite/soap/record"
)

// WriteResult is what became of one record.
type WriteResult struct {
	// Ref names the record that was saved or deleted. NetSuite names the record
	// of a failed write too where it knows it.
	Ref record.Ref
	// ScriptFailed: the record was saved, and a script that ran after it failed.
	// Warnings say how. It is no error: sending the record again would save it
	// twice.
	ScriptFailed bool
	Warnings     []Detail

	// Err is nil for a record that was saved. netsuite.Applied(Err) says what is
	// certain: where that is netsuite.Unknown, look before sending it again.
	Err error
}

// Saved reports whether the record is certainly saved.
func (r WriteResult) Saved() bool { return r.Err == nil }

// DeletionReason is why records are deleted, for accounts that ask for it.
type DeletionReason struct {
	Code record.Ref // of the account's list of reasons
	Memo string
}

// operation is a kind of write.
type operation struct {
	one, list string
	limit     func(Limits) int
	// repeatable writes may be sent again when their outcome is unknown, as long
	// as no line of a record is added anew each time.
	repeatable bool
}

var (
	adding   = operation{"add", "addList", func(l Limits) int { return l.Add }, false}
	updating = operation{"update", "updateList", func(l Limits) int { return l.Update }, true}
	upsert   = operation{"upsert", "upsertList", func(l Limits) int { return l.Upsert }, true}
	deleting = operation{"delete", "deleteList", func(l Limits) int { return l.Delete }, true}
)

// Add creates a record. It is never sent again unless it certainly was not
// applied: give records an external ID, to be able to look.
func (c *Client) Add(ctx context.Context, r *record.Element) (WriteResult, error) {
	return c.writeOne(ctx, adding, r)
}

// Update changes the fields that r holds. r needs an internal or external ID.
func (c *Client) Update(ctx context.Context, r *record.Element) (WriteResult, error) {
	return c.writeOne(ctx, updating, r)
}

// Upsert creates or updates the record with r's external ID. NetSuite takes no
// internal ID here.
func (c *Client) Upsert(ctx context.Context, r *record.Element) (WriteResult, error) {
	return c.writeOne(ctx, upsert, r)
}

// Delete deletes a record. One that is gone already is netsuite.ErrNotFound.
func (c *Client) Delete(ctx context.Context, ref record.Ref, reason *DeletionReason) (WriteResult, error) {
	parts, err := c.encodeRefs([]record.Ref{ref})
	if err != nil {
		return WriteResult{Err: err}, err
	}
	last, err := c.reason(reason)
	if err != nil {
		return WriteResult{Err: err}, err
	}
	w := c.writing(deleting, parts, []bool{true})
	w.last = last
	w.single = refName(ref)
	return w.first(ctx)
}

// AddList creates records. Results are in the order of the records, each of
// which stands for itself: NetSuite has no transaction around a list. The error
// is of the input alone, and nothing has been sent then.
//
// Lists larger than one request may hold are divided, and divided again where
// NetSuite finds them too large. Records that were certainly not applied for a
// reason that passes are sent again, a few times.
func (c *Client) AddList(ctx context.Context, records []*record.Element) ([]WriteResult, error) {
	return c.writeList(ctx, adding, records)
}

// UpdateList changes records; see [Client.AddList]. Records whose outcome is
// unknown are sent again too, unless they merge lines into a sublist.
func (c *Client) UpdateList(ctx context.Context, records []*record.Element) ([]WriteResult, error) {
	return c.writeList(ctx, updating, records)
}

// UpsertList creates or updates records; see [Client.UpdateList]. Whether two
// requests at a time for one external ID can create two records is not
// documented: keep them apart.
func (c *Client) UpsertList(ctx context.Context, records []*record.Element) ([]WriteResult, error) {
	return c.writeList(ctx, upsert, records)
}

// DeleteList deletes records; see [Client.UpdateList].
func (c *Client) DeleteList(ctx context.Context, refs []record.Ref, reason *DeletionReason) ([]WriteResult, error) {
	parts, err := c.encodeRefs(refs)
	if err != nil {
		return nil, err
	}
	last, err := c.reason(reason)
	if err != nil {
		return nil, err
	}
	w := c.writing(deleting, parts, slices.Repeat([]bool{true}, len(parts)))
	w.last = last
	return w.run(ctx), nil
}

func (c *Client) reason(r *DeletionReason) ([]byte, error) {
	if r == nil {
		return nil, nil
	}
	e := record.Element{Name: "deletionReason", Children: []record.Element{r.Code.Element("deletionReasonCode", false)}}
	if r.Memo != "" {
		e.Set("deletionReasonMemo", r.Memo)
	}
	return c.part("platformCore:DeletionReason", e)
}

func (c *Client) writeOne(ctx context.Context, o operation, r *record.Element) (WriteResult, error) {
	parts, repeatable, err := c.encodeRecords(o, []*record.Element{r})
	if err != nil {
		return WriteResult{Err: err}, err
	}
	w := c.writing(o, parts, repeatable)
	w.single = r.TypeName()
	return w.first(ctx)
}

func (c *Client) writeList(ctx context.Context, o operation, records []*record.Element) ([]WriteResult, error) {
	parts, repeatable, err := c.encodeRecords(o, records)
	if err != nil {
		return nil, err
	}
	return c.writing(o, parts, repeatable).run(ctx), nil
}

func (c *Client) encodeRecords(o operation, records []*record.Element) (parts [][]byte, repeatable []bool, err error) {
	var problems []error
	parts, repeatable = make([][]byte, len(records)), make([]bool, len(records))
	for i, r := range records {
		e := *r
		e.Name = "record"
		part, err := c.part("platformCore:Record", e)
		if err := errors.Join(err, checkIDs(o, r)); err != nil {
			problems = append(problems, fmt.Errorf("record %d: %w", i+1, err))
			continue
		}
		parts[i], repeatable[i] = part, o.repeatable && !mergesLines(r)
	}
	return parts, repeatable, errors.Join(problems...)
}

// checkIDs refuses what NetSuite refuses for its IDs.
func checkIDs(o operation, r *record.Element) error {
	internal, external := r.InternalID() != "", r.ExternalID() != ""
	switch {
	case o.one == "upsert" && internal:
		return inputError("internalId", "NetSuite upserts by external ID alone: use an update")
	case o.one == "upsert" && !external:
		return inputError("externalId", "an upsert needs one")
	case o.one == "update" && !internal && !external:
		return inputError("internalId", "an update needs an internal or external ID")
	case o.one == "add" && internal:
		return inputError("internalId", "NetSuite gives new records their internal IDs")
	}
	return nil
}

// mergesLines reports whether a record adds lines that a second time would add
// again: those of a sublist that is merged, not replaced.
func mergesLines(e *record.Element) bool {
	if e.Attr("replaceAll") == string(record.Merge) && len(e.Children) > 0 {
		return true
	}
	for i := range e.Children {
		if mergesLines(&e.Children[i]) {
			return true
		}
	}
	return false
}

// writeResponse reads a status with the reference that goes with it.
func (a *answer) writeResponse(r *request) (WriteResult, error) {
	var result WriteResult
	var status *Status
	err := a.each(func(name string) (err error) {
		switch name {
		case "status":
			status, err = a.status()
		case "baseRef":
			var e record.Element
			if e, err = a.element(); err == nil {
				result.Ref = e.Ref()
			}
		}
		return err
	})
	if err != nil {
		return result, err
	}
	result.Warnings, result.Err = r.judge(status)
	if status != nil && status.scriptFailed() {
		result.ScriptFailed = true
		if !result.Ref.IsZero() {
			result.Err = nil // saved, whatever isSuccess says (Oracle help section_N3536574)
		}
	}
	return result, nil
}

func (a *answer) writeResponseList(r *request) ([]WriteResult, error) {
	var results []WriteResult
	whole := &Status{Success: true}
	err := a.each(func(name string) (err error) {
		switch name {
		case "status":
			whole, err = a.status()
		case "writeResponse":
			var one WriteResult
			one, err = a.writeResponse(r)
			results = append(results, one)
		}
		return err
	})
	if err == nil && len(results) == 0 {
		_, err = r.judge(whole)
	}
	return results, err
}
