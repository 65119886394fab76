// Package gate is the account's pool of concurrent requests: one for REST, SOAP
// and RESTlets together (Oracle help, bridgehead_1500275603).
package gate

import (
	"fmt"
	"maps"
	"sync"
)

// DefaultLimit is the pool of a Standard account and of every development account.
const DefaultLimit = 5

// Gate admits requests up to a limit. It is safe for concurrent use.
type Gate struct {
	mu     sync.Mutex
	limit  int
	shares map[string]int // reserved for an integration
	used   map[string]int // in flight of an integration with a share
	shared int            // in flight of all others
	stats  Stats
}

// Stats tell what a gate has seen since it was made or Reset.
type Stats struct {
	Limit    int `json:"limit"`
	Current  int `json:"current"`  // in flight now
	Max      int `json:"max"`      // most in flight at a time
	Admitted int `json:"admitted"` // in all
	Refused  int `json:"refused"`  // in all
}

// New returns a gate for limit requests at a time; 0 means DefaultLimit.
func New(limit int) *Gate {
	if limit <= 0 {
		limit = DefaultLimit
	}
	return &Gate{limit: limit, shares: map[string]int{}, used: map[string]int{}}
}

// Enter admits a request of an integration, or refuses it at once. An admitted
// request calls leave when it is done. An integration with a share of its own
// uses that alone; all others use what is not allotted.
func (g *Gate) Enter(integration string) (leave func(), ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	share, own := g.shares[integration]
	if own && g.used[integration] >= share || !own && g.shared >= g.unallotted() {
		g.stats.Refused++
		return nil, false
	}
	g.count(integration, own, 1)
	g.stats.Admitted++
	g.stats.Max = max(g.stats.Max, g.stats.Current)
	return sync.OnceFunc(func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.count(integration, own, -1)
	}), true
}

func (g *Gate) count(integration string, own bool, n int) {
	g.stats.Current += n
	if own {
		g.used[integration] += n
	} else {
		g.shared += n
	}
}

func (g *Gate) unallotted() int {
	left := g.limit
	for _, n := range g.shares {
		left -= n
	}
	return left
}

// SetLimit changes the account's limit. At least one request must stay
// unallotted.
func (g *Gate) SetLimit(limit int) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if allotted := g.limit - g.unallotted(); limit-allotted < 1 {
		return fmt.Errorf("limit %d leaves nothing beside %d allotted", limit, allotted)
	}
	g.limit = limit
	return nil
}

// Allot reserves n of the limit for one integration; 0 gives its share back.
func (g *Gate) Allot(integration string, n int) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if n < 0 || g.unallotted()+g.shares[integration]-n < 1 {
		return fmt.Errorf("%d for integration %s leaves nothing for the others", n, integration)
	}
	if n == 0 {
		delete(g.shares, integration)
	} else {
		g.shares[integration] = n
	}
	return nil
}

// Shares returns what is reserved, by integration.
func (g *Gate) Shares() map[string]int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return maps.Clone(g.shares)
}

// Stats returns the present figures.
func (g *Gate) Stats() Stats {
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.stats
	s.Limit = g.limit
	return s
}

// Reset forgets the figures, but not what is in flight.
func (g *Gate) Reset() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.stats = Stats{Current: g.stats.Current, Max: g.stats.Current}
}
