package sluice

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"regexp"
)

// Secret is text that cannot print itself: formatting, logging and JSON all
// show a fingerprint. Reveal is the one way to the text.
type Secret struct{ text string }

// NewSecret wraps text.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal returns the text. Call it where the secret is used, never to show it.
func (s Secret) Reveal() string { return s.text }

// Empty reports whether there is no text.
func (s Secret) Empty() bool { return s.text == "" }

// Fingerprint identifies the secret without giving it away: the first eight hex
// digits of its SHA-256, or "" when it is empty.
func (s Secret) Fingerprint() string {
	if s.text == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(s.text))
	return hex.EncodeToString(sum[:4])
}

// String returns the fingerprint.
func (s Secret) String() string {
	if s.text == "" {
		return ""
	}
	return "secret:" + s.Fingerprint()
}

var fingerprintPattern = regexp.MustCompile(`^secret:[0-9a-f]{8}$`)

// IsFingerprint reports whether a text has the form of a fingerprint, as String
// writes it. Nobody means such a text as a secret.
func IsFingerprint(text string) bool { return fingerprintPattern.MatchString(text) }

// GoString returns the fingerprint, so that %#v does not show the text.
func (s Secret) GoString() string { return s.String() }

// LogValue returns the fingerprint.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalJSON writes the fingerprint.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// UnmarshalJSON reads the text.
func (s *Secret) UnmarshalJSON(data []byte) error { return json.Unmarshal(data, &s.text) }
