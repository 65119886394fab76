// Package fileset reads flows, connections, consumer keys and integrations from a folder of files, and makes
// such files.
package fileset

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/client"
	"github.com/sluicehq/sluice/internal/flowfile"
	"github.com/sluicehq/sluice/internal/flowtest"
)

// A folder of files is files of connections, consumer keys and integrations, and
// flow files, beside them or in the folder flows.
const (
	connectionsFile  = "connections.yaml"
	consumerKeysFile = "consumer_keys.yaml"
	integrationsFile = "integrations.yaml"
	flowsFolder      = "flows"
)

// maxTestFile bounds a file that tests read; the server bounds them all.
const maxTestFile = 4 << 20

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
		wrong = append(wrong, readTests(dir, path, set))
	}
	for name, read := range map[string]func(dir string, text []byte, set *client.FileSet) error{
		connectionsFile: r.readConnections, consumerKeysFile: r.readConsumerKeys, integrationsFile: readIntegrations,
	} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			err = read(dir, text, set)
		} else if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		wrong = append(wrong, err)
	}
	if err := whole(errors.Join(wrong...)); err != nil {
		return nil, err
	}
	if len(set.Flows)+len(set.Connections)+len(set.ConsumerKeys)+len(set.Integrations) == 0 {
		return nil, sluice.Errorf("files.none", "there is no flow file and no %s", connectionsFile).At(dir).Fix("Give the folder that holds them")
	}
	return set, nil
}

// readTests reads the tests of a flow file with what they read themselves, where there are any.
func readTests(dir, flowPath string, set *client.FileSet) error {
	path := strings.TrimSuffix(flowPath, filepath.Ext(flowPath)) + flowtest.Suffix
	full := filepath.Join(dir, path)
	text, err := os.ReadFile(full)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	f := client.FlowTestFile{Path: path, Text: string(text)}
	for _, name := range flowtest.NamedFiles(full, text) {
		rel, err := filepath.Rel(filepath.Dir(full), name)
		if err != nil {
			return err
		}
		info, err := os.Stat(name)
		if err != nil || info.Size() > maxTestFile {
			continue // the server tells of what is missing
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if f.Files == nil {
			f.Files = map[string]string{}
		}
		f.Files[filepath.ToSlash(rel)] = string(content)
	}
	set.Tests = append(set.Tests, f)
	return nil
}

// problem is something that is wrong with a file.
type problem struct{ sluice.Problem }

// Error returns place, message and remedy.
func (p *problem) Error() string { return p.String() }

// whole makes one error of all that were joined.
func whole(err error) error {
	if err == nil {
		return nil
	}
	e := &sluice.Error{Code: "files.invalid", Message: "the files cannot be used; nothing was changed", Remedy: "Correct them and try again"}
	var add func(error)
	add = func(err error) {
		if list, ok := err.(interface{ Unwrap() []error }); ok { //nolint:errorlint // it takes the joined errors apart
			for _, one := range list.Unwrap() {
				add(one)
			}
			return
		}
		if p, ok := errors.AsType[*problem](err); ok {
			e.Problems = append(e.Problems, p.Problem)
			return
		}
		e.Problems = append(e.Problems, sluice.Problem{Code: "files.unreadable", Message: err.Error()})
	}
	add(err)
	return e
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
	paths = slices.DeleteFunc(paths, func(p string) bool {
		return p == connectionsFile || p == consumerKeysFile || p == integrationsFile || flowtest.IsTestFile(p)
	})
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

// decode reads a file's YAML into v, which has no other keys than v has.
func decode(path string, text []byte, v any, remedy string) error {
	dec := yaml.NewDecoder(strings.NewReader(string(text)))
	dec.KnownFields(true)
	if err := dec.Decode(v); err != nil && !errors.Is(err, io.EOF) {
		return formErrors(path, remedy, err)
	}
	return nil
}

func (r *Reader) readConnections(dir string, text []byte, set *client.FileSet) error {
	var file struct {
		Connections []connectionEntry `yaml:"connections"`
	}
	if err := decode(connectionsFile, text, &file, "A connection has name, kind, settings and secrets; secrets are given as {env: NAME} or {file: PATH}"); err != nil {
		return err
	}
	var wrong []error
	for _, e := range file.Connections {
		c := client.ConnectionFile{Path: connectionsFile, Name: e.Name, Kind: e.Kind, Settings: map[string]string{}, Secrets: map[string]string{}}
		place := connectionsFile + ": " + e.Name
		for name, source := range e.Settings {
			c.Settings[name] = source.value
			if source.value == "" {
				wrong = append(wrong, r.lookUp(dir, place, name, source.secretSource, c.Settings))
			}
		}
		for name, source := range e.Secrets {
			wrong = append(wrong, r.lookUp(dir, place, name, source, c.Secrets))
		}
		r.resolvePaths(dir, &c)
		set.Connections = append(set.Connections, c)
	}
	return errors.Join(wrong...)
}

// formErrors makes a problem of each thing that the YAML decoder tells.
func formErrors(path, remedy string, err error) error {
	texts := []string{err.Error()}
	if form, ok := errors.AsType[*yaml.TypeError](err); ok {
		texts = form.Errors
	}
	var list []error
	for _, text := range texts {
		text, _, _ = strings.Cut(text, " in type ") // of ours, which nobody knows
		list = append(list, &problem{sluice.Problem{Code: "files.invalid", Path: path, Message: text, Remedy: remedy}})
	}
	return errors.Join(list...)
}

// lookUp puts what a source holds into values.
func (r *Reader) lookUp(dir, place, field string, s secretSource, values map[string]string) error {
	place += "." + field
	switch {
	case s.Env != "":
		text := r.Getenv(s.Env)
		if text == "" {
			return &problem{sluice.Problem{Code: "files.variable_empty", Path: place, Message: "the environment variable " + s.Env + " is empty", Remedy: "Set it, or leave the field out to keep what is stored"}}
		}
		values[field] = text
	case s.File != "":
		path := s.File
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return &problem{sluice.Problem{Code: "files.unreadable", Path: place, Message: err.Error(), Remedy: "Correct the path, which is taken from the folder of the file"}}
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
		files[filepath.Join(flowsFolder, f.Path)] = flowfile.WithHint(f.Text)
		files[filepath.Join(flowsFolder, flowfile.SchemaFile)] = string(flowfile.Schema())
	}
	for _, t := range pulled.Tests {
		files[filepath.Join(flowsFolder, t.Path)] = t.Text
		for name, text := range t.Files {
			if !flowtest.Bundles(name) { // a folder of files is written, and nothing beside it
				return nil, sluice.Errorf("files.outside", "the tests %s have a file %q outside of the folder", t.Path, name)
			}
			files[filepath.Join(flowsFolder, filepath.FromSlash(name))] = text
		}
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
	return files, errors.Join(err, writeConsumerKeys(files, pulled), writeIntegrations(files, pulled))
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
