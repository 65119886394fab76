package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/redpanda-data/benthos/v4/public/bloblang"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/engine"
	"github.com/sluicehq/sluice/internal/store"
	"github.com/sluicehq/sluice/internal/store/sqlitetest"
)

// fifteen maps fifteen fields, as an order's head has them.
const fifteen = `root.externalId = "SO-" + this.id
root.entity.id = this.customer
root.tranDate = this.date.slice(0, 10)
root.otherRefNum = this.reference.uppercase()
root.memo = this.note.trim()
root.currency.refName = this.currency
root.email = this.email.lowercase()
root.shipAddress.addr1 = this.street
root.shipAddress.city = this.city
root.shipAddress.zip = this.zip
root.shipAddress.country.id = this.country
root.shippingCost = this.freight
root.discountRate = this.discount.or(0)
root.isTaxable = this.taxable == "yes"
root.custbody_channel = if this.channel == "web" { "1" } else { "2" }`

// stream is a source that makes as many records as it is asked for, and a destination
// that takes all and keeps none: what is measured is what lies between.
type stream struct{ records int }

func (s stream) record(n int) sluice.Record {
	return sluice.Record{
		"id": fmt.Sprint(n), "customer": fmt.Sprint(n % 977), "date": "2026-03-04T05:06:07Z", "reference": fmt.Sprint("po-", n), "note": " as always ",
		"currency": "EUR", "email": "Buyer@Example.com", "street": "1 Sample Street", "city": "Sampleton", "zip": "12345", "country": "DE",
		"freight": json.Number("4.90"), "discount": nil, "taxable": "yes", "channel": "web",
	}
}

func (s stream) Test(context.Context, *sluice.Connection) *sluice.Evidence { return nil }

func (s stream) OpenExport(context.Context, *sluice.Connection, *sluice.Export, sluice.ExportOptions) (sluice.Reader, error) {
	return &streamReader{stream: s}, nil
}

func (s stream) OpenImport(context.Context, *sluice.Connection, *sluice.Import, sluice.ImportOptions) (sluice.Writer, error) {
	return streamWriter{}, nil
}

type streamReader struct {
	stream
	next int
}

func (r *streamReader) Next(_ context.Context, limit int) (sluice.Batch, error) {
	var b sluice.Batch
	for ; r.next < r.records && len(b.Items) < limit; r.next++ {
		b.Items = append(b.Items, sluice.Item{Rows: 1, Origin: fmt.Sprint("row ", r.next), Record: r.record(r.next)})
	}
	if len(b.Items) == 0 {
		return b, io.EOF
	}
	b.Cursor = fmt.Append(nil, r.next)
	return b, nil
}

func (r *streamReader) Close() error { return nil }

type streamWriter struct{}

func (streamWriter) Traits() sluice.Traits { return sluice.Traits{ExternalIDs: true} }

func (streamWriter) Prepare(context.Context, []*sluice.Intent) error { return nil }

func (streamWriter) Write(_ context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	out := make([]sluice.Result, len(intents))
	for n, i := range intents {
		out[n] = sluice.Result{State: sluice.ResultWritten, ID: i.Key}
	}
	return out, nil
}

func (streamWriter) Reconcile(_ context.Context, intents []*sluice.Intent) ([]sluice.Result, error) {
	return make([]sluice.Result, len(intents)), nil
}

func (streamWriter) Finish(context.Context) error { return nil }
func (streamWriter) Close() error                 { return nil }

// work runs a flow of so many records to its end, and returns how long it took.
func work(b *testing.B, records int, steps ...sluice.Step) time.Duration {
	b.Helper()
	path := b.TempDir() + "/sluice.db"
	sqlitetest.Prepare(b, path)
	st, err := store.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	flow := &sluice.FlowRevision{Enabled: true, CreatedAt: time.Now(), Flow: sluice.Flow{Name: "bench",
		Export: sluice.Export{Connection: "stream", Key: []string{"id"}}, Steps: steps}}
	if err := st.SaveFlow(b.Context(), flow); err != nil {
		b.Fatal(err)
	}
	e := engine.New(engine.Config{Store: st, Connector: stream{records}, Owner: "bench", Sole: true,
		Open: func(context.Context, string) (*sluice.Connection, error) {
			return &sluice.Connection{Name: "stream"}, nil
		}})
	began := time.Now()
	run, err := e.StartRun(b.Context(), flow, "bench")
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- e.Run(ctx) }()
	defer func() { stop(); <-ended }()
	for !run.State.Ended() {
		time.Sleep(20 * time.Millisecond) // the store tells nobody that a run has ended
		if run, err = st.Run(b.Context(), run.ID); err != nil {
			b.Fatal(err)
		}
	}
	if run.State != sluice.RunCompleted || run.Counts.Read != int64(records) || run.Counts.Failed != 0 {
		b.Fatalf("the run ended %s with %+v: %v", run.State, run.Counts, run.Error)
	}
	return time.Since(began)
}

func addStep() sluice.Step {
	return sluice.Step{Import: &sluice.Import{Connection: "stream", Operation: sluice.Add, NetSuite: &sluice.NetSuiteImport{Record: "salesOrder"}}}
}

// BenchmarkRecords measures flows of 100,000 records beside the same mapping alone.
func BenchmarkRecords(b *testing.B) {
	const records = 100_000
	rate := func(b *testing.B, took time.Duration) {
		b.ReportMetric(float64(records*b.N)/took.Seconds(), "records/s")
		b.ReportMetric(0, "ns/op")
	}
	flows := func(steps ...sluice.Step) func(*testing.B) {
		return func(b *testing.B) {
			var took time.Duration
			for b.Loop() {
				took += work(b, records, steps...)
			}
			rate(b, took)
		}
	}
	b.Run("bloblang", func(b *testing.B) {
		executor, err := bloblang.Parse(fifteen)
		if err != nil {
			b.Fatal(err)
		}
		var took time.Duration
		for b.Loop() {
			began := time.Now()
			for n := range records {
				if _, err := executor.Query(map[string]any(stream{}.record(n))); err != nil {
					b.Fatal(err)
				}
			}
			took += time.Since(began)
		}
		rate(b, took)
	})
	// A step without effect: what is left is reading, pages and the store.
	b.Run("empty", flows(sluice.Step{Filter: &sluice.Filter{If: "true"}}))
	b.Run("mapping", flows(sluice.Step{Map: fifteen}))
	b.Run("mapping-and-import", flows(sluice.Step{Map: fifteen}, addStep()))
}

// BenchmarkMemory measures the most memory that this process had during a flow. Only
// one of them in a process tells anything.
func BenchmarkMemory(b *testing.B) {
	for _, records := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprint(records), func(b *testing.B) {
			for b.Loop() {
				took := work(b, records, sluice.Step{Map: fifteen}, addStep())
				b.ReportMetric(float64(records)/took.Seconds(), "records/s")
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(peak(b), "MiB")
		})
	}
}

// peak is the most memory that the process had, as Linux tells it.
func peak(b *testing.B) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skipf("this system does not tell: %v", err)
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes float64
	if _, err := fmt.Sscan(after, &kilobytes); err != nil {
		b.Fatal(err)
	}
	return kilobytes / 1024
}
