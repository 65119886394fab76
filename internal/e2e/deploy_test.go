package e2e

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// flags returns the flags that a command's help lists.
func flags(t *testing.T, binary string, command string) []string {
	t.Helper()
	w := &world{t: t, binary: binary, dir: t.TempDir()}
	var names []string
	for _, m := range regexp.MustCompile(`(?m)^\s+(?:-\w, )?--([a-z-]+)`).FindAllStringSubmatch(w.sluice(exitOK, command, "--help"), -1) {
		names = append(names, m[1])
	}
	return names
}

func readDeploy(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../deploy/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// expectFlags wants every flag in a text to be one of sluice serve.
func expectFlags(t *testing.T, where, text string, known []string) {
	t.Helper()
	found := regexp.MustCompile(`(?:^|[\s"\[])--([a-z-]+)`).FindAllStringSubmatch(text, -1)
	if len(found) == 0 {
		t.Errorf("%s starts the server without flags", where)
	}
	for _, m := range found {
		if !slices.Contains(known, m[1]) {
			t.Errorf("%s: sluice serve has no flag --%s", where, m[1])
		}
	}
}

// The files of deploy name flags, paths and packages that there are.
func TestDeploymentFiles(t *testing.T) {
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	known := flags(t, binary, "serve")
	unit := readDeploy(t, "sluice.service")
	start := regexp.MustCompile(`(?m)^ExecStart=/usr/local/bin/sluice serve (.*)$`).FindStringSubmatch(unit)
	if start == nil {
		t.Fatal("the unit does not start the server")
	}
	expectFlags(t, "sluice.service", start[1], known)
	for _, want := range []string{"DynamicUser=yes", "StateDirectory=sluice", "UMask=0077", "NoNewPrivileges=yes", "ProtectSystem=strict", "KillSignal=SIGTERM", "CapabilityBoundingSet=\n"} {
		if !strings.Contains(unit, want) {
			t.Errorf("the unit lacks %s", want)
		}
	}
	for line := range strings.Lines(unit) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "[") && !strings.Contains(line, "=") {
			t.Errorf("the unit has a line that says nothing: %s", line)
		}
	}

	docker := readDeploy(t, "Dockerfile")
	command := regexp.MustCompile(`(?m)^CMD \[(.*)\]$`).FindStringSubmatch(docker)
	if command == nil {
		t.Fatal("the image starts nothing")
	}
	expectFlags(t, "Dockerfile", command[1], known)
	for _, m := range regexp.MustCompile(`(?m)(\./cmd/\S+)|^COPY ([a-z.]+) ([a-z.]+) \./$`).FindAllStringSubmatch(docker, -1) {
		for _, path := range m[1:] {
			if path == "" {
				continue
			}
			if _, err := os.Stat("../../" + path); err != nil {
				t.Errorf("the Dockerfile names %s: %v", path, err)
			}
		}
	}
	if !strings.Contains(docker, "USER 65532") || strings.Count(docker, "FROM ") < 2 {
		t.Error("the image runs as root, or holds the compiler")
	}

	var compose struct {
		Services map[string]struct {
			Build   struct{ Context, Dockerfile string }
			Command []string
		}
	}
	if err := yaml.Unmarshal([]byte(readDeploy(t, "compose.yaml")), &compose); err != nil {
		t.Fatal(err)
	}
	s := compose.Services["sluice"]
	if _, err := os.Stat("../../deploy/" + s.Build.Context + "/" + s.Build.Dockerfile); err != nil {
		t.Error(err)
	}
	expectFlags(t, "compose.yaml", strings.Join(s.Command, " "), known)
}
