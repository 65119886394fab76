package suiteql

import (
	"fmt"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/session"
)

// Instants are held in UTC and shown, compared and calculated with on the
// clock of the session. Los Angeles turned its clock on 2026-03-08 10:00 and
// 2026-11-01 09:00 UTC.
func TestZones(t *testing.T) {
	e, _ := newTestEngine(t)
	const col = "datecreated"
	tests := []struct{ zone, format, q, want string }{
		// the hour that is skipped, and the hour that comes twice
		{"America/Los_Angeles", "M/D/YYYY", "SELECT id, TO_CHAR(" + col + ",'HH24:MI:SS TZD') x FROM customer ORDER BY id",
			"id=10 x=01:59:59 PST | id=11 x=03:00:00 PDT | id=12 x=01:30:00 PDT | id=13 x=01:30:00 PST"},
		{"America/Los_Angeles", "M/D/YYYY", "SELECT id, TO_CHAR(SYS_EXTRACT_UTC(" + col + "),'HH24:MI') x FROM customer WHERE id > 11 ORDER BY id", "id=12 x=08:30 | id=13 x=09:30"},
		{"UTC", "YYYY-M-D", "SELECT " + col + " x FROM customer WHERE id = 10", "x=2026-3-8"},
		{"Asia/Kolkata", "DD.MM.YYYY", "SELECT TO_CHAR(" + col + ",'DD HH24:MI:SS TZH:TZM') x FROM customer WHERE id = 10", "x=08 15:29:59 +05:30"},

		// the date preference, with the time dropped
		{"Pacific/Auckland", "DD.MM.YYYY", "SELECT lastmodifieddate x, trandate y FROM transaction WHERE id = 102", "x=02.07.2026 y=28.02.2026"},
		{"America/Los_Angeles", "D-MON-YYYY", "SELECT lastmodifieddate x FROM transaction WHERE id = 100", "x=30-Jun-2026"},
		{"America/Los_Angeles", "d-MMM-YYYY", "SELECT lastmodifieddate x FROM transaction WHERE id = 101", "x=1-Jul-2026"},
		{"America/Los_Angeles", "DD MONTH, YYYY", "SELECT trandate x FROM transaction WHERE id = 101", "x=31 January, 2026"},
		{"America/Los_Angeles", "", "SELECT MAX(lastmodifieddate) x FROM transaction", "x=7/1/2026"},

		// comparing: local midnight, not UTC's
		{"America/Los_Angeles", "M/D/YYYY", "SELECT id FROM transaction WHERE lastmodifieddate >= TO_DATE('2026-07-01','YYYY-MM-DD') ORDER BY id", "id=101 | id=102"},
		{"UTC", "M/D/YYYY", "SELECT id FROM transaction WHERE lastmodifieddate >= TO_DATE('2026-07-01','YYYY-MM-DD') ORDER BY id", "id=100 | id=101 | id=102"},
		{"America/Los_Angeles", "M/D/YYYY", "SELECT id FROM transaction WHERE lastmodifieddate < '7/1/2026'", "id=100"},
		{"America/Los_Angeles", "M/D/YYYY", "SELECT id FROM transaction WHERE TO_DATE('2026-07-01','YYYY-MM-DD') > lastmodifieddate", "id=100"},
		{"America/Los_Angeles", "M/D/YYYY", "SELECT id FROM transaction WHERE SYS_EXTRACT_UTC(lastmodifieddate) >= TO_TIMESTAMP('2026-07-02 00:00:00','YYYY-MM-DD HH24:MI:SS')", "id=102"},
		{"America/Los_Angeles", "M/D/YYYY", "SELECT id FROM customer WHERE " + col + " = TO_DATE('2026-11-01 01:30','YYYY-MM-DD HH24:MI') ORDER BY id", "id=12 | id=13"},
		{"America/Los_Angeles", "M/D/YYYY", "SELECT id FROM customer WHERE " + col + " > TO_DATE('2026-11-01 01:29','YYYY-MM-DD HH24:MI') ORDER BY id", "id=12 | id=13"},
		{"America/Los_Angeles", "M/D/YYYY", "SELECT id FROM customer WHERE " + col + " > TO_DATE('2026-03-08 02:30','YYYY-MM-DD HH24:MI') AND " + col + " < TO_DATE('2026-10-01','YYYY-MM-DD')", "id=11"},
		{"America/Los_Angeles", "M/D/YYYY", "SELECT id FROM customer WHERE " + col + " <> TO_DATE('2026-11-01 01:30','YYYY-MM-DD HH24:MI') ORDER BY id", "id=10 | id=11"},
		{"America/Los_Angeles", "M/D/YYYY", "SELECT id FROM customer WHERE " + col + " IN (TO_DATE('2026-03-08 03:00','YYYY-MM-DD HH24:MI'), SYSDATE)", "id=11"},
		{"America/Los_Angeles", "M/D/YYYY", "SELECT id FROM customer WHERE TRUNC(" + col + ") = TO_DATE('3/8/2026') ORDER BY id", "id=10 | id=11"},
		{"America/Los_Angeles", "M/D/YYYY", "SELECT id FROM customer WHERE TO_CHAR(" + col + ",'YYYY-MM-DD HH24:MI:SS') > '2026-03-08 02' AND id < 12", "id=11"},

		// calculating: on the clock, so a day later is the same time of day
		{"America/Los_Angeles", "M/D/YYYY", "SELECT TO_CHAR(" + col + " + 1,'DD HH24:MI:SS') x FROM customer WHERE id = 10", "x=09 01:59:59"},
		{"America/Los_Angeles", "M/D/YYYY", "SELECT t.lastmodifieddate - t.trandate x FROM transaction t WHERE id = 101", "x=151.02083333333334"},
		{"America/Los_Angeles", "M/D/YYYY", "SELECT NVL(lastmodifieddate, SYSDATE) x FROM transaction WHERE id = 103", "x=5/20/2026"},
	}
	for _, tt := range tests {
		s := inZone(t, tt.zone)
		s.DateFormat = tt.format
		p, f := e.Query(t.Context(), s, tt.q, nil, MaxLimit, 0)
		if f != nil {
			t.Errorf("%s: %v", tt.q, f)
		} else if got := show(p); got != tt.want {
			t.Errorf("%s %s\n got %s\nwant %s", tt.zone, tt.q, got, tt.want)
		}
	}
}

