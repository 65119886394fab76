package schema

import (
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"
)

//go:embed data/*.txt
var data embed.FS

// files are parsed in this order: a set of fields goes before its uses, and the
// order of types is that of their IDs (deletedrecord).
var files = []string{"tables", "entities", "lists", "items", "transactions", "records", "activities", "sales", "purchases", "stock", "absent"}

// Builtin returns the types and tables that every account starts with.
var Builtin = sync.OnceValues(parse)

func parse() (*Schema, error) {
	p := parser{
		schema: &Schema{types: map[string]*Type{}, tables: map[string]*Table{}},
		enums:  map[string][]Option{}, sets: map[string]*FieldSet{},
	}
	for _, name := range files {
		if err := p.scanEnums("data/" + name + ".txt"); err != nil {
			return nil, err
		}
	}
	for _, name := range files {
		if err := p.file("data/"+name+".txt", p.line); err != nil {
			return nil, err
		}
	}
	p.schema.addTables()
	p.schema.addCustomColumns()
	return p.schema, nil
}

// parser reads the notation of data/*.txt:
//
//	enum NAME ID="Text" ID …            an enumeration; more lines of the name add to it
//	fields NAME                         a set of fields for use
//	type NAME "Label" key=value flag…   a record type
//	  use SET                           fields of a set
//	  NAME KIND[:target] "Label" flag…  a field; deeper indentation = its lines or its subrecord
//	table NAME key=value…               an analytic table (see tables.txt)
//	absent WHY NAME…                    record types that NetSuite has and the account has not
//
// A table that tables.txt does not describe has a column for each body field
// of its type.
type parser struct {
	schema *Schema
	enums  map[string][]Option
	sets   map[string]*FieldSet
	stack  []*FieldSet // by indentation
	table  *Table
}

func (p *parser) file(name string, each func(indent int, words []string) error) error {
	text, err := fs.ReadFile(data, name)
	if err != nil {
		return err
	}
	for n, line := range strings.Split(string(text), "\n") {
		trimmed := strings.TrimLeft(line, " ")
		if trimmed == "" || trimmed[0] == '#' {
			continue
		}
		if err := each((len(line)-len(trimmed))/2, split(trimmed)); err != nil {
			return fmt.Errorf("%s:%d: %w", name, n+1, err)
		}
	}
	return nil
}

// split cuts a line at blanks outside quotation marks and drops the marks.
func split(line string) []string {
	var words []string
	var word strings.Builder
	quoted := false
	for _, r := range line + " " {
		switch {
		case r == '"':
			quoted = !quoted
		case r == ' ' && !quoted:
			if word.Len() > 0 {
				words = append(words, word.String())
				word.Reset()
			}
		default:
			word.WriteRune(r)
		}
	}
	return words
}

func (p *parser) scanEnums(file string) error {
	return p.file(file, func(_ int, words []string) error {
		if words[0] != "enum" {
			return nil
		}
		for _, w := range words[2:] {
			id, name, ok := strings.Cut(w, "=")
			if !ok {
				name = id
			}
			p.enums[words[1]] = append(p.enums[words[1]], Option{id, name})
		}
		return nil
	})
}

func (p *parser) line(indent int, words []string) error {
	if indent == 0 {
		return p.top(words)
	}
	if p.table != nil {
		return p.table.describe(words)
	}
	if indent > len(p.stack) {
		return fmt.Errorf("nothing to nest under")
	}
	p.stack = p.stack[:indent]
	set := p.stack[indent-1]
	if words[0] == "use" {
		shared, ok := p.sets[words[1]]
		if !ok {
			return fmt.Errorf("no set %q", words[1])
		}
		for _, f := range shared.List {
			set.add(f)
		}
		return nil
	}
	f, err := p.field(words)
	if err != nil {
		return err
	}
	set.add(f)
	if f.Fields != nil && f.Kind == Sublist {
		p.stack = append(p.stack, f.Fields)
	}
	return nil
}

