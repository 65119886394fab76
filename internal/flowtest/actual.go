package flowtest

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/flowtest/verdict"
	"github.com/sluicehq/sluice/internal/rehearsal"
)

// actual is what came of the case, in the form of an expectation. It has what the case
// expects something of, and what it should have.
func (j *judge) actual() verdict.Object {
	want, out := j.test.wanted, verdict.Object{}
	if f := j.result.Failure; f != nil {
		out["failure"] = f.Code
	}
	for key, get := range map[string]func(any) any{"imports": j.actualImports, "requests": j.actualRequests, "excluded": j.actualExcluded, "errors": j.actualErrors,
		"counts": j.actualCounts, "totals": j.actualTotals, "asked": j.unjudged("asked"), "rows": j.unjudged("rows")} {
		if wanted, there := want[key]; there {
			out[key] = get(wanted)
		}
	}
	if _, there := want["errors"]; !there && len(j.failed()) > 0 {
		out["errors"] = j.actualErrors(nil)
	}
	return out
}

// unjudged repeats what is expected where nothing was found to be otherwise, and what was
// found where it was.
func (j *judge) unjudged(key string) func(any) any {
	return func(want any) any {
		var found []any
		for _, d := range j.found {
			if strings.HasPrefix(d.Path, j.test.at+".expect."+key) {
				found = append(found, strings.TrimPrefix(d.Path, j.test.at+".expect.")+": "+d.Message)
			}
		}
		if found == nil {
			return want
		}
		return found
	}
}

// entry is an element of a list of objects, nil for one that is not there.
func entry(list any, i int) verdict.Object {
	all, _ := list.([]any)
	if i >= len(all) {
		return nil
	}
	o, _ := all[i].(verdict.Object)
	return o
}

func (j *judge) actualImports(want any) any {
	out := []any{}
	list, _ := want.([]any)
	for n := range list {
		e := entry(want, n)
		records := []any{}
		for _, g := range j.world.imported {
			if g.step != e["step"] {
				continue
			}
			got, wanted := importedObject(&g.intent), entry(e["records"], len(records))
			shown := verdict.Limited(wanted, got, "key", "operation", "record")
			if e["match"] == "partial" && wanted["record"] != nil {
				shown["record"] = verdict.Settle(wanted["record"], got["record"], true)
			}
			records = append(records, shown)
		}
		one := verdict.Object{"step": e["step"], "records": records}
		if e["match"] != nil {
			one["match"] = e["match"]
		}
		out = append(out, one)
	}
	return out
}

func importedObject(i *sluice.Intent) verdict.Object {
	return verdict.Object{"key": shownKey(i.Key), "operation": string(i.Operation), "external_id": i.ExternalID, "id": i.TargetID, "record": verdict.Plain(i.Record)}
}

// sent are the requests in the order of the records.
func (j *judge) sent() []planned {
	got := slices.Clone(j.world.requests)
	slices.SortStableFunc(got, func(a, b planned) int { return int(a.Intent.Seq - b.Intent.Seq) })
	return got
}

func (j *judge) actualRequests(want any) any {
	out := []any{}
	for n, r := range j.sent() {
		out = append(out, verdict.Limited(entry(want, n), requestObject(&r), "step", "method", "path", "body"))
	}
	return out
}

func requestObject(r *planned) verdict.Object {
	o := verdict.Object{"step": r.step, "method": r.Method, "path": pathOf(r.URL), "body": any(r.Body)}
	if v, err := verdict.Decode(r.Body); err == nil {
		o["body"] = v
	}
	headers := verdict.Object{}
	for name, value := range r.Header {
		headers[name] = value
	}
	o["headers"] = headers
	return o
}

