package file

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"

	"github.com/sluicehq/sluice"
)

// maxLine is the longest line of a JSON lines file, in bytes.
const maxLine = sluice.MaxRecordBytes

// jsonFile reads a file with one JSON object a line. Rows are lines; empty lines
// are passed over.
type jsonFile struct {
	path    string
	content *content
	row     int64
	line    []byte
}

func (f *folder) openJSON(path string) (*jsonFile, error) {
	content, err := f.content(path)
	if err != nil {
		return nil, err
	}
	if start, _ := content.Peek(3); bytes.Equal(start, []byte{0xEF, 0xBB, 0xBF}) {
		_, _ = content.Discard(3)
	}
	return &jsonFile{path: path, content: content}, nil
}

func (j *jsonFile) head() []byte { return nil }

func (j *jsonFile) next() (int64, []byte, error) {
	for {
		whole, size, err := j.readLine()
		if errors.Is(err, io.EOF) && size == 0 {
			return 0, nil, io.EOF
		}
		j.row++
		if err != nil && !errors.Is(err, io.EOF) {
			return j.row, nil, err
		}
		if size > maxLine {
			return j.row, nil, &rowError{tooLong(size).At(place(j.path, j.row)), true}
		}
		line := bytes.TrimSpace(j.line)
		if len(line) == 0 {
			continue
		}
		if bad := j.check(line, whole); bad != nil {
			return j.row, nil, bad
		}
		return j.row, line, nil
	}
}

// readLine reads a line into j.line, or passes over one that is too long. It reports
// whether the line has its end, and how long it is.
func (j *jsonFile) readLine() (whole bool, size int, err error) {
	j.line = j.line[:0]
	for {
		part, err := j.content.ReadSlice('\n')
		if size += len(part); size <= maxLine {
			j.line = append(j.line, part...)
		}
		switch {
		case err == nil:
			return true, size, nil
		case errors.Is(err, io.EOF):
			return false, size, err
		case !errors.Is(err, bufio.ErrBufferFull):
			return false, size, readError(j.path, j.row+1, err)
		}
	}
}

// tooLong says why a row is not read.
func tooLong(size int) *sluice.Error {
	return sluice.Errorf("record.too_large", "the record has %d MB, more than %d", size>>20, maxLine>>20).
		Fix("Leave out of the file what the flow does not need, or write its parts as records of their own")
}

func (j *jsonFile) check(line []byte, whole bool) error {
	message := ""
	switch {
	case !utf8.Valid(line):
		message = "the line is not UTF-8"
	case line[0] != '{':
		message = "the line is not a JSON object"
	case !json.Valid(line):
		message = "the line is not JSON"
		if !whole {
			message += ": the file is cut short"
		}
	default:
		return nil
	}
	return &rowError{cause: sluice.Errorf("source.line", "%s", message).At(place(j.path, j.row)).Fix("Write one JSON object a line")}
}

func (j *jsonFile) record(packed []byte) (sluice.Record, error) {
	decoder := json.NewDecoder(bytes.NewReader(packed))
	decoder.UseNumber()
	var r sluice.Record
	if err := decoder.Decode(&r); err != nil {
		return nil, sluice.Errorf("source.line", "the line is not JSON: %w", err).At(j.path)
	}
	return r, nil
}

func (j *jsonFile) key(packed []byte, fields []string) ([]byte, error) {
	r, err := j.record(packed)
	if err != nil {
		return nil, err
	}
	var key []byte
	for _, name := range fields {
		text, ok := scalarText(r[name])
		if !ok {
			return nil, nil
		}
		key = appendCell(key, text, false)
	}
	return key, nil
}

func (j *jsonFile) close() error { return j.content.Close() }
