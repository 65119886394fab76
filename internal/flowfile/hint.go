package flowfile

import "strings"

// SchemaFile is the name under which the schema lies beside flow files.
const SchemaFile = "flow.schema.json"

// hint begins the line by which editors find a YAML file's schema.
const hint = "# yaml-language-server:"

// WithHint puts a line for editors before a flow file's text, unless it has one.
func WithHint(text string) string {
	if strings.HasPrefix(text, hint) {
		return text
	}
	return hint + " $schema=" + SchemaFile + "\n" + text
}

// SameText reports whether two texts are the same flow file, whatever their lines for
// editors say.
func SameText(a, b string) bool { return withoutHint(a) == withoutHint(b) }

func withoutHint(text string) string {
	if !strings.HasPrefix(text, hint) {
		return text
	}
	_, rest, _ := strings.Cut(text, "\n")
	return rest
}
