package acceptance

import (
	"context"
	"database/sql"
	"encoding/csv"
	"fmt"
	"io"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/internal/postgrestest"
	"github.com/sluicehq/sluice/internal/reference"
)

// order is what the source says of an order, in the test's own arithmetic.
type order struct {
	freight, merchandise *big.Rat
	lines                int
}

// northwind reads the source the way a person with a calculator would: a line is
// price × quantity × (1 − discount), rounded half up to cents.
func northwind(t *testing.T, dir string) map[string]*order {
	t.Helper()
	orders := map[string]*order{}
	for _, row := range rows(t, filepath.Join(dir, "orders.csv")) {
		orders[row[0]] = &order{freight: rat(t, row[7]), merchandise: new(big.Rat)}
	}
	for _, row := range rows(t, filepath.Join(dir, "order-details.csv")) {
		o := orders[row[0]]
		amount := rat(t, row[2])
		amount.Mul(amount, rat(t, row[3]))
		amount.Mul(amount, new(big.Rat).Sub(big.NewRat(1, 1), rat(t, row[4])))
		o.merchandise.Add(o.merchandise, halfUp(amount))
		o.lines++
	}
	return orders
}

func rows(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[1:]
}

func rat(t testing.TB, text string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is not a number", text)
	}
	return r
}

// halfUp rounds a positive amount to cents.
func halfUp(r *big.Rat) *big.Rat {
	cents := new(big.Rat).Add(new(big.Rat).Mul(r, big.NewRat(100, 1)), big.NewRat(1, 2))
	return new(big.Rat).SetFrac(new(big.Int).Quo(cents.Num(), cents.Denom()), big.NewInt(100))
}

func sum(orders map[string]*order) order {
	all := order{freight: new(big.Rat), merchandise: new(big.Rat)}
	for _, o := range orders {
		all.freight.Add(all.freight, o.freight)
		all.merchandise.Add(all.merchandise, o.merchandise)
		all.lines += o.lines
	}
	return all
}

// sameMoney compares decimal text with an amount, to the cent.
func sameMoney(t *testing.T, what, text string, want *big.Rat) {
	t.Helper()
	if rat(t, text).Cmp(want) != 0 {
		t.Errorf("%s is %s, want %s", what, text, want.FloatString(2))
	}
}

// warehouse makes the tables that the flow writes and returns the connection's settings.
func warehouse(t *testing.T) (db *sql.DB, connection, password string) {
	t.Helper()
	address := postgrestest.URL(t)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	if db, err = sql.Open("pgx", address); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	script, err := os.ReadFile(filepath.Join("..", "..", "examples", "northwind", "warehouse.sql"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), string(script)); err != nil {
		t.Fatal(err)
	}
	host, port := u.Hostname(), u.Port()
	if q := u.Query().Get("host"); q != "" {
		host = q
	}
	if q := u.Query().Get("port"); q != "" {
		port = q
	}
	if port == "" {
		port = "5432"
	}
	password, _ = u.User.Password()
	connection = fmt.Sprintf(`
  - name: warehouse
    kind: postgresql
    settings: {host: %q, port: %q, database: %q, user: %q, sslmode: disable}
`, host, port, strings.TrimPrefix(u.Path, "/"), u.User.Username())
	if password != "" {
		connection += "    secrets: {password: {env: NORTHWIND_PASSWORD}}\n"
	}
	return db, connection, password
}

