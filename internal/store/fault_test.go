package store

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/postgrestest"
	"github.com/sluicehq/sluice/internal/store/fault"
	"github.com/sluicehq/sluice/internal/store/storetest"
)

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	e, ok := errors.AsType[*sluice.Error](err)
	if !ok || e.Code != code || e.Remedy == "" {
		t.Fatalf("error %v, want code %s and a remedy", err, code)
	}
}

func openTables(t *testing.T, database string) *DB {
	t.Helper()
	s := openEmpty(t, database)
	must(t, s.migrate(t.Context()))
	return s
}

func startRun(t *testing.T, s *DB) sluice.Fence {
	t.Helper()
	must(t, s.CreateRun(t.Context(), &sluice.Run{FlowID: "f", Kind: sluice.RunManual, CreatedAt: time.Unix(1, 0)}, nil))
	run, err := s.ClaimRun(t.Context(), "worker", time.Unix(1, 0), time.Unix(100, 0))
	must(t, err)
	return sluice.Fence{RunID: run.ID, Number: run.Fence}
}

// incompressible returns a page of about 64 KiB that no compression makes smaller.
func incompressible(number int64) sluice.Page {
	var items []sluice.Item
	for seq := range int64(64) {
		items = append(items, sluice.Item{Seq: seq, Record: sluice.Record{"text": strings.Repeat(rand.Text(), 60)}})
		for i := range 40 {
			items[seq].Record[rand.Text()] = i
		}
	}
	return sluice.Page{Number: number, Items: items}
}

// fill appends pages until the database refuses, which must be for want of room and
// leave what was there. It returns the number of pages that are there.
func fill(t *testing.T, s *DB, f sluice.Fence) int64 {
	t.Helper()
	for number := int64(1); number < 1000; number++ {
		err := s.AppendPages(t.Context(), f, []sluice.Page{incompressible(number)}, []byte{byte(number)}, false, storetest.To(sluice.RunProgress{}))
		if err == nil {
			continue
		}
		wantCode(t, err, "store.disk_full")
		pending, err := s.PendingPages(t.Context(), f.RunID)
		must(t, err)
		run, err := s.Run(t.Context(), f.RunID)
		must(t, err)
		if int64(len(pending)) != number-1 || len(run.Cursor) != min(1, len(pending)) || len(pending) > 0 && run.Cursor[0] != byte(number-1) {
			t.Fatalf("with no room for page %d there are %d pages and the cursor is %v", number, len(pending), run.Cursor)
		}
		return number - 1
	}
	t.Fatal("the database never filled up")
	return 0
}

func TestSQLiteWithoutRoom(t *testing.T) {
	s := openTables(t, "sqlite")
	f := startRun(t, s)
	_, err := s.writer.ExecContext(t.Context(), "PRAGMA max_page_count = 200")
	must(t, err)
	pages := fill(t, s, f)
	_, err = s.writer.ExecContext(t.Context(), "PRAGMA max_page_count = 100000")
	must(t, err)
	must(t, s.AppendPages(t.Context(), f, []sluice.Page{incompressible(pages + 1)}, nil, true, storetest.To(sluice.RunProgress{})))
}

func TestSQLiteThatMayNotWrite(t *testing.T) {
	s := openTables(t, "sqlite")
	_, err := s.writer.ExecContext(t.Context(), "PRAGMA query_only = 1")
	must(t, err)
	wantCode(t, s.CreateUser(t.Context(), &sluice.User{Email: "a@example.com"}), "store.read_only")
}

func TestSQLiteLockedByAnotherProgram(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sluice.db")
	one, err := open(t.Context(), path)
	must(t, err, one.migrate(t.Context()))
	defer one.Close()
	other, err := open(t.Context(), path)
	must(t, err)
	defer other.Close()
	_, err = other.writer.ExecContext(t.Context(), "PRAGMA busy_timeout = 1")
	must(t, err)
	must(t, one.write(t.Context(), func(querier) error {
		wantCode(t, other.CreateUser(t.Context(), &sluice.User{Email: "a@example.com"}), "store.busy")
		return nil
	}))
	must(t, other.CreateUser(t.Context(), &sluice.User{Email: "a@example.com"}))
}

