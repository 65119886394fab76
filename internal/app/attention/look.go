package attention

import (
	"context"
	"fmt"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/api/attention"
	"github.com/sluicehq/sluice/internal/app/notice"
)

// connections finds those that are offline, and certificates that end.
func (d *Desk) connections(ctx context.Context, _ api.Actor, now time.Time) ([]item, error) {
	list, err := d.Store.Connections(ctx)
	if err != nil {
		return nil, err
	}
	var found []item
	for _, c := range list {
		about := item{Noun: "connection", Name: c.Name}
		if c.Status == sluice.StatusOffline {
			i := about
			i.Kind, i.Level, i.At, i.Message = attention.Offline, attention.Bad, c.CheckedAt, "The connection is offline"
			if c.Detail != "" {
				i.Message += ": " + c.Detail
			}
			found = append(found, i)
		}
		end, ok := notice.CertificateEnd(c.Get("certificate"))
		if left := end.Sub(now); ok && c.Get("type") == sluice.AuthOAuth2M2M && left <= notice.Warning {
			i := about
			i.Kind, i.Level, i.At, i.Message, i.Remedy = attention.Certificate, attention.Warn, end.UTC(), "The certificate ends on "+end.UTC().Format(time.DateOnly), "Make the next one in time"
			if left <= 0 {
				i.Level, i.Message = attention.Bad, "The certificate ended on "+end.UTC().Format(time.DateOnly)
			}
			found = append(found, i)
		}
	}
	return found, nil
}

// flows finds those whose last run failed, whose schedule is paused or was missed.
func (d *Desk) flows(ctx context.Context, _ api.Actor, now time.Time) ([]item, error) {
	list, err := d.Store.Flows(ctx)
	if err != nil {
		return nil, err
	}
	var found []item
	for _, f := range list {
		if !f.Enabled {
			continue // somebody has switched it off: that is no news
		}
		runs, err := d.Store.Runs(ctx, sluice.RunFilter{FlowID: f.FlowID, Limit: lastRuns})
		if err != nil {
			return nil, err
		}
		found = append(found, failed(f, runs)...)
		if f.Flow.Schedule == nil {
			continue
		}
		s, err := d.Store.Schedule(ctx, f.FlowID)
		if err != nil {
			return nil, err
		}
		found = append(found, timed(s, runs, now)...)
	}
	return found, nil
}

// failed tells of a flow whose last run that has ended failed. What a retry of errors
// came to is told by the errors.
func failed(f *sluice.FlowRevision, runs []*sluice.Run) []item {
	for _, r := range runs {
		if r.Kind == sluice.RunRetry || r.State == sluice.RunQueued || r.State == sluice.RunRunning {
			continue
		}
		if r.State != sluice.RunFailed {
			return nil
		}
		i := item{Kind: attention.FlowFailed, Level: attention.Bad, Noun: "flow", Name: f.Flow.Name, Run: r.ID, At: r.FinishedAt, Message: "The last run failed"}
		if r.Error != nil {
			i.Message, i.Remedy = i.Message+": "+r.Error.Message, r.Error.Remedy
		}
		return []item{i}
	}
	return nil
}

// timed tells of a schedule that is paused, or was missed within a day: its run is
// overdue, or was made up for late.
func timed(s *sluice.FlowSchedule, runs []*sluice.Run, now time.Time) []item {
	about := item{Noun: "flow", Name: s.FlowName}
	if s.Paused || s.Schedule.Paused {
		about.Kind, about.Level, about.Message = attention.SchedulePaused, attention.Note, "The schedule is paused"
		return []item{about}
	}
	about.Kind, about.Level = attention.ScheduleMissed, attention.Warn
	if !s.Next.IsZero() && now.Sub(s.Next) > punctual {
		about.At, about.Message, about.Remedy = s.Next, fmt.Sprintf("A run was due at %s and has not begun", s.Next.UTC().Format(time.RFC3339)), "A run of the flow may be in work still; cancel it if it hangs"
		return []item{about}
	}
	for _, r := range runs {
		if r.Kind != sluice.RunScheduled || s.Last.IsZero() || r.CreatedAt.Before(s.Last) {
			continue
		}
		if r.CreatedAt.Sub(s.Last) <= punctual || now.Sub(r.CreatedAt) > day {
			return nil
		}
		about.At, about.Run, about.Message = s.Last, r.ID, fmt.Sprintf("No server ran at %s when a run was due; run %d made up for it", s.Last.UTC().Format(time.RFC3339), r.ID)
		return []item{about}
	}
	return nil
}