// matched puts records next to the entries that mean them; further ones follow.
func matched(want any, left []rehearsal.Record, object func(*rehearsal.Record) verdict.Object, usual ...string) []any {
	out := []any{}
	list, _ := want.([]any)
	for n := range list {
		e := entry(want, n)
		key, _ := e["key"].(string)
		nr, _ := e["record"].(json.Number)
		seq, _ := nr.Int64()
		if i := slices.IndexFunc(left, func(r rehearsal.Record) bool { return isRecord(&r, key, seq) }); i >= 0 {
			out = append(out, verdict.Limited(e, object(&left[i])))
			left = slices.Delete(left, i, i+1)
		}
	}
	for _, r := range left {
		out = append(out, verdict.Limited(nil, object(&r), usual...))
	}
	return out
}

func (j *judge) of(outcome sluice.RecordOutcome) []rehearsal.Record {
	return slices.DeleteFunc(slices.Clone(j.result.Records), func(r rehearsal.Record) bool { return r.Outcome != outcome })
}

func (j *judge) failed() []rehearsal.Record {
	return slices.DeleteFunc(j.of(sluice.OutcomeFailed), func(r rehearsal.Record) bool { return r.Error == nil })
}

func (j *judge) actualExcluded(want any) any {
	return matched(want, j.of(sluice.OutcomeExcluded), func(r *rehearsal.Record) verdict.Object {
		return verdict.Object{"key": shownKey(r.Key), "record": json.Number(strconv.FormatInt(r.Seq, 10)), "step": r.Step, "reason": r.Reason}
	}, recordKeys(j.suite.Flow, "step", "reason")...)
}

func (j *judge) actualErrors(want any) any {
	list, _ := want.([]any)
	return matched(want, j.failed(), func(r *rehearsal.Record) verdict.Object {
		e := r.Error
		tags := make([]any, len(e.Tags))
		for i, t := range e.Tags {
			tags[i] = t
		}
		message := e.Message
		for n := range list { // a part of the message is enough
			if part, _ := entry(want, n)["message"].(string); part != "" && strings.Contains(message, part) {
				message = part
			}
		}
		return verdict.Object{"key": shownKey(r.Key), "record": json.Number(strconv.FormatInt(r.Seq, 10)), "step": e.Step, "code": e.Code, "message": message,
			"classification": string(e.Classification), "assignee": e.Assignee, "trace": e.Trace, "tags": tags}
	}, recordKeys(j.suite.Flow, "step", "code", "message")...)
}

// recordKeys are the keys by which a record is named, and others: its key, or, in flows
// whose records have none, its place.
func recordKeys(f *sluice.Flow, others ...string) []string {
	by := "record"
	for _, e := range f.Sources() {
		if len(e.Key) > 0 {
			by = "key"
		}
	}
	return append([]string{by}, others...)
}

// shownKey is a record's key, empty for one that was made up for a record without one.
func shownKey(key string) string {
	if strings.HasPrefix(key, "run/") {
		return ""
	}
	return key
}

func (j *judge) actualCounts(want any) any {
	c := j.result.Counts
	got := verdict.Object{}
	for name, n := range map[string]int64{"read": c.Read, "written": c.Written, "unchanged": c.Unchanged, "excluded": c.Excluded, "failed": c.Failed} {
		if _, there := want.(verdict.Object)[name]; there || want == nil && n > 0 {
			got[name] = json.Number(strconv.FormatInt(n, 10))
		}
	}
	return got
}

func (j *judge) actualTotals(want any) any {
	out := []any{}
	list, _ := want.([]any)
	for n := range list {
		e := entry(want, n)
		i := slices.IndexFunc(j.result.Totals, func(t sluice.OutcomeTotals) bool { return t.Name == e["name"] })
		if i < 0 {
			continue
		}
		t := j.result.Totals[i]
		one := verdict.Object{"name": t.Name}
		for name, got := range map[string]string{"read": t.Read, "written": t.Written, "unchanged": t.Unchanged, "excluded": t.Excluded, "failed": t.Failed} {
			if text, there := e[name]; there {
				if one[name] = any(got); verdict.SameNumber(strings.TrimSpace(asText(text)), got) {
					one[name] = text
				}
			}
		}
		out = append(out, one)
	}
	return out
}

func asText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return verdict.Brief(v)
}
