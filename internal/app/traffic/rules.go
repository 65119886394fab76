package traffic

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	api "github.com/sluicehq/sluice/internal/api/traffic"
)

const (
	defaultSpan = time.Hour
	maxPoints   = 240
	// fresh is how long a process's present numbers count without a word from it.
	fresh = 3 * sampleEvery
)

// RunRequests returns what is kept of a run's requests.
func (l *Log) RunRequests(ctx context.Context, runID int64) (*api.RunRequests, error) {
	if _, err := l.Store.Run(ctx, runID); err != nil {
		return nil, err
	}
	l.Flush(ctx)
	bodies, err := l.Store.Traffic(ctx, runID)
	if err != nil {
		return nil, err
	}
	var all []told
	for _, body := range bodies {
		t, err := decode(body)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return together(all), nil
}

// Concurrency returns how slots were used from since on.
func (l *Log) Concurrency(ctx context.Context, since time.Time, account string) (*api.Concurrency, error) {
	l.Sample(ctx)
	now := l.Clock().UTC()
	if since.IsZero() {
		since = now.Add(-defaultSpan)
	}
	if since.After(now) {
		return nil, sluice.Errorf(sluice.CodeInvalid, "the time is not over yet").At("since").Fix("Give a time in the past")
	}
	_, earliest, err := l.Outdated(ctx)
	if err != nil {
		return nil, err
	}
	if since.Before(earliest) {
		since = earliest
	}
	since = since.UTC().Truncate(time.Minute)
	rows, err := l.Store.SlotMinutes(ctx, "", since)
	if err != nil {
		return nil, err
	}
	step := max(time.Minute, now.Sub(since)/maxPoints).Truncate(time.Minute)
	out := &api.Concurrency{Since: since, Until: now, Seconds: int(step.Seconds()), Accounts: []api.AccountTraffic{}}
	views, err := gather(rows, since, step, now)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(views)) {
		if a := views[name].account(now, step); account == "" || account == a.Name || account == a.Account {
			out.Accounts = append(out.Accounts, a)
		}
	}
	slices.SortStableFunc(out.Accounts, func(a, b api.AccountTraffic) int {
		return cmp.Or(cmp.Compare(b.Totals.Busy, a.Totals.Busy), cmp.Compare(a.Account, b.Account))
	})
	return out, nil
}

// SlotsOf returns the budgets that a flow takes slots of now, with its own part in them.
func (l *Log) SlotsOf(ctx context.Context, flow string) ([]api.Slots, error) {
	l.Sample(ctx)
	now := l.Clock().UTC()
	rows, err := l.Store.SlotMinutes(ctx, "", now.Add(-fresh).Truncate(time.Minute))
	if err != nil {
		return nil, err
	}
	views, err := gather(rows, now, time.Minute, now)
	if err != nil {
		return nil, err
	}
	out := []api.Slots{}
	for _, name := range slices.Sorted(maps.Keys(views)) {
		v, takes := views[name], false
		a := v.account(now, time.Minute).Slots
		for u, m := range v.users {
			if u.flow == flow {
				takes = true
				a.OwnInUse, a.OwnWaiting = a.OwnInUse+m.InUse, a.OwnWaiting+m.Waiting
			}
		}
		if takes {
			out = append(out, a)
		}
	}
	return out, nil
}

// view is an account's minutes, laid over each other.
type view struct {
	name   string
	now    map[string]*minute // the newest of each process
	points map[int64]*span    // by number
	since  time.Time
	users  map[user]*userMinute
}

// span is what a point stands for.
type span struct {
	point   api.SlotPoint
	minutes map[time.Time][2]int // peaks of its minutes, added up over processes
}

func gather(rows []sluice.SlotMinute, since time.Time, step time.Duration, now time.Time) (map[string]*view, error) {
	views := map[string]*view{}
	for _, row := range rows {
		m, err := readMinute(row)
		if err != nil {
			return nil, err
		}
		v := views[row.Account]
		if v == nil {
			v = &view{name: row.Account, now: map[string]*minute{}, points: map[int64]*span{}, since: since, users: map[user]*userMinute{}}
			views[row.Account] = v
		}
		v.now[row.Process] = m // rows come in order
		v.add(row.Minute, m, step)
		for _, u := range m.Users {
			have := v.of(u)
			have.Granted, have.Refused, have.Busy, have.Waited = have.Granted+u.Granted, have.Refused+u.Refused, have.Busy+u.Busy, have.Waited+u.Waited
		}
	}
	for _, v := range views {
		for _, m := range v.present(now) {
			for _, u := range m.Users {
				have := v.of(u)
				have.InUse, have.Waiting = have.InUse+u.InUse, have.Waiting+u.Waiting
			}
		}
	}
	return views, nil
}

