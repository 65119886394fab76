// Package emulator is a NetSuite account on localhost, for tests and for trying
// things out: login, REST record service, SuiteQL, RESTlets, limits and
// failures. In a Go test it is one line:
//
//	account := emulator.Start(t)
//
// It is a library first; the command line serves the same thing. What it does
// and what it leaves out is written down in docs/emulator.md.
package emulator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/company"
	"github.com/sluicehq/sluice/emulator/failure"
	"github.com/sluicehq/sluice/emulator/gate"
	"github.com/sluicehq/sluice/emulator/pages"
	"github.com/sluicehq/sluice/emulator/restlet"
	"github.com/sluicehq/sluice/emulator/script"
	"github.com/sluicehq/sluice/emulator/soap/search"
)

// DefaultAccountID is the account that is emulated unless Options say otherwise.
const DefaultAccountID = "1234567_SB1"

// Options configure an Emulator. The zero value is a sandbox account with a
// working integration and a limit of five concurrent requests.
type Options struct {
	// AccountID in realm form; empty means DefaultAccountID.
	AccountID string
	// Seed decides everything made up: keys, sample data, which requests fail.
	Seed uint64
	// Concurrency is the account's limit; 0 means gate.DefaultLimit.
	Concurrency int
	// Latency is how long the account thinks about each request before it works
	// on it; nil means not at all.
	Latency func(*http.Request) time.Duration
	// StateFile keeps the account over restarts; empty keeps it in memory.
	StateFile string
	// Clock is the account's clock; nil means one that shows the real time.
	Clock *Clock
	// TimeZone (IANA name), DateFormat and TimeFormat are the company's
	// preferences; empty means America/Los_Angeles, M/D/YYYY and h:mm a.
	TimeZone, DateFormat, TimeFormat string
	// Bare is an account as new: the features of SuiteCloud are off, and there is
	// no integration record, no role, no token and no certificate. The sample
	// company is there.
	Bare bool
	// Empty leaves the sample company out: the account has no records at all.
	Empty bool
	// Company is the size of the sample company; zero fields are the standard.
	Company company.Size
	// Records is a folder of records to add, one file TYPE.jsonl for each type;
	// nil adds none. See company.Load.
	Records fs.FS
	// Scripts is a folder of SuiteScript 2.1 files whose RESTlets are deployed; nil
	// deploys none. See script.Host.
	Scripts fs.FS
	// ScriptLimits bound each run of a script; zero fields are NetSuite's limits.
	ScriptLimits script.Limits
	// Log gets what is no answer of NetSuite's: why a query was refused, and the
	// emulator's own failures. Nil discards it.
	Log *slog.Logger
	// BaseURL is the address that clients sign and see, when a gateway stands
	// between; empty means scheme and host of each request as received.
	BaseURL string
	// DescribeTokenErrors makes the token endpoints (OAuth 2.0, three-step flow,
	// issuetoken) tell the true reason of a refusal; else they say nothing of it.
	// Which of both NetSuite does is not known.
	DescribeTokenErrors bool
}

// FixedLatency is a Latency that is always d.
func FixedLatency(d time.Duration) func(*http.Request) time.Duration {
	return func(*http.Request) time.Duration { return d }
}

// Emulator is one emulated account with all its services.
type Emulator struct {
	opts     Options
	seed     atomic.Uint64 // Options.Seed, or the one of the last Reseed
	clock    *Clock
	account  *account.Account
	gate     *gate.Gate
	failures *failure.Rules
	scripts  *restlet.Scripts
	saved    *search.Saved
	runner   *script.Host
	journal  scriptLog
	requests requestLog
	routes   []route
	controls http.Handler
	records  atomic.Pointer[records]
	pages    *pages.Site
	// production is what a sandbox refresh copies.
	production atomic.Pointer[account.Setup]

	// world is held for reading by whatever works in the account, late commits
	// included, and for writing by Reset.
	world   sync.RWMutex
	late    inFlight
	saving  sync.Mutex
	closing chan struct{}
	close   func() error // runs once

	mu      sync.Mutex
	servers []shutdowner
	baseURL string
	hurry   chan struct{} // closed to end waits before their time
}

