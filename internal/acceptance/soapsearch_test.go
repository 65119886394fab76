package acceptance

import (
	"testing"
	"time"

	"github.com/sluicehq/sluice/netsuite/soap"
	"github.com/sluicehq/sluice/netsuite/soap/record"
	"github.com/sluicehq/sluice/netsuite/soap/search"
)

// TestSOAPSearchReadsAllPages reads what was written, page by page, as whole records and by
// columns.
func TestSOAPSearchReadsAllPages(t *testing.T) {
	w := newSOAPWorld(t)
	begin, err := w.soap.ServerTime(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.soap.UpsertList(t.Context(), soapCustomers("soap-page-", 23)); err != nil {
		t.Fatal(err)
	}
	mine := []search.Criterion{
		{Field: "companyName", Operator: "startsWith", Values: []string{"Company soap-page-"}},
		search.Since("lastModifiedDate", begin.Add(-time.Minute), begin.Add(time.Hour)),
	}
	for _, columns := range [][]search.Column{nil, {{Field: "internalId"}, {Field: "companyName"}}} {
		e, err := search.Query{Type: "customer", Where: mine, Columns: columns}.Element(w.soap.Version())
		if err != nil {
			t.Fatal(err)
		}
		names := map[any]bool{}
		for r, err := range w.soap.Records(t.Context(), e, &soap.SearchPreferences{PageSize: 10}) {
			if err != nil {
				t.Fatal(err)
			}
			doc := record.Plain{}.Document(&r)
			if search.IsRow(&r) {
				doc = search.Document(&r, record.Plain{})
			}
			names[doc["companyName"]] = true
		}
		if len(names) != 23 {
			t.Errorf("%d customers of 23 with the columns %+v", len(names), columns)
		}
	}
}

// TestSOAPRecordsGoBack reads an order, changes it and sends it back whole; and
// has it made into an invoice, which is added as it came.
func TestSOAPRecordsGoBack(t *testing.T) {
	w := newSOAPWorld(t)
	c, err := w.soap.With(soap.WithPreferences(soap.Preferences{IgnoreReadOnlyFields: new(true)}))
	if err != nil {
		t.Fatal(err)
	}
	e, err := search.Query{Type: "salesOrder"}.Element(c.Version())
	if err != nil {
		t.Fatal(err)
	}
	page, err := c.Search(t.Context(), e, &soap.SearchPreferences{PageSize: 5, BodyFieldsOnly: new(false)})
	if err != nil {
		t.Fatal(err)
	}
	order := page.Records[0]
	lines := len(order.All("itemList", "item"))
	if _, err := c.Update(t.Context(), order.Set("memo", "changed").SetLines(c.Version(), record.Replace)); err != nil {
		t.Fatal(err)
	}
	ref := record.Ref{InternalID: order.InternalID(), Type: "salesOrder"}
	again, err := c.Get(t.Context(), ref)
	if err != nil || lines == 0 || again.Value("memo") != "changed" || len(again.All("itemList", "item")) != lines {
		t.Errorf("the order has the memo %q and %d lines, it had %d: %v", again.Value("memo"), len(again.All("itemList", "item")), lines, err)
	}

	invoice, err := c.Initialize(t.Context(), soap.Initial{Type: "invoice", Reference: ref})
	if err != nil {
		t.Fatal(err)
	}
	added, err := c.Add(t.Context(), invoice.SetLines(c.Version(), record.Replace))
	if err != nil || added.Ref.InternalID == "" {
		t.Fatalf("%+v, %v", added, err)
	}
}

// TestSOAPJobs writes by a job.
func TestSOAPJobs(t *testing.T) {
	w := newSOAPWorld(t)
	j, err := w.soap.AsyncUpsertList(t.Context(), soapCustomers("soap-job-", 3))
	if err != nil {
		t.Fatal(err)
	}
	if j, err = w.soap.AwaitJob(t.Context(), j.ID); err != nil || j.State != soap.JobFinished {
		t.Fatalf("%+v, %v", j, err)
	}
	result, err := w.soap.AsyncResult(t.Context(), j.ID, 1)
	if err != nil || len(result.Written) != 3 || !result.Written[2].Saved() || w.count(t, "soap-job-") != 3 {
		t.Errorf("%+v, %v", result, err)
	}
}
