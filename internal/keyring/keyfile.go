package keyring

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"github.com/sluicehq/sluice"
)

const (
	// FileName is the key file's name in the data folder.
	FileName = "key.json"
	// EnvKeyFile names the variable that holds the path of a key file elsewhere.
	EnvKeyFile = "SLUICE_KEY_FILE"
)

// Rights that a key file must not give. One that the administrator put elsewhere
// may be read by its group, which is how containers are given secrets.
const (
	refusedHere      fs.FileMode = 0o077
	refusedElsewhere fs.FileMode = 0o037
)

// Open reads the keys of a data folder: from keyFile (the value of EnvKeyFile)
// where one is given, else from FileName in the folder, which is made with a new
// key when it is absent. The caller holds the folder's lock: two processes must not
// make two keys. Errors: keyring.key_file_missing, keyring.key_file_open_to_others,
// keyring.key_file_invalid, keyring.key_file_unwritable.
func Open(dir, keyFile string) (*Keyring, error) {
	if keyFile != "" {
		return read(keyFile, refusedElsewhere)
	}
	path := filepath.Join(dir, FileName)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
		if err != nil {
			return nil, fmt.Errorf("keyring: new key: %w", err)
		}
		if err := writeKeys(path, handle); err != nil {
			return nil, err
		}
	}
	return read(path, refusedHere)
}

func read(path string, refused fs.FileMode) (*Keyring, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, &sluice.Error{Code: "keyring.key_file_missing", Message: "the key file cannot be read", Where: path,
			Remedy: "Put the key file there, readable by the user that runs the server", Err: err}
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	// Windows has no such rights: access lists decide there, and Go shows 0666.
	if mode := info.Mode().Perm(); mode&refused != 0 && runtime.GOOS != "windows" {
		return nil, sluice.Errorf("keyring.key_file_open_to_others", "the key file can be used by others than its owner (mode %04o)", mode).
			At(path).Fix("Run chmod 600 on it. If others may have read it, rotate the key")
	}
	var text bytes.Buffer
	if _, err := text.ReadFrom(file); err != nil {
		return nil, invalidKeys(err)
	}
	k, err := Parse(text.Bytes())
	if e, ok := errors.AsType[*sluice.Error](err); ok {
		return nil, e.At(path)
	}
	if err != nil {
		return nil, err
	}
	k.path, k.refused = path, refused
	return k, nil
}

// writeKeys replaces the key file, wholly or not at all, and waits until it is on the disk.
func writeKeys(path string, handle *keyset.Handle) error {
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		return fmt.Errorf("keyring: encode keys: %w", err)
	}
	if err := replaceFile(path, text.Bytes()); err != nil {
		return unwritable(path, err)
	}
	return nil
}

func unwritable(path string, err error) *sluice.Error {
	return &sluice.Error{Code: "keyring.key_file_unwritable", Message: "the key file cannot be written", Where: path,
		Remedy: "Check the rights of its folder and the room on its disk", Err: err}
}

func replaceFile(path string, text []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".key-*") // made with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // fails where it was renamed
	_, err = file.Write(text)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes a rename last. Windows cannot sync a folder, and need not.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