// New returns an emulated account. Serve it, or use Handler. Close it at the end.
func New(opts Options) (*Emulator, error) {
	if opts.AccountID == "" {
		opts.AccountID = DefaultAccountID
	}
	e := &Emulator{
		opts: opts, clock: opts.Clock, gate: gate.New(opts.Concurrency), failures: failure.New(opts.Seed),
		scripts: &restlet.Scripts{}, saved: search.NewSaved(), closing: make(chan struct{}), hurry: make(chan struct{}), baseURL: opts.BaseURL,
	}
	e.close = sync.OnceValue(e.shutdown)
	e.seed.Store(opts.Seed)
	if e.clock == nil {
		e.clock = &Clock{}
	}
	if e.opts.Log == nil {
		e.opts.Log = slog.New(slog.DiscardHandler)
	}
	if err := e.open(); err != nil {
		return nil, err
	}
	if err := e.deployScripts(); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	e.pages = e.newPages()
	e.mountAccount()
	e.mountRecords()
	e.controls = e.controlMux()
	return e, nil
}

// setup returns the set-up that the account starts with and is Reset to.
func (e *Emulator) setup() *account.Setup {
	s := account.Seed(e.opts.AccountID, e.seed.Load())
	if e.opts.Bare {
		s = account.Bare(e.opts.AccountID, e.seed.Load())
	}
	p := &s.Preferences
	p.TimeZone = cmp.Or(e.opts.TimeZone, p.TimeZone)
	p.DateFormat = cmp.Or(e.opts.DateFormat, p.DateFormat)
	p.TimeFormat = cmp.Or(e.opts.TimeFormat, p.TimeFormat)
	return s
}

func (e *Emulator) accountOptions() (account.Options, error) {
	o := account.Options{Now: e.clock.Now, DescribeTokenErrors: e.opts.DescribeTokenErrors}
	if e.opts.BaseURL == "" {
		return o, nil
	}
	u, err := url.Parse(e.opts.BaseURL)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return o, fmt.Errorf("base URL %q: want scheme and host", e.opts.BaseURL)
	}
	o.BaseURL = u
	return o, nil
}

// Option changes the Options of Start.
type Option func(*Options)

// Start serves an emulated account on a free port of 127.0.0.1 until the test ends.
func Start(t testing.TB, opts ...Option) *Emulator {
	t.Helper()
	var o Options
	for _, set := range opts {
		set(&o)
	}
	e, err := New(o)
	if err != nil {
		t.Fatalf("emulator: %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("emulator: %v", err)
	}
	server, err := e.server(l)
	if err != nil {
		t.Fatalf("emulator: %v", err)
	}
	served := make(chan error, 1)
	go func() { served <- serve(server, l) }()
	t.Cleanup(func() {
		if err := errors.Join(e.Close(), <-served); err != nil {
			t.Errorf("emulator: %v", err)
		}
	})
	return e
}

// Serve answers requests on l until ctx ends or Close is called. Close waits for
// those in flight.
func (e *Emulator) Serve(ctx context.Context, l net.Listener) error {
	server, err := e.server(l)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Shutdown(context.WithoutCancel(ctx)) })
	defer stop()
	return serve(server, l)
}

// server prepares to serve on l, so that URL and Close know of it.
func (e *Emulator) server(l net.Listener) (*http.Server, error) {
	server := &http.Server{Handler: e, ReadHeaderTimeout: 10 * time.Second}
	if err := e.closeLater(server); err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.baseURL == "" {
		e.baseURL = "http://" + reachable(l.Addr())
	}
	return server, nil
}

// shutdowner is a server that Close ends.
type shutdowner interface{ Shutdown(context.Context) error }

