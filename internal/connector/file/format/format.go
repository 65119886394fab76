// Package format writes records in the formats of files.
package format

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice"
)

// Format is the format of a file.
type Format interface {
	// Head is what the file begins with.
	Head() []byte
	// Encode writes one record, or says why it cannot.
	Encode(to *bytes.Buffer, r sluice.Record) *sluice.Failure
	// Whole returns the length of a file up to its last whole row.
	Whole(file io.Reader) (int64, error)
}

// CSV is a CSV file with a header of its columns.
type CSV struct{ Columns []string }

// Head is the row of column names.
func (e CSV) Head() []byte {
	var b bytes.Buffer
	e.row(&b, e.Columns)
	return b.Bytes()
}

func (e CSV) row(to *bytes.Buffer, fields []string) {
	for i, field := range fields {
		if i > 0 {
			to.WriteByte(',')
		}
		// A line with nothing on it is no row to those who read it.
		lonely := field == "" && len(fields) == 1
		if lonely || strings.ContainsAny(field, ",\"\r\n") || strings.TrimSpace(field) != field {
			to.WriteString(`"` + strings.ReplaceAll(field, `"`, `""`) + `"`)
		} else {
			to.WriteString(field)
		}
	}
	to.WriteByte('\n')
}

// Encode writes a row.
func (e CSV) Encode(to *bytes.Buffer, r sluice.Record) *sluice.Failure {
	fields := make([]string, len(e.Columns))
	for i, column := range e.Columns {
		switch v := r[column].(type) {
		case nil:
		case string:
			fields[i] = v
		case json.Number:
			fields[i] = v.String()
		case bool:
			fields[i] = strconv.FormatBool(v)
		default:
			return &sluice.Failure{Code: "record.not_plain", Classification: sluice.ClassValue, Where: column,
				Message: "a list or an object does not fit into a CSV field", Remedy: "Map it to text, or write JSON lines"}
		}
	}
	e.row(to, fields)
	return nil
}

// Whole reads to the end, or to a row that a kill has torn.
func (e CSV) Whole(file io.Reader) (int64, error) {
	last := &lastByte{from: file}
	r := csv.NewReader(last)
	r.ReuseRecord, r.FieldsPerRecord = true, len(e.Columns)
	var before, at int64
	for {
		_, err := r.Read()
		if errors.Is(err, io.EOF) && last.b != '\n' {
			return before, nil // the last row has no end
		}
		if _, torn := errors.AsType[*csv.ParseError](err); torn || errors.Is(err, io.EOF) {
			return at, nil
		}
		if err != nil {
			return 0, err
		}
		before, at = at, r.InputOffset()
	}
}

// lastByte remembers the last byte that was read.
type lastByte struct {
	from io.Reader
	b    byte
}

// Read reads on.
func (l *lastByte) Read(p []byte) (int, error) {
	n, err := l.from.Read(p)
	if n > 0 {
		l.b = p[n-1]
	}
	return n, err
}

// JSONLines is a file with one JSON object a line.
type JSONLines struct{}

// Head is nothing.
func (JSONLines) Head() []byte { return nil }

// Encode writes a line.
func (JSONLines) Encode(to *bytes.Buffer, r sluice.Record) *sluice.Failure {
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r); err != nil {
		return &sluice.Failure{Code: "record.not_json", Classification: sluice.ClassValue, Message: "the record cannot be written as JSON: " + err.Error()}
	}
	return nil
}

// Whole reads to the end of the last line.
func (JSONLines) Whole(file io.Reader) (int64, error) {
	r := bufio.NewReader(file)
	var at, read int64
	for {
		part, err := r.ReadSlice('\n')
		read += int64(len(part))
		switch {
		case err == nil:
			at = read
		case errors.Is(err, io.EOF):
			return at, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return 0, err
		}
	}
}
