package emulator

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/restlet"
	"github.com/sluicehq/sluice/emulator/script"
	"github.com/sluicehq/sluice/emulator/suiteql"
)

// RegisterRESTlet adds a RESTlet to the account.
func (e *Emulator) RegisterRESTlet(s restlet.Script) error {
	if err := e.scripts.Register(s); err != nil {
		return err
	}
	return e.publishScripts()
}

// RESTlets returns the registered RESTlets.
func (e *Emulator) RESTlets() []restlet.Script { return e.scripts.List() }

// DeployScript deploys a SuiteScript 2.1 file, given as text, as a RESTlet. It
// replaces one of the same script and deployment IDs.
func (e *Emulator) DeployScript(d script.Deployment, source string) error {
	s, err := e.runner.Source(d, source)
	if err != nil {
		return err
	}
	return e.RegisterRESTlet(s)
}

// ScriptLog returns the newest lines that scripts wrote with N/log, oldest first.
func (e *Emulator) ScriptLog() []script.Entry { return e.journal.list() }

// deployScripts makes what runs scripts, and deploys the folder of Options.
func (e *Emulator) deployScripts() error {
	e.runner = &script.Host{Limits: e.opts.ScriptLimits, Account: &script.Account{
		Now: e.clock.Now, Log: e.journal.add, Stop: e.hurried,
		Saved:   e.savedSearch,
		Records: func() *record.Store { return e.records.Load().store },
		Queries: func() *suiteql.Engine { return e.records.Load().engine },
	}}
	if e.opts.Scripts == nil {
		return nil
	}
	scripts, err := e.runner.Folder(e.opts.Scripts)
	if err != nil {
		return err
	}
	for _, s := range scripts {
		if err := e.scripts.Register(s); err != nil {
			return err
		}
	}
	return e.publishScripts()
}

// savedSearch finds a saved search for scripts, by script ID or internal ID.
func (e *Emulator) savedSearch(id string) *script.SavedSearch {
	for _, x := range e.saved.List() {
		if x.ID == id || strings.EqualFold(x.ScriptID, id) {
			return &script.SavedSearch{ID: x.ID, ScriptID: x.ScriptID, Name: x.Name, Type: x.Type, Criteria: x.Criteria, Columns: x.Columns, Sort: x.Sort}
		}
	}
	return nil
}

// controlDeploy deploys a script: {"scriptId": "customscript_a", "source": "…"}.
func (e *Emulator) controlDeploy(r *http.Request) (any, error) {
	var want struct {
		script.Deployment
		Source string `json:"source"`
	}
	if err := decode(r, &want); err != nil {
		return nil, err
	}
	if want.ScriptID == "" || want.Source == "" {
		return nil, errors.New("scriptId and source are required")
	}
	want.DeployID = cmp.Or(want.DeployID, "customdeploy1")
	if err := e.DeployScript(want.Deployment, want.Source); err != nil {
		return nil, err
	}
	return e.RESTlets(), nil
}

// keptLines is how many lines the script execution log keeps.
const keptLines = 1000

// scriptLog is the script execution log. It is safe for concurrent use.
type scriptLog struct {
	mu    sync.Mutex
	lines []script.Entry
}

func (l *scriptLog) add(line script.Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.lines) == keptLines {
		l.lines = slices.Delete(l.lines, 0, keptLines/10)
	}
	l.lines = append(l.lines, line)
}

func (l *scriptLog) list() []script.Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.lines)
}

func (l *scriptLog) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = nil
}