// closeLater leaves a server for Close to end, unless that is over.
func (e *Emulator) closeLater(s shutdowner) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	select {
	case <-e.closing:
		return errors.New("the emulator is closed")
	default:
	}
	e.servers = append(e.servers, s)
	return nil
}

func serve(s *http.Server, l net.Listener) error {
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// reachable turns a listener's address into one that a client can use.
func reachable(addr net.Addr) string {
	if a, ok := addr.(*net.TCPAddr); ok && a.IP.IsUnspecified() {
		return net.JoinHostPort("localhost", strconv.Itoa(a.Port))
	}
	return addr.String()
}

// Close stops serving, lets the requests in flight and the late commits finish,
// and writes the state file.
func (e *Emulator) Close() error { return e.close() }

func (e *Emulator) shutdown() error {
	e.mu.Lock()
	close(e.closing)
	servers := e.servers
	e.mu.Unlock()
	e.hurryUp()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	var errs []error
	for _, s := range servers {
		errs = append(errs, s.Shutdown(ctx))
	}
	errs = append(errs, e.Quiesce(ctx), e.save())
	e.world.Lock() // requests that came through Handler end first
	defer e.world.Unlock()
	if x := e.records.Swap(nil); x != nil {
		errs = append(errs, x.close())
	}
	return errors.Join(errs...)
}

// URL returns the base URL under which all services of the account answer, or
// "" before it is served.
func (e *Emulator) URL() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.baseURL
}

// Account returns the set-up side of the account: features, integration
// records, roles, users, tokens, and the Login Audit Trail.
func (e *Emulator) Account() *account.Account { return e.account }

// Clock returns the account's clock.
func (e *Emulator) Clock() *Clock { return e.clock }

// Gate returns the account's pool of concurrent requests.
func (e *Emulator) Gate() *gate.Gate { return e.gate }

// Faults returns the rules by which requests go wrong.
func (e *Emulator) Faults() *failure.Rules { return e.failures }

// Requests returns the newest requests, oldest first.
func (e *Emulator) Requests() []RequestEntry { return e.requests.list() }

// Quiesce waits until no late commit and no asynchronous job is outstanding.
func (e *Emulator) Quiesce(ctx context.Context) error {
	if err := e.late.wait(ctx); err != nil {
		return err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if x := e.records.Load(); x != nil {
			x.jobs.Wait()
			x.soap.Wait()
		}
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Reset puts the account back to how it started: set-up, records, audit trail,
// figures and failure rules. Clock and registered RESTlets stay. It waits for
// requests in flight; late commits are done at once, before.
func (e *Emulator) Reset() error { return e.Reseed(e.seed.Load()) }

// Reseed is Reset with another seed: other keys, other sample data, other
// failures.
func (e *Emulator) Reseed(seed uint64) error {
	e.hurryUp()
	e.world.Lock()
	defer e.world.Unlock()
	e.calmDown()
	e.seed.Store(seed)
	e.failures.Reset(seed)
	e.requests.clear()
	e.journal.clear()
	e.gate.Reset()
	e.production.Store(e.setup())
	e.pages.Forget()
	return errors.Join(e.account.Reset(e.setup()), e.resetRecords(), e.save())
}

func (e *Emulator) resetRecords() error {
	x := e.records.Swap(nil)
	if x == nil {
		return errors.New("the emulator is closed")
	}
	return errors.Join(x.close(), e.seedRecords())
}

// hurryUp ends all waits, those to come too.
func (e *Emulator) hurryUp() {
	e.mu.Lock()
	defer e.mu.Unlock()
	select {
	case <-e.hurry: // somebody else did
	default:
		close(e.hurry)
	}
}

// calmDown lets waits last again, but for a closing emulator's.
func (e *Emulator) calmDown() {
	e.mu.Lock()
	defer e.mu.Unlock()
	select {
	case <-e.closing:
	default:
		e.hurry = make(chan struct{})
	}
}

// hurried is closed when waits must end: at Close, and during Reset.
func (e *Emulator) hurried() <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.hurry
}
