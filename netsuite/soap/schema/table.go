package schema

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed data/types.txt
var text string

// table is the index of the text. A type is parsed when it is first asked for:
// of 1,500 a program uses a few dozen.
type table struct {
	areas       map[string]string // prefix → namespace with * for the version
	areaNames   []string
	byNamespace map[string]string // the reverse
	codes       map[string]string // code → key
	records     map[string]Record
	recordNames []string
	lines       map[string]string // key → the rest of its lines
	names       map[string]string // name → key, empty where two namespaces have it

	parsed sync.Map // key → *Type
}

var load = sync.OnceValue(func() *table {
	t := &table{areas: map[string]string{}, byNamespace: map[string]string{}, codes: map[string]string{},
		records: map[string]Record{}, lines: map[string]string{}, names: map[string]string{}}
	rest := text
	for rest != "" {
		line := rest
		// A line that begins with a space continues the one before.
		end := strings.IndexByte(rest, '\n')
		for end >= 0 && end+1 < len(rest) && rest[end+1] == ' ' {
			next := strings.IndexByte(rest[end+1:], '\n')
			if next < 0 {
				end = -1
				break
			}
			end += 1 + next
		}
		if end < 0 {
			rest = ""
		} else {
			line, rest = rest[:end], rest[end+1:]
		}
		t.index(line)
	}
	return t
})

func (t *table) index(line string) {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "", "#":
	case "area":
		prefix, namespace, _ := strings.Cut(rest, " ")
		t.areas[prefix] = namespace
		t.areaNames = append(t.areaNames, prefix)
		t.byNamespace[namespace] = prefix
	case "code":
		code, key, _ := strings.Cut(rest, " ")
		t.codes[code] = key
	case "record":
		f := strings.Fields(rest)
		t.records[f[0]] = Record{Name: f[0], Type: f[1], Search: strings.Trim(f[2], "-"), Kind: strings.Trim(f[3], "-")}
		t.recordNames = append(t.recordNames, f[0])
	default:
		t.lines[word] = rest
		_, name, _ := strings.Cut(word, ":")
		if _, twice := t.names[name]; twice {
			word = ""
		}
		t.names[name] = word
	}
}

// byKey returns a type, or nil.
func byKey(key string) *Type {
	t := load()
	if known, ok := t.parsed.Load(key); ok {
		return known.(*Type)
	}
	line, ok := t.lines[key]
	if !ok {
		return nil
	}
	known, _ := t.parsed.LoadOrStore(key, t.parse(key, line))
	return known.(*Type)
}

func (t *table) parse(key, line string) *Type {
	area, name, _ := strings.Cut(key, ":")
	parsed := &Type{Area: area, Name: name}
	var kind Kind
	var complexType string
	for word := range strings.FieldsSeq(line) {
		switch word[0] {
		case '<':
			parsed.base = word[1:]
		case '~':
			parsed.Abstract = true
		case '@':
			parsed.attributes = append(parsed.attributes, word[1:])
		case '=':
			kind, complexType = t.kind(word[1:])
		default:
			f := field(word)
			f.Area, f.Kind, f.Type = area, kind, complexType
			parsed.own = append(parsed.own, f)
		}
	}
	return parsed
}

func (t *table) kind(word string) (Kind, string) {
	if len(word) == 1 {
		return Kind(word[0]), ""
	}
	if key, ok := t.codes[word]; ok {
		return Complex, key
	}
	return Complex, word
}

// field reads an element's name with its marks.
func field(word string) Field {
	var f Field
	for _, mark := range []struct {
		sign string
		to   *Version
	}{{"-", &f.until}, {"+", &f.since}} {
		if name, version, ok := strings.Cut(word, mark.sign); ok {
			word, *mark.to = name, Version(version)
		}
	}
	word, f.Many = strings.CutSuffix(word, "*")
	f.Name, f.Required = strings.CutSuffix(word, "!")
	return f
}
