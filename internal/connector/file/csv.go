package file

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/sluicehq/sluice"
)

// csvFile reads a CSV file with a header row. The header is row 1, as spreadsheets
// count; empty lines do not count.
type csvFile struct {
	path     string
	content  *content
	reader   *csv.Reader
	bound    *rowBound
	columns  []string
	null     string
	nullSet  bool
	overflow int // the column that takes surplus fields, -1 for none
	row      int64
	packed   []byte
}

// csvSpec is how a CSV file is written.
type csvSpec struct {
	path, delimiter, encoding, null, overflow string
	required                                  []string
}

// openCSV opens the file and reads its header. All that is wrong with the header
// is told at once.
func (f *folder) openCSV(spec csvSpec) (*csvFile, error) {
	content, err := f.content(spec.path)
	if err != nil {
		return nil, err
	}
	c := &csvFile{path: spec.path, content: content, null: spec.null, nullSet: spec.null != "", overflow: -1, row: 1}
	if err := c.start(spec); err != nil {
		_ = content.Close()
		return nil, err
	}
	return c, nil
}

func (c *csvFile) start(spec csvSpec) error {
	text, err := decoded(c.content, spec)
	if err != nil {
		return err
	}
	c.bound = &rowBound{from: text, left: maxRow}
	c.reader = csv.NewReader(c.bound)
	c.reader.FieldsPerRecord = -1
	c.reader.ReuseRecord = true
	if spec.delimiter != "" {
		c.reader.Comma, _ = utf8.DecodeRuneInString(spec.delimiter)
	}
	header, err := c.reader.Read()
	switch {
	case errors.Is(err, io.EOF):
		return sluice.Errorf("source.empty", "the file is empty").At(c.path).Fix("A CSV file begins with a row of column names")
	case err != nil:
		return c.damage(err, 0)
	}
	c.columns = slices.Clone(header)
	return c.checkHeader(spec)
}

// decoded returns the file's text in UTF-8, without a byte order mark.
func decoded(c *content, spec csvSpec) (io.Reader, error) {
	start, _ := c.Peek(3)
	if bytes.HasPrefix(start, []byte{0xFF, 0xFE}) || bytes.HasPrefix(start, []byte{0xFE, 0xFF}) {
		return nil, sluice.Errorf("source.encoding", "the file is written in UTF-16").At(spec.path).Fix("Save it as UTF-8")
	}
	if bytes.Equal(start, []byte{0xEF, 0xBB, 0xBF}) {
		_, _ = c.Discard(3)
	}
	switch spec.encoding {
	case "", "utf-8":
		return c, nil
	case "windows-1252":
		return charmap.Windows1252.NewDecoder().Reader(c), nil
	case "iso-8859-1":
		return charmap.ISO8859_1.NewDecoder().Reader(c), nil
	}
	return nil, sluice.Errorf("source.encoding", "the encoding %q is not known", spec.encoding).Fix("Use utf-8, windows-1252 or iso-8859-1")
}

func (c *csvFile) checkHeader(spec csvSpec) error {
	var problems []sluice.Problem
	add := func(code, message string) {
		problems = append(problems, sluice.Problem{Code: code, Path: c.path, Line: 1, Message: message})
	}
	seen := map[string]bool{}
	for i, name := range c.columns {
		switch {
		case !utf8.ValidString(name):
			add("source.encoding", fmt.Sprintf("the name of column %d is not UTF-8", i+1))
		case name == "":
			add("source.header", fmt.Sprintf("column %d has no name", i+1))
		case seen[name]:
			add("source.header", fmt.Sprintf("two columns are called %q", name))
		}
		seen[name] = true
	}
	required := slices.Clone(spec.required)
	if spec.overflow != "" && !slices.Contains(required, spec.overflow) {
		required = append(required, spec.overflow)
	}
	for _, name := range required {
		if !seen[name] {
			add("source.missing_column", fmt.Sprintf("there is no column %q", name))
		}
	}
	if len(problems) > 0 {
		return &sluice.Error{Code: problems[0].Code, Message: "the header of the file is not as the flow needs it", Where: c.path, Problems: problems,
			Remedy: "The file has the columns " + strings.Join(c.columns, ", ")}
	}
	if spec.overflow != "" {
		c.overflow = slices.Index(c.columns, spec.overflow)
	}
	return nil
}

// maxRow is the longest row of a CSV file, in bytes.
const maxRow = sluice.MaxRecordBytes

var errLongRow = errors.New("the row is too long")

// rowBound ends reading where a row gets too long, as it does behind a quote that
// is never closed: the parser would take the rest of the file into memory.
type rowBound struct {
	from io.Reader
	left int
}

// Read reads what the row may still have.
func (b *rowBound) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLongRow
	}
	n, err := b.from.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

