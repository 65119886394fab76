package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"strings"
)

// maxInput bounds what is read from files and standard input.
const maxInput = 64 << 20

// readText reads an argument that is text itself, @ and a file's path, or - for
// standard input.
func (p *program) readText(arg string) (string, error) {
	var data []byte
	var err error
	switch {
	case arg == "-":
		data, err = io.ReadAll(io.LimitReader(p.in, maxInput))
	case strings.HasPrefix(arg, "@"):
		data, err = os.ReadFile(arg[1:])
	default:
		return arg, nil
	}
	return string(data), err
}

// readRecord reads an argument that is a record as JSON, numbers with their digits.
func (p *program) readRecord(arg string) (map[string]any, error) {
	text, err := p.readText(arg)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.UseNumber()
	var record map[string]any
	if err := dec.Decode(&record); err != nil || record == nil {
		return nil, usagef("this is not a record in JSON: %.60q", text)
	}
	return record, nil
}

// readSecret reads a secret from a place that other users of the machine cannot
// see: env:NAME, @FILE or - for standard input.
func (p *program) readSecret(field, place string) (string, error) {
	if name, ok := strings.CutPrefix(place, "env:"); ok {
		text := p.getenv(name)
		if text == "" {
			return "", usagef("the environment variable %s for %s is empty", name, field)
		}
		return text, nil
	}
	if place != "-" && !strings.HasPrefix(place, "@") {
		return "", usagef("secrets are not taken from the command line, where others can read them: write --secret %s=env:NAME, %s=@FILE or %s=-", field, field, field)
	}
	text, err := p.readText(place)
	return strings.TrimRight(text, "\r\n"), err
}

// assignments reads flags of the form name=value.
func assignments(flag string, list []string) (map[string]string, error) {
	out := make(map[string]string, len(list))
	for _, item := range list {
		name, value, found := strings.Cut(item, "=")
		if !found || name == "" {
			return nil, usagef("--%s takes name=value, not %q", flag, item)
		}
		out[name] = value
	}
	return out, nil
}
