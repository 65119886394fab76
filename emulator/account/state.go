package account

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"maps"
)

// state is the stored form of an account.
type state struct {
	Setup  *Setup                     `json:"setup"`
	Trail  []TrailEntry               `json:"loginAuditTrail"`
	Nonces map[string]map[string]bool `json:"nonces"`
	Locks  map[string]lock            `json:"locks"`
	Key    []byte                     `json:"tokenKey"` // PKCS #8
}

// MarshalJSON returns the whole account, secrets and signing key included, for
// a state file.
func (a *Account) MarshalJSON() ([]byte, error) {
	key, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		return nil, err
	}
	a.locks.mu.Lock()
	defer a.locks.mu.Unlock()
	return json.Marshal(state{
		Setup: a.Setup(), Trail: a.trail.list(), Nonces: a.nonce.Used(), Locks: maps.Clone(a.locks.users), Key: key,
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
	if _, known := s.Setup.Features[FeatureWorkbook]; !known && s.Setup.Features != nil {
		s.Setup.Features[FeatureWorkbook] = true // written before the emulator knew the feature
	}
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
	a.locks.users = s.Locks
	return a, nil
}
