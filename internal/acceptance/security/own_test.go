package security

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/client"
)

// Who may write connections may not read the server's key with one, nor make themselves an
// owner in its database. To see it fail, let own.Files's Check return nil.
func TestConnectionsDoNotReachTheServersOwnFiles(t *testing.T) {
	s := start(t)
	link, above := filepath.Join(t.TempDir(), "link"), filepath.Join(s.dir, "below", "..")
	must(t, os.Symlink(s.dir, link))
	must(t, os.Mkdir(filepath.Join(s.dir, "below"), 0o700))
	must(t, os.Symlink(filepath.Join(s.dir, "sluice.db"), filepath.Join(filepath.Dir(link), "innocent.db")))
	refused := func(name, kind, field, to string) {
		t.Helper()
		_, err := s.local.CreateConnection(t.Context(), client.ConnectionInput{Name: name, Kind: kind, Settings: map[string]string{field: to}})
		must(t, err)
		e, err := s.local.TestConnection(t.Context(), name, client.TestConnectionQuery{})
		if err == nil && (e.OK || e.Error == nil || e.Error.Code != "connection.own_files") || err != nil && !strings.Contains(err.Error(), "connection.own_files") {
			t.Errorf("%s at %s: %+v, %v", kind, to, e, err)
		}
		export, path := "csv:\n    path: key.json", to
		if kind == sluice.KindSQLite {
			export = "sql:\n    query: SELECT email, password FROM users"
		}
		got, err := s.local.PreviewText(t.Context(), client.PreviewText{Text: fmt.Sprintf("name: f\nexport:\n  connection: %s\n  %s\nsteps: []\n", name, export)})
		if text := fmt.Sprintf("%+v %v", got, err); !strings.Contains(text, "own files") {
			t.Errorf("a preview reads %s: %s", path, text)
		}
	}
	for i, dir := range []string{s.dir, s.dir + "/", link, above} {
		refused(fmt.Sprintf("files-%d", i), sluice.KindFiles, "dir", dir)
	}
	for i, path := range []string{filepath.Join(s.dir, "sluice.db"), filepath.Join(link, "sluice.db"), filepath.Join(filepath.Dir(link), "innocent.db"), filepath.Join(s.dir, "sluice.db-wal")} {
		refused(fmt.Sprintf("sqlite-%d", i), sluice.KindSQLite, "path", path)
	}
	// A folder of its own within the data folder is nobody's secret: the demo has one.
	_, err := s.local.CreateConnection(t.Context(), client.ConnectionInput{Name: "below", Kind: sluice.KindFiles, Settings: map[string]string{"dir": filepath.Join(s.dir, "below")}})
	must(t, err)
	if e, err := s.local.TestConnection(t.Context(), "below", client.TestConnectionQuery{}); err != nil || !e.OK {
		t.Errorf("a folder of its own: %+v, %v", e, err)
	}
	// A folder that holds the data folder lends all but the server's own files.
	_, err = s.local.CreateConnection(t.Context(), client.ConnectionInput{Name: "above", Kind: sluice.KindFiles, Settings: map[string]string{"dir": filepath.Dir(s.dir)}})
	must(t, err)
	key, err := os.ReadFile(filepath.Join(s.dir, "key.json"))
	must(t, err)
	for _, name := range []string{"key.json", "sluice.db", "sluice.db-wal"} {
		path := filepath.Base(s.dir) + "/" + name
		got, err := s.local.PreviewText(t.Context(), client.PreviewText{Text: fmt.Sprintf("name: f\nexport:\n  connection: above\n  jsonl:\n    path: %s\nsteps: []\n", path)})
		if text := fmt.Sprintf("%+v %v", got, err); !strings.Contains(text, "one of the server's own") {
			t.Errorf("a preview reads %s: %s", path, text)
		}
		over := fmt.Sprintf("name: over\nexport:\n  connection: below\n  csv:\n    path: a.csv\nsteps:\n  - import:\n      connection: above\n      operation: append\n      jsonl:\n        path: %s\n", path)
		must(t, os.WriteFile(filepath.Join(s.dir, "below", "a.csv"), []byte("id\n1\n"), 0o600))
		if _, err := s.local.PutFlow(t.Context(), "over", client.FlowText{Text: over}); err != nil {
			t.Logf("not stored: %v", err)
			continue
		}
		run, err := s.local.StartRun(t.Context(), "over")
		must(t, err)
		s.ended(run.ID)
	}
	if now, err := os.ReadFile(filepath.Join(s.dir, "key.json")); err != nil || string(now) != string(key) {
		t.Errorf("the key file was written: %v", err)
	}
}

// A query for SQLite is one statement: a second one could open another file. To see it
// fail, let single return nil.
func TestQueriesAreOneStatement(t *testing.T) {
	s := start(t)
	path := filepath.Join(t.TempDir(), "shop.db")
	db := openFile(t, s.dir) // a driver
	_, err := db.Exec("ATTACH ? AS shop; CREATE TABLE shop.orders (id INTEGER PRIMARY KEY, note TEXT); INSERT INTO shop.orders VALUES (1, 'a;b')", path)
	must(t, err)
	must(t, db.Close())
	_, err = s.local.CreateConnection(t.Context(), client.ConnectionInput{Name: "shop", Kind: sluice.KindSQLite, Settings: map[string]string{"path": path}})
	must(t, err)
	preview := func(query string) string {
		got, err := s.local.PreviewText(t.Context(), client.PreviewText{Text: fmt.Sprintf("name: f\nexport:\n  connection: shop\n  sql:\n    query: %q\n    key: [id]\nsteps: []\n", query)})
		return fmt.Sprintf("%+v %v", got, err)
	}
	for _, good := range []string{"SELECT id, note FROM orders", "SELECT id, note FROM orders WHERE note = 'a;b' -- one; two", "SELECT id, note AS \"x;y\", note FROM orders /* ; */"} {
		if text := preview(good); !strings.Contains(text, "a;b") {
			t.Errorf("%s: %s", good, text)
		}
	}
	stolen := filepath.Join(s.dir, "sluice.db")
	for _, bad := range []string{
		"SELECT 1 AS id) AS q; ATTACH '" + stolen + "' AS own; SELECT * FROM (SELECT email AS id FROM own.users",
		"SELECT 1 AS id) AS q; PRAGMA query_only = 0; DELETE FROM orders; SELECT * FROM (SELECT 1 AS id",
		"SELECT 1 AS id; DROP TABLE orders", "SELECT ''';''' AS id; SELECT 1", "SELECT 1 AS id /* */; SELECT 2", "SELECT 1 AS id -- '\n; SELECT 2",
		"SELECT 1 AS id, '; SELECT 2", "SELECT 1 AS [id]; SELECT 2",
		// The flow's check takes this for two texts, SQLite for two statements and more.
		"SELECT 1 AS id, 2 AS [']) AS q; ATTACH '" + stolen + "' AS own; SELECT * FROM (SELECT email AS id, 2 AS ['] FROM own.users",
		"SELECT 1 AS id, 2 AS `'`) AS q; PRAGMA query_only = 0; DELETE FROM orders; SELECT * FROM (SELECT 1 AS id, 2 AS `'`",
	} {
		if text := preview(bad); !strings.Contains(text, "more than one statement") && !strings.Contains(text, "semicolon") {
			t.Errorf("%s: %s", bad, text)
		}
	}
	if text := preview("SELECT id, note FROM orders"); !strings.Contains(text, "a;b") {
		t.Errorf("afterwards: %s", text)
	}
}
