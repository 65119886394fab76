package security

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	_ "modernc.org/sqlite" // the thief's

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/client"
	"github.com/sluicehq/sluice/internal/keyring"
)

const jewel = "made-up-jewel-4b1d"

// filled makes a server that has a secret in everything that keeps some, and stops it.
func filled(t *testing.T) (dir string) {
	t.Helper()
	s := start(t)
	ctx := t.Context()
	http := connection("http", sluice.KindHTTP, "https://api.example.com")
	http.Settings["type"], http.Secrets = "bearer", map[string]string{"token": jewel + "-http"}
	other := connection("other", sluice.KindHTTP, "https://other.example.com")
	other.Settings["type"], other.Secrets = "bearer", map[string]string{"token": jewel + "-other"}
	netsuite := connection("netsuite", sluice.KindNetSuite, "")
	delete(netsuite.Settings, "base_url")
	for field := range netsuite.Secrets {
		netsuite.Secrets[field] = jewel + "-" + field
	}
	for _, c := range []client.ConnectionInput{http, other, netsuite} {
		_, err := s.local.CreateConnection(ctx, c)
		must(t, err)
	}
	_, err := s.local.CreateConsumerKey(ctx, client.ConsumerKeyInput{Name: "key", ConsumerKey: jewel + "-key", ConsumerSecret: jewel + "-secret"})
	must(t, err)
	_, err = s.local.CreateChannel(ctx, client.Channel{Name: "ops", Kind: sluice.ChannelWebhook, URL: "https://chat.example.com", Secret: jewel + "-of-a-channel"})
	must(t, err)
	deleted := connection("deleted", sluice.KindHTTP, "https://gone.example.com")
	deleted.Settings["type"], deleted.Secrets = "bearer", map[string]string{"token": jewel + "-deleted"}
	_, err = s.local.CreateConnection(ctx, deleted)
	must(t, err)
	must(t, s.local.DeleteConnection(ctx, "deleted"))
	s.user("ann@example.com", sluice.RoleOwner)
	s.stop()
	return s.dir
}

func openFile(t *testing.T, dir string) *sql.DB {
	t.Helper()
	// A transaction that the end of a server cut off is rolled back a moment after it.
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "sluice.db")+"?_pragma=busy_timeout(5000)")
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// ciphertexts returns what every column by the name of sealed holds, and what the trash
// does, by table, ID and field.
func ciphertexts(t *testing.T, db *sql.DB) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	rows, err := db.Query(`SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'sealed' ORDER BY 1`)
	must(t, err)
	var tables []string
	for rows.Next() {
		var name string
		must(t, rows.Scan(&name))
		tables = append(tables, name)
	}
	must(t, rows.Err())
	for _, table := range tables {
		rows, err := db.Query("SELECT id, sealed FROM " + table)
		must(t, err)
		for rows.Next() {
			var id, text string
			must(t, rows.Scan(&id, &text))
			fields := map[string][]byte{}
			must(t, json.Unmarshal([]byte(text), &fields))
			for field, sealed := range fields {
				found[table+" "+id+" "+field] = sealed
			}
		}
		must(t, rows.Err())
	}
	var id, body string
	must(t, db.QueryRow("SELECT id, body FROM deleted_connections").Scan(&id, &body))
	var trash struct{ Sealed map[string][]byte }
	must(t, json.Unmarshal([]byte(body), &trash))
	for field, sealed := range trash.Sealed {
		found["deleted_connections "+id+" "+field] = sealed
	}
	return found
}

