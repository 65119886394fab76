package cli

import (
	"fmt"

	"github.com/schollz/progressbar/v3"

	"github.com/sluicehq/sluice/internal/client"
)

// progress shows on a terminal how far a run is; elsewhere it says nothing.
type progress struct{ bar *progressbar.ProgressBar }

func (p *program) newProgress() *progress {
	if !p.Interactive || p.Output != "table" {
		return &progress{}
	}
	return &progress{progressbar.NewOptions64(-1, progressbar.OptionSetWriter(p.Err), progressbar.OptionSetWidth(20),
		progressbar.OptionClearOnFinish(), progressbar.OptionShowCount(), progressbar.OptionSpinnerType(14))}
}

// update shows the run's counts. How many records there will be is known once
// the export is done.
func (g *progress) update(r *client.Run) {
	if g.bar == nil {
		return
	}
	done := r.Counts.Written + r.Counts.Unchanged + r.Counts.Excluded + r.Counts.Failed
	if r.ExportDone && r.Counts.Read > 0 {
		g.bar.ChangeMax64(r.Counts.Read)
	}
	g.bar.Describe(fmt.Sprintf("%s: %s", r.Flow, r.State))
	_ = g.bar.Set64(done) // a terminal that cannot be written to shows nothing
}

func (g *progress) end() {
	if g.bar != nil {
		_ = g.bar.Finish()
	}
}
