package attention

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/guide/sunset"
)

var noon = time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)

// stored is a store in memory.
type stored struct {
	connections []*sluice.SealedConnection
	flows       []*sluice.FlowRevision
	runs        map[string][]*sluice.Run
	schedules   map[string]*sluice.FlowSchedule
	groups      []sluice.ErrorGroup
	notices     []*sluice.Notice
	tokens      []*sluice.Token
	endings     sunset.Endings
}

func (s *stored) Connections(context.Context) ([]*sluice.SealedConnection, error) {
	return s.connections, nil
}
func (s *stored) Flows(context.Context) ([]*sluice.FlowRevision, error) { return s.flows, nil }
func (s *stored) Runs(_ context.Context, f sluice.RunFilter) ([]*sluice.Run, error) {
	return s.runs[f.FlowID], nil
}
func (s *stored) Schedule(_ context.Context, id string) (*sluice.FlowSchedule, error) {
	return s.schedules[id], nil
}
func (s *stored) GroupErrors(_ context.Context, f sluice.ErrorFilter, since time.Time) ([]sluice.ErrorGroup, error) {
	if f.State != sluice.ErrorOpen || !since.Equal(noon.Add(-day)) {
		return nil, sluice.Errorf("test", "asked for %+v since %s", f, since)
	}
	return s.groups, nil
}
func (s *stored) Notices(context.Context, bool, int) ([]*sluice.Notice, error) { return s.notices, nil }
func (s *stored) Tokens(_ context.Context, user string) ([]*sluice.Token, error) {
	return slices.DeleteFunc(slices.Clone(s.tokens), func(t *sluice.Token) bool { return t.UserID != user }), nil
}

// flow adds a flow with its runs, newest first, and its schedule, nil for none.
func (s *stored) flow(name string, schedule *sluice.FlowSchedule, runs ...*sluice.Run) {
	f := &sluice.FlowRevision{FlowID: name, Enabled: true, Flow: sluice.Flow{Name: name}}
	if s.runs == nil {
		s.runs, s.schedules = map[string][]*sluice.Run{}, map[string]*sluice.FlowSchedule{}
	}
	s.flows, s.runs[name] = append(s.flows, f), runs
	if schedule != nil {
		schedule.FlowName, f.Flow.Schedule = name, &sluice.Schedule{}
		s.schedules[name] = schedule
	}
}

