// Package password stores passwords so that they cannot be read back.
package password

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
)

const iterations = 10_000

// New returns the stored form of a password, with a random salt.
func New(password string) string {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails since Go 1.24
	return Salted(password, salt)
}

// Salted returns the stored form of a password: salt and PBKDF2 sum.
func Salted(password string, salt []byte) string {
	sum, err := pbkdf2.Key(sha256.New, password, salt, iterations, sha256.Size)
	if err != nil {
		panic(err) // the lengths are constants
	}
	return hex.EncodeToString(salt) + "$" + hex.EncodeToString(sum)
}

// Stored reports whether text has the stored form.
func Stored(text string) bool {
	salt, sum, ok := strings.Cut(text, "$")
	_, err := hex.DecodeString(salt + sum)
	return ok && err == nil && len(sum) == 2*sha256.Size
}

// Matches reports whether stored is the stored form of password. Nothing
// matches the empty form.
func Matches(stored, password string) bool {
	text, _, ok := strings.Cut(stored, "$")
	salt, err := hex.DecodeString(text)
	if !ok || err != nil {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(Salted(password, salt)), []byte(stored)) == 1
}
