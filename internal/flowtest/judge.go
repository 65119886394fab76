package flowtest

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/flowtest/verdict"
	"github.com/sluicehq/sluice/internal/rehearsal"
)

// judge holds what became of a case against what is expected.
type judge struct {
	suite  *Suite
	test   *Case
	world  *world
	result *rehearsal.Result
	found  []Difference
}

func (j *judge) add(path, format string, args ...any) {
	path = strings.TrimSuffix(j.test.at+".expect."+path, ".")
	line, column := j.suite.place(path)
	j.found = append(j.found, Difference{Path: path, Line: line, Column: column, Message: fmt.Sprintf(format, args...)})
}

func (j *judge) all(ctx context.Context) {
	if !j.end() {
		return
	}
	j.asked()
	j.imports()
	j.requests()
	j.rows(ctx)
	j.excluded()
	j.errors()
	j.counts()
	j.totals()
}

// end judges how the run ended. It reports whether there is anything else to judge.
func (j *judge) end() bool {
	want, failure := j.test.Expect.Failure, j.result.Failure
	switch {
	case failure == nil && want == "":
	case failure == nil:
		j.add("failure", "the run got through; it was to fail with %s", want)
	case want == "":
		j.add("", "the run did not get through: %s: %s", failure.Code, failure.Error())
		return false
	case failure.Code != want:
		j.add("failure", "want %s, got %s: %s", want, failure.Code, failure.Error())
	}
	return true
}

func (j *judge) imports() {
	for n, e := range j.test.Expect.Imports {
		path := fmt.Sprintf("imports[%d]", n)
		var got []given
		for _, g := range j.world.imported {
			if g.step == e.Step {
				got = append(got, g)
			}
		}
		for i, want := range e.Records {
			at := fmt.Sprintf("%s.records[%d]", path, i)
			if i >= len(got) {
				j.add(at, "step %s was given %s only", e.Step, counted(len(got), "record"))
				break
			}
			j.imported(at, &want, &got[i].intent, e.Match == "partial")
		}
		for _, g := range got[min(len(got), len(e.Records)):] {
			j.add(path+".records", "step %s was also given %s: %s", e.Step, whose(g.intent.Key, g.intent.Seq), verdict.Brief(map[string]any(g.intent.Record)))
		}
	}
}

func (j *judge) imported(at string, want *ImportedRecord, got *sluice.Intent, partial bool) {
	for _, f := range []struct{ name, want, got string }{
		{"key", want.Key, got.Key}, {"operation", want.Operation, string(got.Operation)},
		{"external_id", want.ExternalID, got.ExternalID}, {"id", want.ID, got.TargetID},
	} {
		if f.want != "" && f.want != f.got {
			j.add(at+"."+f.name, "want %q, got %q", f.want, f.got)
		}
	}
	if want.Record == nil {
		return
	}
	for _, d := range verdict.Compare("", want.Record, verdict.Plain(got.Record), partial) {
		j.add(at+".record", "%s", d)
	}
}

func (j *judge) requests() {
	if j.test.Expect.Requests == nil {
		return
	}
	got := slices.Clone(j.world.requests)
	slices.SortStableFunc(got, func(a, b planned) int { return int(a.Intent.Seq - b.Intent.Seq) })
	for n, want := range j.test.Expect.Requests {
		path := fmt.Sprintf("requests[%d]", n)
		if n >= len(got) {
			j.add(path, "there were %s only", counted(len(got), "request"))
			return
		}
		j.request(path, &want, &got[n])
	}
	for _, g := range got[len(j.test.Expect.Requests):] {
		j.add("requests", "step %s also sent %s %s %s", g.step, g.Method, pathOf(g.URL), g.Body)
	}
}

func (j *judge) request(at string, want *Request, got *planned) {
	for _, f := range []struct{ name, want, got string }{
		{"step", want.Step, got.step}, {"method", want.Method, got.Method}, {"path", want.Path, pathOf(got.URL)},
	} {
		if f.want != "" && f.want != f.got {
			j.add(at+"."+f.name, "want %q, got %q", f.want, f.got)
		}
	}
	for name, value := range want.Headers {
		if got.Header[name] != value {
			j.add(at+".headers", "%s: want %q, got %q", name, value, got.Header[name])
		}
	}
	for _, d := range compareBody(want.Body, got.Body) {
		j.add(at+".body", "%s", d)
	}
}

// compareBody says what of a body is otherwise: a text is taken as it is, other values
// are what its JSON has to say, and nil is not looked at.
func compareBody(want any, got string) []string {
	switch body := want.(type) {
	case nil:
		return nil
	case string:
		if strings.TrimSpace(body) != strings.TrimSpace(got) {
			return []string{fmt.Sprintf("want %q, got %q", body, got)}
		}
		return nil
	}
	sent, err := verdict.Decode(got)
	if err != nil {
		return []string{fmt.Sprintf("the body is not JSON: %q", got)}
	}
	return verdict.Compare("", want, sent, false)
}

