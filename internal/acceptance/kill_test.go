package acceptance

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/emulator/failure"
)

// settle is how long the emulated account may go on with a request whose
// connection is gone; its late commits come within lateBy.
const settle, lateBy = time.Second, 500 * time.Millisecond

const addFlow = `
name: kill-add
export:
  connection: files
  csv: {path: orders.csv}
  key: [id]
totals: [{name: records, value: "1"}]
steps:
  - map: |
      root.memo = "Killed " + this.id
      root.entity.id = this.customer
      root.item.items = [{"item": {"id": this.item}, "quantity": 1, "rate": 10}]
  - import:
      connection: netsuite
      operation: add
      netsuite: {record: salesOrder}
pages: {size: 10, parallel: 3}
`

// The same by batches, of which a page is one.
var batchFlow = strings.NewReplacer("kill-add", "kill-batch", "{record: salesOrder}", "{record: salesOrder, api: batch}").Replace(addFlow)

// The same by lists of SOAP.
var soapFlow = strings.NewReplacer("kill-add", "kill-soap", "{record: salesOrder}", "{record: salesOrder, api: soap}").Replace(addFlow)

const appendFlow = `
name: kill-append
export:
  connection: files
  csv: {path: prices.csv}
  key: [id]
totals: [{name: records, value: "1"}]
steps:
  - map: |
      root.target = this.customer
      root.itemPricing.items = [{"item": {"id": this.item}, "price": this.price.decimal()}]
  - import:
      connection: netsuite
      operation: append
      netsuite: {record: customer, sublist: itemPricing, id: this.target}
pages: {size: 10, parallel: 3}
`

// An invoice is turned into a credit memo as often as NetSuite is asked to.
const transformFlow = `
name: kill-transform
export:
  connection: files
  csv: {path: invoices.csv}
  key: [id]
totals: [{name: records, value: "1"}]
steps:
  - map: |
      root.invoice = this.invoice
      root.memo = "Killed " + this.id
  - import:
      connection: netsuite
      operation: transform
      omit: [invoice]
      netsuite: {record: creditMemo, transform: {from: invoice, id: this.invoice}}
pages: {size: 5, parallel: 3}
`

