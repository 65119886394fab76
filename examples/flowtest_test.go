package examples_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/flowfile"
	"github.com/sluicehq/sluice/internal/flowtest"
	"github.com/sluicehq/sluice/internal/guide"
)

var update = flag.Bool("update", false, "write role.md anew")

// tested are the examples of which every flow has tests, and whose role is computed.
var tested = []string{"jira", "salesforce", "shopify"}

// TestFlowTests runs the cases that lie beside the flows: every flow has some, and all pass.
func TestFlowTests(t *testing.T) {
	for _, example := range tested {
		t.Run(example, func(t *testing.T) {
			connections := readConnections(t, os.DirFS(example))
			for name, c := range connections {
				for _, p := range c.Check() {
					t.Errorf("connection %s: %s", name, p)
				}
			}
			var suites []*flowtest.Suite
			for _, path := range flowPaths(t, example) {
				checkFlow(t, os.DirFS(example), strings.TrimPrefix(path, example+"/"), connections)
				s, err := flowtest.Load(strings.TrimSuffix(path, ".yaml") + ".test.yaml")
				if err != nil {
					t.Fatal(err)
				}
				suites = append(suites, s)
			}
			err := flowtest.Run(t.Context(), suites, func(o flowtest.Outcome) {
				for _, d := range o.Differences {
					t.Errorf("%s:%d:%d: %s: %s", o.File, d.Line, d.Column, d.Path, d.Message)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// flowPaths returns the paths of an example's flows.
func flowPaths(t *testing.T, example string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(example, "flows", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, path := range all {
		if !flowtest.IsTestFile(path) {
			out = append(out, path)
		}
	}
	if len(out) < 2 {
		t.Fatalf("%s has the flows %v", example, out)
	}
	return out
}

// TestRoles compares role.md with the smallest role that the example's flows need.
// After a change: go test ./examples -run Roles -update
func TestRoles(t *testing.T) {
	for _, example := range tested {
		t.Run(example, func(t *testing.T) {
			var flows []*sluice.Flow
			for _, path := range flowPaths(t, example) {
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				flow, problems := flowfile.Parse(path, text)
				if len(problems) > 0 {
					t.Fatal(problems)
				}
				flows = append(flows, flow)
			}
			g, err := guide.For(guide.Options{Auth: sluice.AuthToken, Flows: flows, Connection: "netsuite"})
			if err != nil {
				t.Fatal(err)
			}
			want, path := rolePage(example, &g.Role), filepath.Join(example, "role.md")
			if *update {
				if err := os.WriteFile(path, []byte(want), 0o644); err != nil { //nolint:gosec // no secret in it
					t.Fatal(err)
				}
			}
			if got, err := os.ReadFile(path); err != nil || string(got) != want {
				t.Errorf("%s is not what the flows need (%v); it is\n%s", path, err, want)
			}
		})
	}
}

func rolePage(example string, r *guide.NetSuiteRole) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# The role for %s\n\nThe smallest role that this example's flows need, as `sluice guide` computes it.\n\n| permission | tab | level | for |\n|---|---|---|---|\n", example)
	for _, g := range r.Grants {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", g.Name, g.Tab, g.Level, strings.Join(g.For, "; "))
	}
	if len(r.Advised) > 0 {
		b.WriteString("\nPerhaps, by how the account is set up:\n\n| permission | tab | level | for |\n|---|---|---|---|\n")
	}
	for _, g := range r.Advised {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", g.Name, g.Tab, g.Level, strings.Join(g.For, "; "))
	}
	if len(r.Unknown) > 0 {
		b.WriteString("\nTo be looked up:\n\n")
	}
	for _, u := range r.Unknown {
		fmt.Fprintf(&b, "- %s\n", u.Name)
	}
	return b.String()
}
