// Package setting holds what a server keeps and how long, and removes the rest.
package setting

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
	"github.com/sluicehq/sluice/internal/api/setting"
	"github.com/sluicehq/sluice/internal/app/audit"
)

// stored is the name under which the values are stored.
const stored = "retention"

// Store is what the rules need of the store.
type Store interface {
	sluice.SettingStore
	sluice.RetentionStore
	Flows(ctx context.Context) ([]*sluice.FlowRevision, error)
	AppendAudit(ctx context.Context, e *sluice.AuditEvent) error
}

// Fixed is a value that the command line has given: it goes before what is stored.
type Fixed struct {
	Value int
	Flag  string // --trace-days
}

// Rules are the rules round settings. All fields but Fixed and Started are required.
type Rules struct {
	Store   Store
	Fixed   map[string]Fixed // by the setting's name
	Started func() Start
	Audit   *audit.Log
	Clock   func() time.Time
	Log     *slog.Logger
}

// Values are what counts, by the names of the settings.
type Values map[string]int

// Before returns the time from before which nothing is kept; zero where it is kept for ever.
func (v Values) Before(name string, now time.Time) time.Time {
	if v[name] == 0 {
		return time.Time{}
	}
	return now.UTC().AddDate(0, 0, -v[name])
}

// Bytes returns a number of megabytes as bytes.
func (v Values) Bytes(name string) int64 { return int64(v[name]) << 20 }

// document is how changes are stored: those values alone that are not the default, so that
// another default of a newer version counts.
type document struct {
	Revision int            `json:"revision"`
	At       time.Time      `json:"at"`
	By       string         `json:"by"`
	Values   map[string]int `json:"values,omitempty"`
}

func (r *Rules) read(ctx context.Context) (d document, text string, err error) {
	if text, err = r.Store.Setting(ctx, stored); err != nil || text == "" {
		return d, text, err
	}
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return d, text, fmt.Errorf("settings: %w", err)
	}
	return d, text, nil
}

// values returns what counts: the command line goes before what is stored, and that before
// the defaults.
func (r *Rules) values(d document) Values {
	v := Defaults()
	for name, value := range d.Values {
		if len(check(name, value)) == 0 { // another version may have had other bounds
			v[name] = value
		}
	}
	for name, f := range r.Fixed {
		v[name] = f.Value
	}
	return v
}

// Values returns what counts now.
func (r *Rules) Values(ctx context.Context) (Values, error) {
	d, _, err := r.read(ctx)
	if err != nil {
		return nil, err
	}
	return r.values(d), nil
}

// Settings returns what is kept, as it counts now.
func (r *Rules) Settings(ctx context.Context) (*setting.Settings, error) {
	d, _, err := r.read(ctx)
	if err != nil {
		return nil, err
	}
	return r.told(d), nil
}

func (r *Rules) told(d document) *setting.Settings {
	out := &setting.Settings{Revision: d.Revision, ChangedAt: d.At, ChangedBy: d.By, Items: slices.Clone(table)}
	values := r.values(d)
	for i := range out.Items {
		s := &out.Items[i]
		s.Value, s.FixedBy = values[s.Name], r.Fixed[s.Name].Flag
	}
	return out
}

// ChangeSettings changes the values that are given. Nothing is removed before the next look
// at what is outdated.
func (r *Rules) ChangeSettings(ctx context.Context, by endpoint.Actor, c setting.SettingsChange) (*setting.Settings, error) {
	d, old, err := r.read(ctx)
	if err != nil {
		return nil, err
	}
	if c.Revision != d.Revision {
		return nil, overtaken(d)
	}
	values := r.values(d)
	if err := r.judge(values, c.Values); err != nil {
		return nil, err
	}
	var changes []string
	next := document{Revision: d.Revision + 1, At: r.Clock().UTC(), By: by.Name, Values: map[string]int{}}
	maps.Copy(next.Values, d.Values)
	for _, s := range table {
		value, given := c.Values[s.Name]
		if !given || value == values[s.Name] {
			continue
		}
		changes = append(changes, fmt.Sprintf("%s %d to %d", s.Name, values[s.Name], value))
		if next.Values[s.Name] = value; value == s.Default {
			delete(next.Values, s.Name)
		}
	}
	if len(changes) == 0 {
		return r.told(d), nil
	}
	if err := r.swap(ctx, old, next); err != nil {
		return nil, err
	}
	r.Audit.Note(ctx, by, "update", "settings", stored, strings.Join(changes, ", "))
	return r.told(next), nil
}

func (r *Rules) swap(ctx context.Context, old string, next document) error {
	text, err := json.Marshal(next)
	if err != nil {
		return err
	}
	done, err := r.Store.SwapSetting(ctx, stored, old, string(text))
	if err != nil || done {
		return err
	}
	now, _, err := r.read(ctx)
	if err != nil {
		return err
	}
	return overtaken(now)
}

func overtaken(d document) error {
	return sluice.Errorf(setting.CodeChanged, "the settings have changed meanwhile: they are at revision %d, by %s", d.Revision, d.By).
		Fix("Look at what they are now, and make the change again")
}

// judge says everything that is wrong with a change of the values that count.
func (r *Rules) judge(count Values, change map[string]int) error {
	var list []sluice.Problem
	for _, name := range slices.Sorted(maps.Keys(change)) {
		value := change[name]
		list = append(list, check(name, value)...)
		if f, fixed := r.Fixed[name]; fixed && value != count[name] {
			list = append(list, sluice.Problem{Code: setting.CodeInvalid, Path: name, Message: fmt.Sprintf("%s of the command line has set it to %d", f.Flag, f.Value),
				Remedy: "Start the server without " + f.Flag + " to change it here"})
		}
	}
	return sluice.Problems(setting.CodeInvalid, "the settings cannot be changed like that", list)
}

// Outdated returns what asks from before when something is not to be kept any more.
func (r *Rules) Outdated(name string) func(context.Context) (time.Time, error) {
	return func(ctx context.Context) (time.Time, error) {
		v, err := r.Values(ctx)
		if err != nil {
			return time.Time{}, err
		}
		return v.Before(name, r.Clock()), nil
	}
}

// Traced says what is kept of traces.
func (r *Rules) Traced(ctx context.Context) (before time.Time, bytes int64, err error) {
	v, err := r.Values(ctx)
	if err != nil {
		return before, 0, err
	}
	return v.Before(Traces, r.Clock()), v.Bytes(TracesMegabytes), nil
}

// ErrorKeep is what is kept of the errors of flows that say nothing of it.
func (r *Rules) ErrorKeep(ctx context.Context) (sluice.ErrorKeep, error) {
	v, err := r.Values(ctx)
	if err != nil {
		return sluice.ErrorKeep{}, err
	}
	return v.ErrorKeep(), nil
}

// Noted says from before when what runs noted of their requests, and how slots were used,
// is not kept any more.
func (r *Rules) Noted(ctx context.Context) (requests, slots time.Time, err error) {
	v, err := r.Values(ctx)
	if err != nil {
		return requests, slots, err
	}
	now := r.Clock()
	return v.Before(Requests, now), v.Before(Slots, now), nil
}