// A thief has the database and not the key. To see it fail, store Reveal() instead of
// what Seal returns.
func TestAStolenDatabaseIsUselessWithoutItsKey(t *testing.T) {
	dir := filled(t)
	files, err := filepath.Glob(filepath.Join(dir, "sluice.db*"))
	must(t, err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		must(t, err)
		if bytes.Contains(content, []byte(jewel)) || bytes.Contains(content, []byte(password)) {
			t.Errorf("%s holds a secret as it is", filepath.Base(file))
		}
	}
	sealed := ciphertexts(t, openFile(t, dir))
	tables := map[string]int{}
	for at := range sealed {
		tables[strings.Fields(at)[0]]++
	}
	for table, least := range map[string]int{"connections": 6, "consumer_keys": 2, "channels": 1, "deleted_connections": 1} {
		if tables[table] < least {
			t.Errorf("%s holds %d ciphertexts, which is not what this test is about: %v", table, tables[table], tables)
		}
	}
	own, err := keyring.Open(dir, "")
	must(t, err)
	thief, err := keyring.Open(t.TempDir(), "")
	must(t, err)
	opened := 0
	for at, ciphertext := range sealed {
		_, id, field := split(at)
		place := keyring.Place(id, field)
		if _, err := own.Unseal(ciphertext, place); err == nil {
			opened++
		}
		for _, try := range []string{place, "", id, field} {
			if secret, err := thief.Unseal(ciphertext, try); err == nil {
				t.Errorf("%s opens without the key: %s", at, secret.Reveal())
			}
		}
		if len(ciphertext) < 16+len(jewel) {
			t.Errorf("%s is too short to be sealed", at)
		}
	}
	if opened < 6 {
		t.Errorf("with the key %d of %d open", opened, len(sealed))
	}
	// A server of the thief's starts on it, and none of its connections works.
	stolen := t.TempDir()
	for _, file := range files {
		content, err := os.ReadFile(file)
		must(t, err)
		must(t, os.WriteFile(filepath.Join(stolen, filepath.Base(file)), content, 0o600))
	}
	s := startIn(t, stolen)
	for _, name := range []string{"http", "netsuite"} {
		if e, err := s.local.TestConnection(t.Context(), name, client.TestConnectionQuery{}); err == nil && (e.OK || e.Error == nil || !strings.HasPrefix(e.Error.Code, "keyring.")) {
			t.Errorf("%s works at the thief's: %+v", name, e)
		} else if err != nil && !strings.Contains(err.Error(), "keyring.") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func split(at string) (table, id, field string) {
	parts := strings.Fields(at)
	return parts[0], parts[1], parts[2]
}

// Who may write the database moves a ciphertext to a connection, field or noun of their
// own, to have the server open it for them. To see it fail, let Seal and Unseal take "" for the place.
func TestCiphertextsDoNotMove(t *testing.T) {
	dir := filled(t)
	db := openFile(t, dir)
	sealed := ciphertexts(t, db)
	var mu sync.Mutex
	var heard []string
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		heard = append(heard, fmt.Sprint(r.Header))
		w.WriteHeader(http.StatusOK)
	}))
	defer listener.Close()
	var at []string
	for key := range sealed {
		at = append(at, key)
	}
	slices.Sort(at)
	var target, control string
	for _, key := range at {
		if table, id, _ := split(key); table == "connections" {
			var name string
			must(t, db.QueryRow("SELECT name FROM connections WHERE id = ?", id).Scan(&name))
			if name == "other" {
				target = id
			}
			if name == "http" {
				control = id
			}
		}
	}
	settings, err := json.Marshal(map[string]string{"base_url": listener.URL, "type": "bearer"})
	must(t, err)
	moved := 0
	for _, key := range at {
		table, id, field := split(key)
		if table == "connections" && id == target {
			continue
		}
		text, err := json.Marshal(map[string][]byte{"token": sealed[key]})
		must(t, err)
		_, err = db.Exec("UPDATE connections SET sealed = ?, settings = ? WHERE id = ?", string(text), string(settings), target)
		must(t, err)
		s := startIn(t, dir)
		e, err := s.local.TestConnection(t.Context(), "other", client.TestConnectionQuery{})
		if err == nil && (e.OK || e.Error == nil || !strings.HasPrefix(e.Error.Code, "keyring.")) || err != nil && !strings.Contains(err.Error(), "keyring.") {
			t.Errorf("%s %s moved: %+v, %v", table, field, e, err)
		}
		s.stop()
		moved++
	}
	if moved < 8 {
		t.Errorf("%d ciphertexts were moved only", moved)
	}
	// Left where it is, one opens, and would have been heard.
	_, err = db.Exec("UPDATE connections SET settings = ? WHERE id = ?", string(settings), control)
	must(t, err)
	s := startIn(t, dir)
	_, err = s.local.TestConnection(t.Context(), "http", client.TestConnectionQuery{})
	must(t, err)
	mu.Lock()
	defer mu.Unlock()
	if len(heard) == 0 || !strings.Contains(heard[len(heard)-1], jewel+"-http") {
		t.Errorf("the control was not heard: %v", heard)
	}
	for _, one := range heard[:max(len(heard)-1, 0)] {
		if strings.Contains(one, jewel) {
			t.Errorf("a moved ciphertext was opened: %s", one)
		}
	}
}
