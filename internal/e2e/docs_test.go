package e2e

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

var listedCommand = regexp.MustCompile(`^  ([a-z][a-z0-9-]*) {2,}\S`)

// commands returns the names of a command's subcommands, as its help lists them.
func commands(t *testing.T, binary string, path ...string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), binary, append(path, "--help")...).Output()
	if err != nil {
		t.Fatal(err)
	}
	_, list, found := strings.Cut(string(out), "[command]\n")
	if !found {
		return nil
	}
	list, _, _ = strings.Cut(list, "Flags:")
	var names []string
	for line := range strings.Lines(list) {
		if m := listedCommand.FindStringSubmatch(line); m != nil && m[1] != "help" && m[1] != "completion" {
			names = append(names, m[1])
		}
	}
	return names
}

// TestCommandsAreDocumented compares docs/cli.md with what the program offers.
func TestCommandsAreDocumented(t *testing.T) {
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	top := commands(t, binary)
	if len(top) < 10 {
		t.Fatalf("the help lists %v", top)
	}
	for _, name := range top {
		subcommands := commands(t, binary, name)
		if len(subcommands) == 0 && !strings.Contains(string(text), "`sluice "+name) {
			t.Errorf("docs/cli.md does not say what `sluice %s` does", name)
		}
		for _, sub := range subcommands {
			documented := regexp.MustCompile("`sluice " + name + ` ([a-z-]+\\\|)*` + sub + "\\b")
			if !documented.Match(text) {
				t.Errorf("docs/cli.md does not say what `sluice %s %s` does", name, sub)
			}
		}
	}
}
