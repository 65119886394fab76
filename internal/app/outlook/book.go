package outlook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/textdiff"
)

// Book is what the last apply of a folder left stored, so that the next can tell what
// was changed elsewhere and what is in the folder no more.
type Book struct {
	At           time.Time         `json:"at"`
	By           string            `json:"by"`
	Flows        map[string]int    `json:"flows,omitempty"`       // revisions
	Tests        map[string]int    `json:"tests,omitempty"`       // revisions, by flow
	Connections  map[string]string `json:"connections,omitempty"` // digests
	Integrations map[string]string `json:"integrations,omitempty"`
	text         string            // as it is stored
}

// FlowTests is what plans call the tests of a flow, which have its name.
const FlowTests = "flow-tests"

// Names are those of a set's flows, and of those whose tests it has.
type Names struct{ Flows, Tests []string }

func bookOf(source string) string { return "applied/" + source }

// Book returns a folder's book; an empty one when it was never applied.
func (o *Outlook) Book(ctx context.Context, source string) (*Book, error) {
	b := &Book{}
	if source == "" {
		return b, nil
	}
	var err error
	if b.text, err = o.Store.Setting(ctx, bookOf(source)); err != nil || b.text == "" {
		return b, err
	}
	if err := json.Unmarshal([]byte(b.text), b); err != nil {
		return nil, fmt.Errorf("what was applied from %s cannot be read: %w", source, err)
	}
	return b, nil
}

// Note stores what an apply of the set has left stored. Another apply of the same folder
// that came in between is a conflict.
func (o *Outlook) Note(ctx context.Context, source, by string, set api.FileSet, names Names, was *Book) error {
	if source == "" {
		return nil
	}
	b := Book{At: o.Clock().UTC(), By: by, Flows: map[string]int{}, Tests: map[string]int{}, Connections: map[string]string{}, Integrations: map[string]string{}}
	for _, name := range names.Flows {
		r, err := o.Store.Flow(ctx, name)
		if err != nil {
			return err
		}
		b.Flows[name] = r.Number
	}
	for _, name := range names.Tests {
		t, err := o.tests(ctx, name, 0)
		if err != nil {
			return err
		}
		b.Tests[name] = t.Number
	}
	for _, f := range set.Connections {
		d, err := o.connection(ctx, f.Name)
		if err != nil {
			return err
		}
		b.Connections[f.Name] = d
	}
	for _, f := range set.Integrations {
		d, err := o.integration(ctx, f.Name)
		if err != nil {
			return err
		}
		b.Integrations[f.Name] = d
	}
	text, err := json.Marshal(b)
	if err != nil {
		return err
	}
	swapped, err := o.Store.SwapSetting(ctx, bookOf(source), was.text, string(text))
	if err == nil && !swapped {
		err = sluice.Errorf(sluice.CodeConflict, "%s was applied by somebody else at the same time", source).Fix("Plan again, and apply when the plan is what you want")
	}
	return err
}

// connection returns the digest of a stored connection, without its secrets; "" when
// there is none.
func (o *Outlook) connection(ctx context.Context, name string) (string, error) {
	c, err := o.Store.Connection(ctx, name)
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return digest(map[string]any{"kind": c.Kind, "settings": c.Settings})
}

func (o *Outlook) integration(ctx context.Context, name string) (string, error) {
	i, err := o.Store.Integration(ctx, name)
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return digest(map[string]any{"title": i.Title, "description": i.Description, "application": i.Application, "connections": i.Connections})
}

func digest(v any) (string, error) {
	text, err := json.Marshal(v) // maps are written with sorted keys
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8]), nil
}

// Drift says what was changed elsewhere since the folder was applied last.
func (o *Outlook) Drift(ctx context.Context, b *Book) ([]api.Drift, error) {
	var out []api.Drift
	for _, name := range slices.Sorted(maps.Keys(b.Connections)) {
		now, err := o.connection(ctx, name)
		if err != nil {
			return nil, err
		}
		if now != b.Connections[name] {
			out = append(out, o.lastTouched(ctx, api.Drift{Noun: "connection", Name: name, Deleted: now == ""}))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.Integrations)) {
		now, err := o.integration(ctx, name)
		if err != nil {
			return nil, err
		}
		if now != b.Integrations[name] {
			out = append(out, o.lastTouched(ctx, api.Drift{Noun: "integration", Name: name, Deleted: now == ""}))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.Flows)) {
		d, err := o.flowDrift(ctx, name, b.Flows[name])
		if err != nil {
			return nil, err
		}
		if d != nil {
			out = append(out, *d)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.Tests)) {
		d, err := o.testDrift(ctx, name, b.Tests[name])
		if err != nil {
			return nil, err
		}
		if d != nil {
			out = append(out, *d)
		}
	}
	return out, nil
}

