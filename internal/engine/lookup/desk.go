package lookup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/sluicehq/sluice"
)

// Desk asks other systems for one run, or one preview.
type Desk struct {
	Connector sluice.Connector
	// Open finds a connection by name and opens its secrets.
	Open  func(ctx context.Context, name string) (*sluice.Connection, error)
	Shelf *Shelf
	Flow  string // for fair shares between flows

	mu      sync.Mutex
	windows map[*Step]*window
}

// window is where one lookup is asked.
type window struct {
	mu      sync.Mutex
	finder  sluice.Finder // nil before the first question
	answers *answers
}

// Result is what a lookup did with a record.
type Result struct {
	Record sluice.Record // with the answer
	Found  bool
	// Failure is why the record does not go on.
	Failure *sluice.Error
	Class   sluice.Classification
}

// Look asks for records, the same question once, and returns a result for each, and
// the requests that it took. An error means that the system cannot be used now:
// it concerns the run and no record.
func (d *Desk) Look(ctx context.Context, s *Step, records []sluice.Record) (results []Result, requests int, err error) {
	results = make([]Result, len(records))
	keys := make([]string, len(records)) // "" for nothing to ask
	asked := map[string]sluice.Question{}
	for i, r := range records {
		q, err := s.ask(ctx, r)
		if err == nil && q != nil {
			if keys[i], err = key(q); err == nil {
				asked[keys[i]] = q
			}
		}
		if err := results[i].fail(err, sluice.ClassMapping); err != nil {
			return nil, 0, err
		}
	}
	var found map[string]sluice.Answer
	if s.Table == nil && len(asked) > 0 {
		if found, requests, err = d.find(ctx, s, asked); err != nil {
			return nil, requests, err
		}
	}
	for i, r := range records {
		if results[i].Failure == nil {
			if err := s.conclude(ctx, &results[i], r, asked[keys[i]], found[keys[i]]); err != nil {
				return nil, requests, err
			}
		}
	}
	return results, requests, nil
}

// fail notes what is wrong with a record. What is not about the record is returned.
func (r *Result) fail(err error, class sluice.Classification) error {
	if err == nil {
		return nil
	}
	var own *sluice.Error
	if !errors.As(err, &own) {
		return err
	}
	r.Failure, r.Class = own, class
	return nil
}

// conclude applies the lookup's rules to an answer.
func (s *Step) conclude(ctx context.Context, out *Result, r sluice.Record, q sluice.Question, a sluice.Answer) error {
	if a.Refused != nil {
		return out.fail(a.Refused, sluice.ClassValue)
	}
	if s.Table != nil && q != nil {
		text, ok, err := s.inTable(q)
		if err != nil {
			return out.fail(sluice.Errorf("lookup.value", "what is looked up in the table: %w", err), sluice.ClassMapping)
		}
		if ok {
			out.Record, out.Found = s.with(r, text), true
			return nil
		}
	}
	var err error
	out.Record, err = s.take(ctx, r, q, a.Records)
	out.Found = len(a.Records) > 0 && err == nil
	return out.fail(err, sluice.ClassReference)
}

// find asks questions, whose keys are given.
func (d *Desk) find(ctx context.Context, s *Step, questions map[string]sluice.Question) (map[string]sluice.Answer, int, error) {
	w, err := d.window(ctx, s)
	if err != nil {
		return nil, 0, err
	}
	return w.answers.find(ctx, questions, func(ctx context.Context, list []sluice.Question) (sluice.Findings, error) {
		f, err := w.finder.Find(ctx, list)
		if err == nil && len(f.Answers) != len(list) {
			err = fmt.Errorf("lookup: %d answers to %d questions", len(f.Answers), len(list))
		}
		return f, err
	})
}

// window opens the place where a lookup is asked, once.
func (d *Desk) window(ctx context.Context, s *Step) (*window, error) {
	d.mu.Lock()
	if d.windows == nil {
		d.windows = map[*Step]*window{}
	}
	w, ok := d.windows[s]
	if !ok {
		w = &window{}
		d.windows[s] = w
	}
	d.mu.Unlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.finder != nil {
		return w, nil
	}
	conn, err := d.Open(ctx, s.Connection)
	if err != nil {
		return nil, err
	}
	connector, ok := d.Connector.(sluice.LookupConnector)
	if !ok {
		return nil, sluice.Errorf("lookup.unsupported", "the connection %s cannot be asked", conn.Name)
	}
	if w.answers, err = d.answers(s, conn); err != nil {
		return nil, err
	}
	w.finder, err = connector.OpenLookup(ctx, conn, s.Lookup, sluice.LookupOptions{Flow: d.Flow})
	return w, err
}

// answers returns where answers are kept. A connection that was changed may lead to
// another system.
func (d *Desk) answers(s *Step, conn *sluice.Connection) (*answers, error) {
	if s.Cache == nil {
		return newAnswers(sluice.DefaultLookupEntries, 0, d.Shelf.clock), nil
	}
	keep, err := sluice.ParseDuration(s.Cache.For)
	if err != nil {
		return nil, sluice.Errorf("flow.invalid_value", "the cache's time cannot be read: %w", err)
	}
	name := fmt.Sprintf("%s %d %s", conn.ID, conn.UpdatedAt.UnixNano(), s.kept)
	return d.Shelf.answers(name, cmp.Or(s.Cache.Entries, sluice.DefaultLookupEntries), keep), nil
}

// Close ends all asking.
func (d *Desk) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var errs []error
	for _, w := range d.windows {
		if w.finder != nil {
			errs = append(errs, w.finder.Close())
		}
	}
	d.windows = nil
	return errors.Join(errs...)
}
