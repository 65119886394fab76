// Package nonce remembers the nonces of OAuth requests.
package nonce

import (
	"maps"
	"strconv"
	"sync"
	"time"
)

// Keep is how long a nonce is remembered: twice as long as its timestamp would
// be accepted, because a clock that is set back makes it acceptable again.
const Keep = 10 * time.Minute

// Log remembers which nonces each user has used. It is safe for concurrent use.
type Log struct {
	mu     sync.Mutex
	used   Used
	pruned time.Time
}

// Used is what a Log remembers, for a state file: timestamp, then user and nonce.
type Used = map[string]map[string]bool

// First records a nonce and reports whether it is new.
func (n *Log) First(user, timestamp, nonce string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.prune(now)
	second := n.used[timestamp]
	if second == nil {
		if n.used == nil {
			n.used = Used{}
		}
		second = map[string]bool{}
		n.used[timestamp] = second
	}
	k := user + "\x00" + nonce
	if second[k] {
		return false
	}
	second[k] = true
	return true
}

// prune forgets, once a minute, timestamps that are too old.
func (n *Log) prune(now time.Time) {
	if since := now.Sub(n.pruned); since.Abs() < time.Minute {
		return
	}
	n.pruned = now
	oldest := now.Add(-Keep).Unix()
	maps.DeleteFunc(n.used, func(timestamp string, _ map[string]bool) bool {
		sec, _ := strconv.ParseInt(timestamp, 10, 64) // the caller checked it
		return sec < oldest
	})
}

// Clear forgets all nonces.
func (n *Log) Clear() { n.Set(nil) }

// Set replaces what is remembered.
func (n *Log) Set(used Used) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.used = used
}

// Used returns a copy of what is remembered.
func (n *Log) Used() Used {
	n.mu.Lock()
	defer n.mu.Unlock()
	all := make(Used, len(n.used))
	for timestamp, second := range n.used {
		all[timestamp] = maps.Clone(second)
	}
	return all
}
