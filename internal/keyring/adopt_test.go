package keyring_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/sluicehq/sluice/internal/keyring"
)

// Keys of elsewhere open what they sealed and seal nothing; those that were not asked for
// stay away, and a rotation goes on as before.
func TestAdoptedKeys(t *testing.T) {
	here, there := t.TempDir(), t.TempDir()
	k, other := open(t, here), open(t, there)
	foreign := seal(t, other, canary, "p")
	if err := other.Rotate(); err != nil {
		t.Fatal(err)
	}
	younger := seal(t, other, canary, "p")
	text, err := os.ReadFile(filepath.Join(there, keyring.FileName))
	if err != nil {
		t.Fatal(err)
	}
	id, _ := keyring.SealedBy(foreign)
	if err := k.Adopt(text, []uint32{id}); err != nil {
		t.Fatal(err)
	}
	own, _ := keyring.SealedBy(seal(t, k, canary, "p"))
	for _, ring := range []*keyring.Keyring{k, open(t, here)} {
		wantSecret(t, ring, foreign, "p", canary)
		_, err = ring.Unseal(younger, "p")
		wantCode(t, err, "keyring.wrong_key")
		if by, _ := keyring.SealedBy(seal(t, ring, canary, "p")); by != own || by == id {
			t.Errorf("sealed by %d", by)
		}
	}
	if err := k.Adopt(text, []uint32{id}); err != nil || len(k.Keys()) != 2 {
		t.Errorf("adopted twice: %v, %v", k.Keys(), err)
	}
	if next, err := k.Stage(); err != nil || next == id || next == own {
		t.Errorf("a rotation begins with %d, %v", next, err)
	}
	wantCode(t, k.Adopt([]byte("{}"), []uint32{id}), "keyring.key_file_invalid")
}
