package account

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
	argonSalt    = 16
	argonKey     = 32
	argonFormat  = "$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s"
	minPassword  = 12
	maxPassword  = 1024
	tokenPrefix  = "sluice_"
	hashAtOnce   = 2       // bounds the memory that logging in takes
	argonMaxCost = 1 << 20 // KiB
)

// Cost says how much work a hash is.
type Cost struct {
	Passes, Memory uint32 // memory in KiB
	Lanes          uint8
}

// FullCost is what hashing takes outside of tests.
func FullCost() Cost { return Cost{Passes: 3, Memory: 64 << 10, Lanes: 4} }

func (c Cost) key(password sluice.Secret, salt []byte, size int) []byte {
	return argon2.IDKey([]byte(password.Reveal()), salt, c.Passes, c.Memory, c.Lanes, uint32(size)) //nolint:gosec // the size of a hash
}

// passwords hashes and checks, a bounded number at one time.
type passwords struct {
	cost  Cost
	slots chan struct{}
}

func newPasswords(cost Cost) *passwords {
	return &passwords{cost: cost, slots: make(chan struct{}, hashAtOnce)}
}

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
	key := p.cost.key(password, salt, argonKey)
	enc := base64.RawStdEncoding
	return fmt.Sprintf(argonFormat, argon2.Version, p.cost.Memory, p.cost.Passes, p.cost.Lanes, enc.EncodeToString(salt), enc.EncodeToString(key)), nil
}

// matches reports whether the password has the hash. An empty hash, that of
// nobody, takes as long as any other and never matches.
func (p *passwords) matches(ctx context.Context, hash string, password sluice.Secret) (bool, error) {
	if err := p.acquire(ctx); err != nil {
		return false, err
	}
	defer func() { <-p.slots }()
	if hash == "" {
		p.cost.key(password, make([]byte, argonSalt), argonKey)
		return false, nil
	}
	cost, salt, key, err := parseHash(hash)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(cost.key(password, salt, len(key)), key) == 1, nil
}

// parseHash takes a stored hash apart.
func parseHash(hash string) (cost Cost, salt, key []byte, err error) {
	var version uint32
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return cost, nil, nil, fmt.Errorf("password hash: unknown form")
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &cost.Memory, &cost.Passes, &cost.Lanes); err != nil {
		return cost, nil, nil, fmt.Errorf("password hash: %w", err)
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || version != argon2.Version || cost.Memory > argonMaxCost || cost.Passes == 0 || cost.Lanes == 0 || len(key) == 0 {
		return cost, nil, nil, fmt.Errorf("password hash: bad parameters")
	}
	return cost, salt, key, nil
}

// newTokenText returns the text of a new API token or link: 130 random bits.
func newTokenText(prefix string) sluice.Secret { return sluice.NewSecret(prefix + rand.Text()) }

// hashToken returns what is kept of a token. Its text is random and long, so one
// plain SHA-256 is as good as a slow hash.
func hashToken(text sluice.Secret) string {
	sum := sha256.Sum256([]byte(text.Reveal()))
	return hex.EncodeToString(sum[:])
}

// newID returns a new random ID for a user or token.
func newID() string { return strings.ToLower(rand.Text()[:16]) }
