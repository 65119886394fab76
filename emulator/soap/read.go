package soap

import (
	"database/sql"
	"errors"
	"strconv"

	"github.com/sluicehq/sluice/emulator/failure"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
)

// Largest lists of the operations (Oracle help, section_N3418637). Twice as
// many may be asked for asynchronously.
var listLimits = map[string]int{
	"addList": 200, "deleteList": 200, "updateList": 100, "upsertList": 100, "getList": 1000, "getItemAvailability": 10000,
	"asyncAddList": 400, "asyncDeleteList": 400, "asyncUpdateList": 200, "asyncUpsertList": 200, "asyncGetList": 2000,
	"initializeList": 50, "asyncInitializeList": 100,
}

// entries returns the elements of a list, or the refusal of one that is too long.
func (c *call) entries(name string) ([]*envelope.Node, error) {
	list := c.body.All(name)
	if limit := listLimits[c.Operation]; len(list) > limit {
		return nil, refuse("exceededRecordCountFault", "MAX_RCRDS_EXCEEDED",
			"The maximum number of records allowed for a %s operation has been exceeded. The limit is %d.", c.Operation, limit)
	}
	return list, nil
}

// one is what an operation answers for one record: a status and what belongs
// to it.
type one func(n *envelope.Node) (status, content *envelope.Element, err error)

// each answers a list, one entry for each element in their order. Each stands
// alone. With the failure partial_list, the request runs out of time in the
// middle: one entry is done and says that this is not known, the others are
// not begun.
func (c *call) each(list []*envelope.Node, answer, entry string, do one) (*envelope.Element, error) {
	out := envelope.New(c.msgs, answer)
	if c.plan.Effect == failure.ListRefused {
		out.Add(c.failure("UNEXPECTED_ERROR", "An unexpected error occurred. Error ID: "+c.nsID))
		return out, nil
	}
	cut := len(list)
	if c.plan.Effect == failure.PartialList {
		cut = len(list) / 2
	}
	for i, n := range list {
		if i > cut {
			out.Add(envelope.New(c.msgs, entry, c.failure("OPERATION_NOT_FINISHED", "The request reached its time limit. This record was not processed.")))
			continue
		}
		status, content, err := do(n)
		if err != nil {
			return nil, err
		}
		if i == cut {
			status, content = c.failure("EXCEEDED_MAX_TIME", "The request reached its time limit. The status of this record is unknown."), nil
		}
		out.Add(envelope.New(c.msgs, entry, status, content))
		if c.onEntry != nil {
			c.onEntry()
		}
	}
	return out, nil
}

func (c *call) get() (*envelope.Element, error) {
	n := c.child("baseRef")
	status, record, err := c.read(n)
	return envelope.New(c.msgs, "readResponse", status, record), err
}

func (c *call) getList() (*envelope.Element, error) {
	list, err := c.entries("baseRef")
	if err != nil {
		return nil, err
	}
	return c.each(list, "readResponseList", "readResponse", c.read)
}

// read answers with the record that a reference names.
func (c *call) read(n *envelope.Node) (status, content *envelope.Element, err error) {
	t, id, found, err := c.refer(n)
	if err == nil && !found {
		return c.absent(), nil, nil
	}
	if err == nil {
		r, e := c.Store.Get(c.ctx, t.Name, id)
		if err = e; err == nil {
			content, err = c.mapper.Record(c.ctx, c.msgs, "record", r, false)
			return c.success(), content, err
		}
	}
	status, err = c.judge(t, err)
	return status, nil, err
}

// refer finds the record that a reference of the request names.
func (c *call) refer(n *envelope.Node) (t *schema.Type, id string, found bool, err error) {
	t, internalID, externalID, err := c.mapper.Reference(n)
	if err != nil {
		return nil, "", false, err
	}
	id, found, err = c.find(t, internalID, externalID)
	return t, id, found, err
}

// find returns the internal ID of a record of the type. The internal ID wins
// where both are given; external IDs are found in any case.
func (c *call) find(t *schema.Type, internalID, externalID string) (id string, found bool, err error) {
	query, key := "SELECT id FROM record WHERE grp = ? AND type = ? AND ", any(nil)
	if internalID != "" {
		n, err := strconv.ParseInt(internalID, 10, 64)
		if err != nil {
			return "", false, nil
		}
		query, key = query+"id = ?", n
	} else {
		query, key = query+"lower(external_id) = lower(?) AND external_id IS NOT NULL", externalID
	}
	var n int64
	err = c.Store.DB().QueryRowContext(c.ctx, query, t.Group, t.Name, key).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return strconv.FormatInt(n, 10), err == nil, err
}

// Bounds of a page of results (Oracle help, section_N3497592 and the XSD).
const (
	minPage = 5
	maxPage = 1000
)
