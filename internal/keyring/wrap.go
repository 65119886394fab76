package keyring

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"golang.org/x/crypto/argon2"

	"github.com/sluicehq/sluice"
)

// Key is one of a keyring's keys. It shows nothing of the key itself.
type Key struct {
	ID          uint32 `json:"id"`
	Primary     bool   `json:"primary"`     // seals; the others only open
	Fingerprint string `json:"fingerprint"` // of the key: equal for the same key alone
}

// Keys returns the keys, in the order in which they were made.
func (k *Keyring) Keys() []Key {
	k.mu.RLock()
	defer k.mu.RUnlock()
	set := insecurecleartextkeyset.KeysetMaterial(k.handle)
	var list []Key
	for _, key := range set.GetKey() {
		sum := sha256.Sum256(append([]byte("sluice key fingerprint\x00"), key.GetKeyData().GetValue()...))
		list = append(list, Key{ID: key.GetKeyId(), Primary: key.GetKeyId() == set.GetPrimaryKeyId(), Fingerprint: hex.EncodeToString(sum[:8])})
	}
	return list
}

// MinPassphrase is how many characters a passphrase has at least that keys are wrapped under.
const MinPassphrase = 12

// How a passphrase becomes a key: argon2id with what RFC 9106 section 4 recommends where
// memory is limited. What was used stands beside the keys.
const (
	wrapPasses, wrapMemory, wrapLanes = 3, 64 << 10, 4
	wrapMaxPasses, wrapMaxMemory      = 64, 1 << 20
	wrapContext                       = "sluice wrapped keys 1"
)

// wrapped is a key file under a passphrase.
type wrapped struct {
	Derivation string `json:"derivation"` // argon2id
	Passes     uint32 `json:"passes"`
	Memory     uint32 `json:"memory"` // KiB
	Lanes      uint8  `json:"lanes"`
	Salt       []byte `json:"salt"`
	Nonce      []byte `json:"nonce"`
	Keys       []byte `json:"keys"` // AES-256-GCM
}

func (w *wrapped) cipher(passphrase sluice.Secret) (cipher.AEAD, error) {
	block, err := aes.NewCipher(argon2.IDKey([]byte(passphrase.Reveal()), w.Salt, w.Passes, w.Memory, w.Lanes, 32))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// Wrap returns all keys, sealed under a passphrase. Errors: keyring.passphrase_short.
func (k *Keyring) Wrap(passphrase sluice.Secret) ([]byte, error) {
	if len(passphrase.Reveal()) < MinPassphrase {
		return nil, sluice.Errorf("keyring.passphrase_short", "the passphrase has fewer than %d characters", MinPassphrase).
			Fix("Choose a longer one: whoever has the file can try as many as they like")
	}
	var text bytes.Buffer
	k.mu.RLock()
	err := insecurecleartextkeyset.Write(k.handle, keyset.NewJSONWriter(&text))
	k.mu.RUnlock()
	if err != nil {
		return nil, fmt.Errorf("keyring: encode keys: %w", err)
	}
	w := &wrapped{Derivation: "argon2id", Passes: wrapPasses, Memory: wrapMemory, Lanes: wrapLanes, Salt: make([]byte, 16), Nonce: make([]byte, 12)}
	for _, random := range [][]byte{w.Salt, w.Nonce} {
		if _, err := rand.Read(random); err != nil {
			return nil, err
		}
	}
	sealer, err := w.cipher(passphrase)
	if err != nil {
		return nil, err
	}
	w.Keys = sealer.Seal(nil, w.Nonce, text.Bytes(), []byte(wrapContext))
	return json.Marshal(w)
}

// Unwrap returns the text of a key file that Wrap has sealed. Errors: keyring.passphrase_wrong,
// keyring.key_file_invalid.
func Unwrap(text []byte, passphrase sluice.Secret) ([]byte, error) {
	var w wrapped
	err := json.Unmarshal(text, &w)
	if err != nil || w.Derivation != "argon2id" || w.Passes < 1 || w.Passes > wrapMaxPasses || w.Memory > wrapMaxMemory || w.Lanes < 1 || len(w.Nonce) != 12 {
		return nil, invalidKeys(err)
	}
	opener, err := w.cipher(passphrase)
	if err != nil {
		return nil, err
	}
	keys, err := opener.Open(nil, w.Nonce, w.Keys, []byte(wrapContext))
	if err != nil {
		return nil, &sluice.Error{Code: "keyring.passphrase_wrong", Message: "the passphrase does not open the keys",
			Remedy: "Give the passphrase that was chosen when the backup was made", Err: err}
	}
	return keys, nil
}

// Install makes a key file of a text in a data folder that has none.
func Install(dir string, text []byte) error {
	path := filepath.Join(dir, FileName)
	if _, err := os.Lstat(path); err == nil {
		return sluice.Errorf("keyring.key_file_exists", "there is a key file already").At(path).Fix("Move it away, or leave it and give no passphrase")
	}
	if _, err := Parse(text); err != nil {
		return err
	}
	if err := replaceFile(path, text); err != nil {
		return unwritable(path, err)
	}
	return nil
}
