package file

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/file/sheet"
)

// xlsxFile reads a sheet of a workbook with a header row.
type xlsxFile struct {
	path    string
	spec    *sluice.XLSXExport
	file    *os.File
	rows    *sheet.Rows
	columns []xlsxColumn
	row     int64
	packed  []byte
}

// xlsxColumn is a column that the header names.
type xlsxColumn struct {
	name string
	at   int // in the sheet, from 0
}

// openXLSX opens the sheet and reads its header. All that is wrong with the header is
// told at once.
func (f *folder) openXLSX(spec *sluice.XLSXExport, required []string) (*xlsxFile, error) {
	file, err := f.open(spec.Path)
	if err != nil {
		return nil, err
	}
	x := &xlsxFile{path: spec.Path, spec: spec, file: file}
	if err := x.start(required); err != nil {
		_ = x.close()
		return nil, err
	}
	return x, nil
}

func (x *xlsxFile) start(required []string) error {
	info, err := x.file.Stat()
	if err != nil {
		return openError(x.path, err)
	}
	book, err := sheet.Open(x.file, info.Size())
	if err != nil {
		return x.damage(err)
	}
	if x.rows, err = book.Rows(x.spec.Sheet); errors.Is(err, sheet.ErrNoSheet) {
		return sluice.Errorf("source.no_sheet", "there is no sheet %q", x.spec.Sheet).At(x.path).Fix("The workbook has the sheets " + strings.Join(book.Names(), ", "))
	}
	if err != nil {
		return x.damage(err)
	}
	return x.readHeader(required)
}

// damage says what is wrong with the file from here on.
func (x *xlsxFile) damage(err error) error {
	at := x.path
	if x.row > 0 {
		at = place(x.path, x.row)
	}
	switch {
	case errors.Is(err, sheet.ErrEncrypted):
		return sluice.Errorf("source.encrypted", "the workbook cannot be read: %w", err).At(at).Fix("Save it as .xlsx, without a password")
	case errors.Is(err, sheet.ErrTooLarge):
		return sluice.Errorf("source.too_large", "the workbook cannot be read: %w", err).At(at).Fix("Split it, or save it as CSV")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return sluice.Errorf("source.truncated", "the workbook is cut short").At(at).Fix("Copy the file again")
	}
	return sluice.Errorf("source.damaged", "the workbook cannot be read: %w", reason(err)).At(at).Fix("Open it in a spreadsheet program and save it as .xlsx")
}

// readHeader reads the rows up to the header.
func (x *xlsxFile) readHeader(required []string) error {
	header := int64(max(x.spec.Header, sluice.DefaultHeaderRow))
	var cells []sheet.Cell
	for x.row < header {
		number, found, err := x.rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if x.row = number; err != nil {
			return x.damage(err)
		}
		cells = found
	}
	if x.row != header || len(cells) == 0 {
		return sluice.Errorf("source.empty", "row %d, which names the columns, is empty", header).At(x.path).Fix("Set header to the number of the row that names the columns, and sheet to the sheet")
	}
	var problems []sluice.Problem
	add := func(code, message string) {
		problems = append(problems, sluice.Problem{Code: code, Path: x.path, Line: int(header), Message: message})
	}
	var names []string
	for _, c := range cells {
		name := strings.TrimSpace(c.Text)
		switch {
		case c.Kind == sheet.Error:
			add("source.header", fmt.Sprintf("the cell %s, which names a column, holds %s", sheet.Place(c.Column, header), c.Text))
		case name == "":
			continue // as if it were empty
		case slices.Contains(names, name):
			add("source.header", fmt.Sprintf("two columns are called %q", name))
		}
		names = append(names, name)
		x.columns = append(x.columns, xlsxColumn{name, c.Column})
	}
	for _, name := range required {
		if !slices.Contains(names, name) {
			add("source.missing_column", fmt.Sprintf("there is no column %q", name))
		}
	}
	if len(problems) > 0 {
		return &sluice.Error{Code: problems[0].Code, Message: "the header of the sheet is not as the flow needs it", Where: place(x.path, header), Problems: problems,
			Remedy: "The sheet has the columns " + strings.Join(names, ", ")}
	}
	return nil
}

