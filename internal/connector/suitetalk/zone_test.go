package suitetalk

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	emulated "github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/internal/connector/suitetalk/sublist"
)

// with returns the suite with other settings of its connection.
func (s *suite) with(settings ...string) *suite {
	c := *s.conn
	c.ID, c.Settings = s.conn.ID+"+", maps.Clone(s.conn.Settings)
	for i := 0; i < len(settings); i += 2 {
		c.ID += settings[i] + settings[i+1]
		c.Settings[settings[i]] = settings[i+1]
	}
	return &suite{s.TB, s.emulator, s.connector, &c}
}

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func (s *suite) salesOrder(tranDate, due string) (sluice.Result, sluice.Writer) {
	s.Helper()
	customer := s.rows("SELECT id FROM customer ORDER BY id")[0]["id"]
	item := s.rows("SELECT id FROM item WHERE itemtype = 'InvtPart' ORDER BY id")[0]["id"].(string)
	w := s.writer(sluice.Add, sluice.NetSuiteImport{Record: "salesOrder"})
	order := line(item, "1")
	order["expectedShipDate"] = due
	i := &sluice.Intent{Operation: sluice.Add, Record: sluice.Record{"entity": map[string]any{"id": customer}, "tranDate": tranDate, "item": lines(order)}}
	return s.write(w, s.intents(w, i))[0], w
}

// Both directions: an instant that is mapped into a date field becomes the day in
// the account, in lines too; what is read shows the account's own time. Let
// dateValue format in UTC, or showTimes do nothing, and it fails.
func TestZoneMovesADateOverMidnight(t *testing.T) {
	s := newSuite(t) // the account works in America/Los_Angeles
	for zone, want := range map[string]string{"America/Los_Angeles": "2026-03-01", "": "2026-03-01", "Europe/Berlin": "2026-03-02"} {
		z := s.with("timezone", zone)
		r, _ := z.salesOrder("2026-03-02T06:30:00Z", "2026-03-02T06:30:00Z")
		if r.State != sluice.ResultWritten {
			t.Fatalf("zone %q: %+v", zone, r.Failure)
		}
		reader := z.export(&sluice.Export{Records: &sluice.RecordsExport{Type: "salesOrder", Filter: "id ANY_OF [" + r.ID + "]", Lines: true}}, sluice.ExportOptions{})
		batch, err := reader.Next(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		order := batch.Items[0].Record
		if order["tranDate"] != want {
			t.Errorf("zone %q: the order's date is %v, want %s", zone, order["tranDate"], want)
		}
		if there := sublist.Lines(order["item"]); len(there) != 1 || there[0]["expectedShipDate"] != want {
			t.Errorf("zone %q: the line's date is not %s: %v", zone, want, there)
		}
		made, err := time.Parse(time.RFC3339, order["createdDate"].(string))
		name := zone
		if name == "" {
			name = "America/Los_Angeles"
		}
		if _, offset := made.In(zoneOf(t, name)).Zone(); err != nil || made.Format("-07:00") != time.Unix(0, 0).In(time.FixedZone("", offset)).Format("-07:00") {
			t.Errorf("zone %q: created at %v, %v", zone, order["createdDate"], err)
		}
	}
}

func TestTimesOfARowAreReadInTheZone(t *testing.T) {
	s := newSuite(t)
	query := "SELECT id, '2026-07-01 22:30:00' AS summer, '2026-01-31 23:30:00' AS winter, TO_CHAR(lastmodifieddate, 'YYYY-MM-DD') AS day FROM customer"
	spec := func(times ...string) *sluice.Export {
		return &sluice.Export{SuiteQL: &sluice.SuiteQLExport{Query: query, Key: []string{"id"}, Times: times}}
	}
	read := func(s *suite, e *sluice.Export) sluice.Record {
		t.Helper()
		b, err := s.export(e, sluice.ExportOptions{}).Next(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		return b.Items[0].Record
	}
	if r := read(s, spec("Summer", "winter")); r["summer"] != "2026-07-01T22:30:00-07:00" || r["winter"] != "2026-01-31T23:30:00-08:00" {
		t.Errorf("the account's own zone: %v", r)
	}
	if r := read(s.with("timezone", "Europe/Berlin"), spec("summer")); r["summer"] != "2026-07-01T22:30:00+02:00" || r["winter"] != "2026-01-31 23:30:00" {
		t.Errorf("Europe/Berlin: %v", r)
	}
	_, err := s.export(spec("day"), sluice.ExportOptions{}).Next(t.Context(), 1)
	if sluice.ErrorCode(err) != "source.time" {
		t.Errorf("a plain date: %v", err)
	}
}

// A role without SuiteQL is not told the zone: what depends on it is refused, all
// else goes on.
func TestZoneThatNetSuiteDoesNotTell(t *testing.T) {
	s := newSuite(t)
	if err := s.emulator.Account().RemovePermission(emulated.IntegrationRole, emulated.PermissionWorkbook); err != nil {
		t.Fatal(err)
	}
	z := s
	w := z.writer(sluice.Add, sluice.NetSuiteImport{Record: "customer"})
	at := newCustomer("untold")
	at.Record["startDate"] = "2026-03-02T06:30:00Z"
	plain := newCustomer("plain")
	plain.Record["startDate"] = "2026-03-02"
	results := z.write(w, z.intents(w, at, plain))
	if f := results[0].Failure; results[0].State != sluice.ResultRefused || f.Code != "netsuite.time_zone" || f.Where != "startDate" || f.Remedy == "" {
		t.Errorf("%+v", results[0])
	}
	if results[1].State != sluice.ResultWritten {
		t.Errorf("%+v", results[1].Failure)
	}
}

func TestReadOnlyFields(t *testing.T) {
	s := newSuite(t)
	record := func(n string) *sluice.Intent {
		i := newCustomer(n)
		i.Record["balance"], i.Record["lastModifiedDate"], i.Record["refName"] = "5", "2020-01-01T00:00:00Z", "x"
		return i
	}
	before := len(s.emulator.Requests())
	w := s.writer(sluice.Add, sluice.NetSuiteImport{Record: "customer"})
	r := s.write(w, s.intents(w, record("no")))[0]
	if r.State != sluice.ResultRefused || r.Failure.Code != "netsuite.read_only" || r.Failure.Where != "balance, lastModifiedDate" || r.Failure.Remedy == "" {
		t.Fatalf("No: %+v", r)
	}
	for _, request := range s.emulator.Requests()[before:] {
		if request.Method == "POST" {
			t.Errorf("the record was sent: %s", request.Path)
		}
	}
	yes := s.with("ignore_read_only", "yes")
	w = yes.writer(sluice.Add, sluice.NetSuiteImport{Record: "customer"})
	if r := yes.write(w, yes.intents(w, record("yes")))[0]; r.State != sluice.ResultWritten || r.LeftOut != 2 {
		t.Fatalf("Yes: %+v", r)
	}
	imp := &sluice.Import{Operation: sluice.Add, NetSuite: &sluice.NetSuiteImport{Record: "customer"}}
	shape, err := s.connector.Shape(t.Context(), yes.conn, imp, record("shape").Record)
	if _, there := shape.Record["balance"]; err != nil || there || !slices.Equal(shape.LeftOut, []string{"balance", "lastModifiedDate"}) || shape.Record["companyName"] == nil {
		t.Errorf("a preview: %+v, %v", shape, err)
	}
	if shape, err = s.connector.Shape(t.Context(), s.conn, imp, record("shape").Record); err != nil || shape.Failure == nil {
		t.Errorf("a preview with No: %+v, %v", shape, err)
	}
}
