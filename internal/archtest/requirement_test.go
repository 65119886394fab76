package archtest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	requirementRow = regexp.MustCompile(`(?m)^\| ([SD]\d+) \| .* \| (.*) \| (.*) \|$`)
	goTestRef      = regexp.MustCompile("^`([a-z_]+_test\\.go):(Test\\w+)`$")
	walkRef        = regexp.MustCompile("^`([a-z-]+)`$")
)

// Items of the five documents, and the places where they disagree or are weak.
const lastItem, lastWeakness = 119, 9

// TestRequirements keeps docs/requirements.md whole: every item of the documents
// has one row, and the test that the row names exists and knows the item.
func TestRequirements(t *testing.T) {
	text, err := os.ReadFile("../../docs/requirements.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]int{}
	for _, m := range requirementRow.FindAllStringSubmatch(string(text), -1) {
		rows[m[1]]++
		if err := provesItem(m[1], m[2], m[3]); err != nil {
			t.Errorf("%s: %v", m[1], err)
		}
	}
	for prefix, last := range map[string]int{"S": lastItem, "D": lastWeakness} {
		for i := 1; i <= last; i++ {
			if item := fmt.Sprint(prefix, i); rows[item] != 1 {
				t.Errorf("%s has %d rows", item, rows[item])
			}
		}
	}
}

// provesItem checks the last cell of an item's row.
func provesItem(item, where, test string) error {
	switch {
	case strings.HasPrefix(where, "does not apply: "):
		return nil
	case goTestRef.MatchString(test):
		m := goTestRef.FindStringSubmatch(test)
		return goTestExists(m[1], m[2])
	case walkRef.MatchString(test):
		walk, err := os.ReadFile("../../web/e2e/documents/" + walkRef.FindStringSubmatch(test)[1] + ".test.ts")
		if err != nil {
			return err
		}
		if !regexp.MustCompile(`\b` + item + `\b`).Match(walk) {
			return fmt.Errorf("the walk %s does not pass it", test)
		}
		return nil
	}
	return fmt.Errorf("no test: %q", test)
}

func goTestExists(file, name string) error {
	found := false
	err := filepath.WalkDir("../..", func(path string, d os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git"):
			return filepath.SkipDir
		case d.Name() != file:
			return nil
		}
		text, err := os.ReadFile(path)
		found = found || strings.Contains(string(text), "func "+name+"(t ")
		return err
	})
	if err == nil && !found {
		err = fmt.Errorf("no test %s in a file %s", name, file)
	}
	return err
}
