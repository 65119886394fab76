package wsdl

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed data/*.txt
var data embed.FS

// load reads the tables. Their notation:
//
//	namespace WORD DOMAIN PREFIX   one file is one namespace
//	element NAME TYPE              a global element
//	type NAME < BASE abstract text a complex type; indented, its fields:
//	  TYPE: name name! TYPE: …     ! once, + once or more, * any number, else at most once;
//	                               @ an attribute, = its default; & a global element
//	enum NAME                      an enumeration; indented, its values
//	  value value(2024_2-)         what not all versions have says which do
func load() (*Schema, error) {
	files, err := fs.Glob(data, "data/*.txt")
	if err != nil {
		return nil, err
	}
	s := &Schema{byPrefix: map[string]*Area{}}
	for _, file := range files {
		text, err := fs.ReadFile(data, file)
		if err != nil {
			return nil, err
		}
		r := reader{schema: s, file: strings.TrimSuffix(path.Base(file), ".txt") + ".xsd"}
		for n, line := range strings.Split(string(text), "\n") {
			if err := r.line(line); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", file, n+1, err)
			}
		}
	}
	s.messages = s.Area("platformMsgs")
	return s, s.resolve()
}

// brief is how the tables write a prefix.
func brief(prefix string) string {
	if rest, ok := strings.CutPrefix(prefix, "platform"); ok && rest != "" {
		return strings.ToLower(rest[:1]) + rest[1:]
	}
	return prefix
}

// reader reads one table.
type reader struct {
	schema *Schema
	file   string
	area   *Area
	typ    *Type
	enum   *Enum
	of     string // type of the fields to come
	isOp   bool
}

func (r *reader) line(line string) error {
	words := strings.Fields(line)
	if len(words) == 0 || words[0] == "#" || line[0] == '#' {
		return nil
	}
	if line[0] == ' ' {
		return r.inner(words)
	}
	switch words[0] {
	case "namespace":
		r.area = &Area{word: words[1], domain: words[2], Prefix: words[3], File: r.file, byName: map[string]*Type{}, byEnum: map[string]*Enum{}}
		r.schema.Areas = append(r.schema.Areas, r.area)
		r.schema.byPrefix[brief(words[3])] = r.area
	case "element":
		r.area.elements = append(r.area.elements, Field{Name: words[1], typ: words[2]})
	case "type":
		r.beginType(words[1:])
	case "enum":
		r.typ, r.enum = nil, &Enum{Name: words[1], Area: r.area}
		r.area.enums = append(r.area.enums, r.enum)
		r.area.byEnum[words[1]] = r.enum
	case "operation":
		r.isOp = true
		r.schema.Operations = append(r.schema.Operations, Operation{Name: words[1]})
	default:
		return fmt.Errorf("unknown word %q", words[0])
	}
	return nil
}

func (r *reader) beginType(words []string) {
	t := &Type{Name: words[0], Area: r.area}
	if i := slices.Index(words, "<"); i > 0 {
		t.base = words[i+1]
	}
	t.Abstract, t.Text = slices.Contains(words[1:], "abstract"), slices.Contains(words[1:], "text")
	r.typ, r.enum = t, nil
	r.area.types = append(r.area.types, t)
	r.area.byName[t.Name] = t
}

func (r *reader) inner(words []string) error {
	for _, w := range words {
		switch {
		case r.isOp:
			o := &r.schema.Operations[len(r.schema.Operations)-1]
			if strings.HasSuffix(w, "Fault") {
				o.Faults = append(o.Faults, w)
			} else {
				o.Headers = append(o.Headers, w)
			}
		case r.enum != nil:
			text, since, until := mark(w)
			r.enum.values = append(r.enum.values, enumValue{text, since, until})
		case r.typ == nil:
			return fmt.Errorf("%q belongs to no type", w)
		case strings.HasSuffix(w, ":"):
			r.of = strings.TrimSuffix(w, ":")
		default:
			r.field(w)
		}
	}
	return nil
}

func (r *reader) field(word string) {
	word, since, until := mark(word)
	f := Field{typ: r.of, since: since, until: until}
	word, f.Default, _ = strings.Cut(word, "=")
	word, bounded, _ := strings.Cut(word, "{")
	f.Repeats = bounded != ""
	if n := len(word) - 1; strings.IndexByte("!*+", word[n]) >= 0 {
		f.Required, f.Repeats = word[n] != '*', word[n] != '!'
		word = word[:n]
	}
	if rest, ok := strings.CutPrefix(word, "@"); ok {
		f.Name = rest
		r.typ.Attrs = append(r.typ.Attrs, f)
		return
	}
	f.Name, f.ref = strings.CutPrefix(word, "&")
	r.typ.Own = append(r.typ.Own, f)
}

// mark cuts the versions off a word: name(2024_2-2025_1).
func mark(word string) (text, since, until string) {
	text, rest, ok := strings.Cut(word, "(")
	if ok {
		since, until, _ = strings.Cut(strings.TrimSuffix(rest, ")"), "-")
	}
	return text, since, until
}
