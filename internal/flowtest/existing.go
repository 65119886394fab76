package flowtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
)

// account answers for the NetSuite records that a case says are there. They stay as
// they are: what the flow writes shows in its requests.
type account struct{ records []Existing }

func (w *world) account() *account { return &account{w.test.Existing} }

const recordService = "/record/v1/"

// routine answers what NetSuite is asked on the way, which no case has to think of: its
// time and time zone, which is UTC where the connection has no other. The catalogue of
// records is not there. It returns nil for other requests.
func routine(q *http.Request) *http.Response {
	switch {
	case strings.HasSuffix(q.URL.Path, "/serverTime"):
		return jsonAnswer(http.StatusOK, map[string]any{"serverTime": now().Format(time.RFC3339)})
	case strings.Contains(q.URL.Path, recordService+"metadata-catalog"):
		return none()
	case strings.HasSuffix(q.URL.Path, "/suiteql"):
		return dual(bodyOf(q))
	}
	return nil
}

// dayAsked is the question for how the session writes a day.
var dayAsked = regexp.MustCompile(`TO_DATE\('(\d{4}-\d\d-\d\d)'`)

// dual answers queries that ask no table.
func dual(body string) *http.Response {
	var query struct {
		Q string `json:"q"`
	}
	if json.Unmarshal([]byte(body), &query) != nil || !strings.HasSuffix(query.Q, " FROM DUAL") {
		return nil
	}
	row := map[string]any{"zone": "UTC"}
	if m := dayAsked.FindStringSubmatch(query.Q); m != nil {
		row = map[string]any{"day": m[1]}
	}
	return jsonAnswer(http.StatusOK, page([]any{row}))
}

// page is a list as NetSuite answers it.
func page(items []any) map[string]any {
	return map[string]any{"links": []any{}, "count": len(items), "hasMore": false, "items": items, "offset": 0, "totalResults": len(items)}
}

// none is the answer for a record that is not there.
func none() *http.Response {
	return refusal(http.StatusNotFound, "NONEXISTENT_ID", "The record instance does not exist.")
}

func refusal(status int, code, detail string) *http.Response {
	return jsonAnswer(status, map[string]any{"title": http.StatusText(status), "status": status,
		"o:errorDetails": []any{map[string]any{"detail": detail, "o:errorCode": code}}})
}

// read answers a request for a record or for one of its sublists.
func (a *account) read(q *http.Request) *http.Response {
	_, path, found := strings.Cut(q.URL.Path, recordService)
	parts := strings.Split(path, "/")
	if !found {
		return none()
	}
	if len(parts) == 1 {
		return a.list(path, q.URL.Query().Get("q"))
	}
	e := a.find(parts[0], parts[1])
	if e == nil {
		return none()
	}
	if len(parts) == 2 {
		return jsonAnswer(http.StatusOK, e.shown())
	}
	list, _ := e.Record[parts[2]].(map[string]any)
	items, _ := list["items"].([]any)
	return jsonAnswer(http.StatusOK, page(items))
}

// list answers a search in a record type, which is for an external ID where it is for
// anything.
func (a *account) list(recordType, condition string) *http.Response {
	items := []any{}
	for _, e := range a.records {
		if strings.EqualFold(e.Type, recordType) && (condition == "" || e.ExternalID != "" && strings.Contains(condition, strconv.Quote(e.ExternalID))) {
			items = append(items, map[string]any{"id": e.id(), "links": []any{}})
		}
	}
	return jsonAnswer(http.StatusOK, page(items))
}

// find returns the record of a type that an address names.
func (a *account) find(recordType, at string) *Existing {
	external, byExternal := strings.CutPrefix(at, "eid:")
	i := slices.IndexFunc(a.records, func(e Existing) bool {
		return strings.EqualFold(e.Type, recordType) && (byExternal && e.ExternalID == external || !byExternal && e.ID == at)
	})
	if i < 0 {
		return nil
	}
	return &a.records[i]
}

// shown is the record as NetSuite answers it.
func (e *Existing) shown() map[string]any {
	out := map[string]any{"id": e.id()}
	if e.ExternalID != "" {
		out["externalId"] = e.ExternalID
	}
	maps.Copy(out, e.Record)
	return out
}

func (e *Existing) id() string {
	if e.ID == "" {
		return "id-of-" + e.ExternalID
	}
	return e.ID
}

// write answers a request that changes a record, nil for one that NetSuite is content
// with. Where the case says which records are there, a record that is not cannot be
// changed, and one that is cannot be added.
func (a *account) write(q *http.Request, spec *sluice.Import, i *sluice.Intent) *http.Response {
	if a.records == nil || spec.NetSuite == nil {
		return nil
	}
	target := i.TargetID
	if target == "" {
		target = "eid:" + i.ExternalID
	}
	e := a.find(spec.NetSuite.Record, target)
	adds := i.Operation == sluice.Add || i.Operation == sluice.Transform || i.Operation == sluice.Upsert && q.Method == http.MethodPost
	switch {
	case i.Operation.NeedsRecord() && e == nil:
		return none()
	case adds && e != nil:
		return refusal(http.StatusBadRequest, "DUP_RCRD", fmt.Sprintf("A record with the external ID %s exists already.", e.ExternalID))
	}
	return nil
}
