package keyring_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/keyring"
)

const canary = "made-up-canary-7f3a"

func open(t *testing.T, dir string) *keyring.Keyring {
	t.Helper()
	k, err := keyring.Open(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func seal(t *testing.T, k *keyring.Keyring, text, place string) []byte {
	t.Helper()
	sealed, err := k.Seal(sluice.NewSecret(text), place)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func wantSecret(t *testing.T, k *keyring.Keyring, sealed []byte, place, want string) {
	t.Helper()
	secret, err := k.Unseal(sealed, place)
	if err != nil || secret.Reveal() != want {
		t.Fatalf("unsealed %v, %v; want the secret with fingerprint %s", secret, err, sluice.NewSecret(want).Fingerprint())
	}
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if got := sluice.ErrorCode(err); got != code || err.(*sluice.Error).Remedy == "" {
		t.Fatalf("error %v has code %s, want %s and a remedy", err, got, code)
	}
}

func TestSealedSecretsOpenAfterARestart(t *testing.T) {
	dir, place := t.TempDir(), keyring.Place("c1", "token_secret")
	if place != "connection/c1/token_secret" {
		t.Errorf("place %q: secrets that are stored would not open", place)
	}
	sealed := seal(t, open(t, dir), canary, place)
	wantSecret(t, open(t, dir), sealed, place, canary)
	wantSecret(t, open(t, dir), seal(t, open(t, dir), "", place), place, "")
	info, err := os.Stat(filepath.Join(dir, keyring.FileName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v; want mode 0600", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".key-*")); left != nil {
		t.Errorf("temporary files stayed: %v", left)
	}
}

// Switched off by sealing without the place as associated data.
func TestMovedSecretDoesNotOpen(t *testing.T) {
	k := open(t, t.TempDir())
	sealed := seal(t, k, canary, keyring.Place("c1", "token_secret"))
	for _, place := range []string{keyring.Place("c2", "token_secret"), keyring.Place("c1", "consumer_secret"), ""} {
		_, err := k.Unseal(sealed, place)
		wantCode(t, err, "keyring.wrong_place")
	}
	changed := bytes.Clone(sealed)
	changed[len(changed)-1] ^= 1
	_, err := k.Unseal(changed, keyring.Place("c1", "token_secret"))
	wantCode(t, err, "keyring.wrong_place")
}

func TestSecretOfAnotherKeyDoesNotOpen(t *testing.T) {
	sealed := seal(t, open(t, t.TempDir()), canary, "p")
	k := open(t, t.TempDir())
	for _, foreign := range [][]byte{sealed, nil, {1}, []byte("not sealed at all")} {
		_, err := k.Unseal(foreign, "p")
		wantCode(t, err, "keyring.wrong_key")
	}
}

func TestRotation(t *testing.T) {
	dir := t.TempDir()
	k := open(t, dir)
	old := seal(t, k, canary, "p")
	if same, changed, err := k.Reseal(old, "p"); changed || err != nil || !bytes.Equal(same, old) {
		t.Fatalf("resealed under the same key: %v, %v", changed, err)
	}
	if err := k.Rotate(); err != nil {
		t.Fatal(err)
	}
	wantSecret(t, k, old, "p", canary)
	wantSecret(t, open(t, dir), old, "p", canary)
	fresh, changed, err := k.Reseal(old, "p")
	if !changed || err != nil {
		t.Fatalf("not resealed after a rotation: %v", err)
	}
	_, _, err = k.Reseal(old, "elsewhere")
	wantCode(t, err, "keyring.wrong_place")
	if err := k.DropOldKeys(); err != nil {
		t.Fatal(err)
	}
	reopened := open(t, dir)
	wantSecret(t, reopened, fresh, "p", canary)
	_, err = reopened.Unseal(old, "p")
	wantCode(t, err, "keyring.wrong_key")
}

// A rotation that cannot be kept must not be used: what it sealed would be lost.
func TestRotationThatCannotBeKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	k := open(t, dir)
	keys, err := os.ReadFile(filepath.Join(dir, keyring.FileName))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	wantCode(t, k.Rotate(), "keyring.key_file_unwritable")
	kept, err := keyring.Parse(keys)
	if err != nil {
		t.Fatal(err)
	}
	wantSecret(t, kept, seal(t, k, canary, "p"), "p", canary)
	wantCode(t, kept.Rotate(), "keyring.not_a_file")
}

func TestKeyFileRights(t *testing.T) {
	dir := t.TempDir()
	k := open(t, dir)
	path := filepath.Join(dir, keyring.FileName)
	for _, c := range []struct {
		mode      os.FileMode
		elsewhere bool
		refused   bool
	}{
		{0o600, false, false}, {0o400, false, false}, {0o640, false, true}, {0o604, false, true}, {0o660, false, true},
		{0o440, true, false}, {0o400, true, false}, {0o460, true, true}, {0o444, true, true},
	} {
		if err := os.Chmod(path, c.mode); err != nil {
			t.Fatal(err)
		}
		keyFile := ""
		if c.elsewhere {
			keyFile = path
		}
		_, err := keyring.Open(dir, keyFile)
		if c.refused {
			wantCode(t, err, "keyring.key_file_open_to_others")
		} else if err != nil {
			t.Errorf("mode %04o, elsewhere %v: %v", c.mode, c.elsewhere, err)
		}
	}
	wantSecret(t, k, seal(t, k, canary, "p"), "p", canary)
}

func TestKeyFileElsewhere(t *testing.T) {
	keys, data := t.TempDir(), t.TempDir()
	sealed := seal(t, open(t, keys), canary, "p")
	k, err := keyring.Open(data, filepath.Join(keys, keyring.FileName))
	if err != nil {
		t.Fatal(err)
	}
	wantSecret(t, k, sealed, "p", canary)
	if made, _ := os.ReadDir(data); len(made) != 0 {
		t.Errorf("the data folder got %v", made)
	}
	// A path that is wrong must never lead to a new key.
	_, err = keyring.Open(data, filepath.Join(data, "absent.json"))
	wantCode(t, err, "keyring.key_file_missing")
}

func TestBrokenKeyFileIsNeverReplaced(t *testing.T) {
	for _, text := range []string{"", "{", "{}", `{"primaryKeyId":1,"key":[]}`, canary} {
		dir := t.TempDir()
		path := filepath.Join(dir, keyring.FileName)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := keyring.Open(dir, "")
		wantCode(t, err, "keyring.key_file_invalid")
		if kept, err := os.ReadFile(path); err != nil || string(kept) != text {
			t.Errorf("the key file became %q, %v", kept, err)
		}
	}
}

// Neither the secret nor the keys may show, whatever is printed.
func TestNothingPrintsSecrets(t *testing.T) {
	dir := t.TempDir()
	k := open(t, dir)
	var keys struct {
		Key []struct{ KeyData struct{ Value string } }
	}
	text, err := os.ReadFile(filepath.Join(dir, keyring.FileName))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &keys); err != nil || len(keys.Key) != 1 || len(keys.Key[0].KeyData.Value) < 20 {
		t.Fatalf("the key file is not as this test takes it to be: %v", err)
	}
	sealed := seal(t, k, canary, "p")
	_, failure := k.Unseal(sealed, "q")
	secret, err := k.Unseal(sealed, "p")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	log.Info("all", "keyring", k, "secret", secret, "error", failure, "sealed", sealed)
	fmt.Fprintf(&out, "%v %+v %#v %s|%v %+v %#v|%v %+v %#v|%x", k, k, k, k, secret, secret, secret, failure, failure, failure, sealed)
	for _, hidden := range []string{canary, keys.Key[0].KeyData.Value, fmt.Sprintf("%x", canary)} {
		if strings.Contains(out.String(), hidden) {
			t.Errorf("%q shows in %s", hidden, out.String())
		}
	}
}

func TestRotationWhileInUse(t *testing.T) {
	k := open(t, t.TempDir())
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 20 {
				sealed, err := k.Seal(sluice.NewSecret(canary), "p")
				if err != nil {
					t.Error(err)
				}
				if secret, err := k.Unseal(sealed, "p"); err != nil || secret.Reveal() != canary {
					t.Error("a secret did not open while keys rotated: ", err)
				}
			}
		})
	}
	for range 3 {
		if err := k.Rotate(); err != nil {
			t.Error(err)
		}
	}
	group.Wait()
}
