package acceptance

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/internal/reference"
)

// traps are the invoices of Online Retail that have hurt somebody: one that is not
// contiguous, one of 1,114 lines, one with two times, the three adjustments.
var traps = []string{"542806", "573585", "536591", "A563185", "A563186", "A563187"}

// retailRow is a row of the source with its place in the file.
type retailRow struct {
	fields []string
	amount *big.Rat
}

// retail writes the part of the source that this test works, and returns it: the
// first rows and the traps, or all 541,909 in a soak.
func retail(t *testing.T, to string) []retailRow {
	t.Helper()
	source, err := os.Open(reference.Path(t, "data/online-retail/online-retail.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	text, err := gzip.NewReader(source)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(to, "online-retail.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	packed := gzip.NewWriter(file)
	w := csv.NewWriter(packed)
	first := inSoak(6_000, 1<<30)
	var kept []retailRow
	in := csv.NewReader(text)
	for n := 0; ; n++ {
		row, err := in.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if n > first && !trap(row[0]) {
			continue
		}
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			kept = append(kept, retailRow{row, new(big.Rat).Mul(rat(t, row[3]), rat(t, row[5]))})
		}
	}
	w.Flush()
	for _, err := range []error{w.Error(), packed.Close(), file.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return kept
}

func trap(invoice string) bool {
	for _, t := range traps {
		if t == invoice {
			return true
		}
	}
	return false
}

// retailError is a record error as the command line prints it.
type retailError struct {
	Key, Origin, Message string
	Rows                 int
}

func TestOnlineRetailIsAccountedForRowByRow(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	source := retail(t, data)
	account := emulator.Start(t, func(o *emulator.Options) { o.Concurrency = 10 })
	in := install(t, netsuiteEnv(account)...)
	in.apply(netsuiteConnection(account, 5*time.Second)+filesConnection("online-retail", data), examples(t, "online-retail"))
	in.serve()

	in.flow("retail-customers-in")
	in.flow("retail-items-in")
	// One item goes, so that the invoices with it fail: those end as record errors.
	in.do(nil, "record", "delete", "netsuite", "nonInventorySaleItem", "eid:OR-"+source[40].fields[1])
	began := time.Now()
	r := in.flowWithErrors("retail-invoices-in")
	t.Logf("%d rows in %d invoices took %s; outcomes %+v; the server's peak memory is %s",
		r.Counts.Rows, r.Counts.Read, time.Since(began).Round(time.Millisecond), r.Counts, in.peak())

	rowsRead, rowsWritten, rowsUnchanged, rowsExcluded, rowsFailed := r.total(t, "rows")
	if got := rat(t, rowsRead); got.Cmp(big.NewRat(int64(len(source)), 1)) != 0 {
		t.Fatalf("%s rows were read, the source has %d", rowsRead, len(source))
	}
	adds(t, "rows", rowsRead, rowsWritten, rowsUnchanged, rowsExcluded, rowsFailed)
	read, written, unchanged, excluded, failed := r.total(t, "amount")
	adds(t, "amounts", read, written, unchanged, excluded, failed)
	all := new(big.Rat)
	for _, row := range source {
		all.Add(all, row.amount)
	}
	if rat(t, read).Cmp(all) != 0 {
		t.Fatalf("an amount of %s was read, the source has %s", read, all.FloatString(3))
	}
	in.checkRetailErrors(rowsFailed)
	in.checkRetailLines(source, rowsWritten)
}

func adds(t *testing.T, what, read string, parts ...string) {
	t.Helper()
	sum := new(big.Rat)
	for _, p := range parts {
		sum.Add(sum, rat(t, p))
	}
	if sum.Cmp(rat(t, read)) != 0 {
		t.Fatalf("%s: read %s, but the outcomes %v come to %s", what, read, parts, sum.FloatString(3))
	}
}

// checkRetailErrors holds when the record errors name exactly the failed rows.
func (in *installation) checkRetailErrors(rowsFailed string) {
	in.t.Helper()
	var list struct{ Items []retailError }
	o := in.try("error", "list", "--limit", "1000", "--output", "json")
	if err := json.Unmarshal([]byte(o.out), &list); err != nil {
		if err := json.Unmarshal([]byte(o.out), &list.Items); err != nil {
			in.t.Fatalf("%v in %.300s", err, o.out)
		}
	}
	rows := 0
	for _, e := range list.Items {
		if !strings.HasPrefix(e.Origin, "online-retail.csv.gz row") {
			in.t.Fatalf("the error of %s does not name its rows: %q", e.Key, e.Origin)
		}
		rows += e.Rows
	}
	if rows == 0 || fmt.Sprint(rows) != rowsFailed {
		in.t.Fatalf("the record errors name %d rows, %s failed", rows, rowsFailed)
	}
}

// checkRetailLines compares the lines in NetSuite with the rows that were written:
// their number, and their amounts, each rounded to cents as NetSuite keeps them.
func (in *installation) checkRetailLines(source []retailRow, rowsWritten string) {
	in.t.Helper()
	found := in.query(`SELECT COUNT(l.id) AS lines, COUNT(DISTINCT t.id) AS documents FROM transaction t JOIN transactionline l ON l.transaction = t.id
		WHERE t.externalid LIKE 'OR-%' AND l.mainline = 'F' AND l.taxline = 'F'`)
	if lines := fmt.Sprint(found[0]["lines"]); lines != rowsWritten {
		in.t.Fatalf("NetSuite has %s lines, %s rows were written", lines, rowsWritten)
	}
	byInvoice := map[string]*big.Rat{}
	for _, row := range source {
		if byInvoice[row.fields[0]] == nil {
			byInvoice[row.fields[0]] = new(big.Rat)
		}
		byInvoice[row.fields[0]].Add(byInvoice[row.fields[0]], roundAway(row.amount))
	}
	checked := 0
	for after := "0"; ; {
		page := in.query(`SELECT id, externalid AS xid, type, foreigntotal AS total FROM transaction WHERE externalid LIKE 'OR-%' AND id > ` + after + ` ORDER BY id`)
		if len(page) == 0 {
			break
		}
		for _, row := range page {
			invoice := strings.TrimPrefix(row["xid"].(string), "OR-")
			if rat(in.t, fmt.Sprint(row["total"])).Cmp(byInvoice[invoice]) != 0 {
				in.t.Errorf("invoice %s comes to %v in NetSuite, to %s in the source", invoice, row["total"], byInvoice[invoice].FloatString(2))
			}
			after = fmt.Sprint(row["id"])
			checked++
		}
	}
	if fmt.Sprint(checked) != fmt.Sprint(found[0]["documents"]) {
		in.t.Fatalf("%d documents were compared, NetSuite has %v", checked, found[0]["documents"])
	}
}

// roundAway rounds to cents, half away from zero.
func roundAway(r *big.Rat) *big.Rat {
	if r.Sign() < 0 {
		return new(big.Rat).Neg(halfUp(new(big.Rat).Neg(r)))
	}
	return halfUp(r)
}
