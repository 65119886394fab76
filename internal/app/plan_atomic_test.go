package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"modernc.org/sqlite"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/client"
	"github.com/sluicehq/sluice/internal/servertest"
	"github.com/sluicehq/sluice/internal/store"
)

// versionOf is a set of files of which everything says its version.
func versionOf(n int) client.FileSet {
	set := client.FileSet{Source: "atomic", Connections: []client.ConnectionFile{filesConnection(fmt.Sprintf("/tmp/v%d", n))},
		Integrations: []client.IntegrationFile{{Path: "integrations.yaml", Name: "all", Title: fmt.Sprintf("v%d", n), Connections: []string{"files"}}}}
	for _, name := range []string{"one", "two", "three"} {
		text := strings.Replace(copyFlow, "name: copy", fmt.Sprintf("name: %s\ndescription: v%d", name, n), 1)
		set.Flows = append(set.Flows, client.FlowFile{Path: name + ".yaml", Text: text})
	}
	return set
}

// versions returns the versions that stored things have.
func versions(t *testing.T, s sluice.Store) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	c, err := s.Connection(t.Context(), "files")
	if err != nil {
		t.Fatal(err)
	}
	out[strings.TrimPrefix(c.Settings["dir"], "/tmp/")] = true
	i, err := s.Integration(t.Context(), "all")
	if err != nil {
		t.Fatal(err)
	}
	out[i.Title] = true
	flows, err := s.Flows(t.Context())
	if err != nil || len(flows) != 3 {
		t.Fatalf("%d flows, %v", len(flows), err)
	}
	for _, f := range flows {
		out[f.Flow.Description] = true
	}
	return out
}

// failing is a store whose nth flow from now cannot be saved, counted down to zero.
type failing struct {
	sluice.Store
	nth atomic.Int32
}

var errBroken = errors.New("the disk is broken")

func (f *failing) SaveFlow(ctx context.Context, r *sluice.FlowRevision) error {
	if f.nth.Add(-1) == 0 {
		return errBroken
	}
	return f.Store.SaveFlow(ctx, r)
}

// An apply that fails in its middle has changed nothing, and the same one goes through
// afterwards. Switched off by calling save without Atomically.
func TestApplyFailsWhole(t *testing.T) {
	var broken failing
	s := start(t, func(c *Config) {
		c.wrapStore = func(sound sluice.Store) sluice.Store {
			broken.Store = sound
			return &broken
		}
	})
	if _, err := s.local.Apply(t.Context(), versionOf(1)); err != nil {
		t.Fatal(err)
	}
	broken.nth.Store(3)
	if _, err := s.local.Apply(t.Context(), versionOf(2)); err == nil {
		t.Fatal("the apply went through")
	}
	sound := broken.Store
	if got := versions(t, sound); len(got) != 1 || !got["v1"] {
		t.Errorf("after the failure: %v", got)
	}
	list, err := sound.Audit(t.Context(), sluice.AuditFilter{Noun: "flow", NounID: "one"})
	if err != nil || len(list) != 1 {
		t.Errorf("%d lines in the audit log, %v", len(list), err)
	}
	if plan, err := s.local.Apply(t.Context(), versionOf(2)); err != nil || len(plan.Changes) != 5 {
		t.Errorf("applied again: %+v, %v", plan, err)
	}
	if got := versions(t, sound); len(got) != 1 || !got["v2"] {
		t.Errorf("in the end: %v", got)
	}
}

const (
	applyChild = "SLUICE_TEST_APPLY_DIR"
	applyAt    = "SLUICE_TEST_APPLY_AT" // the row change of the second apply at which the process kills itself
)

// A process that is killed in the midst of an apply leaves everything as it was, or all
// of it changed. Switched off by calling save without Atomically.
func TestApplyKilled(t *testing.T) {
	if dir := os.Getenv(applyChild); dir != "" {
		applyAndDie(t, dir)
		return
	}
	for _, at := range []int{2, 5, 8} {
		dir := t.TempDir()
		t.Setenv(applyAt, strconv.Itoa(at))
		c, _, out := servertest.Again(t, "TestApplyKilled", applyChild, dir)
		said := read(out)
		if err := c.Wait(); err == nil || c.ProcessState.Exited() {
			t.Fatalf("killed at row %d, the process ended by itself: %v, %s", at, err, said)
		}
		s, err := store.Open(t.Context(), filepath.Join(dir, databaseFile))
		if err != nil {
			t.Fatal(err)
		}
		if got := versions(t, s); len(got) != 1 || !got["v1"] {
			t.Errorf("killed at row %d: %v", at, got)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func read(out *bufio.Reader) string {
	var b strings.Builder
	_, _ = out.WriteTo(&b) // for a message only
	return b.String()
}

func applyAndDie(t *testing.T, dir string) {
	at, err := strconv.ParseInt(os.Getenv(applyAt), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	var armed atomic.Bool
	var changes atomic.Int64
	sqlite.RegisterConnectionHook(func(c sqlite.ExecQuerierContext, _ string) error {
		c.(sqlite.HookRegisterer).RegisterPreUpdateHook(func(sqlite.SQLitePreUpdateData) {
			if armed.Load() && changes.Add(1) == at {
				self, err := os.FindProcess(os.Getpid())
				if err == nil {
					err = self.Kill()
				}
				panic(fmt.Sprint("still alive: ", err))
			}
		})
		return nil
	})
	s := start(t, func(c *Config) { c.DataDir, c.Idle = dir, true })
	if _, err := s.local.Apply(t.Context(), versionOf(1)); err != nil {
		t.Fatal(err)
	}
	armed.Store(true)
	_, err = s.local.Apply(t.Context(), versionOf(2))
	t.Fatalf("the second apply ended: %v", err)
}
