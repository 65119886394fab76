package credential

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"slices"

	"github.com/sluicehq/sluice"
)

// Revision tells one state of what people edit of a connection from another: its name,
// settings and secrets, and those of the login that it is to have. What the server obtains
// by itself or notes (tokens of an authorization, status, identity, proofs) does not count:
// it overtakes nobody.
func Revision(c *sluice.Connection) string {
	sum := sha256.New()
	note(sum, c.Name, c.Kind)
	noteFields(sum, c)
	if c.Candidate != nil {
		noteFields(sum, asCandidate(c))
	}
	return hex.EncodeToString(sum.Sum(nil)[:12])
}

// note adds texts so that no two lists of them read the same.
func note(sum hash.Hash, texts ...string) {
	for _, text := range texts {
		fmt.Fprintf(sum, "%d:%s", len(text), text)
	}
}

func noteFields(sum hash.Hash, c *sluice.Connection) {
	kind, _ := sluice.KindOf(c.Kind)
	counts := func(name string) bool {
		f, ok := kind.Field(name)
		return !ok || !c.Obtains(f)
	}
	note(sum, "settings")
	for _, name := range slices.Sorted(maps.Keys(c.Settings)) {
		if counts(name) && c.Settings[name] != "" {
			note(sum, name, c.Settings[name])
		}
	}
	note(sum, "secrets")
	for _, name := range slices.Sorted(maps.Keys(c.Secrets)) {
		if counts(name) && !c.Secrets[name].Empty() {
			note(sum, name, c.Secrets[name].Fingerprint())
		}
	}
}

// KeepObtained lays settings that the server has obtained under a change that leaves them
// out: whoever made it had not seen them yet.
func KeepObtained(out, old *sluice.Connection) {
	kind, _ := sluice.KindOf(out.Kind)
	for _, f := range kind.Fields {
		if !f.Secret && out.Settings[f.Name] == "" && old.Settings[f.Name] != "" && out.Obtains(f) && old.Obtains(f) {
			out.Settings[f.Name] = old.Settings[f.Name]
		}
	}
}
