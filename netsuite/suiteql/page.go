package suiteql

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Page is one page of an answer.
type Page struct {
	Rows    []Row
	Offset  int
	Total   int // rows of the whole query; 0 where the answer does not say
	HasMore bool
}

// DecodePage reads the answer to a SuiteQL request in one pass, without an
// intermediate tree. Column names become lower case, since NetSuite says that
// their case may change; nulls and the links of each row are left out; a value
// that is not a string keeps its JSON spelling. The last of two columns of one
// name wins. An answer without items is an error.
func DecodePage(body []byte) (Page, error) {
	d := decoder{text: string(body)}
	page, err := d.page()
	if err != nil {
		return Page{}, fmt.Errorf("suiteql page at byte %d: %w", d.pos, err)
	}
	return page, nil
}

// decoder is a JSON reader for the one shape that SuiteQL answers have. Values
// without escapes are slices of text, so that a page costs few allocations.
type decoder struct {
	text  string
	pos   int
	depth int

	names []string // lower-case columns seen on this page, in order of appearance
	arena []string // memory that rows' columns and values are cut from
	width int      // columns of the widest row so far
}

func (d *decoder) page() (Page, error) {
	var page Page
	hasItems := false
	err := d.object(func(name string) error {
		var err error
		switch name {
		case "items":
			hasItems = true
			page.Rows, err = d.rows()
		case "hasMore":
			var literal string
			literal, _, err = d.value()
			page.HasMore = literal == "true"
		case "offset":
			page.Offset, err = d.integer()
		case "totalResults":
			page.Total, err = d.integer()
		default:
			_, _, err = d.value()
		}
		return err
	})
	if err != nil {
		return Page{}, err
	}
	if d.space(); d.pos != len(d.text) {
		return Page{}, errSyntax("text behind the answer")
	}
	if !hasItems {
		return Page{}, errSyntax("no items") // not an empty page: rows would be lost without a sign
	}
	return page, nil
}

func (d *decoder) integer() (int, error) {
	literal, null, err := d.value()
	if err != nil || null {
		return 0, err
	}
	n, err := strconv.Atoi(literal)
	if err != nil {
		return 0, errSyntax("a whole number is expected, not " + strconv.Quote(literal))
	}
	return n, nil
}

func (d *decoder) rows() ([]Row, error) {
	var rows []Row
	err := d.array(func() error {
		row, err := d.row()
		rows = append(rows, row)
		return err
	})
	return rows, err
}

// row reads one row. Rows of a page mostly have the same columns in the same
// order; next is where among the page's names the next one is expected, and a
// name found there or later cannot be a repetition.
func (d *decoder) row() (Row, error) {
	columns, values := d.take(), d.take()
	next := 0
	err := d.object(func(name string) error {
		d.space()
		isArray := d.pos < len(d.text) && d.text[d.pos] == '['
		value, null, err := d.value()
		if err != nil || (isArray && name == "links") {
			return err
		}
		i := d.column(name, next)
		if i < next {
			if at := slices.Index(columns, d.names[i]); at >= 0 {
				columns, values = slices.Delete(columns, at, at+1), slices.Delete(values, at, at+1)
			}
		}
		next = max(next, i+1)
		if null {
			return nil
		}
		columns, values = append(columns, d.names[i]), append(values, value)
		return nil
	})
	d.give(len(columns))
	return Row{columns: columns[:len(columns):len(columns)], values: values[:len(values):len(values)]}, err
}

// column returns the index of a name among the page's names, looking from next
// on first.
func (d *decoder) column(name string, next int) int {
	name = strings.ToLower(name)
	for i := next; i < len(d.names); i++ {
		if d.names[i] == name {
			return i
		}
	}
	if i := slices.Index(d.names, name); i >= 0 {
		return i
	}
	d.names = append(d.names, name)
	return len(d.names) - 1
}

// take returns an empty slice with room for a row as wide as the widest yet.
// One that outgrows it is moved by append, which is rare.
func (d *decoder) take() []string {
	if len(d.arena) < d.width {
		d.arena = make([]string, 256*d.width)
	}
	s := d.arena[:0:d.width]
	d.arena = d.arena[d.width:]
	return s
}

func (d *decoder) give(columns int) { d.width = max(d.width, columns) }
