package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/company"
	"github.com/sluicehq/sluice/emulator/failure"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

// query runs SuiteQL over HTTP and returns the rows without their links.
func query(t testing.TB, e *Emulator, q string) []map[string]string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"q": q})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.URL()+"/services/rest/query/v1/suiteql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Prefer", "transient")
	sign(r, e.Credentials(), e.Clock().Now())
	a := send(r)
	var page struct {
		Items []map[string]any `json:"items"`
	}
	if err := json.Unmarshal([]byte(a.body), &page); err != nil || a.status != http.StatusOK {
		t.Fatalf("%s: %+v", q, a)
	}
	rows := make([]map[string]string, len(page.Items))
	for i, item := range page.Items {
		delete(item, "links")
		rows[i] = map[string]string{}
		for k, v := range item {
			rows[i][k] = fmt.Sprint(v)
		}
	}
	return rows
}

// count returns the number in the only column n of a query.
func count(t testing.TB, e *Emulator, q string) int {
	t.Helper()
	rows := query(t, e, q)
	if len(rows) != 1 {
		t.Fatalf("%s: %v", q, rows)
	}
	n, err := strconv.Atoi(rows[0]["n"])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSampleCompany is the promise of the command line: subsidiary 1, at least
// 50 customers, 20 items and 100 sales orders, which the integration user reads.
func TestSampleCompany(t *testing.T) {
	e := Start(t)
	for q, least := range map[string]int{
		"SELECT COUNT(*) AS n FROM customer":                             50,
		"SELECT COUNT(*) AS n FROM item":                                 20,
		"SELECT COUNT(*) AS n FROM transaction WHERE type = 'SalesOrd'":  100,
		"SELECT COUNT(*) AS n FROM subsidiary WHERE id = 1":              1,
		"SELECT COUNT(*) AS n FROM transactionline WHERE mainline = 'F'": 200,
	} {
		if n := count(t, e, q); n < least {
			t.Errorf("%s: %d, want at least %d", q, n, least)
		}
	}
	a := call(t, e, http.MethodGet, "/services/rest/record/v1/customer/"+query(t, e, "SELECT id FROM customer FETCH FIRST 1 ROWS ONLY")[0]["id"], "")
	if a.status != http.StatusOK || !strings.Contains(a.body, `"href":"`+e.URL()+`/services/rest/record/v1/customer/`) {
		t.Errorf("%+v", a)
	}
	if me := query(t, e, "SELECT entityid, email FROM employee WHERE id = "+account.IntegrationUser)[0]; me["entityid"] != "Integration User" {
		t.Errorf("the user's record is %v", me)
	}
	row := query(t, e, "SELECT status, BUILTIN.DF(status) AS shown, BUILTIN.CF(status) AS criteria FROM transaction WHERE type = 'SalesOrd' FETCH FIRST 1 ROWS ONLY")[0]
	if !strings.HasPrefix(row["shown"], "Sales Order : ") || row["criteria"] != "SalesOrd:"+row["status"] {
		t.Errorf("status %v", row)
	}
}

// small is a company with little in it.
func small(o *Options) { o.Company = company.Size{Customers: 2, Items: 2, Orders: 2, Invoices: 1} }

// TestSeedFolder adds records of a folder to the sample company, and again after a reset.
func TestSeedFolder(t *testing.T) {
	folder := fstest.MapFS{"customer.jsonl": {Data: []byte(`{"companyName":"From A File","externalId":"FILE-1","subsidiary":{"id":"1"}}` + "\n")}}
	e := Start(t, small, func(o *Options) { o.Records = folder })
	const q = "SELECT COUNT(*) AS n FROM customer WHERE externalid = 'FILE-1'"
	if n := count(t, e, q); n != 1 {
		t.Errorf("%d", n)
	}
	if err := e.Reset(); err != nil || count(t, e, q) != 1 {
		t.Errorf("after a reset: %v", err)
	}
	folder["customer.jsonl"].Data = []byte(`{"companyName":7}`)
	if _, err := New(Options{Empty: true, Records: folder}); err == nil || !strings.Contains(err.Error(), "customer.jsonl") {
		t.Errorf("a refused record: %v", err)
	}
}

// TestLateCommitMakesRecord is the hardest case a client meets: the connection
// breaks, the read-back finds nothing, and later the record is there.
func TestLateCommitMakesRecord(t *testing.T) {
	e := Start(t, small)
	if err := e.Faults().Add(failure.Rule{Method: "POST", Path: "/record/v1/customer", Effect: failure.CommitLate, Delay: time.Hour, Count: 1}); err != nil {
		t.Fatal(err)
	}
	const find = "SELECT COUNT(*) AS n FROM customer WHERE externalid = 'LATE-1'"
	const body = `{"companyName":"Late Ltd","externalId":"LATE-1","subsidiary":{"id":"1"}}`
	if a := call(t, e, http.MethodPost, "/services/rest/record/v1/customer", body); a.err == nil {
		t.Fatalf("answered: %+v", a)
	}
	if n := count(t, e, find); n != 0 {
		t.Fatalf("%d before its time", n)
	}
	for e.Stats().LateCommits == 1 { // the waiter may not have begun to wait
		e.Clock().Advance(2 * time.Hour)
	}
	if n := count(t, e, find); n != 1 {
		t.Fatalf("%d after its time", n)
	}
	if a := call(t, e, http.MethodPost, "/services/rest/record/v1/customer", body); a.status != http.StatusBadRequest {
		t.Errorf("the same external ID again: %+v", a)
	}
}

// TestDropAfterMakesRecord: the answer is lost, the record is not.
func TestDropAfterMakesRecord(t *testing.T) {
	e := Start(t, small)
	if err := e.Faults().Add(failure.Rule{Method: "POST", Effect: failure.DropAfter, Path: "/customer$", Count: 1}); err != nil {
		t.Fatal(err)
	}
	a := call(t, e, http.MethodPost, "/services/rest/record/v1/customer", `{"companyName":"Lost Answer","externalId":"LOST-1","subsidiary":{"id":"1"}}`)
	if a.err == nil || count(t, e, "SELECT COUNT(*) AS n FROM customer WHERE externalid = 'LOST-1'") != 1 {
		t.Errorf("%+v", a)
	}
}

func TestGovernanceLimits(t *testing.T) {
	e := Start(t, bare)
	if a := call(t, e, http.MethodGet, "/services/rest/system/v1/governanceLimits", ""); a.status != http.StatusForbidden {
		t.Errorf("not an administrator: %+v", a)
	}
	if err := e.Account().EditRole(account.IntegrationRole, func(r *account.Role) { r.Administrator = true }); err != nil {
		t.Fatal(err)
	}
	if err := e.Gate().Allot(account.SeedIntegration, 2); err != nil {
		t.Fatal(err)
	}
	a := call(t, e, http.MethodGet, "/services/rest/system/v1/governanceLimits", "")
	for _, want := range []string{`"accountConcurrencyLimit":5`, `"accountUnallocatedConcurrencyLimit":3`, `"integrationConcurrencyLimit":2`} {
		if a.status != http.StatusOK || !strings.Contains(a.body, want) {
			t.Errorf("%+v lacks %s", a, want)
		}
	}
}

func TestScriptsInSuiteQL(t *testing.T) {
	e := Start(t, bare)
	echo(t, e)
	rows := query(t, e, "SELECT s.scriptid AS script, d.scriptid AS deployment FROM script s INNER JOIN scriptdeployment d ON d.script = s.id")
	if len(rows) != 1 || rows[0]["script"] != "customscript_echo" || rows[0]["deployment"] != "customdeploy_echo" {
		t.Errorf("%v", rows)
	}
	if err := e.Reset(); err != nil {
		t.Fatal(err)
	}
	if n := count(t, e, "SELECT COUNT(*) AS n FROM script"); n != 1 {
		t.Errorf("%d scripts after a reset", n)
	}
}

func TestCustomFieldInSuiteQL(t *testing.T) {
	e := Start(t, small)
	if err := e.AddCustomField(t.Context(), schema.CustomField{ScriptID: "custentity_tier", Label: "Tier", Kind: schema.String, Types: []string{"customer"}}); err != nil {
		t.Fatal(err)
	}
	if a := call(t, e, http.MethodPost, "/services/rest/record/v1/customer", `{"companyName":"Tiered","custentity_tier":"gold","subsidiary":{"id":"1"}}`); a.status != http.StatusNoContent {
		t.Fatalf("%+v", a)
	}
	if n := count(t, e, "SELECT COUNT(*) AS n FROM customer WHERE custentity_tier = 'gold'"); n != 1 {
		t.Errorf("%d", n)
	}
}

func TestWorkbookPermission(t *testing.T) {
	e := Start(t, bare)
	if err := e.Account().RemovePermission(account.IntegrationRole, account.PermissionWorkbook); err != nil {
		t.Fatal(err)
	}
	a := call(t, e, http.MethodPost, "/services/rest/query/v1/suiteql", `{"q":"SELECT 1 AS n FROM dual"}`)
	if a.status != http.StatusForbidden || !strings.Contains(a.body, "INSUFFICIENT_PERMISSION") {
		t.Errorf("%+v", a)
	}
}

// TestRecordsOutliveRestart: records stay with the state file, and Reset begins
// anew in both.
func TestRecordsOutliveRestart(t *testing.T) {
	opts := Options{StateFile: filepath.Join(t.TempDir(), "account.json"), Empty: true}
	e := open(t, opts)
	id, err := e.Records().Writer().Create("currency", map[string]any{"name": "Doubloon", "symbol": "DBL", "exchangeRate": json.Number("2.5")})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	e = open(t, opts)
	if err := e.Records().Writer().Edit("currency", id, map[string]any{"name": "Ducat"}); err != nil {
		t.Errorf("the record is gone: %v", err)
	}
	if err := e.Reset(); err != nil {
		t.Fatal(err)
	}
	if err := e.Records().Writer().Edit("currency", id, map[string]any{"name": "Ducat"}); err == nil {
		t.Error("the record survived a reset")
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if e.Records() != nil {
		t.Error("records after Close")
	}
}
