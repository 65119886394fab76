package traffic

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/sluicehq/sluice"
)

// minute is what a process notes of an account in a minute, in the form that is stored.
type minute struct {
	Kind      string         `json:"kind"`
	Account   string         `json:"account"`
	Address   string         `json:"address,omitempty"`
	At        time.Time      `json:"at"` // when InUse and Waiting were so
	Limit     int            `json:"limit"`
	Limits    map[string]int `json:"limits"` // by connection
	Allowance int            `json:"allowance"`
	usage
	Users []userMinute `json:"users"`
}

// usage is the numbers of a use. Times are microseconds.
type usage struct {
	InUse       int   `json:"in_use"`
	Waiting     int   `json:"waiting"`
	Peak        int   `json:"peak"`
	WaitingPeak int   `json:"waiting_peak"`
	Granted     int64 `json:"granted"`
	Refused     int64 `json:"refused"`
	Busy        int64 `json:"busy"`
	Waited      int64 `json:"waited"`
}

type userMinute struct {
	Flow       string `json:"flow"`
	Connection string `json:"connection"`
	usage
}

// add adds what was done since, behind which the present numbers count.
func (u *usage) add(d use) {
	u.InUse, u.Waiting = d.inUse, d.waiting
	u.Peak, u.WaitingPeak = max(u.Peak, d.peak), max(u.WaitingPeak, d.waitingPeak)
	u.Granted, u.Refused = u.Granted+d.granted, u.Refused+d.refused
	u.Busy, u.Waited = u.Busy+d.busy.Microseconds(), u.Waited+d.waited.Microseconds()
}

// quiet reports whether nobody asked for a slot.
func (u usage) quiet() bool { return u.Peak == 0 && u.WaitingPeak == 0 && u.Granted == 0 }

// sample adds what was done since the last sample to the account's minute.
func (a *account) sample(m *minute, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	stats := a.slots.Stats()
	m.Kind, m.Account, m.Address, m.At, m.Limit = a.kind, a.account, a.address, now.UTC(), stats.Limit
	if m.Allowance == 0 || stats.Allowance < m.Allowance {
		m.Allowance = stats.Allowance
	}
	m.Limits = map[string]int{}
	for name, limit := range a.limits {
		m.Limits[name] = limit
	}
	m.add(a.use.take(now))
	for u, own := range a.users {
		d := own.take(now)
		i := slices.IndexFunc(m.Users, func(have userMinute) bool { return have.Flow == u.flow && have.Connection == u.connection })
		if i < 0 {
			m.Users = append(m.Users, userMinute{Flow: u.flow, Connection: u.connection})
			i = len(m.Users) - 1
		}
		m.Users[i].add(d)
		if m.Users[i].quiet() {
			m.Users = slices.Delete(m.Users, i, i+1)
			delete(a.users, u) // it comes back with its next request
		}
	}
	slices.SortFunc(m.Users, func(x, y userMinute) int {
		return cmp.Or(cmp.Compare(x.Flow, y.Flow), cmp.Compare(x.Connection, y.Connection))
	})
}

// row returns the minute as it is stored.
func (m *minute) row(name, process string, begin time.Time) (sluice.SlotMinute, error) {
	body, err := json.Marshal(m)
	return sluice.SlotMinute{Account: name, Process: process, Minute: begin, Body: body}, err
}

func readMinute(row sluice.SlotMinute) (*minute, error) {
	m := &minute{}
	if err := json.Unmarshal(row.Body, m); err != nil {
		return nil, fmt.Errorf("a minute of %s cannot be read: %w", row.Account, err)
	}
	return m, nil
}
