// Package fileset reads flows and connections from a folder of files, and makes
// such files.
package fileset

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/sluicehq/sluice/internal/client"
)

// A folder of files is a file of connections and flow files, beside it or in the
// folder flows.
const (
	connectionsFile = "connections.yaml"
	flowsFolder     = "flows"
)

// Reader reads folders of files.
type Reader struct {
	// Getenv looks environment variables up.
	Getenv func(string) string
	// Remote leaves paths on the server's disk as they are. Otherwise the server is
	// on this machine, and they are taken from the folder of the file.
	Remote bool
}

// Read reads a folder, and says all that is wrong with its files' form.
func (r *Reader) Read(dir string) (*client.FileSet, error) {
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
		list, err := r.readConnections(dir, text)
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

func (r *Reader) readConnections(dir string, text []byte) ([]client.ConnectionFile, error) {
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
				wrong = append(wrong, r.lookUp(dir, e.Name, name, source.secretSource, c.Settings))
			}
		}
		for name, source := range e.Secrets {
			wrong = append(wrong, r.lookUp(dir, e.Name, name, source, c.Secrets))
		}
		r.resolvePaths(dir, &c)
		list = append(list, c)
	}
	return list, errors.Join(wrong...)
}

// lookUp puts what a source holds into values.
func (r *Reader) lookUp(dir, connection, field string, s secretSource, values map[string]string) error {
	switch {
	case s.Env != "":
		text := r.Getenv(s.Env)
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
func (r *Reader) resolvePaths(dir string, c *client.ConnectionFile) {
	field := map[string]string{"files": "dir", "sqlite": "path"}[c.Kind]
	path := c.Settings[field]
	if r.Remote || path == "" || filepath.IsAbs(path) {
		return
	}
	if abs, err := filepath.Abs(filepath.Join(dir, path)); err == nil {
		c.Settings[field] = abs
	}
}

// Write returns the files, by path, for what is stored. Secrets become names of
// environment variables.
func Write(pulled *client.Pulled) (map[string]string, error) {
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
