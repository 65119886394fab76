package shell

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// maxInput bounds what is read from files and standard input.
const maxInput = 64 << 20

// ReadText reads an argument that is text itself, @ and a file's path, or - for
// standard input.
func (p *Shell) ReadText(arg string) (string, error) {
	var data []byte
	var err error
	switch {
	case arg == "-":
		data, err = io.ReadAll(io.LimitReader(p.In, maxInput))
	case strings.HasPrefix(arg, "@"):
		data, err = os.ReadFile(arg[1:])
	default:
		return arg, nil
	}
	return string(data), err
}

// ReadRecord reads an argument that is a record as JSON, numbers with their digits.
func (p *Shell) ReadRecord(arg string) (map[string]any, error) {
	text, err := p.ReadText(arg)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.UseNumber()
	var record map[string]any
	if err := dec.Decode(&record); err != nil || record == nil {
		return nil, Usagef("this is not a record in JSON: %.60q", text)
	}
	return record, nil
}

// Edit opens a record in the person's editor and returns it as it was left.
func (p *Shell) Edit(ctx context.Context, record map[string]any) (_ map[string]any, err error) {
	editor := strings.Fields(cmp.Or(p.Getenv("VISUAL"), p.Getenv("EDITOR"), "vi"))
	dir, err := os.MkdirTemp("", "sluice-edit-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "record.json")
	text, err := json.MarshalIndent(record, "", "  ")
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o600); err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, editor[0], append(editor[1:], path)...)
	c.Stdin, c.Stdout, c.Stderr = p.In, p.Err, p.Err
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("the editor %s: %w", editor[0], err)
	}
	return p.ReadRecord("@" + path)
}

// ReadSecret reads a secret from a place that other users of the machine cannot
// see: env:NAME, @FILE or - for standard input.
func (p *Shell) ReadSecret(field, place string) (string, error) {
	if name, ok := strings.CutPrefix(place, "env:"); ok {
		text := p.Getenv(name)
		if text == "" {
			return "", Usagef("the environment variable %s for %s is empty", name, field)
		}
		return text, nil
	}
	if place != "-" && !strings.HasPrefix(place, "@") {
		return "", Usagef("secrets are not taken from the command line, where others can read them: write --secret %s=env:NAME, %s=@FILE or %s=-", field, field, field)
	}
	text, err := p.ReadText(place)
	return strings.TrimRight(text, "\r\n"), err
}

// Assignments reads flags of the form name=value.
func Assignments(flag string, list []string) (map[string]string, error) {
	out := make(map[string]string, len(list))
	for _, item := range list {
		name, value, found := strings.Cut(item, "=")
		if !found || name == "" {
			return nil, Usagef("--%s takes name=value, not %q", flag, item)
		}
		out[name] = value
	}
	return out, nil
}

// Ask puts a question to the person and reads one line.
func (p *Shell) Ask(question string) (string, error) {
	if _, err := fmt.Fprint(p.Err, question); err != nil {
		return "", err
	}
	var line []byte
	for one := make([]byte, 1); ; { // byte by byte: what follows is for the next question
		n, err := p.In.Read(one)
		if n == 1 && one[0] != '\n' {
			line = append(line, one[0])
		}
		if n == 1 && one[0] == '\n' || errors.Is(err, io.EOF) {
			return strings.TrimSpace(string(line)), nil
		}
		if err != nil {
			return "", err
		}
	}
}
