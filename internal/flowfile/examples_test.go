package flowfile_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/flowfile"
	"github.com/sluicehq/sluice/internal/flowfile/shape"
	"github.com/sluicehq/sluice/internal/flowtest"
)

// Trials are many and small: collecting garbage after each would cost more than they do.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

const exampleDir = "testdata/examples"

// example is a flow of the documentation with what runs it: the flow tests beside it,
// or, where a key shows over several runs or over time, an entry of live.
type example struct {
	name, text string
	tests      string // the path of its flow tests; empty for a live one
	shows      []string
}

func readExamples(t *testing.T) []example {
	t.Helper()
	files, err := filepath.Glob(exampleDir + "/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var out []example
	for _, file := range files {
		if flowtest.IsTestFile(file) {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		e := example{name: strings.TrimSuffix(filepath.Base(file), ".yaml"), text: string(text)}
		_, shows, there := strings.Cut(strings.SplitN(e.text, "\n", 3)[1], "# shows: ")
		if !there {
			t.Fatalf("the second line of %s does not say what it shows", file)
		}
		e.shows = strings.Split(shows, ", ")
		tests := strings.TrimSuffix(file, ".yaml") + ".test.yaml"
		_, isLive := live[e.name]
		switch _, err := os.Stat(tests); {
		case err == nil && isLive, err != nil && !isLive:
			t.Errorf("%s needs flow tests beside it, or an entry of live, and not both", file)
		case isLive && !strings.HasPrefix(strings.SplitN(e.text, "\n", 4)[2], "# checked: "):
			t.Errorf("the third line of %s does not say what is checked", file)
		case err == nil:
			e.tests = tests
		}
		out = append(out, e)
	}
	return out
}

// Every example is run, and does what the documentation says of it.
func TestExamplesPass(t *testing.T) {
	var suites []*flowtest.Suite
	names := map[string]bool{}
	for _, e := range readExamples(t) {
		names[e.name] = true
		if e.tests == "" {
			flow, problems := flowfile.Parse(e.name, []byte(e.text))
			if len(problems) > 0 {
				t.Fatal(e.name, problems)
			}
			if wrong := live[e.name](t, flow); wrong != "" {
				t.Errorf("%s: %s", e.name, wrong)
			}
			continue
		}
		s, err := flowtest.Load(e.tests)
		if err != nil {
			t.Fatal(err)
		}
		suites = append(suites, s)
	}
	for name := range live {
		if !names[name] {
			t.Errorf("live has the example %s, of which there is no file", name)
		}
	}
	err := flowtest.Run(t.Context(), suites, func(o flowtest.Outcome) {
		if !o.Passed {
			var text bytes.Buffer
			_ = o.Text(&text)
			t.Error(text.String())
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Every key of flow files has an example that says of it by name what it does: without
// the key, or with another value where it is required, the example fails or is refused.
func TestEveryKeyHasAnExample(t *testing.T) {
	places := map[string][]place{}
	known := map[string]*shape.Shape{}
	shapesOf(shape.Flow(), known)
	for _, e := range readExamples(t) {
		for _, name := range e.shows {
			if known[name] == nil {
				t.Errorf("%s shows %q, which is no section", e.name, name)
			}
		}
		for _, p := range placesOf(t, e.text, shape.Flow()) {
			if slices.Contains(e.shows, p.shape) {
				p.example = e
				places[p.String()] = append(places[p.String()], p)
			}
		}
	}
	used := maps.Clone(places)
	maps.DeleteFunc(places, func(_ string, list []place) bool { return list[0].key.Of != nil }) // what is within shows them
	proveAll(t, places, changedFlows)
	for _, name := range slices.Sorted(maps.Keys(known)) {
		for _, k := range known[name].Keys {
			if _, there := used[name+": "+k.Name]; !there {
				t.Errorf("%s: %s has no example; write a file into internal/flowfile/%s that shows %s, with flow tests", name, k.Name, exampleDir, name)
			}
		}
	}
}

// Every key of flow tests is used by an example, whose outcome depends on it.
func TestEveryTestKeyHasAnExample(t *testing.T) {
	places := map[string][]place{}
	known := map[string]*shape.Shape{}
	shapesOf(shape.Tests(), known)
	for _, e := range readExamples(t) {
		if e.tests == "" {
			continue
		}
		text, err := os.ReadFile(e.tests)
		if err != nil {
			t.Fatal(err)
		}
		e.text = string(text)
		for _, p := range placesOf(t, e.text, shape.Tests()) {
			p.example = e
			places[p.String()] = append(places[p.String()], p)
		}
	}
	used := maps.Clone(places)
	maps.DeleteFunc(places, func(_ string, list []place) bool { return list[0].key.Of != nil }) // what is within shows them
	delete(places, "Case: name")                                                                // which tells cases apart, and nothing else
	proveAll(t, places, changedTests)
	for _, name := range slices.Sorted(maps.Keys(known)) {
		for _, k := range known[name].Keys {
			if _, there := used[name+": "+k.Name]; !there {
				t.Errorf("%s: %s is used by no flow test of internal/flowfile/%s", name, k.Name, exampleDir)
			}
		}
	}
}

// shapesOf collects a shape and those within, by name.
func shapesOf(s *shape.Shape, into map[string]*shape.Shape) {
	if into[s.Name] != nil {
		return
	}
	into[s.Name] = s
	for _, k := range s.Keys {
		if k.Of != nil {
			shapesOf(k.Of, into)
		}
	}
}

// trial is an example with one key changed.
type trial struct {
	refused bool
	suite   *flowtest.Suite
	live    *sluice.Flow
	name    string
}

// proveAll changes each key where it first stands, and where no example notices that, at
// all other places. It reports the keys of which no change is noticed.
func proveAll(t *testing.T, places map[string][]place, change func(*testing.T, place) trial) {
	t.Helper()
	try := func(pick func([]place) []place, keys []string) (unproven []string) {
		var tried []string
		var trials []trial
		for _, key := range keys {
			for _, p := range pick(places[key]) {
				tried, trials = append(tried, key), append(trials, change(t, p))
			}
		}
		noticed := map[string]bool{}
		for n, yes := range tryAll(t, trials) {
			noticed[tried[n]] = noticed[tried[n]] || yes
		}
		return slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return noticed[key] })
	}
	left := try(func(list []place) []place { return list[:1] }, slices.Sorted(maps.Keys(places)))
	left = try(func(list []place) []place { return list[1:] }, left)
	for _, key := range left {
		t.Errorf("%s has no effect on the examples that use it: %s", key, usersOf(places[key]))
	}
}

func usersOf(places []place) string {
	var names []string
	for _, p := range places {
		names = append(names, p.example.name)
	}
	return strings.Join(slices.Compact(names), ", ")
}

// tryAll runs trials and says of each whether it was noticed. A second case is run where
// the first has not noticed.
func tryAll(t *testing.T, trials []trial) []bool {
	t.Helper()
	out := make([]bool, len(trials))
	for n, tr := range trials {
		out[n] = tr.refused || tr.live != nil && live[tr.name](t, tr.live) != ""
	}
	for _, cases := range []func([]*flowtest.Case) []*flowtest.Case{
		func(all []*flowtest.Case) []*flowtest.Case { return all[:1] }, func(all []*flowtest.Case) []*flowtest.Case { return all[1:] },
	} {
		var suites []*flowtest.Suite
		var of []int // the trial of each case
		for n, tr := range trials {
			if tr.suite != nil && !out[n] {
				some := *tr.suite
				some.Cases = cases(some.Cases)
				suites, of = append(suites, &some), append(of, slices.Repeat([]int{n}, len(some.Cases))...)
			}
		}
		next := 0
		err := flowtest.Run(t.Context(), suites, func(o flowtest.Outcome) {
			out[of[next]] = out[of[next]] || !o.Passed
			next++
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// changedFlows is an example whose flow lacks the key. Where a flow cannot be without
// it, which says nothing about what it does, the key has another value.
func changedFlows(t *testing.T, p place) trial {
	t.Helper()
	flow, problems := flowfile.Parse(p.example.name, []byte(p.without(t, p.example.text)))
	if len(problems) > 0 {
		flow, problems = flowfile.Parse(p.example.name, []byte(p.altered(t, p.example.text)))
	}
	switch {
	case len(problems) > 0:
		return trial{refused: true}
	case p.example.tests == "":
		return trial{live: flow, name: p.example.name}
	}
	tests, err := os.ReadFile(p.example.tests)
	if err != nil {
		t.Fatal(err)
	}
	s, err := flowtest.Read(p.example.tests, tests, flow)
	if err != nil {
		return trial{refused: true}
	}
	return trial{suite: s}
}

// changedTests is an example whose flow tests have the key otherwise: without an
// expectation a case would pass all the more.
func changedTests(t *testing.T, p place) trial {
	t.Helper()
	s, err := flowtest.Read(p.example.tests, []byte(p.altered(t, p.example.text)), nil)
	if err != nil {
		return trial{refused: true}
	}
	return trial{suite: s}
}

// A key that an example has and that changes nothing in it is found out.
func TestTrialsBite(t *testing.T) {
	e := example{name: "several-exports", tests: exampleDir + "/several-exports.test.yaml"}
	text, err := os.ReadFile(exampleDir + "/several-exports.yaml")
	if err != nil {
		t.Fatal(err)
	}
	e.text = string(text) + "description: nobody reads this\n"
	for key, want := range map[string]bool{"Flow: description": false, "Flow: totals": true, "Export: name": true} {
		places := placesOf(t, e.text, shape.Flow())
		i := slices.IndexFunc(places, func(p place) bool { return p.String() == key })
		if i < 0 {
			t.Fatalf("the example does not have %s", key)
		}
		places[i].example = e
		if got := tryAll(t, []trial{changedFlows(t, places[i])})[0]; got != want {
			t.Errorf("%s: noticed %v, want %v", key, got, want)
		}
	}
}
