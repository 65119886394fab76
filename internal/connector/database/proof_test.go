package database

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

// The ledger tells whether an add arrived although the flow maps the record
// differently by now.
func TestAddIsFoundAfterTheMappingChanged(t *testing.T) {
	everywhere(t, addIsFoundAfterTheMappingChanged)
}

func addIsFoundAfterTheMappingChanged(t *testing.T, s server) {
	s.exec("CREATE TABLE things (name TEXT, amount NUMERIC)", "INSERT INTO things VALUES ('new', 7)")
	old := sluice.Record{"NAME": "old", "amount": json.Number("1.50")}
	for _, arrives := range []bool{false, true} {
		w, err := s.writer(sluice.SQLImport{Table: "things"})
		if err != nil {
			t.Fatal(err)
		}
		i := &sluice.Intent{Operation: sluice.Add, Record: old}
		if err := w.Prepare(t.Context(), []*sluice.Intent{i}); err != nil {
			t.Fatal(err)
		}
		i.SendBy = time.Now().Add(time.Hour)
		want := sluice.ResultAbsent
		if arrives {
			want = sluice.ResultWritten
			if r, err := w.Write(t.Context(), []*sluice.Intent{i}); err != nil || r[0].State != want {
				t.Fatalf("%+v, %v", r, err)
			}
		}
		_ = w.Close() // killed
		if w, err = s.writer(sluice.SQLImport{Table: "things"}); err != nil {
			t.Fatal(err)
		}
		i.Record = sluice.Record{"name": "new"}
		r, err := w.Reconcile(t.Context(), []*sluice.Intent{i})
		if err != nil || r[0].State != want {
			t.Errorf("arrived %v: %+v, %v", arrives, r, err)
		}
		_ = w.Close()
	}
}
