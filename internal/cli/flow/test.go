// Package flow holds the commands for flows as code: their tests, dry runs, revisions
// and clones.
package flow

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/flowfile"
	"github.com/sluicehq/sluice/internal/flowtest"
	"github.com/sluicehq/sluice/internal/flowtest/find"
	"github.com/sluicehq/sluice/internal/flowtest/junit"
)

// program holds the commands.
type program struct{ *shell.Shell }

// Commands returns the commands that `sluice flow` has from here.
func Commands(sh *shell.Shell) []*cobra.Command {
	p := &program{sh}
	return []*cobra.Command{p.testCommand(), p.schemaCommand(), p.revisionsCommand(), p.diffCommand(), p.revertCommand(), p.cloneCommand()}
}

// errFailed ends a run of tests that failed.
var errFailed = fmt.Errorf("flow tests failed: %w", shell.ErrSilent)

// unusable is an error in a file of tests, which is wrong use.
type unusable struct{ cause, usage error }

func (u *unusable) Error() string   { return u.cause.Error() }
func (u *unusable) Unwrap() []error { return []error{u.cause, u.usage} }

func unusableFile(err error) error {
	return &unusable{err, shell.Usagef("%s", err)}
}

func (p *program) testCommand() *cobra.Command {
	var xmlFile string
	c := &cobra.Command{Use: "test [FILE|DIR|FLOW…]", Short: "Run the tests that are kept beside flows",
		Long: "Runs the cases of orders.test.yaml on the flow of orders.yaml: given records go through the flow, other systems' answers are made up,\n" +
			"and records, requests, errors and counts are held against what is expected. Neither a server nor NetSuite nor a secret is needed.\n" +
			"The exit code is 1 when a case failed, 2 when a file cannot be used. The keys are in docs/flows-as-code.md; for editors: sluice flow schema --tests.",
		RunE: func(cmd *cobra.Command, args []string) error {
			suites, err := load(args)
			if err != nil {
				return unusableFile(err)
			}
			var outcomes []flowtest.Outcome
			err = flowtest.Run(cmd.Context(), suites, func(o flowtest.Outcome) {
				outcomes = append(outcomes, o)
				if p.Output == "table" {
					_ = o.Text(p.Out) // what cannot be told here is told by the exit code
				}
			})
			if err != nil {
				return err
			}
			return p.conclude(outcomes, xmlFile)
		}}
	c.Flags().StringVar(&xmlFile, "junit", "", "write the results as JUnit XML into this `FILE`")
	return c
}

// load reads all files of tests and says what is wrong with any of them.
func load(args []string) ([]*flowtest.Suite, error) {
	paths, err := find.Files(".", args)
	if err != nil {
		return nil, err
	}
	var suites []*flowtest.Suite
	var wrong []error
	for _, path := range paths {
		s, err := flowtest.Load(path)
		suites, wrong = append(suites, s), append(wrong, err)
	}
	return suites, errors.Join(wrong...)
}

func (p *program) conclude(outcomes []flowtest.Outcome, xmlFile string) error {
	failed := 0
	for _, o := range outcomes {
		if !o.Passed {
			failed++
		}
	}
	if xmlFile != "" {
		if err := writeFile(xmlFile, func(w io.Writer) error { return junit.Write(w, outcomes) }); err != nil {
			return err
		}
	}
	if p.Output != "table" {
		if err := p.Show(outcomes, nil); err != nil {
			return err
		}
	} else {
		p.Say("%s", summary(len(outcomes), failed))
	}
	if failed > 0 {
		return errFailed
	}
	return nil
}

func summary(all, failed int) string {
	text := fmt.Sprintf("%d cases, all as expected", all)
	if failed > 0 {
		text = fmt.Sprintf("%d cases, %d failed", all, failed)
	}
	if all == 1 {
		text = strings.Replace(text, "cases, all", "case,", 1)
		text = strings.Replace(text, "1 cases", "1 case", 1)
	}
	return text
}

func writeFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.Create(path) //nolint:gosec // the person names the file
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return write(f)
}

func (p *program) schemaCommand() *cobra.Command {
	var tests bool
	c := &cobra.Command{Use: "schema", Short: "Print the JSON Schema of flow files, for editors", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error {
		schema := flowfile.Schema()
		if tests {
			schema = flowfile.TestSchema()
		}
		_, err := p.Out.Write(schema)
		return err
	}}
	c.Flags().BoolVar(&tests, "tests", false, "that of files of flow tests")
	return c
}
