package telemetry

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite/governor"
)

// StateStore is what the state of a server is read from.
type StateStore interface {
	Runs(ctx context.Context, f sluice.RunFilter) ([]*sluice.Run, error)
	CountErrors(ctx context.Context) (map[string]int64, error)
	Flows(ctx context.Context) ([]*sluice.FlowRevision, error)
	Watermarks(ctx context.Context, flowID string) ([]*sluice.Watermark, error)
	DueSchedules(ctx context.Context, now time.Time, limit int) ([]*sluice.FlowSchedule, error)
	Connections(ctx context.Context) ([]*sluice.SealedConnection, error)
	Notices(ctx context.Context, open bool, limit int) ([]*sluice.Notice, error)
}

// fresh is how long what was read serves: who asks often does not keep the database busy.
const fresh = 5 * time.Second

// State reads how things are when somebody asks for metrics.
type State struct {
	Store StateStore
	Clock func() time.Time
	Log   *slog.Logger

	names *names
	slots *slots

	mu   sync.Mutex
	read time.Time
	last []prometheus.Metric
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(namespace+"_"+name, help, labels, nil)
}

// gauges are what State tells.
type gauges struct {
	active, errors, lag, late, connections, queued, lease, notices, limit, used, waiting, up *prometheus.Desc
}

func newGauges() gauges {
	return gauges{
		active:      desc("runs_active", "Runs that have not ended.", "flow", "state"),
		errors:      desc("record_errors_open", "Open record errors.", "flow"),
		lag:         desc("watermark_lag_seconds", "How far a delta export is behind.", "flow", "export"),
		late:        desc("schedule_late_seconds", "How long a schedule has been due.", "flow"),
		connections: desc("connection_status", "1 for the status that a connection has.", "connection", "kind", "status"),
		queued:      desc("run_queue_age_seconds", "How long the oldest queued run has waited."),
		lease:       desc("run_lease_overdue_seconds", "How long the lease of a running run is over that nobody has taken up, the longest."),
		notices:     desc("notices_open", "Open notices.", "code"),
		limit:       desc("slots_limit", "Requests that an account takes at one time, as this server sees it.", "account"),
		used:        desc("slots_in_use", "Slots that this server uses now.", "account"),
		waiting:     desc("slots_waiting", "Requests that wait for a slot in this server.", "account"),
		up:          desc("store_up", "1 when the database answered."),
	}
}

// Describe says nothing, so that series may come and go.
func (s *State) Describe(chan<- *prometheus.Desc) {}

// Collect reads the state anew where it is old.
func (s *State) Collect(out chan<- prometheus.Metric) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); now.Sub(s.read) >= fresh {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		s.read, s.last = now, s.collect(ctx)
		cancel()
	}
	for _, m := range s.last {
		out <- m
	}
}

// sample collects gauges.
type sample struct {
	gauges
	names *names
	list  []prometheus.Metric
}

func (s *sample) set(d *prometheus.Desc, v float64, labels ...string) {
	s.list = append(s.list, prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...))
}

func (s *State) collect(ctx context.Context) []prometheus.Metric {
	out := &sample{gauges: newGauges(), names: s.names}
	now, up := s.Clock(), 1.0
	for _, read := range []func(context.Context, *sample, time.Time) error{s.runs, s.flows, s.connections} {
		if err := read(ctx, out, now); err != nil {
			up = 0
			s.Log.WarnContext(ctx, "metrics: read the state", "error", err)
		}
	}
	out.set(out.up, up)
	s.slots.collect(out)
	return out.list
}

// maxActive bounds how many runs that have not ended are looked at.
const maxActive = 1000

func (s *State) runs(ctx context.Context, out *sample, now time.Time) error {
	type of struct{ flow, state string }
	counts := map[of]float64{}
	var queue, lease time.Duration
	for _, state := range []sluice.RunState{sluice.RunQueued, sluice.RunRunning} {
		list, err := s.Store.Runs(ctx, sluice.RunFilter{States: []sluice.RunState{state}, Limit: maxActive})
		if err != nil {
			return err
		}
		for _, r := range list {
			counts[of{out.names.of("flow", r.FlowName), string(state)}]++
			if state == sluice.RunQueued {
				queue = max(queue, now.Sub(r.CreatedAt))
			} else {
				lease = max(lease, now.Sub(r.LeaseUntil))
			}
		}
	}
	for k, n := range counts {
		out.set(out.active, n, k.flow, k.state)
	}
	out.set(out.queued, queue.Seconds())
	out.set(out.lease, lease.Seconds())
	return nil
}

func (s *State) flows(ctx context.Context, out *sample, now time.Time) error {
	flows, err := s.Store.Flows(ctx)
	if err != nil {
		return err
	}
	name := make(map[string]string, len(flows))
	for _, f := range flows {
		name[f.FlowID] = out.names.of("flow", f.Flow.Name)
	}
	open, err := s.Store.CountErrors(ctx)
	if err != nil {
		return err
	}
	errors := map[string]float64{}
	for id, n := range open {
		flow := name[id]
		if flow == "" {
			flow = others // of flows that are deleted
		}
		errors[flow] += float64(n)
	}
	for flow, n := range errors {
		out.set(out.errors, n, flow)
	}
	marks, err := s.Store.Watermarks(ctx, "")
	if err != nil {
		return err
	}
	for _, m := range marks {
		if flow := name[m.FlowID]; flow != "" && flow != others {
			out.set(out.lag, max(0, now.Sub(m.At).Seconds()), flow, m.Export)
		}
	}
	due, err := s.Store.DueSchedules(ctx, now, maxNames)
	if err != nil {
		return err
	}
	for _, d := range due {
		if flow := name[d.FlowID]; !d.Next.IsZero() && flow != "" && flow != others {
			out.set(out.late, now.Sub(d.Next).Seconds(), flow)
		}
	}
	return nil
}

func (s *State) connections(ctx context.Context, out *sample, _ time.Time) error {
	list, err := s.Store.Connections(ctx)
	if err != nil {
		return err
	}
	for _, c := range list {
		if name := out.names.of("connection", c.Name); name != others {
			out.set(out.connections, 1, name, c.Kind, string(c.Status))
		}
	}
	notices, err := s.Store.Notices(ctx, true, maxActive)
	counts := map[string]float64{}
	for _, n := range notices {
		counts[n.Code]++
	}
	for code, n := range counts {
		out.set(out.notices, n, code)
	}
	return err
}

// slots are the budgets that this server takes slots of.
type slots struct {
	mu   sync.Mutex
	list map[string]*governor.Governor // by account
}

func (s *slots) collect(out *sample) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for account, g := range s.list {
		stats := g.Stats()
		waiting := 0
		for _, n := range stats.Waiting {
			waiting += n
		}
		out.set(out.limit, float64(stats.Limit), account)
		out.set(out.used, float64(stats.InUse), account)
		out.set(out.waiting, float64(waiting), account)
	}
}
