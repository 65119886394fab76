package flow

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/code"
	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/flowfile"
	"github.com/sluicehq/sluice/internal/flowtest"
	"github.com/sluicehq/sluice/internal/flowtest/find"
)

// CloneCommand returns the command that writes a folder of flows for another environment.
func CloneCommand(sh *shell.Shell) *cobra.Command {
	p := &program{sh}
	var to, integration string
	var mapped []string
	c := &cobra.Command{Use: "clone DIR --to DIR", Short: "Write a folder of flows for another environment, with its connections", Args: cobra.ExactArgs(1),
		Long: "Writes the flows of a folder into another one, with their tests and the files that belong to them, and with other connections: every connection that a flow\n" +
			"names is mapped, a=a keeps one, and what is not mapped is listed before anything is written. The connections themselves are the other environment's own:\n" +
			"describe them in its connections.yaml, then plan and apply the folder there.",
		RunE: func(_ *cobra.Command, args []string) error {
			connections, err := shell.Assignments("map-connection", mapped)
			if err != nil {
				return err
			}
			if to == "" {
				return shell.Usagef("--to names the folder to write")
			}
			files, err := cloned(args[0], integration, connections)
			if err != nil {
				return err
			}
			return p.writeNew(to, files)
		}}
	c.Flags().StringVar(&to, "to", "", "the `DIR` to write; files that are there already are left alone")
	c.Flags().StringVar(&integration, "integration", "", "only the flows of this one")
	c.Flags().StringArrayVar(&mapped, "map-connection", nil, "`OLD=NEW`: the clone uses NEW where a flow uses OLD; may be repeated")
	return c
}

// cloned returns the folder's files as they are to be written, by their paths.
func cloned(dir, integration string, connections map[string]string) (map[string]string, error) {
	out := map[string]string{}
	var problems []sluice.Problem
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !isFlow(dir, path) {
			return err
		}
		text, err := os.ReadFile(path) //nolint:gosec // the person names the folder
		if err != nil {
			return err
		}
		flow, wrong := flowfile.Parse(path, text)
		if len(wrong) > 0 {
			return sluice.Problems("flow.invalid", path+" has mistakes", wrong)
		}
		if integration != "" && flow.Integration != integration {
			return nil
		}
		rewritten, err := code.Rewrite(string(text), flow, flow.Name, connections)
		if own, ok := errors.AsType[*sluice.Error](err); ok && own.Problems != nil {
			for _, p := range own.Problems {
				p.Path = path + ": " + p.Path
				problems = append(problems, p)
			}
			return nil
		}
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		out[relative] = rewritten
		return beside(dir, path, out)
	})
	if err != nil {
		return nil, err
	}
	if err := sluice.Problems("clone.unmapped", "the flows use connections that are not mapped", problems); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, sluice.Errorf("clone.nothing", "there is no flow to clone in %s", dir)
	}
	return out, nil
}

// isFlow reports whether a path is that of a flow file: in the folder, or in its folder flows.
func isFlow(dir, path string) bool {
	in := filepath.Dir(path)
	if in != filepath.Clean(dir) && in != filepath.Join(dir, "flows") || flowtest.IsTestFile(path) {
		return false
	}
	switch filepath.Base(path) {
	case "connections.yaml", "consumer_keys.yaml", "integrations.yaml":
		return false
	}
	return strings.HasSuffix(path, ".yaml") || strings.HasSuffix(path, ".yml")
}

// beside adds a flow's tests and what they read.
func beside(dir, path string, out map[string]string) error {
	tests, err := find.Files(filepath.Dir(path), []string{path})
	if err != nil { // it has none
		return nil
	}
	for _, name := range tests {
		s, err := flowtest.Load(name)
		if err != nil {
			return err
		}
		for _, file := range append([]string{name}, s.Files()...) {
			text, err := os.ReadFile(file) //nolint:gosec // named by the folder's own files
			if err != nil {
				return err
			}
			relative, err := filepath.Rel(dir, file)
			if err != nil {
				return err
			}
			if filepath.IsLocal(relative) {
				out[relative] = string(text)
			}
		}
	}
	return nil
}

// writeNew writes files that are not there yet.
func (p *program) writeNew(dir string, files map[string]string) error {
	var there []string
	for _, path := range slices.Sorted(maps.Keys(files)) {
		full := filepath.Join(dir, path)
		if old, err := os.ReadFile(full); err == nil && string(old) != files[path] { //nolint:gosec // the person names the folder
			there = append(there, path)
			continue
		}
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil { //nolint:gosec // no secrets in it
			return err
		}
		if err := os.WriteFile(full, []byte(files[path]), 0o644); err != nil { //nolint:gosec // no secrets in it
			return err
		}
		if _, err := fmt.Fprintln(p.Out, path); err != nil {
			return err
		}
	}
	if there != nil {
		return fmt.Errorf("these files are there already, and were left alone: %s", strings.Join(there, ", "))
	}
	return nil
}
