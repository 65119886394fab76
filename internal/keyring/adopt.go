package keyring

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"github.com/sluicehq/sluice"
)

// Adopt adds keys of another key file's text, by their IDs: they open what they sealed
// there, and seal nothing here. Errors: keyring.key_file_invalid, keyring.key_file_unwritable,
// keyring.not_a_file.
func (k *Keyring) Adopt(text []byte, ids []uint32) error {
	other, err := Parse(text)
	if err != nil {
		return err
	}
	if k.path == "" {
		return sluice.Errorf("keyring.not_a_file", "the keys did not come from a file that could be changed").Fix("Give the server a key file")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, err := k.refresh(); err != nil {
		return err
	}
	set := insecurecleartextkeyset.KeysetMaterial(k.handle)
	// They go first: what stands behind the primary key is one that waits to seal (Stage).
	for _, key := range insecurecleartextkeyset.KeysetMaterial(other.handle).GetKey() {
		if id := key.GetKeyId(); slices.Contains(ids, id) && !slices.Contains(k.keyIDs(), id) {
			set.Key = slices.Insert(set.Key, 0, key)
		}
	}
	var both bytes.Buffer
	if err := keyset.NewBinaryWriter(&both).Write(set); err != nil {
		return fmt.Errorf("keyring: encode keys: %w", err)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewBinaryReader(&both))
	if err != nil {
		return invalidKeys(err)
	}
	if err := writeKeys(k.path, handle); err != nil {
		return err
	}
	return k.use(handle)
}
