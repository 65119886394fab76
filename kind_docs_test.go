package sluice

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/connection-fields.md anew")

// TestFieldsAreDocumented compares docs/connection-fields.md with the kinds.
func TestFieldsAreDocumented(t *testing.T) {
	const path = "docs/connection-fields.md"
	want := fieldDocs()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s is not in step with the kinds (%v): go test . -run FieldsAreDocumented -update", path, err)
	}
}

func fieldDocs() string {
	var b strings.Builder
	b.WriteString("# Fields of connections\n\nMade from the kinds that form, command line and validation follow too; how to set them up is in [connections.md](connections.md).\n" +
		"Secrets are written, never read back.\n")
	for _, k := range Kinds() {
		fmt.Fprintf(&b, "\n## %s (`%s`)\n\n%s\n\n| field | | |\n|---|---|---|\n", k.Label, k.ID, k.Help)
		for _, f := range k.Fields {
			fmt.Fprintf(&b, "| `%s` %s | %s | %s |\n", f.Name, cell(f.Label), cell(fieldRules(f)), cell(f.Help))
		}
	}
	return b.String()
}

// fieldRules says in words what values a field takes, and when.
func fieldRules(f Field) string {
	var rules []string
	add := func(holds bool, format string, args ...any) {
		if holds {
			rules = append(rules, fmt.Sprintf(format, args...))
		}
	}
	add(f.Secret, "secret")
	add(f.Required && f.Default == "", "needed")
	add(f.Default != "", "`%s` by default", f.Default)
	add(f.Min != f.Max, "%d to %d", f.Min, f.Max)
	add(f.Min == f.Max && f.Format != "", "%s", f.Format)
	if len(f.Options) > 0 {
		var values []string
		for _, o := range f.Options {
			value := "`" + o.Value + "`"
			if o.Retired {
				value += " (not for new ones)"
			}
			values = append(values, value)
		}
		rules = append(rules, strings.Join(values, ", "))
	}
	for _, c := range f.When {
		rules = append(rules, "with "+conditionText(c))
	}
	for _, c := range f.Obtained {
		rules = append(rules, "comes by itself with "+conditionText(c))
	}
	return strings.Join(rules, "; ")
}

func conditionText(c Condition) string {
	if len(c.Values) == 1 && c.Values[0] == "" {
		return "no `" + c.Field + "`"
	}
	return "`" + c.Field + "` " + strings.Join(c.Values, ", ")
}

func cell(text string) string { return strings.ReplaceAll(text, "|", "\\|") }
