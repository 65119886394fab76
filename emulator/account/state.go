package account

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/json"
	"fmt"

	"github.com/sluicehq/sluice/emulator/account/internal/lockout"
)

// state is the stored form of an account.
type state struct {
	Setup  *Setup                     `json:"setup"`
	Trail  []TrailEntry               `json:"loginAuditTrail"`
	Nonces map[string]map[string]bool `json:"nonces"`
	Locks  lockout.Users              `json:"locks"`
	Key    []byte                     `json:"tokenKey"` // PKCS #8
}

// MarshalJSON returns the whole account, secrets and signing key included, for
// a state file.
func (a *Account) MarshalJSON() ([]byte, error) {
	key, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		return nil, err
	}
	return json.Marshal(state{
		Setup: a.Setup(), Trail: a.trail.list(), Nonces: a.nonce.Used(), Locks: a.locks.Users(), Key: key,
	})
}

// Restore returns the account that data, written by MarshalJSON, describes.
func Restore(data []byte, opts Options) (*Account, error) {
	var s state
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, err
	}
	if s.Setup == nil {
		return nil, fmt.Errorf("account state without set-up")
	}
	s.Setup.upgrade()
	a, err := New(s.Setup, opts)
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(s.Key)
	if err != nil {
		return nil, fmt.Errorf("token key: %w", err)
	}
	signing, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("token key is a %T, want ECDSA", key)
	}
	a.key = signing
	a.trail.set(s.Trail)
	a.nonce.Set(s.Nonces)
	a.locks.Set(s.Locks)
	return a, nil
}

// upgrade adds to a set-up what it had no place for when it was written: the
// feature SuiteAnalytics Workbook, and the passwords of the login page.
func (s *Setup) upgrade() {
	if _, known := s.Features[FeatureWorkbook]; known || s.Features == nil {
		return
	}
	s.Features[FeatureWorkbook] = true
	for i := range s.Roles {
		s.Roles[i].Locked = s.Roles[i].Locked || s.Roles[i].Administrator
	}
	for i := range s.Employees {
		if s.Employees[i].Access {
			s.Employees[i].Password = seedPassword()
		}
	}
}
