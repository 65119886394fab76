package flowfile

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/flowfile/shape"
)

// rules checks what a flow's keys have to do with each other.
func (c *checker) rules(f *sluice.Flow) {
	c.sourceRules(f)
	c.scheduleRules(f.Schedule)
	c.errorRules(f.Errors)
	c.stepRules(f)
	totals := map[string]bool{}
	for i, t := range f.Totals {
		if totals[t.Name] {
			c.add("flow.duplicate_name", fmt.Sprintf("totals[%d].name", i), fmt.Sprintf("another total is called %q", t.Name), "")
		}
		totals[t.Name] = true
	}
	if f.Pages.Ordered && f.Pages.Parallel > 1 {
		c.add("flow.conflict", "pages.parallel", "ordered pages are worked one after another", "Leave out parallel or ordered")
	}
}

// compile checks Bloblang. Line and column of the problem count within the text.
func compile[T any](c *checker, s scalar, at string, compiler func(string) (T, []sluice.Problem)) {
	if s.text == "" {
		return
	}
	_, problems := compiler(s.text)
	if len(problems) == 0 || c.wrong[at] {
		return
	}
	c.wrong[at] = true
	for _, p := range problems {
		p.Path = at
		c.problems = append(c.problems, p)
	}
}

func (c *checker) exportRules(e *sluice.Export) {
	var key []string
	switch {
	case e.SuiteQL != nil:
		key = e.SuiteQL.Key
		c.keysetRules("export.suiteql", e.SuiteQL.Query, key)
	case e.SQL != nil:
		key = e.SQL.Key
		if len(key) > 0 {
			c.keysetRules("export.sql", e.SQL.Query, key)
		}
	case e.HTTP != nil:
		c.httpExportRules(e)
	case e.CSV != nil:
		c.csvRules(e)
	case e.JSONLines != nil && e.JSONLines.Stream && e.Group != nil:
		c.add("flow.conflict", "export.jsonl.stream", "rows can only be grouped once the file was read to its end", "Leave out stream or group")
	case e.Webhook != nil:
		c.webhookRules(e)
	case e.RESTlet != nil:
		c.restletExportRules(e)
	case e.Deleted != nil:
		c.deletedRules(e)
	case (e.Records != nil || e.BySOAP()) && e.Group != nil:
		c.add("flow.conflict", "export.group", "records are whole already", "Leave out group")
	}
	if g := e.Group; g != nil && (e.SuiteQL != nil || e.SQL != nil) && len(g.By) > 0 {
		if len(key) < len(g.By) || !slices.Equal(key[:len(g.By)], g.By) {
			c.add("flow.conflict", "export.group.by", "rows of a query are grouped as they come, in the order of the query's key", "Let the query's key begin with the fields of by, in the same order")
		}
	}
}

