package soap

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
	"github.com/sluicehq/sluice/emulator/soap/mapping"
)

// permissionDeleted is Deleted Records.
const permissionDeleted = "ADMI_DELETEDRECORD"

// getDeleted lists deletions, oldest first. It keeps no searchId: each page
// looks anew.
func (c *call) getDeleted() (*envelope.Element, error) {
	const name = "getDeletedResult"
	if !c.ses.Allows(permissionDeleted, session.View) {
		return envelope.New(c.core, name, c.failure("INSUFFICIENT_PERMISSION", "You need the permission Deleted Records to list deleted records.")), nil
	}
	size := c.prefs.pageSize
	if size < minPage || size > maxPage {
		return envelope.New(c.core, name, c.failure("INVALID_SEARCH_PAGE_SIZE", "The page size is out of bounds.")), nil
	}
	all, err := c.deletions(c.child("getDeletedFilter"))
	if err != nil {
		return c.answer(name, nil, err)
	}
	index, err := strconv.Atoi(c.child("pageIndex").Value())
	pages := (len(all) + size - 1) / size
	if err != nil || index < 1 || index > max(pages, 1) {
		return envelope.New(c.core, name, c.failure("INVALID_PAGE_INDEX", "There is no such page.")), nil
	}
	from := (index - 1) * size
	list := envelope.New(c.core, "deletedRecordList")
	list.Add(all[min(from, len(all)):min(from+size, len(all))]...)
	return c.answer(name, []*envelope.Element{c.coreInt("totalRecords", len(all)), c.coreInt("pageSize", size),
		c.coreInt("totalPages", pages), c.coreInt("pageIndex", index), list}, nil)
}

// deletions reads the deletions that a filter lets through.
func (c *call) deletions(filter *envelope.Node) ([]*envelope.Element, error) {
	inTime, err := c.engine().Within(filter.Child("deletedDate"))
	if err != nil {
		return nil, err
	}
	rows, err := c.Store.DB().QueryContext(c.ctx, "SELECT recordid, scriptid, coalesce(name, ''), deleteddate FROM q_deletedrecord ORDER BY deleteddate, rowid")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []*envelope.Element
	for rows.Next() {
		var id int64
		var typ, label, stamp string
		if err := rows.Scan(&id, &typ, &label, &stamp); err != nil {
			return nil, err
		}
		at, err := time.Parse(body.Stamp, stamp)
		if err != nil {
			return nil, err
		}
		if t := c.typeByName(typ); t != nil && inTime(at) && wantsType(filter, t) {
			out = append(out, c.deletion(t, id, label, at))
		}
	}
	return out, rows.Err()
}

func (c *call) deletion(t *schema.Type, id int64, label string, at time.Time) *envelope.Element {
	ref := c.reference("record", t, body.IDText(id), "")
	ref.Area = c.core
	if label != "" {
		ref.Add(c.coreText("name", label))
	}
	return envelope.New(c.core, "deletedRecord", c.coreText("deletedDate", envelope.FormatTime(at)), ref)
}

// wantsType applies the type and the scriptId of a getDeletedFilter.
func wantsType(filter *envelope.Node, t *schema.Type) bool {
	if script := filter.Child("scriptId"); script != nil && !strings.EqualFold(script.Child("searchValue").Value(), t.Name) {
		return false
	}
	types := filter.Child("type")
	if types == nil {
		return true
	}
	name := t.Name
	if mapping.IsCustomRecord(t) {
		name = "customRecord"
	}
	found := slices.ContainsFunc(types.All("searchValue"), func(v *envelope.Node) bool {
		return strings.EqualFold(strings.TrimPrefix(v.Value(), "_"), name)
	})
	return found != (types.Attr("operator") == "noneOf")
}
