package suitetalk

import (
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	emulated "github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/failure"
	"github.com/sluicehq/sluice/emulator/session"
)

func factOf(e *sluice.Evidence, name string) sluice.Fact {
	for _, f := range e.Facts {
		if f.Name == name {
			return f
		}
	}
	return sluice.Fact{}
}

func TestWriteCheck(t *testing.T) {
	s := newSuite(t)
	left := func() int { return len(s.rows("SELECT id FROM entity WHERE externalid LIKE 'sluice-check-%'")) }
	check := func(recordType string) (sluice.Fact, error) {
		e := &sluice.Evidence{}
		err := s.connector.WriteCheck(t.Context(), s.conn, recordType, e)
		return factOf(e, "Write"), err
	}
	for _, recordType := range []string{"customer", "vendor", "contact", "employee"} {
		if f, err := check(recordType); err != nil || !f.OK || !strings.HasPrefix(f.Value, "made and deleted "+recordType+" ") {
			t.Errorf("%s: %+v, %v", recordType, f, err)
		}
	}
	s.breaks("POST", failure.DropAfter)
	if f, err := check("customer"); err != nil || !f.OK {
		t.Errorf("an answer that is lost: %+v, %v", f, err)
	}
	if n := left(); n != 0 {
		t.Errorf("%d records are left", n)
	}
	if _, err := check("salesOrder"); sluice.ErrorCode(err) != "connection.write_check" {
		t.Errorf("%v", err)
	}
	if err := s.emulator.Account().SetPermission(emulated.IntegrationRole, "LIST_CUSTJOB", session.Create); err != nil {
		t.Fatal(err)
	}
	f, err := check("customer")
	if sluice.ErrorCode(err) != "connection.write_check_left" || f.OK || !strings.Contains(f.Value, "could NOT delete it") {
		t.Errorf("a role that may not delete: %+v, %v", f, err)
	}
	if n := left(); n != 1 {
		t.Errorf("%d records are left", n)
	}
}

// To see it fail, let proveZone take the setting without a question.
func TestZoneThatContradicts(t *testing.T) {
	s := newSuite(t)
	for zone, ok := range map[string]bool{"America/Los_Angeles": true, "America/Tijuana": true, "": true, "Europe/Berlin": false, "America/Phoenix": false} {
		e := s.connector.Test(t.Context(), s.with("timezone", zone).conn)
		if f := factOf(e, "Time zone"); !e.OK || f.OK != ok || !strings.Contains(f.Value, zone) {
			t.Errorf("%q: %+v", zone, f)
		}
	}
}
