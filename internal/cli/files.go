package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"gopkg.in/yaml.v3"

	"github.com/sluicehq/sluice/internal/client"
)

// A folder of files is a file of connections and flow files, beside it or in the
// folder flows.
const (
	connectionsFile = "connections.yaml"
	flowsFolder     = "flows"
)

const filesHelp = `DIR holds connections.yaml and flow files (*.yaml), the latter in DIR or DIR/flows.
connections.yaml lists connections; a value can be read from elsewhere:

  connections:
    - name: netsuite
      kind: netsuite
      settings: {account: 1234567_SB1, type: token}
      secrets:
        consumer_key: {env: NETSUITE_CONSUMER_KEY}
        token_secret: {file: token.secret}

Secrets are never written into the file. Those that it does not name stay.`

func (p *program) planCommand() *cobra.Command {
	return &cobra.Command{Use: "plan DIR", Short: "Show what apply would change", Long: "Compares a folder of files with what is stored, and changes nothing.\n\n" + filesHelp, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withFiles(cmd, args[0], (*client.Client).Plan)
		}}
}

func (p *program) applyCommand() *cobra.Command {
	return &cobra.Command{Use: "apply DIR", Short: "Store a folder of flows and connections: all, or none when there is a problem",
		Long: "Stores a folder of files. When anything is wrong with any of them, all problems are shown and nothing is changed.\n\n" + filesHelp, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withFiles(cmd, args[0], (*client.Client).Apply)
		}}
}

func (p *program) withFiles(cmd *cobra.Command, dir string, do func(*client.Client, context.Context, client.FileSet) (*client.Plan, error)) error {
	set, err := p.readFiles(dir)
	if err != nil {
		return err
	}
	return p.with(cmd, func(ctx context.Context, c *client.Client) error {
		plan, err := do(c, ctx, *set)
		if err != nil {
			return err
		}
		return p.show(plan, func() *grid { return p.planGrid(plan) })
	})
}

func (p *program) planGrid(plan *client.Plan) *grid {
	verb := map[bool]string{false: "would change", true: "changed"}[plan.Applied]
	p.say("%s %s, %d unchanged.", counted(len(plan.Changes), "thing", "things"), verb, plan.Unchanged)
	g := &grid{}
	for _, c := range plan.Changes {
		g.add(c.Action, c.Noun, c.Name, strings.Join(c.Fields, ", "))
		for line := range strings.Lines(c.Diff) {
			g.add("", "", strings.TrimRight(line, "\n"))
		}
	}
	return g
}

// readFiles reads a folder, with all that is wrong with it.
func (p *program) readFiles(dir string) (*client.FileSet, error) {
	set := &client.FileSet{}
	var wrong []error
	flows, err := flowFiles(dir)
	if err != nil {
		return nil, err
	}
	for _, path := range flows {
		text, err := os.ReadFile(filepath.Join(dir, path))
		wrong = append(wrong, err)
		set.Flows = append(set.Flows, client.FlowFile{Path: path, Text: string(text)})
	}
	text, err := os.ReadFile(filepath.Join(dir, connectionsFile))
	if err == nil {
		list, err := p.readConnections(dir, text)
		set.Connections = list
		wrong = append(wrong, err)
	} else if !errors.Is(err, fs.ErrNotExist) {
		wrong = append(wrong, err)
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	if len(set.Flows)+len(set.Connections) == 0 {
		return nil, fmt.Errorf("there is no flow file and no %s in %s", connectionsFile, dir)
	}
	return set, nil
}

// flowFiles returns the paths of the flow files below dir, in order.
func flowFiles(dir string) ([]string, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, err
	}
	var paths []string
	for _, pattern := range []string{"*.yaml", "*.yml", flowsFolder + "/*.yaml", flowsFolder + "/*.yml"} {
		found, err := fs.Glob(os.DirFS(dir), pattern)
		if err != nil {
			return nil, err
		}
		paths = append(paths, found...)
	}
	paths = slices.DeleteFunc(paths, func(p string) bool { return p == connectionsFile })
	slices.Sort(paths)
	return paths, nil
}

// connectionEntry is a connection in connections.yaml.
type connectionEntry struct {
	Name     string                   `yaml:"name"`
	Kind     string                   `yaml:"kind"`
	Settings map[string]settingSource `yaml:"settings,omitempty"`
	Secrets  map[string]secretSource  `yaml:"secrets,omitempty"`
}

// secretSource says where a secret is. It cannot be the secret itself.
type secretSource struct {
	Env  string `yaml:"env,omitempty"`
	File string `yaml:"file,omitempty"`
}

// settingSource is a setting's value, or where it is.
type settingSource struct {
	secretSource `yaml:",inline"`
	value        string
}

// UnmarshalYAML reads text, a number, or {env: NAME} and {file: PATH}.
func (s *settingSource) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		s.value = n.Value
		return nil
	}
	return n.Decode(&s.secretSource)
}