// tests returns a revision of a flow's tests, one without a text where there are none.
func (o *Outlook) tests(ctx context.Context, name string, number int) (*sluice.FlowTests, error) {
	f, err := o.Store.Flow(ctx, name)
	if err == nil {
		var t *sluice.FlowTests
		if t, err = o.Store.FlowTests(ctx, f.FlowID, number); err == nil {
			return t, nil
		}
	}
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		return &sluice.FlowTests{}, nil
	}
	return nil, err
}

func (o *Outlook) testDrift(ctx context.Context, name string, applied int) (*api.Drift, error) {
	now, err := o.tests(ctx, name, 0)
	if err != nil || now.Number == applied {
		return nil, err
	}
	if now.Text == "" {
		d := o.lastTouched(ctx, api.Drift{Noun: FlowTests, Name: name, Deleted: true})
		return &d, nil
	}
	then, err := o.tests(ctx, name, applied)
	if err != nil || then.Text == now.Text && maps.Equal(then.Files, now.Files) {
		return nil, err
	}
	return &api.Drift{Noun: FlowTests, Name: name, Revision: now.Number, By: now.CreatedBy, At: now.CreatedAt, Diff: textdiff.Lines(then.Text, now.Text)}, nil
}

func (o *Outlook) flowDrift(ctx context.Context, name string, applied int) (*api.Drift, error) {
	now, err := o.Store.Flow(ctx, name)
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		d := o.lastTouched(ctx, api.Drift{Noun: "flow", Name: name, Deleted: true})
		return &d, nil
	}
	if err != nil || now.Number == applied {
		return nil, err
	}
	then, err := o.Store.FlowRevision(ctx, now.FlowID, applied)
	if sluice.ErrorCode(err) == sluice.CodeNotFound { // deleted, and made anew
		then, err = &sluice.FlowRevision{}, nil
	}
	if err != nil || then.Text == now.Text {
		return nil, err
	}
	return &api.Drift{Noun: "flow", Name: name, Revision: now.Number, By: now.CreatedBy, At: now.CreatedAt, Diff: textdiff.Lines(then.Text, now.Text)}, nil
}

// lastTouched adds from the audit log who changed a thing last, and when.
func (o *Outlook) lastTouched(ctx context.Context, d api.Drift) api.Drift {
	noun := d.Noun
	if noun == FlowTests {
		noun = "flow" // that is whose they are
	}
	list, err := o.Store.Audit(ctx, sluice.AuditFilter{Noun: noun, NounID: d.Name, Limit: 1})
	if err == nil && len(list) == 1 {
		d.By, d.At = list[0].Actor, list[0].At
	}
	return d
}

// Gone returns what the folder held when it was applied last, has no more, and is still
// stored: flows first, since what they use cannot go before them.
func (o *Outlook) Gone(ctx context.Context, b *Book, set api.FileSet, names Names) ([]api.Change, error) {
	var out []api.Change
	add := func(noun string, names []string, kept func(string) bool, stored func(context.Context, string) (bool, error)) error {
		for _, name := range names {
			if kept(name) {
				continue
			}
			there, err := stored(ctx, name)
			if err != nil {
				return err
			}
			if there {
				out = append(out, api.Change{Action: "delete", Noun: noun, Name: name})
			}
		}
		return nil
	}
	err := add(FlowTests, slices.Sorted(maps.Keys(b.Tests)), func(n string) bool { return slices.Contains(names.Tests, n) || !slices.Contains(names.Flows, n) }, func(ctx context.Context, n string) (bool, error) {
		t, err := o.tests(ctx, n, 0)
		return err == nil && t.Text != "", err
	})
	if err != nil {
		return nil, err
	}
	err = add("flow", slices.Sorted(maps.Keys(b.Flows)), func(n string) bool { return slices.Contains(names.Flows, n) }, func(ctx context.Context, n string) (bool, error) {
		_, err := o.Store.Flow(ctx, n)
		return found(err)
	})
	if err == nil {
		err = add("integration", slices.Sorted(maps.Keys(b.Integrations)), func(n string) bool {
			return slices.ContainsFunc(set.Integrations, func(f api.IntegrationFile) bool { return f.Name == n })
		}, func(ctx context.Context, n string) (bool, error) {
			_, err := o.Store.Integration(ctx, n)
			return found(err)
		})
	}
	if err == nil {
		err = add("connection", slices.Sorted(maps.Keys(b.Connections)), func(n string) bool {
			return slices.ContainsFunc(set.Connections, func(f api.ConnectionFile) bool { return f.Name == n })
		}, func(ctx context.Context, n string) (bool, error) {
			_, err := o.Store.Connection(ctx, n)
			return found(err)
		})
	}
	return out, err
}

func found(err error) (bool, error) {
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		return false, nil
	}
	return err == nil, err
}
