package endpoint

import (
	"maps"
	"slices"

	"github.com/sluicehq/sluice"
)

// Grants are what somebody may do: by an account-wide role, which is the floor, and by
// roles in single integrations, which add to it.
type Grants struct {
	Role         sluice.Role
	Integrations map[string]sluice.Role // by the integration's name
}

// In returns the greater of the account-wide role and the one in an integration.
func (g Grants) In(integration string) sluice.Role {
	return greater(g.Role, g.Integrations[integration])
}

// Best returns the greatest role that is held anywhere.
func (g Grants) Best() sluice.Role {
	best := g.Role
	for _, r := range g.Integrations {
		best = greater(best, r)
	}
	return best
}

// Within returns what both grants hold: those of a token are within its user's.
func (g Grants) Within(limit Grants) Grants {
	out := Grants{Role: lesser(g.Role, limit.Role)}
	for _, integrations := range []map[string]sluice.Role{g.Integrations, limit.Integrations} {
		for name := range integrations {
			if r := lesser(g.In(name), limit.In(name)); Rank(r) < Rank(out.Role) {
				if out.Integrations == nil {
					out.Integrations = map[string]sluice.Role{}
				}
				out.Integrations[name] = r
			}
		}
	}
	return out
}

// Exceeds reports whether the grants hold something that limit does not.
func (g Grants) Exceeds(limit Grants) bool {
	if Rank(g.Role) < Rank(limit.Role) {
		return true
	}
	return slices.ContainsFunc(slices.Collect(maps.Keys(g.Integrations)), func(name string) bool {
		return Rank(g.In(name)) < Rank(limit.In(name))
	})
}

// Rank orders roles from all (0) to little; what is no role ranks last.
func Rank(r sluice.Role) int {
	if i := slices.Index(sluice.Roles(), r); i >= 0 {
		return i
	}
	return len(sluice.Roles())
}

func lesser(a, b sluice.Role) sluice.Role {
	if Rank(a) > Rank(b) {
		return a
	}
	return b
}

func greater(a, b sluice.Role) sluice.Role {
	if Rank(a) < Rank(b) {
		return a
	}
	return b
}