func TestFilesThatAreNoDatabase(t *testing.T) {
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.db")
	must(t, os.WriteFile(garbage, []byte(strings.Repeat("not a database ", 1000)), 0o600))
	for address, code := range map[string]string{
		garbage:                                "store.corrupt",
		filepath.Join(dir, "absent", "x.db"):   "store.unavailable",
		dir:                                    "store.unavailable",
		"":                                     "store.url_invalid",
		"mysql://localhost/x":                  "store.url_invalid",
		"postgres://localhost:none/x":          "store.url_invalid",
		"postgres://u:made-up@127.0.0.1:1/x":   "store.unavailable",
		"postgresql://u:made-up@127.0.0.1:1/x": "store.unavailable",
	} {
		s, err := Open(t.Context(), address)
		if s != nil {
			t.Errorf("%q was opened", address)
		}
		wantCode(t, err, code)
		if strings.Contains(err.Error(), "made-up") {
			t.Errorf("%q: the password shows in %v", address, err)
		}
	}
}

// Names that mean something in a URL must not change the file or its settings.
func TestSQLiteFileNames(t *testing.T) {
	for i, name := range []string{"plain.db", "a b?mode=memory&x=%41#c.db", "ünï'\".db"} {
		dir := t.TempDir()
		address := filepath.Join(dir, name)
		if i == 0 {
			address = "sqlite:" + address
		}
		s, err := Open(t.Context(), address)
		must(t, err)
		must(t, s.CreateUser(t.Context(), &sluice.User{Email: "a@example.com"}))
		files, err := os.ReadDir(dir)
		must(t, err)
		for _, file := range files {
			info, err := file.Info()
			must(t, err)
			if !strings.HasPrefix(file.Name(), name) || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: file %s with mode %v, want mode 0600", name, file.Name(), info.Mode())
			}
		}
		if len(files) != 3 { // with its log and index
			t.Errorf("%s: files %v", name, files)
		}
		must(t, s.Close())
	}
}

// What SQLite promises rests on these settings; see the package's documentation.
func TestSQLiteSettings(t *testing.T) {
	s := openTables(t, "sqlite")
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000", "query_only": "0"} {
		var got string
		must(t, s.writer.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
		if got != want {
			t.Errorf("%s is %s, want %s", pragma, got, want)
		}
	}
	var got string
	must(t, s.reader.QueryRowContext(t.Context(), "PRAGMA query_only").Scan(&got))
	if got != "1" {
		t.Error("readers may write")
	}
}