// pathOf returns an address's path and query; what is no address stays.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return u.RequestURI()
}

func (j *judge) excluded() {
	if j.test.Expect.Excluded == nil {
		return
	}
	left := slices.DeleteFunc(slices.Clone(j.result.Records), func(r rehearsal.Record) bool { return r.Outcome != sluice.OutcomeExcluded })
	for n, want := range j.test.Expect.Excluded {
		at := fmt.Sprintf("excluded[%d]", n)
		i := slices.IndexFunc(left, func(r rehearsal.Record) bool { return isRecord(&r, want.Key, want.Record) })
		if i < 0 {
			j.add(at, "%s was not excluded%s", whose(want.Key, want.Record), j.became(want.Key, want.Record))
			continue
		}
		if want.Step != "" && want.Step != left[i].Step {
			j.add(at+".step", "want %q, got %q", want.Step, left[i].Step)
		}
		if want.Reason != "" && want.Reason != left[i].Reason {
			j.add(at+".reason", "want %q, got %q", want.Reason, left[i].Reason)
		}
		left = slices.Delete(left, i, i+1)
	}
	for _, r := range left {
		j.add("excluded", "%s was excluded too, by step %q: %s", whose(r.Key, r.Seq), r.Step, r.Reason)
	}
}

// became says what became of a record instead.
func (j *judge) became(key string, nr int64) string {
	for _, r := range j.result.Records {
		if isRecord(&r, key, nr) {
			return ", but " + string(r.Outcome)
		}
	}
	return ": the export gave no such record"
}

// isRecord reports whether a record is the one that is meant; nothing given means any.
func isRecord(r *rehearsal.Record, key string, nr int64) bool {
	return (key == "" || key == r.Key) && (nr == 0 || nr == r.Seq)
}

func whose(key string, nr int64) string {
	switch {
	case key != "" && !strings.HasPrefix(key, "run/"):
		return fmt.Sprintf("the record with the key %q", key)
	case nr > 0:
		return fmt.Sprintf("record %d", nr)
	}
	return "a record"
}

func (j *judge) errors() {
	left := slices.DeleteFunc(slices.Clone(j.result.Records), func(r rehearsal.Record) bool { return r.Outcome != sluice.OutcomeFailed || r.Error == nil })
	for n, want := range j.test.Expect.Errors {
		at := fmt.Sprintf("errors[%d]", n)
		i := slices.IndexFunc(left, func(r rehearsal.Record) bool { return isRecord(&r, want.Key, want.Record) })
		if i < 0 {
			j.add(at, "%s did not fail%s", whose(want.Key, want.Record), j.became(want.Key, want.Record))
			continue
		}
		got := left[i].Error
		for _, f := range []struct{ name, want, got string }{
			{"step", want.Step, got.Step}, {"code", want.Code, got.Code}, {"classification", string(want.Classification), string(got.Classification)},
			{"assignee", want.Assignee, got.Assignee}, {"trace", want.Trace, got.Trace},
		} {
			if f.want != "" && f.want != f.got {
				j.add(at+"."+f.name, "want %q, got %q (%s)", f.want, f.got, got.Message)
			}
		}
		if want.Tags != nil && !slices.Equal(slices.Sorted(slices.Values(want.Tags)), slices.Sorted(slices.Values(got.Tags))) {
			j.add(at+".tags", "want %s, got %s", verdict.Brief(want.Tags), verdict.Brief(got.Tags))
		}
		if !strings.Contains(got.Message, want.Message) {
			j.add(at+".message", "want %q in it, got %q", want.Message, got.Message)
		}
		left = slices.Delete(left, i, i+1)
	}
	for _, r := range left {
		j.add("errors", "%s failed at step %q: %s: %s", whose(r.Key, r.Seq), r.Error.Step, r.Error.Code, r.Error.Message)
	}
}

func (j *judge) counts() {
	c := j.result.Counts
	got := map[string]int64{"read": c.Read, "written": c.Written, "unchanged": c.Unchanged, "excluded": c.Excluded, "failed": c.Failed}
	for _, name := range []string{"read", "written", "unchanged", "excluded", "failed"} {
		if want, there := j.test.Expect.Counts[name]; there && want != got[name] {
			j.add("counts."+name, "want %d, got %d", want, got[name])
		}
	}
}

func (j *judge) totals() {
	for n, want := range j.test.Expect.Totals {
		at := fmt.Sprintf("totals[%d]", n)
		i := slices.IndexFunc(j.result.Totals, func(t sluice.OutcomeTotals) bool { return t.Name == want["name"] })
		if i < 0 {
			j.add(at+".name", "the flow has no total %q", want["name"])
			continue
		}
		t := j.result.Totals[i]
		for name, got := range map[string]string{"read": t.Read, "written": t.Written, "unchanged": t.Unchanged, "excluded": t.Excluded, "failed": t.Failed} {
			if text, there := want[name]; there && !verdict.SameNumber(text, got) {
				j.add(at+"."+name, "want %s, got %s", text, got)
			}
		}
	}
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