// storm makes the account lose requests and answers in every way that leaves
// their outcome unknown.
func storm(t *testing.T, account *emulator.Emulator) {
	t.Helper()
	for _, r := range []failure.Rule{
		{Name: "request lost", Effect: failure.DropBefore, Probability: 0.05},
		{Name: "answer lost", Effect: failure.DropAfter, Probability: 0.05},
		{Name: "late", Effect: failure.CommitLate, Probability: 0.05, Delay: lateBy},
		{Name: "answer cut", Effect: failure.Truncate, Probability: 0.02},
	} {
		for method, path := range map[string]string{"POST": "^/services/(rest/record/|NetSuitePort_)", "PATCH": "^/services/rest/record/", "GET": "^/services/rest/async/"} {
			r.Method, r.Path = method, path
			if err := account.Faults().Add(r); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// killed is one flow worked under a storm while its process is killed again and again.
type killed struct {
	*installation
	account *emulator.Emulator
	kills   int
}

// survive starts the flow and kills its process at random moments until it has been
// killed often enough and the run is through.
func (k *killed) survive(flow string, seed uint64) *run {
	k.t.Helper()
	rng := rand.New(rand.NewPCG(seed, 9))
	k.serve()
	var r run
	k.do(&r, "flow", "run", flow, "--detach")
	for n := 0; ; n++ {
		if n < k.kills {
			<-time.After(time.Duration(rng.IntN(400)) * time.Millisecond) // the moment of the crash is what is random here
			k.kill()
			k.serve()
		} else {
			<-time.After(20 * time.Millisecond)
		}
		k.do(&r, "run", "show", fmt.Sprint(r.ID))
		switch r.State {
		case "completed":
			if n < k.kills {
				k.t.Fatalf("the run was through after %d of %d kills: give it more records", n, k.kills)
			}
			return &r
		case "failed", "cancelled":
			k.t.Fatalf("the run ended %s: %+v\n%s", r.State, r.Error, k.log)
		}
	}
}

func newKilled(t *testing.T, kills int) *killed {
	account := emulator.Start(t, func(o *emulator.Options) { o.Latency = emulator.FixedLatency(5 * time.Millisecond) })
	return &killed{install(t, netsuiteEnv(account)...), account, kills}
}

func (k *killed) prepare(file, header string, rows int, row func(i int) string, flow string) {
	k.t.Helper()
	dir := k.t.TempDir()
	var b strings.Builder
	b.WriteString(header + "\n")
	for i := range rows {
		b.WriteString(row(i+1) + "\n")
	}
	writeFile(k.t, filepath.Join(dir, file), b.String())
	k.apply(netsuiteConnection(k.account, settle)+filesConnection("files", dir), map[string]string{"flow": flow})
}

// orders returns how often each order of the flow is in the account.
func (k *killed) orders() map[string]int {
	k.t.Helper()
	k.account.Faults().Clear()
	if err := k.account.Quiesce(k.t.Context()); err != nil {
		k.t.Fatal(err)
	}
	found := map[string]int{}
	for _, row := range k.query("SELECT memo FROM transaction WHERE memo LIKE 'Killed %'") {
		found[row["memo"].(string)]++
	}
	return found
}

// lines returns how often each line is on its customer's price list.
func (k *killed) lines(customers []string) map[string]int {
	k.t.Helper()
	k.account.Faults().Clear()
	if err := k.account.Quiesce(k.t.Context()); err != nil {
		k.t.Fatal(err)
	}
	found := map[string]int{}
	for _, id := range customers {
		var record struct {
			ItemPricing struct {
				Items []struct{ Price json.Number }
			}
		}
		k.do(&record, "record", "get", "netsuite", "customer", id, "--expand")
		for _, line := range record.ItemPricing.Items {
			found[line.Price.String()]++
		}
	}
	return found
}

func countDoubled(found map[string]int) (doubled int) {
	for _, n := range found {
		doubled += n - 1
	}
	return doubled
}

func expectEachOnce(t *testing.T, found map[string]int, rows int) {
	t.Helper()
	if len(found) != rows || countDoubled(found) != 0 {
		t.Fatalf("%d of %d records arrived, %d of them again", len(found), rows, countDoubled(found))
	}
}

// work is a flow that is prepared, with what counts how often each of its records arrived.
type work func(k *killed, rows int) (flow string, arrived func() map[string]int)

func addOrders(k *killed, rows int) (string, func() map[string]int) {
	k.prepareOrders(rows, addFlow)
	return "kill-add", k.orders
}

func addBatches(k *killed, rows int) (string, func() map[string]int) {
	k.prepareOrders(rows, batchFlow)
	return "kill-batch", k.orders
}

// addLists takes long enough over each list to be killed within some.
func addLists(k *killed, rows int) (string, func() map[string]int) {
	if err := k.account.Faults().Add(failure.Rule{Operation: "addList", Effect: failure.Slow, Delay: 150 * time.Millisecond}); err != nil {
		k.t.Fatal(err)
	}
	k.prepareOrders(rows, soapFlow)
	return "kill-soap", k.orders
}

func appendPrices(k *killed, rows int) (string, func() map[string]int) {
	customers := k.preparePrices(rows)
	return "kill-append", func() map[string]int { return k.lines(customers) }
}

func transformInvoices(k *killed, rows int) (string, func() map[string]int) {
	k.prepareInvoices(rows)
	return "kill-transform", k.orders
}

func TestKilledProcessesLoseAndDoubleNothingOnAdd(t *testing.T) {
	t.Parallel()
	survives(t, addOrders, 150, 10, inSoak(1, 50))
}

func TestKilledProcessesLoseAndDoubleNothingInBatches(t *testing.T) {
	t.Parallel()
	survives(t, addBatches, 150, 6, inSoak(1, 50))
}

func TestKilledProcessesLoseAndDoubleNothingInLists(t *testing.T) {
	t.Parallel()
	survives(t, addLists, 250, 5, inSoak(1, 50))
}

func TestKilledProcessesLoseAndDoubleNothingOnAppend(t *testing.T) {
	t.Parallel()
	survives(t, appendPrices, 150, 10, inSoak(1, 50))
}

func TestKilledProcessesLoseAndDoubleNothingOnTransform(t *testing.T) {
	t.Parallel()
	survives(t, transformInvoices, 50, 3, inSoak(1, 30))
}

// survives works the rows under a storm, killed so often, in each of several rounds.
func survives(t *testing.T, prepare work, rows, kills, rounds int) {
	for round := range rounds {
		k := newKilled(t, kills)
		flow, arrived := prepare(k, rows)
		storm(t, k.account)
		r := k.survive(flow, uint64(round))
		if r.Counts.Written != int64(rows) {
			t.Fatalf("the run counts %+v", r.Counts)
		}
		expectEachOnce(t, arrived(), rows)
		k.kill()
	}
}

// prepareInvoices has several credit memos made of each invoice.
func (k *killed) prepareInvoices(rows int) {
	k.t.Helper()
	k.apply(netsuiteConnection(k.account, settle), nil)
	invoices := k.query("SELECT id FROM transaction WHERE type = 'CustInvc' ORDER BY id")[:5]
	k.prepare("invoices.csv", "id,invoice", rows, func(i int) string {
		return fmt.Sprintf("%d,%s", i, invoices[i%len(invoices)]["id"])
	}, transformFlow)
}

// preparePrices returns the customers whose price lists get the lines.
func (k *killed) preparePrices(rows int) []string {
	k.t.Helper()
	customers, item := k.people(5)
	k.prepare("prices.csv", "id,customer,item,price", rows, func(i int) string {
		return fmt.Sprintf("%d,%s,%s,%d.25", i, customers[i%len(customers)], item, i)
	}, appendFlow)
	return customers
}

func (k *killed) prepareOrders(rows int, flow string) {
	k.t.Helper()
	customers, item := k.people(5)
	k.prepare("orders.csv", "id,customer,item", rows, func(i int) string {
		return fmt.Sprintf("%d,%s,%s", i, customers[i%len(customers)], item)
	}, flow)
}

// people returns some customers and an item of the sample company.
func (k *killed) people(n int) (customers []string, item string) {
	k.t.Helper()
	k.apply(netsuiteConnection(k.account, settle), nil)
	for _, row := range k.query("SELECT id FROM customer ORDER BY id")[:n] {
		customers = append(customers, row["id"].(string))
	}
	return customers, k.query("SELECT id FROM item WHERE itemtype = 'InvtPart' ORDER BY id")[0]["id"].(string)
}

// The mechanism switched off: the same storm and the same crashes then double records.
func TestWithoutLedgerKilledProcessesDoubleRecords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name        string
		prepare     work
		rows, kills int
	}{{"add", addOrders, 400, 10}, {"batch", addBatches, 400, 10}, {"soap", addLists, 400, 6}, {"append", appendPrices, 400, 10}, {"transform", transformInvoices, 120, 3}} {
		t.Run(tt.name, func(t *testing.T) {
			k := newKilled(t, tt.kills)
			k.withoutLedger = true
			flow, arrived := tt.prepare(k, tt.rows)
			storm(t, k.account)
			k.survive(flow, 0)
			expectDoubled(t, arrived())
		})
	}
}

func expectDoubled(t *testing.T, found map[string]int) {
	t.Helper()
	if countDoubled(found) == 0 {
		t.Fatal("nothing was doubled: the ledger is not what prevents it")
	}
}
