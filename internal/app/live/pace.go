package live

import (
	"math"
	"time"

	"github.com/sluicehq/sluice"
	api "github.com/sluicehq/sluice/internal/api/live"
)

const (
	rateOver  = 10 * time.Second // the present rate is that of the last so long
	rateAfter = 2 * time.Second  // and is not known before
)

// pace reckons how fast a run is.
type pace struct{ seen []mark }

// mark is how many records had ended at a time.
type mark struct {
	at   time.Time
	done int64
}

// put sets an event's rates and how long the rest takes. The rest is told only where the
// export has ended, so that it is known how much there is, and the rate is that of a
// whole span: a guess would be worse than nothing.
func (p *pace) put(e *api.RunEvent, now time.Time) {
	run := e.Run
	end := now
	if run.State.Ended() {
		end = run.FinishedAt
	}
	if took := end.Sub(run.StartedAt); !run.StartedAt.IsZero() && took >= rateAfter {
		e.Mean = rounded(float64(e.Done) / took.Seconds())
	}
	if run.State != sluice.RunRunning {
		p.seen = nil
		return
	}
	p.seen = append(p.seen, mark{now, e.Done})
	for len(p.seen) > 2 && now.Sub(p.seen[1].at) >= rateOver {
		p.seen = p.seen[1:]
	}
	over := now.Sub(p.seen[0].at)
	if over < rateAfter {
		return
	}
	rate := float64(e.Done-p.seen[0].done) / over.Seconds()
	e.Rate = rounded(rate)
	if left := run.Counts.Read - e.Done; run.ExportDone && rate > 0 && left > 0 && over >= rateOver {
		seconds := int64(math.Ceil(float64(left) / rate))
		e.Left = &seconds
	}
}

// rounded keeps three digits: more change all the time, and tell nothing.
func rounded(v float64) *float64 {
	if v > 0 {
		digits := math.Pow(10, 2-math.Floor(math.Log10(v)))
		v = math.Round(v*digits) / digits
	}
	return &v
}
