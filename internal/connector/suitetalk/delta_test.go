package suitetalk

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/emulator"
	emulated "github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/netsuite"
)

// all reads an export to its end, opening it anew behind each batch, and names what it read.
func (s *suite) all(e *sluice.Export, w *sluice.Window) (ids []string) {
	s.Helper()
	var o sluice.ExportOptions
	o.Window = w
	for {
		r := s.export(e, o)
		b, err := r.Next(s.Context(), 2)
		if cerr := r.Close(); cerr != nil {
			s.Fatal(cerr)
		}
		if errors.Is(err, io.EOF) {
			return ids
		}
		if err != nil {
			s.Fatal(err)
		}
		for _, it := range b.Items {
			if it.Refused != nil {
				s.Fatal(it.Refused)
			}
			id := fmt.Sprint(it.Record["id"])
			if it.Deleted() {
				id = "-" + id
			}
			if it.Reread {
				id += "again"
			}
			if _, there := it.Record["sluice_changed"]; there {
				s.Errorf("%s has a column that is not its own: %v", id, it.Record)
			}
			ids = append(ids, id)
		}
		o.Cursor, o.Seen = b.Cursor, o.Seen+int64(len(b.Items))
	}
}

// A window holds what was changed and deleted in it, by NetSuite's clock, whatever the
// zone of the session and the way it writes days.
func TestDeltaExports(t *testing.T) {
	for name, export := range map[string]*sluice.Export{
		"suiteql": {SuiteQL: &sluice.SuiteQLExport{Query: "SELECT id, companyname, lastmodifieddate, datecreated FROM customer", Key: []string{"id"}},
			Delta: &sluice.Delta{Fields: []string{"lastmodifieddate", "datecreated"}}},
		"records": {Records: &sluice.RecordsExport{Type: "customer"}, Delta: &sluice.Delta{Fields: []string{"lastModifiedDate"}}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSuite(t, func(o *emulator.Options) { o.TimeZone, o.DateFormat = "Asia/Kathmandu", "DD-MON-YYYY" })
			if err := s.emulator.Account().SetPermission(emulated.IntegrationRole, "ADMI_DELETEDRECORD", session.Full); err != nil {
				t.Fatal(err)
			}
			export.Key = []string{"id"}
			export.Delta.Deletes = &sluice.Deletes{Types: []string{"customer"}}
			now := func() time.Time {
				t.Helper()
				at, err := s.connector.SourceTime(t.Context(), s.conn)
				if err != nil {
					t.Fatal(err)
				}
				return at
			}
			pass := func() time.Time { // the stamps are whole seconds
				s.emulator.Clock().Advance(2 * time.Second)
				return now()
			}
			total := len(s.rows("SELECT id FROM customer"))
			first := &sluice.Window{Until: pass()}
			if got := s.all(export, first); len(got) != total {
				t.Fatalf("the first window holds %d of %d customers: %v", len(got), total, got)
			}
			records := s.client().Records
			ids := s.rows("SELECT id FROM customer WHERE ROWNUM <= 4 ORDER BY id")
			id := func(n int) string { return fmt.Sprint(ids[n]["id"]) }
			if _, err := records.Update(t.Context(), "customer", id(1), map[string]any{"comments": "changed"}, netsuite.WriteOptions{}); err != nil {
				t.Fatal(err)
			}
			ref, err := records.Create(t.Context(), "customer", map[string]any{"companyName": "To go", "subsidiary": map[string]any{"id": "1"}}, netsuite.WriteOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if err := records.Delete(t.Context(), "customer", ref.ID); err != nil {
				t.Fatal(err)
			}
			second := &sluice.Window{From: first.Until, Until: pass(), Mark: first.Until}
			want := []string{"-" + ref.ID, id(1)}
			if got := s.all(export, second); !slices.Equal(got, want) {
				t.Errorf("the second window holds %v, want %v", got, want)
			}
			third := &sluice.Window{From: first.Until, Until: pass(), Mark: second.Until} // the overlap is the second
			if got := s.all(export, third); !slices.Equal(got, []string{"-" + ref.ID + "again", id(1) + "again"}) {
				t.Errorf("the overlap holds %v", got)
			}
			if got := s.all(export, &sluice.Window{From: third.Until, Until: now().Add(time.Second), Mark: third.Until}); len(got) != 0 {
				t.Errorf("nothing was changed, but %v", got)
			}
		})
	}
}
