package flowfile

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/sluicehq/sluice/internal/mapping"
)

// Schema returns the JSON Schema (draft 2020-12) of flow files, for editors.
func Schema() []byte {
	s := schemaOf(flowShape())
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["$id"] = "https://sluicehq.github.io/sluice/flow.schema.json"
	s["title"] = "Sluice flow"
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic(err) // maps of texts, numbers and lists: it always can
	}
	return append(text, '\n')
}

func schemaOf(s *shape) map[string]any {
	properties := map[string]any{}
	var required []string
	for _, k := range s.keys {
		properties[k.name] = schemaOfKey(k)
		if k.required {
			required = append(required, k.name)
		}
	}
	out := map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
	if s.help != "" {
		out["description"] = s.help
	}
	if len(required) > 0 {
		out["required"] = required
	}
	var one []any
	for _, n := range s.oneOf {
		one = append(one, map[string]any{"required": []string{n}})
	}
	if one != nil {
		out["oneOf"] = one
	}
	return out
}

func schemaOfKey(k key) map[string]any {
	anyScalar := []string{"string", "number", "boolean", "null"}
	var out map[string]any
	switch k.form {
	case object:
		out = schemaOf(k.of)
	case objects:
		out = map[string]any{"type": "array", "items": schemaOf(k.of)}
	case texts:
		out = map[string]any{"type": "array", "items": map[string]any{"type": "string", "minLength": 1}, "minItems": 1, "uniqueItems": true}
	case literals:
		out = map[string]any{"type": "array", "items": map[string]any{"type": anyScalar}, "minItems": 1}
	case textMap:
		out = map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "string"}, "minProperties": 1}
	case integer:
		out = map[string]any{"type": "integer", "minimum": k.min}
		if k.max > 0 {
			out["maximum"] = k.max
		}
	case boolean:
		out = map[string]any{"type": "boolean"}
	case literal:
		out = map[string]any{"type": anyScalar}
	case expr:
		out = map[string]any{"type": []string{"string", "boolean", "number"}}
	case name:
		out = map[string]any{"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]{0,62}$"}
	default:
		out = map[string]any{"type": "string", "minLength": 1}
	}
	if len(k.options) > 0 {
		out["enum"] = k.options
	}
	out["description"] = k.help
	return out
}

// Docs returns the reference of flow files in Markdown: every key, and the
// methods of mappings.
func Docs() []byte {
	var b strings.Builder
	b.WriteString("# Flow files\n\nA flow is a YAML file. `sluice apply` stores it; all problems are told at once, with line and column.\n" +
		"This page is generated from the table that the parser uses.\n")
	docsOf(&b, flowShape())
	b.WriteString("\n## Mappings and expressions\n\n" +
		"Mappings are written in [Bloblang](https://docs.redpanda.com/redpanda-connect/guides/bloblang/about/): `this` is the record that comes in, `root` the one that goes out,\n" +
		"which starts empty. A mapping knows neither time nor chance, files nor network: the same record gives the same result.\n" +
		"`root = deleted()` excludes the record, `throw(\"why\")` makes it a record error.\n\n" +
		"Numbers keep all their digits. The operators `+ - * /` turn a number with a fraction into a binary float, which is refused when it\n" +
		"leaves the mapping: use the methods below. Whole numbers may use the operators. Comparisons (`==`, `<`, `>`) look at about 15 digits,\n" +
		"`compare` at all.\n\n| method | | example | gives |\n|---|---|---|---|\n")
	for _, m := range mapping.Methods() {
		fmt.Fprintf(&b, "| `.%s(%s)` | %s | `%s` | `%s` |\n", m.Name, m.Args, cell(m.Help), cell(m.Example), cell(m.Result))
	}
	return []byte(b.String())
}

func docsOf(b *strings.Builder, s *shape) {
	fmt.Fprintf(b, "\n## %s\n\n", s.name)
	if s.help != "" {
		b.WriteString(s.help + "\n\n")
	}
	if len(s.oneOf) > 0 {
		fmt.Fprintf(b, "Exactly one of `%s` is there.\n\n", strings.Join(s.oneOf, "`, `"))
	}
	b.WriteString("| key | holds | | example |\n|---|---|---|---|\n")
	for _, k := range s.keys {
		holds := k.form.String()
		if len(k.options) > 0 {
			holds = "`" + strings.Join(k.options, "`, `") + "`"
		}
		if k.max > 0 {
			holds += fmt.Sprintf(", %d to %d", k.min, k.max)
		}
		required := ""
		if k.required {
			required = "**Required.** "
		}
		example := ""
		if k.example != "" {
			example = "`" + cell(k.example) + "`"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s%s | %s |\n", k.name, holds, required, cell(k.help), example)
	}
	for _, k := range s.keys {
		if k.of != nil {
			docsOf(b, k.of)
		}
	}
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
