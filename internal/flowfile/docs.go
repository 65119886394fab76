package flowfile

import (
	"fmt"
	"strings"

	"github.com/sluicehq/sluice/internal/flowfile/shape"
	"github.com/sluicehq/sluice/internal/mapping"
)

// chapter is a part of the reference: the sections of a topic, in their order.
type chapter struct {
	title, about string
	sections     []string
}

var chapters = []chapter{
	{"The flow", "What a flow consists of, and when it runs.", []string{"Flow", "Schedule", "Pages", "Total"}},
	{"Exports", "What all exports have in common. Where the records come from is in the next two chapters.", []string{"Export", "Delta", "Deletes", "Once", "Group"}},
	{"Exports of NetSuite", "By SuiteQL, by the record service, by searches of SOAP, or by a script of one's own.", []string{"SuiteQL export", "Records export", "Saved search export", "Search export", "Search criterion", "Deleted export", "RESTlet export", "RESTlet page"}},
	{"Exports of other systems", "APIs, databases, files, and what systems send by themselves.", []string{"HTTP export", "HTTP page", "SQL export", "CSV export", "Join", "JSON lines export", "XLSX export", "Webhook export"}},
	{"Steps", "What happens to a record between export and import.", []string{"Step", "Filter", "Mapping row", "Branch", "Path"}},
	{"Lookups", "Asking another system in the middle of a flow.", []string{"Lookup", "Lookup cache", "SuiteQL lookup", "Record lookup", "RESTlet lookup by parameters", "SQL lookup", "HTTP lookup by path", "CSV lookup", "JSON lines lookup"}},
	{"Imports", "What all imports have in common. Where the records go is in the next two chapters.", []string{"Import"}},
	{"Imports to NetSuite", "Records with their lines, and scripts.", []string{"NetSuite import", "Keyed lines", "Transform", "Attachment", "RESTlet import", "RESTlet lookup"}},
	{"Imports to other systems", "APIs, databases and files.", []string{"HTTP import", "HTTP lookup", "HTTP batch", "SQL import", "SQL lines", "CSV import", "JSON lines import"}},
	{"Errors of records", "What becomes of a record that does not get through.", []string{"Errors", "Error rule", "Keep errors", "Retry errors"}},
}

// Docs returns the reference of flow files in Markdown: every key, with an example that
// the tests run, and the methods of mappings.
func Docs() []byte {
	var b strings.Builder
	b.WriteString("# Flow files\n\nA flow is a YAML file. `sluice apply` stores it; all problems are told at once, with line and column.\n" +
		"This page is generated from the table that the parser uses. Every key has an example, and every example is run by the tests:\n" +
		"most of them by the [flow tests](flow-tests.md) that are shown with them. A test takes each key away, or changes it, and sees the example fail.\n" +
		"The examples lie in [testdata/examples](../internal/flowfile/testdata/examples), with the files that they read.\n\n")
	for _, c := range chapters {
		links := make([]string, len(c.sections))
		for i, name := range c.sections {
			links[i] = "[" + name + "](#" + anchor(name) + ")"
		}
		fmt.Fprintf(&b, "- [%s](#%s): %s\n", c.title, anchor(c.title), strings.Join(links, ", "))
	}
	b.WriteString("- [Mappings and expressions](#mappings-and-expressions)\n")
	known := map[string]*shape.Shape{}
	collect(shape.Flow(), known)
	all := readExamples()
	for _, c := range chapters {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", c.title, c.about)
		for _, name := range c.sections {
			sectionDocs(&b, "###", known[name])
			exampleDocs(&b, name, all)
		}
	}
	methodDocs(&b)
	return []byte(b.String())
}

