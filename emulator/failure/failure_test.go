package failure

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

func add(t *testing.T, r *Rules, rules ...Rule) {
	t.Helper()
	for _, rule := range rules {
		if err := r.Add(rule); err != nil {
			t.Fatal(err)
		}
	}
}

// pattern draws a line of what n requests got: - for nothing.
func pattern(r *Rules, n int) string {
	out := ""
	for range n {
		if p := r.Decide(Request{Method: "POST", URI: "/a?x=1"}); p.Effect == "" {
			out += "-"
		} else {
			out += string(p.Effect[0])
		}
	}
	return out
}

func TestConditions(t *testing.T) {
	for _, row := range []struct {
		name  string
		rules []Rule
		want  string
	}{
		{"always", []Rule{{Effect: Truncate}}, "tttttt"},
		{"method", []Rule{{Effect: Truncate, Method: "GET"}}, "------"},
		{"path", []Rule{{Effect: Truncate, Path: "^/b"}}, "------"},
		{"query", []Rule{{Effect: Truncate, Path: `x=1$`}}, "tttttt"},
		{"count", []Rule{{Effect: Truncate, Count: 2}}, "tt----"},
		{"nth", []Rule{{Effect: Truncate, Nth: 3}}, "--t---"},
		{"first that fires wins", []Rule{{Effect: Truncate, Count: 1}, {Effect: DropAfter, Count: 2}}, "tdd---"},
		{"nth counts what reaches the rule", []Rule{{Effect: Truncate, Count: 1}, {Effect: DropAfter, Nth: 1}}, "td----"},
	} {
		r := New(1)
		add(t, r, row.rules...)
		if got := pattern(r, 6); got != row.want {
			t.Errorf("%s: %s, want %s", row.name, got, row.want)
		}
	}
}

func TestProbability(t *testing.T) {
	draw := func(seed uint64) string {
		r := New(seed)
		add(t, r, Rule{Effect: Truncate, Probability: 0.3})
		return pattern(r, 1000)
	}
	if first, second := draw(1), draw(1); first != second {
		t.Error("one seed, two patterns")
	}
	if draw(1) == draw(2) {
		t.Error("two seeds, one pattern")
	}
	r := New(3)
	add(t, r, Rule{Effect: Truncate, Probability: 0.3})
	pattern(r, 1000)
	if n := r.Stats()[0].Fired; n < 250 || n > 350 {
		t.Errorf("fired %d of 1000 at 0.3", n)
	}
	r.Clear()
	add(t, r, Rule{Effect: Truncate, Probability: 0.3})
	if pattern(r, 1000) != draw(3) {
		t.Error("Clear does not begin anew")
	}
}

func TestDelays(t *testing.T) {
	r := New(1)
	add(t, r, Rule{Effect: Slow, Delay: time.Second}, Rule{Effect: Slow, Delay: time.Minute},
		Rule{Name: "late", Effect: CommitLate, Delay: time.Hour}, Rule{Effect: Slow, Delay: time.Nanosecond})
	if got, want := r.Decide(Request{Method: "GET", URI: "/"}), (Plan{CommitLate, "late", time.Second + time.Minute, time.Hour}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestBadRules(t *testing.T) {
	err := New(1).Add(Rule{Path: "(", Effect: "explode", Probability: 2, Nth: -1})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"missing closing )", `effect "explode"`, "probability 2", "not negative"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %s", err, want)
		}
	}
	if err := json.Unmarshal([]byte(`{"effect":"slow","pobability":0.1}`), new(Rule)); err == nil {
		t.Error("a misspelt condition was accepted")
	}
}

func TestRuleJSON(t *testing.T) {
	in := Rule{"n", "POST", "/x", "getList", CommitLate, 0.5, 1, 2, 1500 * time.Millisecond}
	data, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(data), `{"name":"n","method":"POST","path":"/x","operation":"getList","effect":"commit_late","probability":0.5,"nth":1,"count":2,"delay":"1.5s"}`; got != want {
		t.Errorf("%s", got)
	}
	var out Rule
	if err := json.Unmarshal(data, &out); err != nil || fmt.Sprint(out) != fmt.Sprint(in) {
		t.Errorf("%+v, %v", out, err)
	}
}