func (x *xlsxFile) head() []byte {
	var head []byte
	for _, c := range x.columns {
		head = appendCell(head, c.name, false)
	}
	return head
}

// next packs the next row that is not empty: for each column the letter of its kind
// and its text.
func (x *xlsxFile) next() (int64, []byte, error) {
	for {
		number, cells, err := x.rows.Next()
		if errors.Is(err, io.EOF) {
			return 0, nil, io.EOF
		}
		if x.row = number; err != nil {
			return number, nil, x.damage(err)
		}
		if len(cells) > 0 {
			return number, x.packed, x.pack(number, cells)
		}
	}
}

var xlsxKinds = map[sheet.Kind]string{sheet.Text: "s", sheet.Number: "n", sheet.Boolean: "b"}

func (x *xlsxFile) pack(number int64, cells []sheet.Cell) error {
	x.packed = x.packed[:0]
	next := 0 // of cells
	for _, column := range x.columns {
		for next < len(cells) && cells[next].Column < column.at {
			if err := x.nameless(number, cells[next]); err != nil {
				return err
			}
			next++
		}
		if next == len(cells) || cells[next].Column > column.at {
			x.packed = appendCell(x.packed, "", true)
			continue
		}
		cell := cells[next]
		next++
		if cell.Kind == sheet.Error {
			return &rowError{alone: true, cause: sluice.Errorf("source.cell", "the cell %s in the column %q has no value: %s", sheet.Place(cell.Column, number), column.name, cell.Text).
				At(place(x.path, number)).Fix("Correct the formula or the cell")}
		}
		if !utf8.ValidString(cell.Text) {
			return &rowError{alone: true, cause: sluice.Errorf("source.encoding", "the cell %s is not UTF-8", sheet.Place(cell.Column, number)).At(place(x.path, number))}
		}
		x.packed = appendCell(x.packed, xlsxKinds[cell.Kind]+cell.Text, x.spec.Null != "" && cell.Text == x.spec.Null)
	}
	for ; next < len(cells); next++ {
		if err := x.nameless(number, cells[next]); err != nil {
			return err
		}
	}
	return nil
}

// nameless refuses a value in a column without a name, which would be lost.
func (x *xlsxFile) nameless(number int64, c sheet.Cell) error {
	if strings.TrimSpace(c.Text) == "" {
		return nil
	}
	return &rowError{alone: true, cause: sluice.Errorf("source.no_column", "the cell %s has a value, but its column has no name", sheet.Place(c.Column, number)).
		At(place(x.path, number)).Fix("Name the column in the header, or empty the cell")}
}

func (x *xlsxFile) record(packed []byte) (sluice.Record, error) {
	r := make(sluice.Record, len(x.columns))
	for _, c := range x.columns {
		cell, null, rest := cutCell(packed)
		packed = rest
		switch {
		case null:
			r[c.name] = nil
		case cell[0] == 'n':
			r[c.name] = json.Number(cell[1:])
		case cell[0] == 'b':
			r[c.name] = string(cell[1:]) == "true"
		default:
			r[c.name] = string(cell[1:])
		}
	}
	return r, nil
}

func (x *xlsxFile) key(packed []byte, fields []string) ([]byte, error) {
	cells := make(map[string][]byte, len(x.columns))
	for _, c := range x.columns {
		cell, null, rest := cutCell(packed)
		if packed = rest; !null {
			cells[c.name] = cell
		}
	}
	var key []byte
	for _, name := range fields {
		cell, ok := cells[name]
		if !ok {
			return nil, nil
		}
		key = appendCell(key, string(cell), false)
	}
	return key, nil
}

func (x *xlsxFile) close() error {
	if x.rows != nil {
		_ = x.rows.Close()
	}
	return x.file.Close()
}