// TestDocs returns the reference of files of flow tests.
func TestDocs() []byte {
	var b strings.Builder
	b.WriteString("# Keys of flow tests\n\nThe keys of `orders.test.yaml`, which holds the cases of the flow `orders.yaml`; [Flows as code](flows-as-code.md#tests) says how they are run.\n" +
		"This page is generated from the table that the parser uses. `sluice flow schema --tests` prints the JSON Schema for editors.\n" +
		"Every key is used by an example of [Flow files](flows.md) that the tests run; a test changes it and sees the example fail.\n")
	known := map[string]*shape.Shape{}
	all := readExamples()
	for _, s := range collect(shape.Tests(), known) {
		sectionDocs(&b, "##", s)
		var links []string
		for _, e := range usersOf(s, all) {
			links = append(links, fmt.Sprintf("[%s](flows.md#%s)", e.name, anchor(e.shows[0])))
		}
		fmt.Fprintf(&b, "\nUsed by %s.\n", strings.Join(links, ", "))
	}
	return []byte(b.String())
}

// collect returns a shape and those within, each once, and files them by name.
func collect(s *shape.Shape, known map[string]*shape.Shape) []*shape.Shape {
	if known[s.Name] != nil {
		return nil
	}
	known[s.Name] = s
	out := []*shape.Shape{s}
	for _, k := range s.Keys {
		if k.Of != nil {
			out = append(out, collect(k.Of, known)...)
		}
	}
	return out
}

// anchor is what a heading is linked by.
func anchor(heading string) string {
	return strings.ReplaceAll(strings.ToLower(strings.ReplaceAll(heading, "'", "")), " ", "-")
}

func sectionDocs(b *strings.Builder, level string, s *shape.Shape) {
	fmt.Fprintf(b, "\n%s %s\n\n", level, s.Name)
	if s.Help != "" {
		b.WriteString(s.Help + "\n\n")
	}
	if len(s.OneOf) > 0 {
		fmt.Fprintf(b, "Exactly one of `%s` is there.\n\n", strings.Join(s.OneOf, "`, `"))
	}
	b.WriteString("| key | holds | | example |\n|---|---|---|---|\n")
	for _, k := range s.Keys {
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", k.Name, holds(k), explained(k), written(k))
	}
}

func holds(k shape.Key) string {
	out := k.Form.String()
	if len(k.Options) > 0 {
		out = "`" + strings.Join(k.Options, "`, `") + "`"
	}
	if k.Of != nil {
		out = fmt.Sprintf("[%s](#%s)", out, anchor(k.Of.Name))
	}
	if k.Max > 0 {
		out += fmt.Sprintf(", %d to %d", k.Min, k.Max)
	}
	return out
}

func explained(k shape.Key) string {
	if k.Required {
		return "**Required.** " + cell(k.Help)
	}
	return cell(k.Help)
}

// written is how a key is written. A text of several lines is written as YAML has it on
// one, since a cell holds no more.
func written(k shape.Key) string {
	if k.Example == "" {
		return ""
	}
	return "`" + cell(strings.ReplaceAll(k.Example, "\n", `\n`)) + "`"
}

func methodDocs(b *strings.Builder) {
	b.WriteString("\n## Mappings and expressions\n\n" +
		"Mappings are written in [Bloblang](https://docs.redpanda.com/redpanda-connect/guides/bloblang/about/): `this` is the record that comes in, `root` the one that goes out,\n" +
		"which starts empty. A mapping knows neither time nor chance, files nor network: the same record gives the same result.\n" +
		"`root = deleted()` excludes the record, `throw(\"why\")` makes it a record error.\n\n" +
		"Numbers keep all their digits. The operators `+ - * /` turn a number with a fraction into a binary float, which is refused when it\n" +
		"leaves the mapping: use the methods below. Whole numbers may use the operators. Comparisons (`==`, `<`, `>`) look at about 15 digits,\n" +
		"`compare` at all.\n\n| method | | example | gives |\n|---|---|---|---|\n")
	for _, m := range mapping.Methods() {
		fmt.Fprintf(b, "| `.%s(%s)` | %s | `%s` | `%s` |\n", m.Name, m.Args, cell(m.Help), cell(m.Example), cell(m.Result))
	}
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
