package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"github.com/sluicehq/sluice"
)

// Passwords are hashed with argon2id and the parameters that RFC 9106 section 4
// recommends where memory is limited: 3 passes over 64 MiB in 4 lanes. The
// parameters stand in the hash, so that they can be raised later.
const (
	argonTime    = 3
	argonMemory  = 64 << 10 // KiB
	argonLanes   = 4
	argonSalt    = 16
	argonKey     = 32
	argonFormat  = "$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s"
	minPassword  = 12
	maxPassword  = 1024
	tokenPrefix  = "sluice_"
	hashAtOnce   = 2 // bounds the memory that logging in takes
	argonMaxCost = 1 << 20
)

// passwords hashes and checks, a bounded number at one time.
type passwords struct{ slots chan struct{} }

func newPasswords() *passwords { return &passwords{slots: make(chan struct{}, hashAtOnce)} }

func (p *passwords) acquire(ctx context.Context) error {
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *passwords) hash(ctx context.Context, password sluice.Secret) (string, error) {
	if err := p.acquire(ctx); err != nil {
		return "", err
	}
	defer func() { <-p.slots }()
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt) // never fails (crypto/rand)
	key := argon2.IDKey([]byte(password.Reveal()), salt, argonTime, argonMemory, argonLanes, argonKey)
	enc := base64.RawStdEncoding
	return fmt.Sprintf(argonFormat, argon2.Version, argonMemory, argonTime, argonLanes, enc.EncodeToString(salt), enc.EncodeToString(key)), nil
}

// matches reports whether the password has the hash. An empty hash, that of
// nobody, takes as long as any other and never matches.
func (p *passwords) matches(ctx context.Context, hash string, password sluice.Secret) (bool, error) {
	if err := p.acquire(ctx); err != nil {
		return false, err
	}
	defer func() { <-p.slots }()
	if hash == "" {
		argon2.IDKey([]byte(password.Reveal()), make([]byte, argonSalt), argonTime, argonMemory, argonLanes, argonKey)
		return false, nil
	}
	var version, memory, passes uint32
	var lanes uint8
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, fmt.Errorf("password hash: unknown form")
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &passes, &lanes); err != nil {
		return false, fmt.Errorf("password hash: %w", err)
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || version != argon2.Version || memory > argonMaxCost || passes == 0 || lanes == 0 || len(key) == 0 {
		return false, fmt.Errorf("password hash: bad parameters")
	}
	got := argon2.IDKey([]byte(password.Reveal()), salt, passes, memory, lanes, uint32(len(key)))
	return subtle.ConstantTimeCompare(got, key) == 1, nil
}

// newTokenText returns the text of a new API token or link: 130 random bits.
func newTokenText(prefix string) sluice.Secret { return sluice.NewSecret(prefix + rand.Text()) }

// hashToken returns what is kept of a token. Its text is random and long, so one
// plain SHA-256 is as good as a slow hash.
func hashToken(text sluice.Secret) string {
	sum := sha256.Sum256([]byte(text.Reveal()))
	return hex.EncodeToString(sum[:])
}

// newID returns a new random ID for a connection, user or token.
func newID() string { return strings.ToLower(rand.Text()[:16]) }