var columnName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_$]*$`)

// keysetRules checks a query that is read behind its last key.
func (c *checker) keysetRules(at, query string, key []string) {
	c.columnRules(at+".key", key)
	c.queryRules(at+".query", query, "rows are read in the order of the key, a page at a time", "Leave it out; to end early use limit")
}

// columnRules checks names of result columns.
func (c *checker) columnRules(at string, columns []string) {
	for i, column := range columns {
		if !columnName.MatchString(column) {
			c.add("flow.invalid_value", fmt.Sprintf("%s[%d]", at, i), fmt.Sprintf("%q is not a column name", column), "Give the column a plain name with AS")
		}
	}
}

// queryRules refuses what cannot stand in a query that becomes a part of another.
func (c *checker) queryRules(at, query, since, remedy string) {
	for _, word := range topLevelWords(query) {
		switch word {
		case "ORDER", "LIMIT", "OFFSET", "FETCH":
			c.add("flow.conflict", at, fmt.Sprintf("the query says %s, but %s", word, since), remedy)
		case ";":
			c.add("flow.conflict", at, "the query ends with a semicolon", "Leave it out")
		}
	}
}

// topLevelWords lists the words of a query in upper case that stand outside of
// brackets, texts, quoted names and comments.
func topLevelWords(query string) []string {
	var words []string
	depth := 0
	for i := 0; i < len(query); {
		rest := query[i:]
		switch ch := query[i]; {
		case ch == '\'' || ch == '"':
			i += 1 + until(rest[1:], string(ch))
		case strings.HasPrefix(rest, "--"):
			i += until(rest, "\n")
		case strings.HasPrefix(rest, "/*"):
			i += until(rest, "*/")
		case ch == '(':
			depth++
			i++
		case ch == ')':
			depth--
			i++
		case ch == ';':
			words = append(words, ";")
			i++
		default:
			r, size := utf8.DecodeRuneInString(rest)
			if !wordRune(r) {
				i += size
				continue
			}
			end := strings.IndexFunc(rest, func(r rune) bool { return !wordRune(r) })
			if end < 0 {
				end = len(rest)
			}
			if depth == 0 {
				words = append(words, strings.ToUpper(rest[:end]))
			}
			i += end
		}
	}
	return words
}

func wordRune(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// until returns the length of s up to and with the end mark.
func until(s, mark string) int {
	if i := strings.Index(s, mark); i >= 0 {
		return i + len(mark)
	}
	return len(s)
}

func (c *checker) csvRules(e *sluice.Export) {
	csv := e.CSV
	if csv.Delimiter != "" && utf8.RuneCountInString(csv.Delimiter) != 1 || strings.ContainsAny(csv.Delimiter, "\"\r\n") {
		c.add("flow.invalid_value", "export.csv.delimiter", fmt.Sprintf("the delimiter is %q, not one character", csv.Delimiter), "")
	}
	if csv.Stream && len(csv.Join) > 0 {
		c.add("flow.conflict", "export.csv.stream", "files can only be joined once they were read to their end", "Leave out stream or join")
	}
	if csv.Stream && e.Group != nil {
		c.add("flow.conflict", "export.csv.stream", "rows can only be grouped once the file was read to its end", "Leave out stream or group")
	}
	if len(csv.Join) > 0 && e.Group != nil {
		c.add("flow.conflict", "export.group", "a file is either joined with another or grouped", "Leave out join or group")
	}
	taken := map[string]bool{}
	for i, j := range csv.Join {
		if taken[j.As] {
			c.add("flow.duplicate_name", fmt.Sprintf("export.csv.join[%d].as", i), fmt.Sprintf("another join goes into %q", j.As), "")
		}
		taken[j.As] = true
	}
}

// fileRules refuses two imports that would write one file.
func (c *checker) fileRules(i *sluice.Import, at string, taken map[string]bool) {
	path := ""
	switch {
	case i.CSV != nil:
		path, at = i.CSV.Path, at+".csv.path"
	case i.JSONLines != nil:
		path, at = i.JSONLines.Path, at+".jsonl.path"
	default:
		return
	}
	if strings.HasSuffix(path, ".gz") {
		c.add("flow.invalid_value", at, "files are not packed when they are written", "Take .gz off the path")
	}
	place := i.Connection + " " + filepath.Clean(path)
	if taken[place] {
		c.add("flow.conflict", at, fmt.Sprintf("another import of the flow writes %q too", path), "Let each import write a file of its own")
	}
	taken[place] = true
}

func (c *checker) needOperation(i *sluice.Import, at string) {
	if i.Operation == "" {
		c.add("flow.missing_key", at+".operation", `the key "operation" is missing`, "Use one of "+strings.Join(shape.Operations(), ", "))
	}
}

var tableName = regexp.MustCompile(`^[^.\x00]+(\.[^.\x00]+)?$`)

func (c *checker) sqlRules(i *sluice.Import, at string) {
	c.needOperation(i, at)
	s, path := i.SQL, at+".sql"
	switch i.Operation {
	case sluice.Update, sluice.Upsert, sluice.Delete:
		if len(s.Key) == 0 {
			c.add("flow.missing_key", path+".key", fmt.Sprintf("%s finds its row by key", i.Operation), "Add the key columns, as in key: [id]")
		}
	}
	c.recordsOnly(i, at)
	if i.IgnoreExisting && len(s.Key) == 0 {
		c.add("flow.missing_key", path+".key", "ignore_existing finds a row by key", "Add the key columns, as in key: [id]")
	}
	if !tableName.MatchString(s.Table) && s.Table != "" {
		c.add("flow.invalid_value", path+".table", fmt.Sprintf("%q is not a table or schema.table", s.Table), "")
	}
	fields := map[string]bool{}
	for n, l := range s.Lines {
		at := fmt.Sprintf("%s.lines[%d]", path, n)
		if !tableName.MatchString(l.Table) && l.Table != "" {
			c.add("flow.invalid_value", at+".table", fmt.Sprintf("%q is not a table or schema.table", l.Table), "")
		}
		if fields[l.Field] {
			c.add("flow.duplicate_name", at+".field", fmt.Sprintf("the field %q is used twice", l.Field), "")
		}
		fields[l.Field] = true
	}
}
