package sheet

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Kind is what a cell holds.
type Kind int

// The kinds.
const (
	Text Kind = iota
	Number
	Boolean // Text is true or false
	Error   // Text is #N/A, #REF! and so on, or says why there is no value
)

// Cell is a cell that is not empty.
type Cell struct {
	Column int // from 0
	Kind   Kind
	Text   string
}

// Rows reads the rows of a sheet.
type Rows struct {
	book    *Book
	part    io.ReadCloser
	bound   *bounded
	decoder *xml.Decoder
	row     int64
	cells   []Cell
}

// Rows opens a sheet; the first one when the name is empty.
func (b *Book) Rows(name string) (*Rows, error) {
	for _, s := range b.sheets {
		if name != "" && s.name != name {
			continue
		}
		part, err := b.open(s.part, maxRow)
		if err != nil {
			return nil, err
		}
		r := &Rows{book: b, part: part, bound: part.(*bounded)}
		r.decoder = xml.NewDecoder(part)
		return r, nil
	}
	return nil, ErrNoSheet
}

// Close closes the sheet.
func (r *Rows) Close() error { return r.part.Close() }

// Next returns the next row's number, from 1, and its cells that are not empty, which
// are good until the next call; io.EOF behind the last. A sheet that is cut short ends
// with another error.
func (r *Rows) Next() (int64, []Cell, error) {
	r.bound.left = maxRow
	for {
		token, err := r.decoder.Token()
		if err != nil {
			return r.row + 1, nil, r.damage(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local == "row" {
				return r.next(t)
			}
			r.bound.left = maxRow // what stands before the rows counts by itself
		case xml.EndElement:
			if t.Name.Local == "sheetData" || t.Name.Local == "worksheet" {
				return 0, nil, io.EOF
			}
		}
	}
}

// damage explains the end of a sheet that has not said that it ends.
func (r *Rows) damage(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (r *Rows) next(start xml.StartElement) (int64, []Cell, error) {
	r.row++
	if text := attribute(start, "r"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < r.row {
			return r.row, nil, fmt.Errorf("the row's number is %q", text)
		}
		r.row = n
	}
	if r.row > maxRows {
		return r.row, nil, ErrTooLarge
	}
	r.cells = r.cells[:0]
	column := -1
	for {
		token, err := r.decoder.Token()
		if err != nil {
			return r.row, nil, r.damage(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local != "c" {
				err = r.decoder.Skip()
			} else {
				column, err = r.cell(t, column+1)
			}
			if err != nil {
				return r.row, nil, r.damage(err)
			}
		case xml.EndElement: // of the row: cells are read to their end
			for i := 1; i < len(r.cells); i++ {
				if r.cells[i].Column <= r.cells[i-1].Column {
					return r.row, nil, fmt.Errorf("the cell %s does not stand where it says", Place(r.cells[i].Column, r.row))
				}
			}
			return r.row, r.cells, nil
		}
	}
}

// cell reads a cell, which stands behind the one before unless it says where.
func (r *Rows) cell(start xml.StartElement, column int) (int, error) {
	if place := attribute(start, "r"); place != "" {
		var err error
		if column, err = columnOf(place); err != nil {
			return 0, err
		}
	}
	if column >= maxColumns {
		return 0, ErrTooLarge
	}
	var c struct {
		Formula *struct{} `xml:"f"`
		Value   *string   `xml:"v"`
		Inline  *rich     `xml:"is"`
	}
	if err := r.decoder.DecodeElement(&c, &start); err != nil {
		return 0, err
	}
	kind := attribute(start, "t")
	switch {
	case kind == "inlineStr" && c.Inline != nil:
		r.add(column, Text, c.Inline.String())
	case c.Value == nil && c.Formula != nil:
		r.add(column, Error, "the formula has no stored value")
	case c.Value != nil:
		style, _ := strconv.Atoi(attribute(start, "s"))
		return column, r.value(column, kind, style, *c.Value)
	}
	return column, nil
}

func (r *Rows) add(column int, kind Kind, text string) {
	r.cells = append(r.cells, Cell{column, kind, text})
}

// value adds what a cell stores.
func (r *Rows) value(column int, kind string, style int, text string) error {
	switch kind {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 0 || n >= len(r.book.texts) {
			return fmt.Errorf("the cell %s refers to a text that is not there", Place(column, r.row))
		}
		r.add(column, Text, r.book.texts[n])
	case "str", "d":
		r.add(column, Text, unescape(text))
	case "b":
		r.add(column, Boolean, strconv.FormatBool(strings.TrimSpace(text) == "1" || strings.TrimSpace(text) == "true"))
	case "e":
		r.add(column, Error, text)
	default:
		if text = strings.TrimSpace(text); text == "" {
			return nil
		}
		number, ok := plain(text)
		if !ok {
			return fmt.Errorf("the cell %s holds %q, which is not a number", Place(column, r.row), text)
		}
		if style >= 0 && style < len(r.book.formats) {
			if date, ok := r.book.formats[style].write(number, r.book.since04); ok {
				r.add(column, Text, date)
				return nil
			}
		}
		r.add(column, Number, number)
	}
	return nil
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// columnOf reads the column of a place such as AB12.
func columnOf(place string) (int, error) {
	n := 0
	for i, c := range place {
		if c < 'A' || c > 'Z' {
			if i == 0 {
				break
			}
			return n - 1, nil
		}
		if n = n*26 + int(c-'A') + 1; n > maxColumns {
			return 0, ErrTooLarge
		}
	}
	return 0, fmt.Errorf("%q is not the place of a cell", place)
}

// Place names a cell, as in AB12.
func Place(column int, row int64) string { return ColumnName(column) + strconv.FormatInt(row, 10) }

// ColumnName names a column, as in AB.
func ColumnName(column int) string {
	name := ""
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}
