package flowtest

import (
	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/flowtest/verdict"
)

// Draft writes a case that gives records to one of a flow's exports and expects something
// that cannot be, of everything that can be expected: verdict.Settled makes it what comes.
func Draft(flow *sluice.Flow, name, export string, records []sluice.Record) (string, error) {
	given := make([]any, len(records))
	for i, r := range records {
		given[i] = verdict.Plain(r)
	}
	c := verdict.Object{"name": name, "expect": verdict.Object{"imports": []any{}, "excluded": []any{}, "errors": []any{}, "counts": verdict.Object{"read": 0, "written": 0, "excluded": 0, "failed": 0}}}
	sources := 0
	exports := verdict.Object{}
	for _, e := range flow.Sources() {
		sources++
		exports[e.Label()] = []any{}
	}
	if _, there := exports[export]; sources > 1 && !there {
		return "", sluice.Errorf(sluice.CodeInvalid, "the flow has several exports, and it is not said which gives the records").At("export").Fix("Name one of them")
	}
	if c["given"] = given; sources > 1 {
		delete(c, "given")
		exports[export] = given
		c["exports"] = exports
	}
	imports := []any{}
	for step, s := range named(flow) {
		if s.Import != nil {
			imports = append(imports, verdict.Object{"step": step, "records": []any{}})
		}
	}
	c["expect"].(verdict.Object)["imports"] = imports
	return verdict.YAML(verdict.Object{"cases": []any{c}}), nil
}
