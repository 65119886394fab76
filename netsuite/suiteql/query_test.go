package suiteql

import (
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPageStatement(t *testing.T) {
	base := Query{SQL: "SELECT id, tranid FROM transaction WHERE type = ? -- orders", Params: []string{"SalesOrd"},
		Key: []KeyColumn{{Name: "id"}}}
	three := Query{SQL: "SELECT a, b, c FROM t;", Key: []KeyColumn{{"a", Numeric}, {"b", Text}, {"c", Numeric}}}
	for _, c := range []struct {
		query  Query
		after  []string
		sql    string
		params []string
	}{
		{base, nil, "SELECT * FROM (SELECT id, tranid FROM transaction WHERE type = ? -- orders\n) ORDER BY id ASC", []string{"SalesOrd"}},
		{base, []string{"-42"}, "SELECT * FROM (SELECT id, tranid FROM transaction WHERE type = ? -- orders\n) WHERE (id > -42) ORDER BY id ASC", []string{"SalesOrd"}},
		{three, []string{"1", "x' OR 1=1", "2.5"}, "SELECT * FROM (SELECT a, b, c FROM t\n) WHERE (a > 1) OR (a = 1 AND b > ?) OR (a = 1 AND b = ? AND c > 2.5) ORDER BY a ASC, b ASC, c ASC",
			[]string{"x' OR 1=1", "x' OR 1=1"}},
	} {
		c.query.After = c.after
		if err := c.query.Check(); err != nil {
			t.Errorf("Check: %v", err)
		}
		sql, params := c.query.Page()
		if sql != c.sql || !slices.Equal(params, c.params) {
			t.Errorf("got %s %q\nwant %s %q", sql, params, c.sql, c.params)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	key := []KeyColumn{{Name: "id"}}
	for _, c := range []struct {
		want  string
		query Query
	}{
		{"key: a unique key", Query{SQL: "SELECT id FROM t"}},
		{"ORDER BY", Query{SQL: "SELECT id FROM t order /* x */ by id", Key: key}},
		{"ORDER BY", Query{SQL: "SELECT id FROM t WHERE x = 'it''s' ORDER\nBY 1", Key: key}},
		{"a SELECT", Query{SQL: "DELETE FROM t", Key: key}},
		{"a SELECT", Query{SQL: " -- nothing", Key: key}},
		{"more than one statement", Query{SQL: "SELECT 1; SELECT 2", Key: key}},
		{"closing parenthesis", Query{SQL: "SELECT id FROM t) UNION (SELECT 1", Key: key}},
		{"not closed", Query{SQL: "SELECT (id FROM t", Key: key}},
		{"quoted text", Query{SQL: "SELECT 'id FROM t", Key: key}},
		{"comment", Query{SQL: "SELECT id /* FROM t", Key: key}},
		{"1 for 2 placeholders", Query{SQL: "SELECT id FROM t WHERE a=? AND b=? AND c='?' --?", Params: []string{"x"}, Key: key}},
		{"not a column name", Query{SQL: "SELECT id FROM t", Key: []KeyColumn{{Name: "id) OR (1=1"}}}},
		{"not a number", Query{SQL: "SELECT id FROM t", Key: key, After: []string{"1 OR 1=1"}}},
		{"2 values for 1", Query{SQL: "SELECT id FROM t", Key: key, After: []string{"1", "2"}}},
		{"pageSize", Query{SQL: "SELECT id FROM t", Key: key, PageSize: 1001}},
	} {
		if err := c.query.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want %q", c.query.SQL, err, c.want)
		}
	}
	for _, sql := range []string{
		"SELECT id, ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) rn FROM t",
		"select id from t where note = 'ORDER BY' -- ORDER BY x",
		`SELECT "ORDER", BY_ID id FROM t;`,
		"WITH x AS (SELECT id FROM t ORDER BY id) SELECT id FROM x",
	} {
		if err := (Query{SQL: sql, Key: key}).Check(); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

func row(pairs ...string) Row {
	var r Row
	for i := 0; i < len(pairs); i += 2 {
		r.columns, r.values = append(r.columns, pairs[i]), append(r.values, pairs[i+1])
	}
	return r
}

func TestSealRefusesKeysThatDoNotRise(t *testing.T) {
	id := Query{Key: []KeyColumn{{Name: "ID"}}}
	two := Query{Key: []KeyColumn{{"tran", Numeric}, {"code", Text}}}
	for _, c := range []struct {
		name  string
		query Query
		after []string
		rows  []Row
		ok    bool
	}{
		{"numbers, not texts", id, []string{"9"}, []Row{row("id", "10"), row("id", "100")}, true},
		{"repeated", id, nil, []Row{row("id", "1"), row("id", "1")}, false},
		{"falling", id, nil, []Row{row("id", "2"), row("id", "1")}, false},
		{"not behind the page before", id, []string{"5"}, []Row{row("id", "5")}, false},
		{"null", id, nil, []Row{row("x", "5")}, false},
		{"no number", id, nil, []Row{row("id", "abc")}, false},
		{"tie in the first column", two, []string{"1", "a"}, []Row{row("tran", "1", "code", "b"), row("tran", "2", "code", "a")}, true},
		{"tie in both", two, nil, []Row{row("tran", "1", "code", "b"), row("tran", "1", "code", "b")}, false},
		{"text out of byte order", two, nil, []Row{row("tran", "1", "code", "a"), row("tran", "1", "code", "B")}, false},
	} {
		err := c.query.Seal(c.rows, c.after)
		var keyErr *KeyError
		if c.ok && err != nil || !c.ok && !errors.As(err, &keyErr) {
			t.Errorf("%s: %v", c.name, err)
		}
		if keyErr != nil && !strings.HasPrefix(err.Error(), "suiteql: key (") {
			t.Errorf("%s: text %q", c.name, err)
		}
		if c.ok && !slices.Equal(c.rows[1].Key(), c.rows[1].Clone().Key()) {
			t.Errorf("%s: key %v", c.name, c.rows[1].Key())
		}
	}
}

// compareDecimals is held against math/big.
func TestCompareDecimals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`-?[0-9]{1,20}(\.[0-9]{1,6})?`)
		a, b := number.Draw(t, "a"), number.Draw(t, "b")
		x, _ := new(big.Rat).SetString(a)
		y, _ := new(big.Rat).SetString(b)
		if got, want := sign(compareDecimals(a, b)), x.Cmp(y); got != want {
			t.Fatalf("compare(%s, %s) = %d, want %d", a, b, got, want)
		}
	})
}

func sign(n int) int { return min(1, max(-1, n)) }

// FuzzScan checks that no statement leaves the parentheses put round it: what
// Check lets through has balanced parentheses after the wrapping too.
func FuzzScan(f *testing.F) {
	f.Add("SELECT id FROM t WHERE x = ')' -- (")
	f.Add("SELECT 'a''b', \"c\" /* ( */ FROM (SELECT 1)")
	f.Fuzz(func(t *testing.T, sql string) {
		before, err := scanSQL(sql)
		if err != nil {
			return
		}
		after, err := scanSQL("SELECT * FROM (" + trimSQL(sql) + "\n)")
		if err != nil {
			t.Fatalf("%q is let through, and fails when wrapped: %v", sql, err)
		}
		if after.orderBy || after.placeholders != before.placeholders {
			t.Fatalf("%q leaves its parentheses: %+v, %+v", sql, before, after)
		}
	})
}
