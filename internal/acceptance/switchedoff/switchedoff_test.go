// Package switchedoff holds each guarantee of docs/guarantees.md against its tests: they
// have to be there, and to fail when the mechanism is switched off.
package switchedoff

import (
	"cmp"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../../.."

// changed returns a mutant's file with the mechanism switched off. Each text that it
// replaces has to be there once: else the mutant says nothing about the code of today.
func (m *mutant) changed(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(root, m.file))
	if err != nil {
		t.Fatal(err)
	}
	text := string(source)
	for _, e := range m.edits {
		if n := strings.Count(text, e.old); n != 1 {
			t.Fatalf("%s: in %s there is %d times\n%s", m.name, m.file, n, e.old)
		}
		text = strings.Replace(text, e.old, e.new, 1)
	}
	return text
}

func TestMutantsAreOfTheCodeOfToday(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range mutants {
		if m.changed(t); seen[m.name] {
			t.Errorf("two mutants are called %s", m.name)
		}
		seen[m.name] = true
	}
}

// TestMutantsAreNoticed builds mutants and lets their tests fail: one of the governor's
// usually, since each takes a program of its own; all of them in a soak, by make mutants,
// or those that SLUICE_MUTANTS names.
func TestMutantsAreNoticed(t *testing.T) {
	wanted := cmp.Or(os.Getenv("SLUICE_MUTANTS"), "slots-of-the-dead")
	if os.Getenv("SLUICE_SOAK") != "" {
		wanted = "all"
	}
	tried := 0
	for _, m := range mutants {
		if wanted == "all" || slices.Contains(strings.Split(wanted, ","), m.name) {
			tried++
			t.Run(m.name, func(t *testing.T) { m.noticed(t) })
		}
	}
	if tried == 0 {
		t.Errorf("there is no mutant %s", wanted)
	}
}

func (m *mutant) noticed(t *testing.T) {
	where, err := filepath.Abs(filepath.Join(root, m.file))
	if err != nil {
		t.Fatal(err)
	}
	fresh, overlay := filepath.Join(t.TempDir(), filepath.Base(m.file)), filepath.Join(t.TempDir(), "overlay.json")
	text, err := json.Marshal(map[string]map[string]string{"Replace": {where: fresh}})
	if err != nil {
		t.Fatal(err)
	}
	for path, content := range map[string]string{fresh: m.changed(t), overlay: string(text)} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-timeout=5m", "-vet=off", "-overlay="+overlay, "-run="+m.tests, "./"+m.pkg)
	c.Dir = root
	c.Env = append(os.Environ(), "SLUICE_SOAK=")
	out, err := c.CombinedOutput()
	switch said := string(out); {
	case strings.Contains(said, "[build failed]") || strings.Contains(said, "[setup failed]"):
		t.Fatalf("the mutant cannot be built\n%s", said)
	case strings.Contains(said, "panic: test timed out"):
		t.Errorf("its tests hang, which says nothing of why\n%s", said)
	case err == nil:
		t.Errorf("no test of %s notices it\n%s", m.tests, said)
	case !strings.Contains(said, "--- FAIL") && !strings.Contains(said, "panic:"):
		t.Errorf("no test ran\n%s", said)
	}
}

var (
	testName   = regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w+`)
	mutantName = regexp.MustCompile("mutant `([a-z-]+)`")
)

// Each guarantee names a test, and what shows that the test would notice its mechanism
// missing: another test, a mutant, or the reason why there is none.
func TestEachGuaranteeHasItsProof(t *testing.T) {
	tests, known, named := names(t), map[string]bool{}, map[string]bool{}
	for _, m := range mutants {
		known[m.name] = true
	}
	page, err := os.ReadFile(filepath.Join(root, "docs", "guarantees.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|---") || strings.TrimSpace(cells[0]) == "guarantee" {
			continue
		}
		rows++
		if len(cells) != 4 {
			t.Errorf("%d columns, want guarantee, mechanism, test and what happens without it: %s", len(cells), line)
			continue
		}
		off := strings.TrimSpace(cells[3])
		for _, name := range testName.FindAllString(cells[2]+off, -1) {
			if !tests[name] {
				t.Errorf("there is no test %s", name)
			}
		}
		found := mutantName.FindAllStringSubmatch(off, -1)
		for _, m := range found {
			if named[m[1]] = true; !known[m[1]] {
				t.Errorf("there is no mutant %s", m[1])
			}
		}
		if !testName.MatchString(off) && len(found) == 0 && !strings.HasPrefix(off, "none: ") {
			t.Errorf("%q does not say what shows that its test can fail", strings.TrimSpace(cells[0]))
		}
	}
	for name := range known {
		if !named[name] {
			t.Errorf("no guarantee names the mutant %s", name)
		}
	}
	if rows < 60 {
		t.Errorf("%d guarantees were read", rows)
	}
}

// names returns the names of all tests and fuzz targets.
func names(t *testing.T) map[string]bool {
	t.Helper()
	declared, found := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`), map[string]bool{}
	for _, top := range []string{"internal", "netsuite", "emulator", "cmd", "web"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() && d.Name() == "node_modules" {
				return filepath.SkipDir
			}
			if d.IsDir() || !strings.HasSuffix(path, "_test.go") {
				return nil
			}
			text, err := os.ReadFile(path)
			for _, m := range declared.FindAllStringSubmatch(string(text), -1) {
				found[m[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}
