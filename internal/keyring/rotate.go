package keyring

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"github.com/sluicehq/sluice"
)

// Rotate adds a key and makes it the primary one. The older keys go on opening what
// they sealed, until everything was sealed anew (Reseal) and they are dropped.
func (k *Keyring) Rotate() error {
	id, err := k.Stage()
	if err == nil {
		err = k.Promote(id)
	}
	return err
}

// Stage adds a key that opens and does not seal yet, so that others who share the keys
// can get it first. Where one waits already, it returns that.
func (k *Keyring) Stage() (id uint32, err error) {
	err = k.change(func(m *keyset.Manager, ids []uint32, primary uint32) error {
		if last := ids[len(ids)-1]; last != primary {
			id = last
			return nil
		}
		id, err = m.Add(aead.AES256GCMKeyTemplate())
		return err
	})
	return id, err
}

// Promote makes a key the primary one, which seals.
func (k *Keyring) Promote(id uint32) error {
	return k.change(func(m *keyset.Manager, _ []uint32, _ uint32) error { return m.SetPrimary(id) })
}

// DropOldKeys removes all keys but the primary one. What the others sealed, in
// backups too, opens no more.
func (k *Keyring) DropOldKeys() error {
	var old []uint32
	for _, key := range k.Keys() {
		if !key.Primary {
			old = append(old, key.ID)
		}
	}
	return k.Drop(old...)
}

// Drop removes keys, never the primary one. What they sealed opens no more.
func (k *Keyring) Drop(drop ...uint32) error {
	return k.change(func(m *keyset.Manager, ids []uint32, primary uint32) error {
		var errs []error
		for _, id := range ids {
			if id != primary && slices.Contains(drop, id) {
				errs = append(errs, m.Delete(id))
			}
		}
		return errors.Join(errs...)
	})
}

// Refresh reads the key file again, and reports whether it holds other keys than before.
// A file that cannot be read now leaves the keys as they are.
func (k *Keyring) Refresh() (changed bool, err error) {
	if k.path == "" {
		return false, nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.refresh()
}

func (k *Keyring) refresh() (changed bool, err error) {
	now, err := read(k.path, k.refused)
	if err != nil || now.handle.KeysetInfo().String() == k.handle.KeysetInfo().String() {
		return false, err
	}
	k.handle, k.aead = now.handle, now.aead
	return true, nil
}

// change changes a copy of the keys and uses it once it is on the disk: a key
// that a crash could lose never seals anything. It begins with what the file holds now,
// since another process may have added a key.
func (k *Keyring) change(edit func(m *keyset.Manager, ids []uint32, primary uint32) error) error {
	if k.path == "" {
		return sluice.Errorf("keyring.not_a_file", "the keys did not come from a file that could be changed").Fix("Give the server a key file")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, err := k.refresh(); err != nil && sluice.ErrorCode(err) != "keyring.key_file_missing" {
		return err
	}
	manager := keyset.NewManagerFromHandle(k.handle)
	if err := edit(manager, k.keyIDs(), k.handle.KeysetInfo().GetPrimaryKeyId()); err != nil {
		return fmt.Errorf("keyring: %w", err)
	}
	handle, err := manager.Handle()
	if err != nil {
		return fmt.Errorf("keyring: %w", err)
	}
	if err := writeKeys(k.path, handle); err != nil {
		return err
	}
	return k.use(handle)
}

// Path returns where the key file is, "" where the keys came as bytes.
func (k *Keyring) Path() string { return k.path }
