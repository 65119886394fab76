// Package keyring seals and opens secrets.
//
// A secret is sealed for one place, such as "connection/<id>/<field>" (see Place):
// its ciphertext opens nowhere else, so nobody who can write to the database can
// move the secret of one connection into another one, whose host they control.
//
// The keys are in one file, which is not in the database: a copy of the database
// alone gives away no secret, and is worth nothing without its key file.
package keyring

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/sluicehq/sluice"
)

// Keyring seals with its primary key and opens with any of its keys. It may be
// used by several goroutines.
type Keyring struct {
	path    string // "" when the keys came as bytes
	refused fs.FileMode

	mu     sync.RWMutex
	handle *keyset.Handle
	aead   tink.AEAD
}

// Place names where a connection's secret field is kept.
func Place(connectionID, field string) string { return "connection/" + connectionID + "/" + field }

// Parse reads keys from the text of a key file. Such a keyring cannot rotate.
// Errors: keyring.key_file_invalid.
func Parse(keys []byte) (*Keyring, error) {
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(keys)))
	if err != nil {
		return nil, invalidKeys(err)
	}
	k := &Keyring{}
	return k, k.use(handle)
}

// invalidKeys keeps the cause out of every text: it may quote the file.
func invalidKeys(err error) error {
	return &sluice.Error{Code: "keyring.key_file_invalid", Message: "the key file holds no keys of ours",
		Remedy: "Restore the key file from a backup. Without it the stored secrets must be entered again", Err: err}
}

func (k *Keyring) use(handle *keyset.Handle) error {
	primitive, err := aead.New(handle)
	if err != nil {
		return invalidKeys(err)
	}
	k.handle, k.aead = handle, primitive
	return nil
}

// String says how many keys there are. Like all other ways to print a keyring it shows none.
func (k *Keyring) String() string {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return fmt.Sprintf("keyring of %d keys", k.handle.Len())
}

// GoString is String.
func (k *Keyring) GoString() string { return k.String() }

// Seal encrypts a secret for its place.
func (k *Keyring) Seal(secret sluice.Secret, place string) ([]byte, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	sealed, err := k.aead.Encrypt([]byte(secret.Reveal()), []byte(place))
	if err != nil {
		return nil, fmt.Errorf("keyring: seal for %s: %w", place, err)
	}
	return sealed, nil
}

// Unseal opens what was sealed for this place. Errors: keyring.wrong_key when none
// of the keys sealed it, keyring.wrong_place when it was sealed for another place
// or has changed since.
func (k *Keyring) Unseal(sealed []byte, place string) (sluice.Secret, error) {
	secret, err := k.unseal(sealed, place)
	if sluice.ErrorCode(err) == "keyring.wrong_key" && k.path != "" {
		// Another server may have put a key into the file since it was read.
		if changed, _ := k.Refresh(); changed {
			return k.unseal(sealed, place)
		}
	}
	return secret, err
}

func (k *Keyring) unseal(sealed []byte, place string) (sluice.Secret, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	text, err := k.aead.Decrypt(sealed, []byte(place))
	if err == nil {
		return sluice.NewSecret(string(text)), nil
	}
	if id, ok := SealedBy(sealed); !ok || !slices.Contains(k.keyIDs(), id) {
		return sluice.Secret{}, &sluice.Error{Code: "keyring.wrong_key", Message: "the secret was sealed with a key that is not in the key file", Where: place,
			Remedy: "Put back the key file that belongs to this database, or enter the secret again", Err: err}
	}
	return sluice.Secret{}, &sluice.Error{Code: "keyring.wrong_place", Message: "the sealed secret was moved here from another place, or was changed", Where: place,
		Remedy: "Enter the secret again, and find out who changed the database", Err: err}
}

// SealedBy returns the ID of the key that sealed, which a ciphertext begins with:
// one byte of version, four of key ID (Tink's wire format).
func SealedBy(sealed []byte) (uint32, bool) {
	const version, prefix = 1, 5
	if len(sealed) < prefix || sealed[0] != version {
		return 0, false
	}
	return binary.BigEndian.Uint32(sealed[1:prefix]), true
}

func (k *Keyring) keyIDs() []uint32 {
	var ids []uint32
	for _, key := range k.handle.KeysetInfo().GetKeyInfo() {
		ids = append(ids, key.GetKeyId())
	}
	return ids
}

// Reseal seals anew, for the same place, what the primary key did not seal. It
// returns sealed itself and false when there is nothing to do.
func (k *Keyring) Reseal(sealed []byte, place string) (fresh []byte, changed bool, err error) {
	if id, ok := SealedBy(sealed); ok && id == k.primary() {
		return sealed, false, nil
	}
	secret, err := k.Unseal(sealed, place)
	if err != nil {
		return nil, false, err
	}
	fresh, err = k.Seal(secret, place)
	return fresh, err == nil, err
}

func (k *Keyring) primary() uint32 {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.handle.KeysetInfo().GetPrimaryKeyId()
}
