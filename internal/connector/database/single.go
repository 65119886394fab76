package database

import (
	"strings"

	"github.com/sluicehq/sluice"
)

// single refuses a query for SQLite that is more than one statement: the others could
// open other files of the server, or write where only reading is meant. A flow's check
// refuses semicolons before; this goes by SQLite's own quotes, and by what is run. The
// other databases take one statement at a time by themselves.
func single(c *sluice.Connection, text, where string) error {
	if c.Kind != sluice.KindSQLite || !strings.Contains(outsideOfQuotes(text), ";") {
		return nil
	}
	return sluice.Errorf("sql.several", "the query is more than one statement").At(where).Fix("Write one query: SELECT …, or WITH … SELECT …")
}

// outsideOfQuotes returns what of a text is neither quoted nor comment. A quote that does
// not end takes nothing away.
func outsideOfQuotes(text string) string {
	var b strings.Builder
	for text != "" {
		i := strings.IndexAny(text, "'\"`[-/")
		if i < 0 {
			break
		}
		b.WriteString(text[:i])
		text = text[i:]
		end := map[byte]string{'\'': "'", '"': `"`, '`': "`", '[': "]"}[text[0]]
		start := 1
		switch {
		case strings.HasPrefix(text, "--"):
			end, start = "\n", 2
		case strings.HasPrefix(text, "/*"):
			end, start = "*/", 2
		case end == "": // a sign of its own
			b.WriteByte(text[0])
			text = text[1:]
			continue
		}
		j := strings.Index(text[start:], end)
		switch {
		case j < 0 && end == "\n": // the last line is a comment
			return b.String()
		case j < 0:
			return b.String() + text
		}
		text = text[start+j+len(end):]
	}
	return b.String() + text
}