// present returns the newest minutes of the processes that have said something of late.
func (v *view) present(now time.Time) []*minute {
	var list []*minute
	for _, m := range v.now {
		if now.Sub(m.At) <= fresh {
			list = append(list, m)
		}
	}
	return list
}

func (v *view) add(begin time.Time, m *minute, step time.Duration) {
	number := int64(begin.Sub(v.since) / step)
	s := v.points[number]
	if s == nil {
		s = &span{point: api.SlotPoint{At: v.since.Add(time.Duration(number) * step), Allowance: m.Allowance}, minutes: map[time.Time][2]int{}}
		v.points[number] = s
	}
	p := &s.point
	p.Limit, p.Allowance = max(p.Limit, m.Limit), min(p.Allowance, m.Allowance)
	p.Granted, p.Refused = p.Granted+m.Granted, p.Refused+m.Refused
	p.Busy, p.Waited = p.Busy+sluice.Milliseconds(m.Busy/1000), p.Waited+sluice.Milliseconds(m.Waited/1000)
	// Processes share the limit: what their peaks add up to beyond it was not at one time.
	peaks := s.minutes[begin]
	peaks[0], peaks[1] = min(peaks[0]+m.Peak, max(p.Limit, m.Peak)), peaks[1]+m.WaitingPeak
	s.minutes[begin] = peaks
	p.Peak, p.WaitingPeak = max(p.Peak, peaks[0]), max(p.WaitingPeak, peaks[1])
}

// of returns the numbers of a user over all minutes.
func (v *view) of(u userMinute) *userMinute {
	who := user{u.Flow, u.Connection}
	have := v.users[who]
	if have == nil {
		have = &userMinute{Flow: u.Flow, Connection: u.Connection}
		v.users[who] = have
	}
	return have
}

// account returns the view as it is told.
func (v *view) account(now time.Time, step time.Duration) api.AccountTraffic {
	a := api.AccountTraffic{Slots: v.slots(now), Points: []api.SlotPoint{}, Users: []api.SlotUser{}}
	for _, number := range slices.Sorted(maps.Keys(v.points)) {
		p := v.points[number].point
		p.Mean = min(float64(p.Busy)/float64(min(step, max(now.Sub(p.At), time.Second)).Milliseconds()), float64(p.Peak))
		a.Points = append(a.Points, p)
		t := &a.Totals
		t.Limit, t.Peak, t.WaitingPeak = p.Limit, max(t.Peak, p.Peak), max(t.WaitingPeak, p.WaitingPeak)
		t.Granted, t.Refused, t.Busy, t.Waited = t.Granted+p.Granted, t.Refused+p.Refused, t.Busy+p.Busy, t.Waited+p.Waited
		if t.Allowance == 0 || p.Allowance < t.Allowance {
			t.Allowance = p.Allowance
		}
	}
	a.Totals.At = v.since
	if whole := now.Sub(v.since); whole > 0 {
		a.Totals.Mean = float64(a.Totals.Busy) / float64(whole.Milliseconds())
	}
	for _, u := range v.users {
		a.Users = append(a.Users, api.SlotUser{Flow: u.Flow, Connection: u.Connection, InUse: u.InUse, Waiting: u.Waiting, Granted: u.Granted, Refused: u.Refused,
			Busy: sluice.Milliseconds(u.Busy / 1000), Waited: sluice.Milliseconds(u.Waited / 1000)})
	}
	slices.SortFunc(a.Users, func(x, y api.SlotUser) int {
		return cmp.Or(cmp.Compare(y.Busy, x.Busy), strings.Compare(x.Flow, y.Flow), strings.Compare(x.Connection, y.Connection))
	})
	return a
}

// slots returns the present state; the limit is what the newest minute says.
func (v *view) slots(now time.Time) api.Slots {
	s := api.Slots{Name: v.name}
	var newest *minute
	for _, m := range v.now {
		if newest == nil || m.At.After(newest.At) {
			newest = m
		}
	}
	for _, m := range v.present(now) {
		s.InUse, s.Waiting = s.InUse+m.InUse, s.Waiting+m.Waiting
	}
	s.Kind, s.Account, s.Address, s.Limit, s.Allowance = newest.Kind, newest.Account, newest.Address, newest.Limit, newest.Allowance
	for _, name := range slices.Sorted(maps.Keys(newest.Limits)) {
		if newest.Limits[name] == newest.Limit {
			s.LimitFrom = name
			break
		}
	}
	return s
}
