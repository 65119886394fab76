package flowfile

import (
	"encoding/json"
	"maps"
	"strings"

	"github.com/sluicehq/sluice/internal/flowfile/shape"
)

// Schema returns the JSON Schema (draft 2020-12) of flow files, for editors.
func Schema() []byte {
	return schemaOf(shape.Flow(), "flow.schema.json", "Sluice flow")
}

// TestSchema returns the JSON Schema of files of flow tests.
func TestSchema() []byte {
	return schemaOf(shape.Tests(), "flow-test.schema.json", "Sluice flow tests")
}

func schemaOf(root *shape.Shape, id, title string) []byte {
	w := schemaWriter{recursive: recursive(root), defs: map[string]any{}}
	s := w.schemaOf(root)
	if len(w.defs) > 0 {
		s["$defs"] = w.defs
	}
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["$id"] = "https://sluicehq.github.io/sluice/" + id
	s["title"] = title
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic(err) // maps of texts, numbers and lists: it always can
	}
	return append(text, '\n')
}

// exprTypes are the ways to write an expression: 1 and true need no quotes.
var exprTypes = []string{"string", "boolean", "number"}

// schemaWriter writes shapes; those that contain themselves are definitions of their own.
type schemaWriter struct {
	recursive map[*shape.Shape]bool
	defs      map[string]any
}

// recursive returns the shapes that contain themselves.
func recursive(root *shape.Shape) map[*shape.Shape]bool {
	found, done, inside := map[*shape.Shape]bool{}, map[*shape.Shape]bool{}, map[*shape.Shape]bool{}
	var walk func(s *shape.Shape)
	walk = func(s *shape.Shape) {
		found[s] = found[s] || inside[s]
		if done[s] {
			return
		}
		done[s], inside[s] = true, true
		for _, k := range s.Keys {
			if k.Of != nil {
				walk(k.Of)
			}
		}
		inside[s] = false
	}
	walk(root)
	maps.DeleteFunc(found, func(_ *shape.Shape, yes bool) bool { return !yes })
	return found
}

// of returns the schema of an object, or where it is defined.
func (w schemaWriter) of(s *shape.Shape) map[string]any {
	if !w.recursive[s] {
		return w.schemaOf(s)
	}
	name := strings.ReplaceAll(strings.ToLower(s.Name), " ", "_")
	if _, there := w.defs[name]; !there {
		w.defs[name] = nil // begun
		w.defs[name] = w.schemaOf(s)
	}
	return map[string]any{"$ref": "#/$defs/" + name}
}

func (w schemaWriter) schemaOf(s *shape.Shape) map[string]any {
	properties := map[string]any{}
	var required []string
	for _, k := range s.Keys {
		properties[k.Name] = w.schemaOfKey(k)
		if k.Required {
			required = append(required, k.Name)
		}
	}
	out := map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
	if s.Help != "" {
		out["description"] = s.Help
	}
	if len(required) > 0 {
		out["required"] = required
	}
	var one []any
	for _, n := range s.OneOf {
		one = append(one, map[string]any{"required": []string{n}})
	}
	if one != nil {
		out["oneOf"] = one
	}
	return out
}

func (w schemaWriter) schemaOfKey(k shape.Key) map[string]any {
	anyScalar := []string{"string", "number", "boolean", "null"}
	var out map[string]any
	switch k.Form {
	case shape.Object:
		out = w.of(k.Of)
	case shape.Objects:
		out = map[string]any{"type": "array", "items": w.of(k.Of)}
	case shape.Texts:
		out = map[string]any{"type": "array", "items": map[string]any{"type": "string", "minLength": 1}, "minItems": 1, "uniqueItems": true}
	case shape.Literals:
		out = map[string]any{"type": "array", "items": map[string]any{"type": anyScalar}, "minItems": 1}
	case shape.TextMap:
		out = map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "string"}, "minProperties": 1}
	case shape.Exprs:
		out = map[string]any{"type": "array", "items": map[string]any{"type": exprTypes}, "minItems": 1}
	case shape.ExprMap:
		out = map[string]any{"type": "object", "additionalProperties": map[string]any{"type": exprTypes}, "minProperties": 1}
	case shape.Integer:
		out = map[string]any{"type": "integer", "minimum": k.Min}
		if k.Max > 0 {
			out["maximum"] = k.Max
		}
	case shape.Boolean:
		out = map[string]any{"type": "boolean"}
	case shape.Any:
		out = map[string]any{}
	case shape.Literal:
		out = map[string]any{"type": anyScalar}
	case shape.Expr:
		out = map[string]any{"type": exprTypes}
	case shape.Name:
		out = map[string]any{"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]{0,62}$"}
	default:
		out = map[string]any{"type": "string", "minLength": 1}
	}
	if len(k.Options) > 0 {
		out["enum"] = options(k)
	}
	out["description"] = k.Help
	return out
}

// options are the values that a key may have. Where a text is taken as it is written
// null is one too, which YAML takes for no value.
func options(k shape.Key) []any {
	var list []any
	for _, o := range k.Options {
		list = append(list, o)
		if o == "null" && k.Form == shape.Literal {
			list = append(list, nil)
		}
	}
	return list
}
