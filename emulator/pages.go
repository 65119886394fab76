package emulator

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/emulator/pages"
	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/record/schema"
)

// newPages returns the pages of the account.
func (e *Emulator) newPages() *pages.Site {
	o := pages.Options{Account: e.account, Seed: e.seed.Load, Refresh: e.Refresh, BaseURL: e.opts.BaseURL}
	if !e.opts.Empty {
		o.Employees = employees{e}
	}
	return pages.New(o)
}

// Refresh does what a sandbox refresh does: set-up and records are copied anew
// from production, that is what the account started with or SetProduction kept.
// Account ID and integration records with their keys stay; access tokens and M2M
// certificates are gone (Oracle help, section_1534941538 and section_162686838198),
// and everybody is logged out.
func (e *Emulator) Refresh() error {
	e.hurryUp()
	e.world.Lock()
	defer e.world.Unlock()
	e.calmDown()
	now := e.account.Setup()
	if now.Type != "SANDBOX" {
		return errors.New("only a sandbox can be refreshed")
	}
	s := *e.production.Load()
	s.ID, s.Type, s.Tokens, s.Certificates = now.ID, now.Type, nil, nil
	e.pages.Forget()
	return errors.Join(e.account.Reset(&s), e.resetRecords(), e.save())
}

// SetProduction makes the present set-up what a sandbox refresh copies.
func (e *Emulator) SetProduction() {
	e.production.Store(e.account.Setup()) // a Setup never changes
	e.changed()
}

// employees are the employee records behind the pages.
type employees struct{ e *Emulator }

func (x employees) store() (*record.Store, *schema.Table, error) {
	store := x.e.Records()
	if store == nil {
		return nil, nil, errors.New("the emulator is closed")
	}
	for _, t := range store.Catalog() {
		if t.Name == "employee" {
			return store, &t, nil
		}
	}
	return nil, nil, errors.New("the account has no employee records")
}

// List returns all employee records by ID.
func (x employees) List() ([]pages.Person, error) {
	store, table, err := x.store()
	if err != nil {
		return nil, err
	}
	rows, err := store.DB().QueryContext(context.Background(), fmt.Sprintf(
		"SELECT id, coalesce(entityid, ''), coalesce(email, ''), coalesce(isinactive, 'F') = 'T' FROM %s ORDER BY id", schema.Quote(table.Physical())))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []pages.Person
	for rows.Next() {
		var p pages.Person
		var id int64
		if err := rows.Scan(&id, &p.Name, &p.Email, &p.Inactive); err != nil {
			return nil, err
		}
		p.ID = strconv.FormatInt(id, 10)
		all = append(all, p)
	}
	return all, rows.Err()
}

// Save creates or changes the employee record of p.
func (x employees) Save(p pages.Person) (string, error) {
	store, table, err := x.store()
	if err != nil {
		return "", err
	}
	first, last, _ := strings.Cut(p.Name, " ")
	fields := map[string]any{"entityId": p.Name, "firstName": first, "lastName": last, "email": p.Email, "isInactive": p.Inactive}
	if p.Email == "" {
		fields["email"] = nil
	}
	if p.ID == "" {
		id, err := store.Writer().Create("employee", fields)
		return strconv.FormatInt(id, 10), err
	}
	id, err := strconv.ParseInt(p.ID, 10, 64)
	if err != nil {
		return p.ID, nil // a user from a file, with an ID that no record has
	}
	var known bool
	if err := store.DB().QueryRowContext(context.Background(), fmt.Sprintf("SELECT count(*) > 0 FROM %s WHERE id = ?",
		schema.Quote(table.Physical())), id).Scan(&known); err != nil || !known {
		return p.ID, err // a user without an employee record, from a file or a control request
	}
	return p.ID, store.Writer().Edit("employee", id, fields)
}