func (c *csvFile) head() []byte {
	var head []byte
	for _, name := range c.columns {
		head = appendCell(head, name, false)
	}
	return head
}

func (c *csvFile) next() (int64, []byte, error) {
	begins := c.reader.InputOffset()
	c.bound.left = maxRow
	fields, err := c.reader.Read()
	if errors.Is(err, io.EOF) {
		return 0, nil, io.EOF
	}
	c.row++
	if err != nil {
		return c.row, nil, c.damage(err, begins)
	}
	if surplus := len(fields) - len(c.columns); surplus > 0 && c.overflow >= 0 {
		end := c.overflow + surplus + 1
		fields[c.overflow] = strings.Join(fields[c.overflow:end], string(c.reader.Comma))
		fields = slices.Delete(fields, c.overflow+1, end)
	}
	if len(fields) != len(c.columns) {
		return c.row, nil, c.ragged(len(fields))
	}
	c.packed = c.packed[:0]
	for _, text := range fields {
		if !utf8.ValidString(text) {
			return c.row, nil, &rowError{cause: sluice.Errorf("source.encoding", "the row is not UTF-8").At(place(c.path, c.row)).
				Fix("Set encoding to windows-1252 or iso-8859-1, or save the file as UTF-8")}
		}
		c.packed = appendCell(c.packed, text, c.nullSet && text == c.null)
	}
	return c.row, c.packed, nil
}

func (c *csvFile) ragged(fields int) error {
	line, _ := c.reader.FieldPos(0)
	e := sluice.Errorf("source.row_length", "the row has %d fields, the header has %d", fields, len(c.columns)).
		At(fmt.Sprintf("%s row %d (line %d)", c.path, c.row, line))
	if fields > len(c.columns) {
		return &rowError{cause: e.Fix("Put quotes round fields that hold the delimiter, or set overflow to the column that holds it")}
	}
	return &rowError{cause: e.Fix("Correct the row; if it is the last one, the file was cut short: copy it again")}
}

// damage explains an error of the CSV parser in the row that begins at a byte of
// the text. Behind a broken quote nobody knows where a row ends.
func (c *csvFile) damage(err error, begins int64) error {
	if errors.Is(err, errLongRow) {
		return sluice.Errorf("source.quote", "the row has more than %d MB: it is too large, or a quote is never closed", maxRow>>20).At(place(c.path, c.row)).
			Fix(`Close the quote, and double quotes within quotes (""); shorten the row if it is meant to be so long`)
	}
	parse, ok := errors.AsType[*csv.ParseError](err)
	if !ok {
		return readError(c.path, c.row, err)
	}
	at := fmt.Sprintf("%s row %d (line %d)", c.path, c.row, parse.StartLine)
	atEnd := int64(parse.Column-1) == c.reader.InputOffset()-begins // of a row of one line
	if errors.Is(parse.Err, csv.ErrQuote) && (parse.Line > parse.StartLine || atEnd) {
		return sluice.Errorf("source.quote", "a quote that begins in this row is never closed, or closed in the middle of a field").At(at).
			Fix(`Close the quote, and double quotes within quotes (""); if the file was cut short, copy it again`)
	}
	if errors.Is(parse.Err, csv.ErrQuote) || errors.Is(parse.Err, csv.ErrBareQuote) {
		return sluice.Errorf("source.quote", "a quote is in the wrong place, at column %d of the line", parse.Column).At(at).
			Fix(`Put the whole field into quotes and double the quotes in it ("")`)
	}
	return sluice.Errorf("source.damaged", "the row cannot be read: %w", parse.Err).At(at)
}

func (c *csvFile) record(packed []byte) (sluice.Record, error) {
	r := make(sluice.Record, len(c.columns)+1)
	for _, column := range c.columns {
		text, null, rest := cutCell(packed)
		if packed = rest; null {
			r[column] = nil
		} else {
			r[column] = string(text)
		}
	}
	return r, nil
}

func (c *csvFile) key(packed []byte, fields []string) ([]byte, error) {
	var key []byte
	cells := make([][]byte, len(c.columns))
	nulls := make([]bool, len(c.columns))
	for i := range c.columns {
		cells[i], nulls[i], packed = cutCell(packed)
	}
	for _, name := range fields {
		i := slices.Index(c.columns, name)
		if i < 0 {
			return nil, sluice.Errorf("source.missing_column", "there is no column %q", name).At(c.path).Fix("The file has the columns " + strings.Join(c.columns, ", "))
		}
		if nulls[i] {
			return nil, nil
		}
		key = appendCell(key, "s"+string(cells[i]), false)
	}
	return key, nil
}

func (c *csvFile) close() error { return c.content.Close() }
