package flowtest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/internal/flowtest/verdict"
)

// asked judges what exports, lookups and imports have asked: the requests that are
// expected of each were made, in this order, perhaps among others.
func (j *judge) asked() {
	next := map[string]int{} // by who asks: behind the last request that was found
	for n, want := range j.test.Expect.Asked {
		at := fmt.Sprintf("asked[%d]", n)
		if want.Export == "" && want.Step == "" {
			want.Export = j.suite.labels()[0]
		}
		who := cmp.Or(want.Step, want.Export)
		var got []asked
		for _, a := range j.world.asked {
			if a.export == want.Export && a.step == want.Step {
				got = append(got, a)
			}
		}
		left := got[next[who]:]
		i := slices.IndexFunc(left, func(a asked) bool { return len(j.differs(&want, &a)) == 0 })
		switch {
		case i >= 0:
			next[who] += i + 1
		case len(left) == 0:
			j.add(at, "%s asked nothing%s", who, map[bool]string{true: " more"}[len(got) > 0])
		default:
			for _, d := range j.differs(&want, &left[0]) {
				j.add(at+"."+d[0], "%s", d[1])
			}
			next[who]++
		}
	}
}

// differs returns the fields of a request that are not as expected, with what is.
func (j *judge) differs(want *Asked, got *asked) [][2]string {
	var out [][2]string
	for _, f := range []struct{ name, want, got string }{{"method", want.Method, got.method}, {"path", want.Path, pathOf(got.url)}} {
		if f.want != "" && f.want != f.got {
			out = append(out, [2]string{f.name, fmt.Sprintf("want %q, got %q", f.want, f.got)})
		}
	}
	for _, d := range compareBody(want.Body, got.body) {
		out = append(out, [2]string{"body", d})
	}
	for n, part := range want.Contains {
		if !strings.Contains(got.body, part) {
			out = append(out, [2]string{fmt.Sprintf("contains[%d]", n), fmt.Sprintf("want %q in it, got %q", part, got.body)})
		}
	}
	return out
}

// rows judges what the case's databases hold afterwards.
func (j *judge) rows(ctx context.Context) {
	for n, want := range j.test.Expect.Rows {
		at := fmt.Sprintf("rows[%d]", n)
		got, err := j.world.rows(ctx, want.Connection, want.Query)
		if err != nil {
			j.add(at+".query", "the query fails: %v", err)
			continue
		}
		list, _ := want.Rows.([]any)
		for i, row := range list[:min(len(list), len(got))] {
			for _, d := range verdict.Compare("", row, got[i], false) {
				j.add(fmt.Sprintf("%s.rows[%d]", at, i), "%s", d)
			}
		}
		switch {
		case len(got) < len(list):
			j.add(fmt.Sprintf("%s.rows[%d]", at, len(got)), "there is no such row: the query finds %s", counted(len(got), "row"))
		case len(got) > len(list):
			j.add(at+".rows", "there is also the row %s", verdict.Brief(got[len(list)]))
		}
	}
}
