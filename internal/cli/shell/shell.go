// Package shell is what all commands share: how they read, write and reach a server.
package shell

import (
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"
)

// Shell is where a command runs.
type Shell struct {
	In       io.Reader
	Out, Err io.Writer
	Getenv   func(string) string
	// Interactive says that a person sits before standard error and input.
	Interactive bool

	Server, Token, Data string // flags that say which server
	Output              string // table, json or yaml
}

// UsageError is a mistake in the command line itself.
type UsageError struct{ text string }

// Error returns what is wrong.
func (e *UsageError) Error() string { return e.text }

// Usagef returns a UsageError.
func Usagef(format string, args ...any) error { return &UsageError{fmt.Sprintf(format, args...)} }

// ErrSilent is wrapped by errors that the command has told about already.
var ErrSilent = errors.New("told already")

// Group makes a command that only holds others.
func Group(use, short string, commands ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return Usagef("%s needs a subcommand; see: %s --help", cmd.CommandPath(), cmd.CommandPath())
	}}
	c.AddCommand(commands...)
	return c
}

// Logger writes to standard error.
func (p *Shell) Logger(debug bool) *slog.Logger {
	level := slog.LevelWarn
	if debug {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(p.Err, &slog.HandlerOptions{Level: level}))
}
