// Package sheet reads the sheets of Excel workbooks row by row (ISO/IEC 29500,
// SpreadsheetML). Numbers keep their digits, and no sheet is held in memory.
package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// Bounds of a workbook. A small file may unpack to a huge one.
const (
	maxParts   = 10_000
	maxStrings = 256 << 20 // bytes of the part with the shared texts
	maxPart    = 32 << 20  // bytes of other parts that are read at once
	maxRow     = 16 << 20  // bytes of a row
	maxSheet   = 8 << 30   // bytes of a sheet
	maxRows    = 1_048_576 // as Excel itself
	maxColumns = 16_384
)

// What is wrong with a file as a whole.
var (
	ErrNotWorkbook = errors.New("it is not an Excel workbook (.xlsx)")
	ErrEncrypted   = errors.New("it is protected with a password, or of the old format .xls")
	ErrNoSheet     = errors.New("there is no such sheet")
	ErrTooLarge    = errors.New("it unpacks to more than can be read")
)

// Book is an open workbook.
type Book struct {
	parts   map[string]*zip.File
	sheets  []entry
	texts   []string
	formats []format // by the number of a cell's style
	since04 bool     // days are counted from 1904
}

type entry struct{ name, part string }

// Open reads what the sheets of a workbook refer to.
func Open(r io.ReaderAt, size int64) (*Book, error) {
	var start [8]byte
	if n, _ := r.ReadAt(start[:], 0); n == 8 && string(start[:]) == "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" {
		return nil, ErrEncrypted
	}
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotWorkbook, err)
	}
	if len(archive.File) > maxParts {
		return nil, ErrTooLarge
	}
	b := &Book{parts: map[string]*zip.File{}}
	for _, f := range archive.File {
		b.parts[strings.ToLower(strings.TrimPrefix(f.Name, "/"))] = f
	}
	return b, b.read()
}

// Names returns the names of the sheets, in their order.
func (b *Book) Names() []string {
	names := make([]string, len(b.sheets))
	for i, s := range b.sheets {
		names[i] = s.name
	}
	return names
}

// relations of a part, by their ID.
type relations struct {
	List []struct {
		ID     string `xml:"Id,attr"`
		Type   string `xml:"Type,attr"`
		Target string `xml:"Target,attr"`
	} `xml:"Relationship"`
}

func (b *Book) read() error {
	var root relations
	if err := b.decode("_rels/.rels", &root); err != nil {
		return err
	}
	main := ""
	for _, r := range root.List {
		if strings.HasSuffix(r.Type, "/officeDocument") {
			main = strings.TrimPrefix(r.Target, "/")
		}
	}
	if main == "" {
		return ErrNotWorkbook
	}
	dir := path.Dir(main)
	var rels relations
	if err := b.decode(path.Join(dir, "_rels", path.Base(main)+".rels"), &rels); err != nil {
		return err
	}
	var book struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string     `xml:"name,attr"`
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := b.decode(main, &book); err != nil {
		return err
	}
	b.since04 = book.Properties.Date1904 == "1" || book.Properties.Date1904 == "true"
	targets := map[string]string{}
	for _, r := range rels.List {
		target := strings.TrimPrefix(r.Target, "/")
		if target == r.Target {
			target = path.Join(dir, target)
		}
		targets[r.ID] = target
		var err error
		switch {
		case strings.HasSuffix(r.Type, "/sharedStrings"):
			err = b.readTexts(target)
		case strings.HasSuffix(r.Type, "/styles"):
			err = b.readStyles(target)
		}
		if err != nil {
			return err
		}
	}
	for _, s := range book.Sheets {
		for _, a := range s.Attrs {
			if a.Name.Local == "id" {
				b.sheets = append(b.sheets, entry{s.Name, targets[a.Value]})
			}
		}
	}
	return nil
}

// open opens a part whose bytes are bounded.
func (b *Book) open(name string, most int64) (io.ReadCloser, error) {
	f, ok := b.parts[strings.ToLower(name)]
	if !ok {
		return nil, fmt.Errorf("%w: it has no part %s", ErrNotWorkbook, name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	return &bounded{r, most, maxSheet}, nil
}

// bounded ends a part that unpacks to more than it may.
type bounded struct {
	io.ReadCloser
	left  int64 // of what is read at once
	total int64 // of all
}

// Read reads on while there is room.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 || b.total <= 0 {
		return 0, ErrTooLarge
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left, b.total)])
	b.left, b.total = b.left-int64(n), b.total-int64(n)
	return n, err
}

func (b *Book) decode(name string, v any) error {
	r, err := b.open(name, maxPart)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	if err := xml.NewDecoder(r).Decode(v); err != nil {
		return fmt.Errorf("part %s: %w", name, err)
	}
	return nil
}

// rich is a text, plain or in runs. What tells how to pronounce it is left out.
type rich struct {
	Text string `xml:"t"`
	Runs []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

func (r rich) String() string {
	text := r.Text
	for _, run := range r.Runs {
		text += run.Text
	}
	return unescape(text)
}

var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// unescape reads the characters that XML cannot hold (ST_Xstring).
func unescape(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	return escaped.ReplaceAllStringFunc(text, func(s string) string {
		n, _ := strconv.ParseUint(s[2:6], 16, 16)
		return string(rune(n))
	})
}

func (b *Book) readTexts(part string) error {
	r, err := b.open(part, maxStrings)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	d := xml.NewDecoder(r)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("part %s: %w", part, err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "si" {
			var text rich
			if err := d.DecodeElement(&text, &start); err != nil {
				return fmt.Errorf("part %s: %w", part, err)
			}
			b.texts = append(b.texts, text.String())
		}
	}
}

func (b *Book) readStyles(part string) error {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := b.decode(part, &styles); err != nil {
		return err
	}
	own := map[int]format{}
	for _, f := range styles.Formats {
		own[f.ID] = formatOf(f.Code)
	}
	for _, c := range styles.Cells {
		f, ok := own[c.Format]
		if !ok {
			f = builtIn(c.Format)
		}
		b.formats = append(b.formats, f)
	}
	return nil
}