func (p *parser) top(words []string) error {
	p.table, p.stack = nil, nil
	switch words[0] {
	case "enum":
	case "absent":
		for _, name := range words[2:] {
			p.schema.Absent = append(p.schema.Absent, Gap{Name: name, For: words[1]})
		}
	case "fields":
		set := &FieldSet{}
		p.sets[words[1]] = set
		p.stack = []*FieldSet{set}
	case "type":
		t := &Type{Name: words[1], Label: words[2], Group: words[1], Key: "id", Fields: &FieldSet{}}
		if err := t.describe(words[3:]); err != nil {
			return err
		}
		p.schema.types[strings.ToLower(t.Name)] = t
		p.schema.Types = append(p.schema.Types, t)
		p.stack = []*FieldSet{t.Fields}
	case "table":
		p.table = newTable(words[1], words[2:])
		p.schema.tables[p.table.Name] = p.table
		p.schema.Tables = append(p.schema.Tables, p.table)
	default:
		return fmt.Errorf("unknown word %q", words[0])
	}
	return nil
}

func (t *Type) describe(words []string) error {
	for _, w := range words {
		switch key, value, _ := strings.Cut(w, "="); key {
		case "group":
			t.Group = value
		case "kind":
			t.Kind = value
		case "table":
			t.Table = value
		case "key":
			t.Key = value
		case "permission":
			t.Permission = value
		case "feature":
			t.Feature = value
		case "name":
			t.NameField = value
		case "prefix":
			t.Prefix = value
		case "posting":
			t.Posting = true
		case "debit", "credit", "lines", "against", "goods", "final", "does", "applies", "won":
			t.Ledger.describe(key, value)
		case "custom":
			t.Custom = true
		default:
			return fmt.Errorf("unknown attribute %q of a type", key)
		}
	}
	return nil
}

// describe takes what a transaction's type says of its ledger (debit=AcctRec
// lines=incomeAccount goods=ship:quantityFulfilled …).
func (l *Ledger) describe(key, value string) {
	link, field, _ := strings.Cut(value, ":")
	switch key {
	case "debit", "credit":
		l.Main, l.Credit = value, key == "credit"
	case "lines":
		l.Item = value
	case "against":
		l.Against = value
	case "goods":
		l.Goods = Progress{link, field}
	case "final":
		l.Final = Progress{link, field}
	case "does":
		l.Does = value
	case "applies":
		l.Applies = strings.Split(value, ",")
	case "won":
		l.Won = value
	}
}

var kinds = map[string]Kind{
	"string": String, "number": Number, "integer": Integer, "boolean": Boolean, "date": Date, "date-time": DateTime,
	"ref": Reference, "enum": Enum, "multi": Multi, "record": Subrecord, "list": Sublist,
}

func (p *parser) field(words []string) (*Field, error) {
	if len(words) < 3 {
		return nil, fmt.Errorf("a field needs name, kind and label")
	}
	kind, target, _ := strings.Cut(words[1], ":")
	k, ok := kinds[kind]
	if !ok {
		return nil, fmt.Errorf("unknown kind %q", kind)
	}
	f := &Field{Name: words[0], Label: words[2], Kind: k, Target: target, Column: strings.ToLower(words[0])}
	switch k {
	case Enum:
		if f.Enum, f.Target = p.enums[target], ""; f.Enum == nil {
			return nil, fmt.Errorf("no enumeration %q", target)
		}
	case Subrecord:
		if f.Fields = p.sets[target]; f.Fields == nil {
			return nil, fmt.Errorf("no set %q", target)
		}
	case Sublist:
		f.Fields, f.Column = &FieldSet{}, ""
	}
	return f, f.describe(words[3:])
}

func (f *Field) describe(words []string) (err error) {
	for _, w := range words {
		switch key, value, _ := strings.Cut(w, "="); key {
		case "req":
			f.Mandatory = true
		case "ro":
			f.ReadOnly = true
		case "filter":
			f.Filterable = true
		case "unique":
			f.Unique = true
		case "custom":
			f.Custom = true
		case "max":
			f.Max, err = strconv.Atoi(value)
		case "default":
			f.Default = value
		case "feature":
			f.Feature = value
		case "col":
			f.Column = value
		case "keys":
			f.Keys = strings.Split(value, ",")
		default:
			return fmt.Errorf("unknown attribute %q of a field", key)
		}
	}
	return err
}
