package examples_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/examples"
	"github.com/sluicehq/sluice/internal/flowfile"
)

// connectionsFile is the form of connections.yaml.
type connectionsFile struct {
	Connections []struct {
		Name     string
		Kind     string
		Settings map[string]string
		Secrets  map[string]struct{ Env string }
	}
}

// readConnections reads connections.yaml, a made-up text for each secret.
func readConnections(t *testing.T, folder fs.FS) map[string]*sluice.Connection {
	t.Helper()
	text, err := fs.ReadFile(folder, "connections.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file connectionsFile
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	connections := map[string]*sluice.Connection{}
	for _, c := range file.Connections {
		made := &sluice.Connection{Name: c.Name, Kind: c.Kind, Settings: c.Settings, Secrets: map[string]sluice.Secret{}}
		for name, secret := range c.Secrets {
			if secret.Env == "" {
				t.Errorf("%s: the secret %s names no environment variable", c.Name, name)
			}
			made.Secrets[name] = sluice.NewSecret("made-up")
		}
		connections[c.Name] = made
	}
	return connections
}

// TestExamplesAreSound checks every connection and flow of every example, and
// that flows name connections that are there.
func TestExamplesAreSound(t *testing.T) {
	for _, example := range []string{"shop", "northwind", "online-retail"} {
		t.Run(example, func(t *testing.T) {
			folder := os.DirFS(example)
			connections := readConnections(t, folder)
			for name, c := range connections {
				for _, p := range c.Check() {
					t.Errorf("connection %s: %s", name, p)
				}
			}
			paths, err := fs.Glob(folder, "flows/*.yaml")
			if err != nil || len(paths) < 3 {
				t.Fatalf("found flows %v (%v), want at least 3", paths, err)
			}
			for _, path := range paths {
				checkFlow(t, folder, path, connections)
			}
		})
	}
}

func checkFlow(t *testing.T, folder fs.FS, path string, connections map[string]*sluice.Connection) {
	t.Helper()
	text, err := fs.ReadFile(folder, path)
	if err != nil {
		t.Fatal(err)
	}
	flow, problems := flowfile.Parse(path, text)
	for _, p := range problems {
		t.Errorf("%s: %s", path, p)
	}
	if flow == nil {
		return
	}
	named := []string{flow.Export.Connection}
	for _, i := range flow.Imports() {
		named = append(named, i.Connection)
	}
	for _, name := range named {
		if connections[name] == nil {
			t.Errorf("%s: there is no connection %q in connections.yaml", path, name)
		}
	}
	if len(flow.Totals) == 0 {
		t.Errorf("%s: no control totals", path)
	}
}

// TestFlowOfTheReadme checks the flow that README.md shows.
func TestFlowOfTheReadme(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```yaml\n")
	flow, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatal("README.md shows no flow")
	}
	_, problems := flowfile.Parse("README.md", []byte(flow))
	for _, p := range problems {
		t.Errorf("%s", p)
	}
}

// TestShopIsEmbedded compares what the binary carries with the folder.
func TestShopIsEmbedded(t *testing.T) {
	shop := examples.Shop()
	for _, pattern := range []string{"connections.yaml", "integrations.yaml", "warehouse.sql", "data/*.csv", "flows/*.yaml"} {
		onDisk, err := filepath.Glob(filepath.Join("shop", filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		embedded, err := fs.Glob(shop, pattern)
		if err != nil {
			t.Fatal(err)
		}
		if len(embedded) == 0 || len(embedded) != len(onDisk) {
			t.Errorf("%s: %d files are embedded, %d are in the folder", pattern, len(embedded), len(onDisk))
		}
	}
}
