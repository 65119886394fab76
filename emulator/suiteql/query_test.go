package suiteql

import (
	"strings"
	"testing"
)

// ask runs a query and returns its rows, or the detail of its refusal.
func ask(t *testing.T, e *Engine, q string, params ...string) string {
	t.Helper()
	p, f := e.Query(t.Context(), testSession(t), q, params, MaxLimit, 0)
	if f != nil {
		if f.Status != 400 || f.Code() != "INVALID_PARAMETER" || f.Details[0].QueryParam != "q" {
			t.Errorf("%s\nrefused as %v %+v", q, f, f.Details)
		}
		return "! " + strings.TrimPrefix(f.Details[0].Detail, "Invalid search query. Detailed unprocessed description follows. ")
	}
	return show(p)
}

const refused = "! Search error occurred: Invalid or unsupported search."

func TestQueries(t *testing.T) {
	e, _ := newTestEngine(t)
	tests := []struct {
		q      string
		params []string
		want   string
	}{
		{q: "SELECT id, entityid FROM customer ORDER BY id", want: "id=10 entityid=Big Computers | id=11 entityid=Fantastic Laptops | id=12 entityid=PennyPack Systems | id=13 entityid=Vision Corporation"},
		{q: "select Id AS MyID from Customer where ID = ?", params: []string{"12"}, want: "myid=12"},
		{q: "SELECT id, email FROM customer WHERE email IS NULL", want: "id=11"},
		{q: "SELECT COUNT(*) FROM customer", want: "expr1=4"},
	}
	for _, tt := range tests {
		if got := ask(t, e, tt.q, tt.params...); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.q, got, tt.want)
		}
	}
}