func (p *program) readConnections(dir string, text []byte) ([]client.ConnectionFile, error) {
	var file struct {
		Connections []connectionEntry `yaml:"connections"`
	}
	dec := yaml.NewDecoder(strings.NewReader(string(text)))
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil {
		return nil, fmt.Errorf("%s: %w\nSecrets are given as {env: NAME} or {file: PATH}", connectionsFile, err)
	}
	var list []client.ConnectionFile
	var wrong []error
	for _, e := range file.Connections {
		c := client.ConnectionFile{Path: connectionsFile, Name: e.Name, Kind: e.Kind, Settings: map[string]string{}, Secrets: map[string]string{}}
		for name, source := range e.Settings {
			c.Settings[name] = source.value
			if source.value == "" {
				wrong = append(wrong, p.lookUp(dir, e.Name, name, source.secretSource, c.Settings))
			}
		}
		for name, source := range e.Secrets {
			wrong = append(wrong, p.lookUp(dir, e.Name, name, source, c.Secrets))
		}
		p.resolvePaths(dir, &c)
		list = append(list, c)
	}
	return list, errors.Join(wrong...)
}

// lookUp puts what a source holds into values.
func (p *program) lookUp(dir, connection, field string, s secretSource, values map[string]string) error {
	switch {
	case s.Env != "":
		text := p.getenv(s.Env)
		if text == "" {
			return fmt.Errorf("%s: %s.%s: the environment variable %s is empty", connectionsFile, connection, field, s.Env)
		}
		values[field] = text
	case s.File != "":
		path := s.File
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("%s: %s.%s: %w", connectionsFile, connection, field, err)
		}
		values[field] = strings.TrimRight(string(text), "\r\n")
	}
	return nil
}

// resolvePaths makes paths on the server's disk absolute, from the folder of the
// file, where the server is on this machine.
func (p *program) resolvePaths(dir string, c *client.ConnectionFile) {
	field := map[string]string{"files": "dir", "sqlite": "path"}[c.Kind]
	path := c.Settings[field]
	if p.server != "" || path == "" || filepath.IsAbs(path) {
		return
	}
	if abs, err := filepath.Abs(filepath.Join(dir, path)); err == nil {
		c.Settings[field] = abs
	}
}

func (p *program) pullCommand() *cobra.Command {
	var force bool
	c := &cobra.Command{Use: "pull DIR", Short: "Write all flows and connections into a folder of files", Args: cobra.ExactArgs(1),
		Long: "Writes what is stored as files that apply understands. Secrets are written as names of environment variables.\nFiles that differ are left alone without --force.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd, func(ctx context.Context, c *client.Client) error {
				pulled, err := c.Pull(ctx)
				if err != nil {
					return err
				}
				files, err := pulledFiles(pulled)
				if err != nil {
					return err
				}
				return p.writeFiles(args[0], files, force)
			})
		}}
	c.Flags().BoolVar(&force, "force", false, "overwrite files that differ")
	return c
}

func pulledFiles(pulled *client.Pulled) (map[string]string, error) {
	files := map[string]string{}
	for _, f := range pulled.Flows {
		files[filepath.Join(flowsFolder, f.Path)] = f.Text
	}
	var out struct {
		Connections []pulledEntry `yaml:"connections"`
	}
	for _, c := range pulled.Connections {
		e := pulledEntry{Name: c.Name, Kind: c.Kind, Settings: c.Settings, Secrets: map[string]secretSource{}}
		for _, field := range c.Secrets {
			e.Secrets[field] = secretSource{Env: envName(c.Name, field)}
		}
		out.Connections = append(out.Connections, e)
	}
	text, err := yaml.Marshal(out)
	if len(out.Connections) > 0 {
		files[connectionsFile] = string(text)
	}
	return files, err
}

type pulledEntry struct {
	Name     string                  `yaml:"name"`
	Kind     string                  `yaml:"kind"`
	Settings map[string]string       `yaml:"settings,omitempty"`
	Secrets  map[string]secretSource `yaml:"secrets,omitempty"`
}

// envName returns the environment variable for a connection's secret.
func envName(connection, field string) string {
	return strings.ToUpper(strings.NewReplacer("-", "_", ".", "_").Replace(connection + "_" + field))
}

func (p *program) writeFiles(dir string, files map[string]string, force bool) error {
	var kept []string
	for _, path := range slices.Sorted(maps.Keys(files)) {
		full := filepath.Join(dir, path)
		old, err := os.ReadFile(full)
		switch {
		case err == nil && string(old) == files[path]:
			continue
		case err == nil && !force:
			kept = append(kept, path)
			continue
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return err
		}
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil { //nolint:gosec // no secrets in it
			return err
		}
		if err := os.WriteFile(full, []byte(files[path]), 0o644); err != nil { //nolint:gosec // no secrets in it
			return err
		}
		_, _ = fmt.Fprintln(p.out, path)
	}
	if len(kept) > 0 {
		return fmt.Errorf("these files differ and were left alone (overwrite them with --force): %s", strings.Join(kept, ", "))
	}
	return nil
}
