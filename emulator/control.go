package emulator

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/sluicehq/sluice/emulator/failure"
	"github.com/sluicehq/sluice/emulator/gate"
)

// controlPrefix is where the emulator itself answers, not the account. Only
// programs on the same machine may use it; NetSuite has nothing there.
const controlPrefix = "/_emulator/"

// serveControl answers a control request from this machine.
func (e *Emulator) serveControl(w http.ResponseWriter, r *http.Request) {
	if !local(r) {
		controlError(w, http.StatusForbidden, "control endpoints answer on this machine only")
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 8<<20)
	e.controls.ServeHTTP(w, r)
}

// local reports whether r comes from this machine, to a name of this machine,
// and not from a web page of somebody else's.
func local(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !from.Addr().Unmap().IsLoopback() || !loopbackName(r.Host) {
		return false
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host == r.Host
}

func loopbackName(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func (e *Emulator) controlMux() http.Handler {
	m := http.NewServeMux()
	var all []string
	handle := func(pattern string, f func(*http.Request) (any, error)) {
		method, path, _ := strings.Cut(pattern, " ")
		all = append(all, method+" "+controlPrefix+path)
		m.HandleFunc(method+" "+controlPrefix+path, control(f))
	}
	handle("GET health", func(*http.Request) (any, error) { return map[string]string{"status": "ok"}, nil })
	handle("GET credentials", e.controlCredentials)
	handle("GET stats", e.controlStats)
	handle("GET requests", func(*http.Request) (any, error) { return e.Requests(), nil })
	handle("GET audit-trail", func(*http.Request) (any, error) { return e.account.AuditTrail(), nil })
	handle("GET restlets", func(*http.Request) (any, error) { return e.RESTlets(), nil })
	handle("POST restlets", e.controlDeploy)
	handle("GET script-log", func(*http.Request) (any, error) { return e.ScriptLog(), nil })
	handle("GET faults", func(*http.Request) (any, error) { return e.failures.Stats(), nil })
	handle("POST faults", e.controlAddFault)
	handle("DELETE faults", func(*http.Request) (any, error) { e.failures.Clear(); return nil, nil })
	handle("POST quiesce", func(r *http.Request) (any, error) { return nil, e.Quiesce(r.Context()) })
	handle("POST reset", e.controlReset)
	handle("POST refresh-sandbox", func(*http.Request) (any, error) { return nil, e.Refresh() })
	handle("POST production", func(*http.Request) (any, error) { e.SetProduction(); return nil, nil })
	handle("GET token-errors", e.controlTokenErrors)
	handle("POST token-errors", e.controlTokenErrors)
	handle("GET clock", func(*http.Request) (any, error) { return e.clockState(), nil })
	handle("POST clock", e.controlClock)
	handle("POST concurrency", e.controlConcurrency)
	handle("GET saved-searches", func(*http.Request) (any, error) { return e.SavedSearches(), nil })
	handle("POST saved-searches", e.controlSavedSearch)
	handle("GET record-types", e.controlRecordTypes)
	e.controlAccount(handle)
	handle("GET {$}", func(*http.Request) (any, error) { return all[:len(all)-1], nil })
	return m
}

// control answers with f's result as JSON: 204 for nil, 400 for an error.
func control(f func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch v, err := f(r); {
		case err != nil:
			controlError(w, http.StatusBadRequest, err.Error())
		case v == nil:
			w.WriteHeader(http.StatusNoContent)
		default:
			writeJSON(w, http.StatusOK, v)
		}
	}
}

func controlError(w http.ResponseWriter, status int, text string) {
	writeJSON(w, status, map[string]string{"error": text})
}

// decode reads a JSON body that must not hold unknown names.
func decode(r *http.Request, v any) error {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	return d.Decode(v)
}

func (e *Emulator) controlCredentials(*http.Request) (any, error) {
	return struct {
		Credentials
		M2M M2MCredentials `json:"m2m"`
	}{e.Credentials(), e.M2M()}, nil
}

// Stats are the emulator's figures since it started or was Reset.
type Stats struct {
	Requests    int            `json:"requests"`
	LateCommits int            `json:"lateCommits"` // outstanding
	Concurrency gate.Stats     `json:"concurrency"`
	Faults      []failure.Stat `json:"faults"`
}

// Stats returns the present figures.
func (e *Emulator) Stats() Stats {
	return Stats{e.requests.count(), e.late.count(), e.gate.Stats(), e.failures.Stats()}
}

func (e *Emulator) controlStats(*http.Request) (any, error) { return e.Stats(), nil }

func (e *Emulator) controlAddFault(r *http.Request) (any, error) {
	var rule failure.Rule
	if err := decode(r, &rule); err != nil {
		return nil, err
	}
	if err := e.failures.Add(rule); err != nil {
		return nil, err
	}
	return e.failures.Stats(), nil
}

// controlReset begins anew, with another seed where the body names one.
func (e *Emulator) controlReset(r *http.Request) (any, error) {
	want := struct {
		Seed uint64 `json:"seed"`
	}{e.seed.Load()}
	if err := decode(r, &want); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return nil, e.Reseed(want.Seed)
}

// clockJSON is the clock as control endpoints show and set it.
type clockJSON struct {
	Now     time.Time `json:"now"`
	Running bool      `json:"running"`
	Offset  string    `json:"offset"` // against the real time
}

func (e *Emulator) clockState() clockJSON {
	running, offset := e.clock.Running()
	return clockJSON{e.clock.Now(), running, offset.Round(time.Millisecond).String()}
}

func (e *Emulator) controlClock(r *http.Request) (any, error) {
	var want struct {
		Set     *time.Time `json:"set"`
		Advance string     `json:"advance"`
		Running *bool      `json:"running"`
	}
	if err := decode(r, &want); err != nil {
		return nil, err
	}
	if want.Running != nil && !*want.Running {
		e.clock.Stop()
	}
	if want.Advance != "" {
		d, err := time.ParseDuration(want.Advance)
		if err != nil {
			return nil, err
		}
		e.clock.Advance(d)
	}
	if want.Set != nil {
		e.clock.Set(*want.Set)
	}
	if want.Running != nil && *want.Running {
		e.clock.Run()
	}
	return e.clockState(), nil
}

func (e *Emulator) controlConcurrency(r *http.Request) (any, error) {
	var want struct {
		Limit  int            `json:"limit"`
		Shares map[string]int `json:"shares"`
	}
	if err := decode(r, &want); err != nil {
		return nil, err
	}
	if want.Limit != 0 {
		if err := e.gate.SetLimit(want.Limit); err != nil {
			return nil, err
		}
	}
	for id, n := range want.Shares {
		if err := e.gate.Allot(id, n); err != nil {
			return nil, err
		}
	}
	e.changed()
	return e.gate.Stats(), nil
}

// controlRecordTypes lists the record types of the account, and those of a live
// account that it has not.
func (e *Emulator) controlRecordTypes(*http.Request) (any, error) {
	store := e.Records()
	if store == nil {
		return nil, errors.New("the emulator is closed")
	}
	served := []string{}
	for _, t := range store.Types() {
		served = append(served, t.Name)
	}
	return map[string]any{"served": served, "absent": store.Absent()}, nil
}