func TestNorthwindInAndOut(t *testing.T) {
	t.Parallel()
	data := copyOf(t, reference.Path(t, "data/northwind"))
	account := emulator.Start(t)
	db, postgres, password := warehouse(t)
	out := t.TempDir()
	in := install(t, append(netsuiteEnv(account), "NORTHWIND_PASSWORD="+password)...)
	in.apply(netsuiteConnection(account, 5*time.Second)+filesConnection("northwind", data)+filesConnection("out", out)+postgres, examples(t, "northwind"))
	in.serve()

	source := northwind(t, data)
	want := sum(source)
	if len(source) != 830 || want.lines != 2155 {
		t.Fatalf("the source has %d orders with %d lines", len(source), want.lines)
	}
	for flow, n := range map[string]int64{"northwind-customers-in": 91, "northwind-products-in": 77} {
		if r := in.flow(flow); r.Counts.Written != n {
			t.Fatalf("%s wrote %d records, want %d", flow, r.Counts.Written, n)
		}
	}
	r := in.flow("northwind-orders-in")
	if r.Counts.Written != 830 {
		t.Fatalf("%d orders were written", r.Counts.Written)
	}
	for name, amount := range map[string]*big.Rat{"lines": big.NewRat(2155, 1), "merchandise": want.merchandise, "freight": want.freight} {
		read, written, _, _, _ := r.total(t, name)
		sameMoney(t, "control total read "+name, read, amount)
		sameMoney(t, "control total written "+name, written, amount)
	}
	checkOrders(t, in, source)

	before := account.Gate().Stats()
	if r := in.flow("northwind-orders-in"); r.Counts.Unchanged != 830 || r.Counts.Written != 0 {
		t.Fatalf("the second run: %+v", r.Counts)
	}
	_ = before
	checkOrders(t, in, source)

	edited := edit(t, data, 10)
	source = northwind(t, data)
	if r := in.flow("northwind-orders-in"); r.Counts.Written != 10 || r.Counts.Unchanged != 820 {
		t.Fatalf("after edits of %v: %+v", edited, r.Counts)
	}
	checkOrders(t, in, source)

	if r := in.flow("northwind-orders-out"); r.Counts.Written != 830 {
		t.Fatalf("%d orders came out", r.Counts.Written)
	}
	checkWarehouse(t, db, source)
	checkCSV(t, filepath.Join(out, "northwind-orders.csv"), source)
}

// By batches and by lists NetSuite gets the same, to the cent.
func TestNorthwindByOtherWays(t *testing.T) {
	t.Parallel()
	for _, way := range []struct{ api, reason, path string }{{"batch", "REST batches", "/result"}, {"soap", "SOAP lists", "/services/NetSuitePort_2025_2"}} {
		t.Run(way.api, func(t *testing.T) {
			t.Parallel()
			account := northwindIn(t, way.api, way.reason)
			if !slices.ContainsFunc(account.Requests(), func(r emulator.RequestEntry) bool { return strings.HasSuffix(r.Path, way.path) }) {
				t.Errorf("no request for %s", way.path)
			}
		})
	}
}

// northwindIn brings all of it into an account.
func northwindIn(t *testing.T, api, reason string) *emulator.Emulator {
	data := copyOf(t, reference.Path(t, "data/northwind"))
	account := emulator.Start(t)
	flows := examples(t, "northwind")
	for name, text := range flows {
		if !strings.HasSuffix(name, "-in") {
			delete(flows, name)
			continue
		}
		flows[name] = strings.Replace(text, "      netsuite:\n", "      netsuite:\n        api: "+api+"\n", 1)
	}
	in := install(t, netsuiteEnv(account)...)
	in.apply(netsuiteConnection(account, 5*time.Second)+filesConnection("northwind", data), flows)
	in.serve()
	for _, tt := range []struct {
		flow string
		n    int64
	}{{"northwind-customers-in", 91}, {"northwind-products-in", 77}, {"northwind-orders-in", 830}} {
		r := in.flow(tt.flow)
		if r.Counts.Written != tt.n || !strings.Contains(r.Steps[len(r.Steps)-1].Reason, reason) {
			t.Fatalf("%s: %+v %+v", tt.flow, r.Counts, r.Steps)
		}
	}
	checkOrders(t, in, northwind(t, data))
	edited := edit(t, data, 10)
	if r := in.flow("northwind-orders-in"); r.Counts.Written != 10 || r.Counts.Unchanged != 820 {
		t.Fatalf("after edits of %v: %+v", edited, r.Counts)
	}
	checkOrders(t, in, northwind(t, data))
	return account
}

