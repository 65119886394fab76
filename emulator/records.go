package emulator

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/async"
	"github.com/sluicehq/sluice/emulator/company"
	"github.com/sluicehq/sluice/emulator/failure"
	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/rest"
	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/emulator/soap"
	"github.com/sluicehq/sluice/emulator/suiteql"
)

// records are the account's records with the services that work on them. Reset
// replaces them as a whole.
type records struct {
	store   *record.Store
	queries *suiteql.Database
	engine  *suiteql.Engine
	rest    http.Handler
	suiteql http.Handler
	jobs    *async.Queue
	soap    *soap.Service
}

// openRecords opens the records in file, "" for a temporary one.
func (e *Emulator) openRecords(file string) (_ *records, err error) {
	ctx := context.Background()
	x := &records{}
	defer func() {
		if err != nil {
			err = errors.Join(err, x.close())
		}
	}()
	if x.store, err = record.Open(ctx, record.Options{Path: file, Now: e.clock.Now}); err != nil {
		return nil, err
	}
	if x.queries, err = suiteql.Open(x.store.Path()); err != nil {
		return nil, err
	}
	x.engine = suiteql.NewEngine(x.queries, tables(x.store.Catalog()), e.opts.Log)
	x.jobs = async.New(async.Options{Now: e.clock.Now, Before: e.beforeTask})
	x.suiteql = x.jobs.Take(needWorkbook(x.engine.Handler()), nil)
	x.rest = x.jobs.Take(rest.New(x.store, rest.Options{Limits: e.limits, Log: e.opts.Log}), rest.Batch)
	x.soap, err = e.newSOAP(x.store)
	return x, err
}

// beforeTask is what befalls a task of an asynchronous job: the failure rules
// for tasks. Their path is that of the record.
func (e *Emulator) beforeTask(r *http.Request) *fault.Fault {
	plan := e.failures.Decide(failure.Request{Method: failure.Task, URI: r.URL.RequestURI()})
	e.clock.Sleep(plan.Slow, e.hurried())
	switch plan.Effect {
	case "", failure.Slow:
		return nil
	case failure.Unavailable:
		return fault.New(http.StatusServiceUnavailable, fault.UnexpectedError, "The service is temporarily unavailable.")
	}
	return fault.New(http.StatusInternalServerError, fault.UnexpectedError, "An unexpected error occurred. Error ID: %s", operationID())
}

func (x *records) close() error {
	var errs []error
	if x.jobs != nil {
		x.jobs.Close()
	}
	if x.soap != nil {
		x.soap.Close()
	}
	if x.queries != nil {
		errs = append(errs, x.queries.Close())
	}
	if x.store != nil {
		errs = append(errs, x.store.Close())
	}
	return errors.Join(errs...)
}

// recordsFile is where the records live beside the state file.
func (e *Emulator) recordsFile() string {
	if e.opts.StateFile == "" {
		return ""
	}
	return e.opts.StateFile + ".records.db"
}

// seedRecords begins with new records.
func (e *Emulator) seedRecords() error {
	file := e.recordsFile()
	if file != "" {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if err := os.Remove(file + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	x, err := e.openRecords(file)
	if err != nil {
		return err
	}
	if err := e.fill(x.store); err != nil {
		return errors.Join(err, x.close())
	}
	e.records.Store(x)
	return e.publishScripts()
}

// fill adds the records that Options ask for.
func (e *Emulator) fill(store *record.Store) error {
	ctx := context.Background()
	if !e.opts.Empty {
		if err := company.Sample(ctx, store, e.seed.Load(), e.clock.Now(), e.opts.Company); err != nil {
			return err
		}
		if err := nameUsers(store, e.setup()); err != nil {
			return err
		}
	}
	if e.opts.Records == nil {
		return nil
	}
	return company.Load(ctx, store, e.opts.Records)
}

// nameUsers makes the first employees of the sample company the users of the
// account, so that the entity of a login is an employee record.
func nameUsers(store *record.Store, s *account.Setup) error {
	for _, u := range s.Employees {
		id, err := strconv.ParseInt(u.ID, 10, 64)
		if err != nil {
			return err
		}
		first, last, _ := strings.Cut(u.Name, " ")
		fields := map[string]any{"entityId": u.Name, "firstName": first, "lastName": last, "email": u.Email}
		if err := store.Writer().Edit("employee", id, fields); err != nil {
			return fmt.Errorf("user %s: %w", u.Name, err)
		}
	}
	return nil
}

// mountRecords adds the services that work on records.
func (e *Emulator) mountRecords() {
	service := func(pick func(*records) http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			x := e.records.Load()
			if x == nil {
				fault.Write(w, fault.New(http.StatusServiceUnavailable, fault.UnexpectedError, "The account is closed."))
				return
			}
			pick(x).ServeHTTP(w, r)
		})
	}
	e.mount("/services/rest/record/", account.REST, service(func(x *records) http.Handler { return x.rest }))
	e.mount("/services/rest/system/", account.REST, service(func(x *records) http.Handler { return x.rest }))
	describe := service(func(x *records) http.Handler { return http.HandlerFunc(x.soap.ServeDescription) }).ServeHTTP
	e.mountOpen("", "/wsdl/", describe)
	e.mountOpen("", "/xsd/", describe)
	e.mount(async.Path, account.REST, service(func(x *records) http.Handler { return x.jobs }))
	e.mount(soap.Path, account.SOAP, service(func(x *records) http.Handler { return x.soap }))
	e.mount("/services/rest/query/v1/suiteql", account.REST, service(func(x *records) http.Handler { return x.suiteql }))
}

