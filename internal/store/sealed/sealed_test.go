package sealed_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/keyring"
	"github.com/sluicehq/sluice/internal/store"
	"github.com/sluicehq/sluice/internal/store/query"
	"github.com/sluicehq/sluice/internal/store/sealed"
)

func open(t *testing.T) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db.(*store.DB)
}

// A table with a column for ciphertexts that this package does not know would keep what
// an old key has sealed.
func TestEverySealedColumnIsKnown(t *testing.T) {
	q := open(t).Read()
	scan := func(row query.Scanner) (name string, err error) { return name, row.Scan(&name) }
	list, err := query.All(t.Context(), q, scan, `SELECT DISTINCT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name LIKE '%sealed%'`)
	if err != nil || len(list) < 4 {
		t.Fatalf("%v, %v", list, err)
	}
	for _, table := range list {
		if !slices.Contains(sealed.Tables(), table) {
			t.Errorf("the table %s has ciphertexts and is not known", table)
		}
	}
}

// Each ciphertext is found with the place that it was sealed for, and is not overwritten
// where somebody has changed it meanwhile.
func TestRows(t *testing.T) {
	db := open(t)
	ring, err := keyring.Open(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	seal := func(place string) []byte {
		text, err := ring.Seal(sluice.NewSecret("made-up "+place), place)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	ctx := t.Context()
	for _, id := range []string{"c1", "c2"} {
		c := &sluice.SealedConnection{Connection: sluice.Connection{ID: id, Name: "name " + id, Kind: "http"}, Sealed: map[string][]byte{
			"password": seal("connection/" + id + "/password"), "previous/token": seal("connection/" + id + "/previous/token")}}
		if err := db.CreateConnection(ctx, c); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.TrashConnection(ctx, sluice.DeletedConnection{ID: "c2"}); err != nil {
		t.Fatal(err)
	}
	key := &sluice.SealedConsumerKey{Sealed: map[string][]byte{"key": seal("consumer-key/k1/key"), "secret": seal("consumer-key/k1/secret")}}
	key.ID, key.Name = "k1", "k1"
	channel := &sluice.SealedChannel{Sealed: seal("channel/h1/secret")}
	channel.ID, channel.Name = "h1", "h1"
	a := &sluice.SealedAuthorization{Authorization: sluice.Authorization{ID: "A1", ConnectionID: "c1"}, StateHash: "x", Sealed: map[string][]byte{"request": seal("connection/c1/authorization/A1")}}
	for _, err := range []error{db.CreateConsumerKey(ctx, key), db.CreateChannel(ctx, channel), db.CreateAuthorization(ctx, a)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	counts, err := sealed.Keys(ctx, db.Read())
	if err != nil || len(counts) != 1 || counts[ring.Keys()[0].ID] != 8 {
		t.Errorf("sealed under %v, %v", counts, err)
	}
	if err := ring.Rotate(); err != nil {
		t.Fatal(err)
	}
	err = sealed.Each(ctx, db.Read(), func(r *sealed.Row) error {
		fresh := map[string][]byte{}
		for field, v := range r.Values {
			text, changed, err := ring.Reseal(v.Sealed, v.Place)
			if err != nil || !changed {
				t.Errorf("%s: %v, %v", v.Place, changed, err)
			}
			fresh[field] = text
		}
		return db.Write(ctx, func(q query.Querier) error {
			if put, err := r.Put(ctx, q, fresh); err != nil || !put {
				t.Errorf("not stored: %v, %v", put, err)
			}
			if put, err := r.Put(ctx, q, fresh); err != nil || put {
				t.Errorf("what was changed meanwhile was overwritten: %v, %v", put, err)
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := ring.DropOldKeys(); err != nil {
		t.Fatal(err)
	}
	if err := db.RestoreConnection(ctx, "c2", "back"); err != nil {
		t.Fatal(err)
	}
	c, err := db.Connection(ctx, "c2")
	if err != nil {
		t.Fatal(err)
	}
	if secret, err := ring.Unseal(c.Sealed["previous/token"], "connection/c2/previous/token"); err != nil || secret.Reveal() != "made-up connection/c2/previous/token" {
		t.Errorf("the restored connection's secret: %v", err)
	}
}
