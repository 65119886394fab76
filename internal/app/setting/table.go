package setting

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/setting"
)

// Names of the settings.
const (
	Runs            = "runs.days"
	Audit           = "audit.days"
	Errors          = "errors.days"
	ErrorMegabytes  = "errors.megabytes"
	Traces          = "traces.days"
	TracesMegabytes = "traces.megabytes"
	Requests        = "requests.days"
	Slots           = "slots.days"
	Debug           = "debug.days"
	Messages        = "messages.days"
	Trash           = "trash.days"
)

const (
	days, megabytes = "days", "megabytes"
	decade          = 3650
)

// table has all settings, in the order in which people see them. Bounds are wide: they keep
// out what nobody can have meant.
var table = []setting.Setting{
	{Name: Runs, Label: "Runs that have ended", Unit: days, Default: 180, Least: 1, Most: decade, Forever: true,
		Help: "With their pages and requests. These stay whatever their age: the newest run of a flow and its last completed one, a run of which errors are kept, " +
			"and one that failed or was cancelled and can be resumed, unless it had read nothing. The ledger is never shortened: it keeps records from being written twice."},
	{Name: Errors, Label: "Resolved errors", Unit: days, Default: sluice.DefaultKeepDays, Least: 1, Most: decade,
		Help: "For flows that say nothing of it themselves (errors.keep.days). Open errors always stay."},
	{Name: ErrorMegabytes, Label: "Size of a flow's errors", Unit: megabytes, Default: sluice.DefaultKeepMegabytes, Least: 1, Most: 1_000_000,
		Help: "For flows that say nothing of it themselves (errors.keep.megabytes). The oldest resolved ones go first; open errors count and stay."},
	{Name: Traces, Label: "Traces of records", Unit: days, Default: 7, Least: 1, Most: decade,
		Help: "What imports did with each record, for sluice trace."},
	{Name: TracesMegabytes, Label: "Size of all traces", Unit: megabytes, Default: 500, Least: 1, Most: 1_000_000,
		Help: "The oldest go first."},
	{Name: Requests, Label: "Requests of runs", Unit: days, Default: 30, Least: 1, Most: decade,
		Help: "The timeline of each run. It goes with its run at the latest."},
	{Name: Slots, Label: "Use of request slots", Unit: days, Default: 3, Least: 1, Most: 90,
		Help: "A line for each account and minute, for the concurrency charts."},
	{Name: Debug, Label: "Debug logs of connections", Unit: days, Default: 30, Least: 1, Most: 365,
		Help: "The newest 10,000 entries of each connection at most."},
	{Name: Messages, Label: "Messages of channels", Unit: days, Default: 30, Least: 1, Most: 365,
		Help: "Those that were sent or given up; one that waits stays."},
	{Name: Trash, Label: "Deleted connections", Unit: days, Default: 30, Least: 1, Most: 365,
		Help: "So long a connection can be restored, with its secrets sealed. It counts for connections that are deleted from now on."},
	{Name: Audit, Label: "Audit log", Unit: days, Default: 0, Least: 90, Most: decade, Forever: true,
		Help: "Who did what. Never less than 90 days, so that who may change this cannot remove what they have just done; what is removed is itself noted."},
}

func named(name string) (setting.Setting, bool) {
	i := slices.IndexFunc(table, func(s setting.Setting) bool { return s.Name == name })
	if i < 0 {
		return setting.Setting{}, false
	}
	return table[i], true
}

// Defaults returns what counts where nobody has changed anything.
func Defaults() Values {
	v := Values{}
	for _, s := range table {
		v[s.Name] = s.Default
	}
	return v
}

// check returns what is wrong with a value.
func check(name string, value int) []sluice.Problem {
	s, ok := named(name)
	if !ok {
		names := make([]string, len(table))
		for i, s := range table {
			names[i] = s.Name
		}
		return []sluice.Problem{{Code: setting.CodeInvalid, Path: name, Message: "there is no such setting", Remedy: "Give one of " + strings.Join(names, ", ")}}
	}
	if value >= s.Least && value <= s.Most || value == 0 && s.Forever {
		return nil
	}
	p := sluice.Problem{Code: setting.CodeInvalid, Path: name, Message: fmt.Sprintf("%d is not from %d to %d %s", value, s.Least, s.Most, s.Unit),
		Remedy: fmt.Sprintf("Give a number from %d to %d", s.Least, s.Most)}
	if s.Forever {
		p.Remedy += ", or 0 to keep it for ever"
	}
	return []sluice.Problem{p}
}