// errors finds the flows that have open errors.
func (d *Desk) errors(ctx context.Context, _ api.Actor, now time.Time) ([]item, error) {
	groups, err := d.Store.GroupErrors(ctx, sluice.ErrorFilter{State: sluice.ErrorOpen}, now.Add(-day))
	if err != nil || len(groups) == 0 {
		return nil, err
	}
	flows, err := d.Store.Flows(ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, f := range flows {
		names[f.FlowID] = f.Flow.Name
	}
	var found []item
	at := map[string]int{}
	for _, g := range groups {
		n, ok := at[g.FlowID]
		if !ok {
			n = len(found)
			at[g.FlowID] = n
			name, there := names[g.FlowID]
			if !there {
				name = g.FlowName
			}
			found = append(found, item{Kind: attention.OpenErrors, Level: attention.Warn, Noun: "flow", Name: name})
		}
		found[n].Count, found[n].Recent = found[n].Count+g.Count, found[n].Recent+g.Recent
	}
	for n := range found {
		found[n].Message = fmt.Sprintf("%d records did not get through", found[n].Count)
		if found[n].Count == 1 {
			found[n].Message = "1 record did not get through"
		}
	}
	return found, nil
}

// tokens finds one's own API tokens that end.
func (d *Desk) tokens(ctx context.Context, by api.Actor, now time.Time) ([]item, error) {
	if by.UserID == "" {
		return nil, nil // nobody behind the data folder's socket has any
	}
	list, err := d.Store.Tokens(ctx, by.UserID)
	if err != nil {
		return nil, err
	}
	var found []item
	for _, t := range list {
		if t.ExpiresAt.IsZero() || t.ExpiresAt.Sub(now) > tokenWarning {
			continue
		}
		i := item{Kind: attention.TokenEnds, Level: attention.Warn, Noun: "token", Name: t.Name, At: t.ExpiresAt, Message: "The API token ends on " + t.ExpiresAt.UTC().Format(time.DateOnly), Remedy: "Make another, put it where this one is used, then delete this one"}
		if !t.ExpiresAt.After(now) {
			i.Level, i.Message, i.Remedy = attention.Note, "The API token ended on "+t.ExpiresAt.UTC().Format(time.DateOnly), "Delete it, or make another"
		}
		found = append(found, i)
	}
	return found, nil
}

// notices finds open notices of what is not told otherwise.
func (d *Desk) notices(ctx context.Context, _ api.Actor, _ time.Time) ([]item, error) {
	list, err := d.Store.Notices(ctx, true, mostNotices)
	if err != nil {
		return nil, err
	}
	var found []item
	for _, n := range list {
		if n.Code != sluice.NoticeOffline && n.Code != sluice.NoticeCertificate {
			found = append(found, item{Kind: attention.Notice, Level: attention.Warn, Noun: n.Noun, Name: n.Name, At: n.At, Message: n.Message, Remedy: n.Remedy})
		}
	}
	return found, nil
}

// sunsets finds accounts of which a release of NetSuite stops flows.
func (d *Desk) sunsets(ctx context.Context, _ api.Actor, _ time.Time) ([]item, error) {
	endings, err := d.Endings(ctx, "")
	if err != nil {
		return nil, err
	}
	var found []item
	for _, a := range endings.Accounts {
		stop := 0
		for _, f := range a.Flows {
			if f.Enabled && f.StopsWith == a.StopsWith && a.StopsWith != "" {
				stop++
			}
		}
		if stop == 0 {
			continue
		}
		i := item{Kind: attention.Sunset, Level: attention.Note, Noun: "account", Name: a.Account, Message: fmt.Sprintf("%d of its flows stop with NetSuite %s", stop, a.StopsWith)}
		if stop == 1 {
			i.Message = "1 of its flows stops with NetSuite " + a.StopsWith
		}
		if a.StopsWith <= endings.Release {
			i.Level = attention.Bad
		}
		found = append(found, i)
	}
	return found, nil
}