// needWorkbook asks for the feature and the permission that SuiteQL needs beside
// REST Web Services (Oracle help, article_0320025211). What NetSuite answers
// without them is not published.
func needWorkbook(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s := session.From(r.Context()); s == nil || !s.Has(account.FeatureWorkbook) || !s.Allows(account.PermissionWorkbook, session.View) {
			fault.Write(w, fault.New(http.StatusForbidden, fault.InsufficientPermission,
				"Permission Violation: You need the 'SuiteAnalytics Workbook' permission to access this page."))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// limits tells the governanceLimits service what the gate holds.
func (e *Emulator) limits(s *session.Session) rest.Limits {
	shares := e.gate.Shares()
	l := rest.Limits{Account: e.gate.Stats().Limit, Kind: "accountLimit"}
	l.Unallocated = l.Account
	for _, n := range shares {
		l.Unallocated -= n
	}
	if n, ok := shares[s.IntegrationID]; ok {
		l.Integration, l.Kind = n, "integrationSpecific"
	}
	return l
}

// tables turns the record store's catalogue into SuiteQL's.
func tables(catalog []schema.Table) []suiteql.Table {
	kinds := map[schema.ColumnKind]suiteql.Kind{
		schema.IntegerColumn: suiteql.Integer, schema.DecimalColumn: suiteql.Decimal, schema.TextColumn: suiteql.Text,
		schema.BooleanColumn: suiteql.Boolean, schema.DateColumn: suiteql.Date, schema.DateTimeColumn: suiteql.DateTime,
	}
	var out []suiteql.Table
	for _, t := range catalog {
		q := suiteql.Table{
			Name: t.Name, Physical: t.Physical(), Key: t.Key, Display: t.Display, Permission: t.Permission, Feature: t.Feature,
		}
		for _, c := range t.Columns {
			column := suiteql.Column{Name: c.Name, Kind: kinds[c.Kind], Ref: c.Ref, Show: c.Show, Feature: c.Feature}
			if t.Name == "transaction" && c.Name == "status" {
				column.Compose = "type" // BUILTIN.CF: CustInvc:A
			}
			q.Columns = append(q.Columns, column)
		}
		out = append(out, q)
	}
	return out
}

// Records returns the account's records, to prepare and to look at them beside
// the API. Reset replaces them.
func (e *Emulator) Records() *record.Store {
	if x := e.records.Load(); x != nil {
		return x.store
	}
	return nil
}

// AddCustomField adds a custom field to record types and SuiteQL tables.
func (e *Emulator) AddCustomField(ctx context.Context, f schema.CustomField) error {
	x := e.records.Load()
	if x == nil {
		return errors.New("the emulator is closed")
	}
	if err := x.store.AddCustomField(ctx, f); err != nil {
		return fmt.Errorf("custom field %s: %w", f.ScriptID, err)
	}
	x.engine.SetTables(tables(x.store.Catalog()))
	return nil
}

// publishScripts shows the registered RESTlets in SuiteQL's script and
// scriptdeployment tables.
func (e *Emulator) publishScripts() error {
	x := e.records.Load()
	if x == nil {
		return errors.New("the emulator is closed")
	}
	var scripts []record.Script
	for _, s := range e.scripts.List() {
		if n := len(scripts); n == 0 || scripts[n-1].ScriptID != s.ScriptID {
			scripts = append(scripts, record.Script{ScriptID: s.ScriptID, Name: s.Name, Type: "RESTLET"})
		}
		last := &scripts[len(scripts)-1]
		last.Deployments = append(last.Deployments, record.Deployment{ScriptID: s.DeployID, Testing: s.Unreleased})
	}
	return x.store.SetScripts(context.Background(), scripts)
}