// copyOf copies the files of a folder, to edit them.
func copyOf(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

// edit raises the quantity of the first line of n orders and returns their IDs.
func edit(t *testing.T, dir string, n int) []string {
	t.Helper()
	path := filepath.Join(dir, "order-details.csv")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	var edited []string
	for i := 1; i < len(lines) && len(edited) < n; i += 30 {
		fields := strings.Split(lines[i], ",")
		if slices.Contains(edited, fields[0]) {
			continue
		}
		fields[3] = fields[3] + "1"
		lines[i] = strings.Join(fields, ",")
		edited = append(edited, fields[0])
	}
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	return edited
}

// checkOrders compares every order in NetSuite with the source.
func checkOrders(t *testing.T, in *installation, source map[string]*order) {
	t.Helper()
	found := in.query(`SELECT t.externalid AS xid, t.shippingcost AS freight, t.foreigntotal AS total, COUNT(l.id) AS lines, SUM(-l.foreignamount) AS merchandise
		FROM transaction t JOIN transactionline l ON l.transaction = t.id
		WHERE t.type = 'SalesOrd' AND t.externalid LIKE 'NW-%' AND l.mainline = 'F' AND l.item IS NOT NULL AND l.itemtype <> 'ShipItem'
		GROUP BY t.externalid, t.shippingcost, t.foreigntotal`)
	if len(found) != len(source) {
		t.Fatalf("NetSuite has %d orders, the source %d", len(found), len(source))
	}
	for _, row := range found {
		id := strings.TrimPrefix(row["xid"].(string), "NW-")
		o := source[id]
		if fmt.Sprint(row["lines"]) != fmt.Sprint(o.lines) {
			t.Fatalf("order %s has %v lines, want %d", id, row["lines"], o.lines)
		}
		sameMoney(t, "freight of order "+id, fmt.Sprint(row["freight"]), o.freight)
		sameMoney(t, "merchandise of order "+id, fmt.Sprint(row["merchandise"]), o.merchandise)
		sameMoney(t, "total of order "+id, fmt.Sprint(row["total"]), new(big.Rat).Add(o.freight, o.merchandise))
	}
}

// checkWarehouse compares every order and its lines in PostgreSQL with the source.
func checkWarehouse(t *testing.T, db *sql.DB, source map[string]*order) {
	t.Helper()
	found, err := db.QueryContext(context.Background(), `SELECT o.external_id, o.freight::text, o.total::text,
		(SELECT COUNT(*) FROM northwind_order_lines l WHERE l.external_id = o.external_id),
		(SELECT SUM(amount)::text FROM northwind_order_lines l WHERE l.external_id = o.external_id) FROM northwind_orders o`)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	n := 0
	for ; found.Next(); n++ {
		var id, freight, total, merchandise string
		var lines int
		if err := found.Scan(&id, &freight, &total, &lines, &merchandise); err != nil {
			t.Fatal(err)
		}
		o := source[strings.TrimPrefix(id, "NW-")]
		if lines != o.lines {
			t.Fatalf("the warehouse has %d lines of order %s, want %d", lines, id, o.lines)
		}
		sameMoney(t, "warehouse freight of "+id, freight, o.freight)
		sameMoney(t, "warehouse merchandise of "+id, merchandise, o.merchandise)
		sameMoney(t, "warehouse total of "+id, total, new(big.Rat).Add(o.freight, o.merchandise))
	}
	if err := found.Err(); err != nil || n != len(source) {
		t.Fatalf("the warehouse has %d orders, want %d (%v)", n, len(source), err)
	}
}

// checkCSV compares the file with the source.
func checkCSV(t *testing.T, path string, source map[string]*order) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	header, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	at := func(name string) int { return slices.Index(header, name) }
	n := 0
	for ; ; n++ {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		o := source[strings.TrimPrefix(row[at("external_id")], "NW-")]
		sameMoney(t, "freight in the file", row[at("freight")], o.freight)
		sameMoney(t, "total in the file", row[at("total")], new(big.Rat).Add(o.freight, o.merchandise))
	}
	if n != len(source) {
		t.Fatalf("the file has %d orders, want %d", n, len(source))
	}
}