func TestDamagedPage(t *testing.T) {
	for name, damage := range map[string]string{
		"flipped":   "UPDATE pages SET items = CAST(substr(items, 1, 12) || X'FFFF' || substr(items, 15) AS BLOB)",
		"cut":       "UPDATE pages SET items = substr(items, 1, 20)",
		"emptied":   "UPDATE pages SET items = X''",
		"form":      "UPDATE pages SET items = CAST(X'63' || substr(items, 2) AS BLOB)",
		"exchanged": "UPDATE pages SET digest = X'00'",
	} {
		s := openTables(t, "sqlite")
		f := startRun(t, s)
		must(t, s.AppendPages(t.Context(), f, []sluice.Page{{Number: 1, Items: []sluice.Item{{Seq: 1, Key: "a long enough key"}}}}, nil, true, storetest.To(sluice.RunProgress{})))
		_, err := s.writer.ExecContext(t.Context(), damage)
		must(t, err)
		_, err = s.Page(t.Context(), f.RunID, 1)
		if sluice.ErrorCode(err) != "store.page_damaged" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEndedContext(t *testing.T) {
	for _, database := range []string{"sqlite", postgresName} {
		t.Run(database, func(t *testing.T) {
			s := openTables(t, database)
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err := s.Users(ctx)
			if !errors.Is(err, context.Canceled) || !errors.Is(s.CreateUser(ctx, &sluice.User{}), context.Canceled) {
				t.Errorf("a cancelled call ended with %v", err)
			}
		})
	}
}

func TestNewerDatabaseIsLeftAlone(t *testing.T) {
	for _, database := range []string{"sqlite", postgresName} {
		t.Run(database, func(t *testing.T) {
			s := openTables(t, database)
			must(t, s.migrate(t.Context())) // a second time changes nothing
			_, err := s.writer.ExecContext(t.Context(), "INSERT INTO sluice_migrations (version_id, is_applied) VALUES (99, '1')")
			must(t, err)
			wantCode(t, s.migrate(t.Context()), "store.newer_version")
		})
	}
}

func TestPostgreSQLOpenedAtOnce(t *testing.T) {
	address := postgrestest.URL(t)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			s, err := Open(t.Context(), address)
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func TestPostgreSQLFaults(t *testing.T) {
	address := postgrestest.URL(t)
	for change, code := range map[*strings.Replacer]string{
		strings.NewReplacer("/sluice_test_", "/absent_"):                              "store.refused",
		strings.NewReplacer("sluice@", "nobody-of-this-name@"):                        "store.refused",
		strings.NewReplacer("?", "?options=-c%20default_transaction_read_only%3Don&"): "store.read_only",
	} {
		_, err := Open(t.Context(), change.Replace(address))
		wantCode(t, err, code)
	}
	s := openTables(t, postgresName)
	err := s.write(t.Context(), func(q querier) error {
		_, err := q.exec(t.Context(), "SELECT pg_terminate_backend(pg_backend_pid())")
		return err
	})
	wantCode(t, err, "store.unavailable")
	must(t, s.CreateUser(t.Context(), &sluice.User{Email: "a@example.com"})) // on a new connection
	for state, code := range map[string]fault.Kind{"53100": fault.DiskFull, "53300": fault.Unavailable, "40P01": fault.Deadlock, "XX001": fault.Corrupt, "42P01": fault.None, "": fault.None} {
		if got := fault.OfState(state); got != code {
			t.Errorf("SQLSTATE %q is fault %d, want %d", state, got, code)
		}
	}
}

// TestDeadlockIsTriedAgain lets two transactions lock two users in opposite orders.
// PostgreSQL gives one of them up, which then must succeed by itself. Switched off
// by maxAttempts = 1.
func TestDeadlockIsTriedAgain(t *testing.T) {
	s := openTables(t, postgresName)
	_, err := s.writer.ExecContext(t.Context(), "ALTER SYSTEM SET deadlock_timeout = '50ms'")
	if err == nil {
		_, err = s.writer.ExecContext(t.Context(), "SELECT pg_reload_conf()")
	}
	if err != nil {
		t.Log("deadlocks are found after a second only: ", err)
	}
	for _, id := range []string{"a", "b"} {
		must(t, s.CreateUser(t.Context(), &sluice.User{ID: id, Email: id + "@example.com"}))
	}
	var meet, group sync.WaitGroup
	meet.Add(2)
	both := func(first, second string) func() {
		var once sync.Once
		return func() {
			err := s.write(t.Context(), func(q querier) error {
				if _, err := q.exec(t.Context(), "UPDATE users SET name = name || ? WHERE id = ?", first, first); err != nil {
					return err
				}
				once.Do(func() { meet.Done(); meet.Wait() })
				_, err := q.exec(t.Context(), "UPDATE users SET name = name || ? WHERE id = ?", first, second)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
	}
	group.Go(both("a", "b"))
	group.Go(both("b", "a"))
	group.Wait()
	for _, id := range []string{"a", "b"} {
		u, err := s.User(t.Context(), id)
		must(t, err)
		if len(u.Name) != 2 {
			t.Errorf("user %s was changed %d times, want 2", id, len(u.Name))
		}
	}
}