func inZone(t *testing.T, name string) *session.Session {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	s := testSession(t)
	s.TimeZone = zone
	return s
}

// A comparison that an index bounds must agree with one of clocks alone, at
// every quarter of an hour around a change.
func TestIndexBoundsAgreeWithClocks(t *testing.T) {
	e, writer := newTestEngine(t)
	mustExec(t, writer, "DELETE FROM q_transaction")
	for _, change := range []time.Time{time.Date(2026, 3, 8, 10, 0, 0, 0, time.UTC), time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)} {
		for i := -16; i <= 16; i++ {
			at := change.Add(time.Duration(i) * 15 * time.Minute)
			mustExec(t, writer, "INSERT INTO q_transaction (id, lastmodifieddate) VALUES (?, ?)", at.Unix(), at.Format(time.DateTime))
		}
	}
	const local = "TO_DATE(TO_CHAR(lastmodifieddate,'YYYYMMDDHH24MI'),'YYYYMMDDHH24MI')" // no instant, so no bound
	for _, day := range []string{"20260308", "20261101"} {
		for quarter := range 16 {
			for _, op := range []string{"=", "<>", "<", "<=", ">", ">="} {
				at := fmt.Sprintf("TO_DATE('%s%02d%02d','YYYYMMDDHH24MI')", day, quarter/4, quarter%4*15)
				fast := ask(t, e, "SELECT id FROM transaction WHERE lastmodifieddate "+op+at+" ORDER BY id")
				slow := ask(t, e, "SELECT id FROM transaction WHERE "+local+op+at+" ORDER BY id")
				if fast != slow {
					t.Errorf("%s %s\nby bound %s\nby clock %s", op, at, fast, slow)
				}
			}
		}
	}
}