// told returns what needs somebody, each as level, kind, name and message.
func (s *stored) told(t *testing.T, by api.Actor) []string {
	t.Helper()
	d := &Desk{Store: s, Clock: func() time.Time { return noon }, Endings: func(context.Context, string) (*sunset.Endings, error) { return &s.endings, nil }}
	a, err := d.Attention(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{}
	for _, i := range a.Items {
		lines = append(lines, strings.Join([]string{string(i.Level), string(i.Kind), i.Name, i.Message}, "|"))
	}
	return lines
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("told:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAllClear(t *testing.T) {
	s := &stored{connections: []*sluice.SealedConnection{{Connection: sluice.Connection{Name: "ns", Status: sluice.StatusOnline}}}}
	s.flow("fine", &sluice.FlowSchedule{Next: noon.Add(time.Hour)}, ended(sluice.RunManual, sluice.RunCompleted, noon))
	s.flow("new", nil)
	expect(t, s.told(t, api.Local()))
}

func ended(kind sluice.RunKind, state sluice.RunState, at time.Time) *sluice.Run {
	return &sluice.Run{ID: at.Unix(), Kind: kind, State: state, CreatedAt: at, FinishedAt: at}
}

func TestFlows(t *testing.T) {
	s := &stored{}
	hour := func(h int) time.Time { return noon.Add(time.Duration(h) * time.Hour) }
	failed := ended(sluice.RunManual, sluice.RunFailed, hour(-1))
	failed.Error = &sluice.Error{Message: "the file is gone"}
	s.flow("failed", nil, &sluice.Run{Kind: sluice.RunManual, State: sluice.RunRunning}, ended(sluice.RunRetry, sluice.RunCompleted, noon), failed)
	s.flow("mended", nil, ended(sluice.RunManual, sluice.RunCompleted, noon), failed)
	s.flow("off", nil, failed)
	s.flows[len(s.flows)-1].Enabled = false
	s.flow("paused", &sluice.FlowSchedule{Paused: true, Next: hour(-9)})
	s.flow("paused-in-file", &sluice.FlowSchedule{Schedule: sluice.Schedule{Paused: true}})
	s.flow("overdue", &sluice.FlowSchedule{Next: hour(-1)})
	s.flow("late", &sluice.FlowSchedule{Next: hour(1), Last: hour(-3)}, ended(sluice.RunScheduled, sluice.RunCompleted, hour(-1)))
	s.flow("late-long-ago", &sluice.FlowSchedule{Next: hour(1), Last: hour(-40)}, ended(sluice.RunScheduled, sluice.RunCompleted, hour(-30)))
	s.flow("punctual", &sluice.FlowSchedule{Next: hour(1), Last: hour(-3)}, ended(sluice.RunScheduled, sluice.RunCompleted, hour(-3).Add(time.Second)))
	got := s.told(t, api.Local())
	for i := range got {
		got[i], _, _ = strings.Cut(got[i], " and ")
		got[i], _, _ = strings.Cut(got[i], "; ")
	}
	expect(t, got, "bad|flow.failed|failed|The last run failed: the file is gone",
		"warn|schedule.missed|late|No server ran at 2026-03-04T09:00:00Z when a run was due", "warn|schedule.missed|overdue|A run was due at 2026-03-04T11:00:00Z",
		"note|schedule.paused|paused|The schedule is paused", "note|schedule.paused|paused-in-file|The schedule is paused")
}

func TestErrorsByFlow(t *testing.T) {
	s := &stored{groups: []sluice.ErrorGroup{{FlowID: "a", FlowName: "old name", Count: 3, Recent: 1}, {FlowID: "b", FlowName: "b", Count: 1}, {FlowID: "a", Count: 2, Recent: 2}, {FlowID: "gone", FlowName: "gone", Count: 9}}}
	s.flow("a", nil)
	s.flow("b", nil)
	expect(t, s.told(t, api.Local()), "warn|errors.open|gone|9 records did not get through", "warn|errors.open|a|5 records did not get through", "warn|errors.open|b|1 record did not get through")
	d := &Desk{Store: s, Clock: func() time.Time { return noon }}
	found, err := d.errors(t.Context(), api.Local(), noon)
	if err != nil || found[0].Count != 5 || found[0].Recent != 3 {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestWhatEnds(t *testing.T) {
	s := &stored{connections: []*sluice.SealedConnection{{Connection: sluice.Connection{Name: "ns", Status: sluice.StatusOffline, Detail: "INVALID_LOGIN"}}},
		tokens: []*sluice.Token{{UserID: "u", Name: "soon", ExpiresAt: noon.Add(3 * day)}, {UserID: "u", Name: "ended", ExpiresAt: noon.Add(-day)}, {UserID: "u", Name: "later", ExpiresAt: noon.Add(90 * day)},
			{UserID: "u", Name: "for ever"}, {UserID: "other", Name: "not mine", ExpiresAt: noon}},
		notices: []*sluice.Notice{{Code: sluice.NoticeOffline, Name: "ns"}, {Code: sluice.NoticeErrorsFull, Name: "f", Message: "too much"}},
		endings: sunset.Endings{Release: "2026.1", Accounts: []sunset.AccountEnds{
			{Account: "111", StopsWith: "2028.2", Flows: []sunset.FlowEnds{{Enabled: true, StopsWith: "2028.2"}, {Enabled: true, StopsWith: "2028.2"}, {StopsWith: "2028.2"}}},
			{Account: "222", StopsWith: "2026.1", Flows: []sunset.FlowEnds{{Enabled: true, StopsWith: "2026.1"}}}, {Account: "333", Flows: []sunset.FlowEnds{{Enabled: true}}}}}}
	want := []string{"bad|connection.offline|ns|The connection is offline: INVALID_LOGIN", "bad|sunset|222|1 of its flows stops with NetSuite 2026.1",
		"warn|token.ends|soon|The API token ends on 2026-03-07", "warn|notice|f|too much", "note|token.ends|ended|The API token ended on 2026-03-03", "note|sunset|111|2 of its flows stop with NetSuite 2028.2"}
	expect(t, s.told(t, api.Actor{UserID: "u", Role: sluice.RoleManage}), want...)
	if got := s.told(t, api.Local()); len(got) != len(want)-2 {
		t.Errorf("without a user: %q", got)
	}
}
