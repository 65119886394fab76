// Package backup writes all that a server knows into one file while it runs, and brings
// it back into an empty data folder or database of either kind.
//
// The file is a tar archive under gzip. First comes head.json (what it is), then the
// tables in parts (tables/NAME/NUMBER.jsonl), with the keys under a passphrase where that
// was asked for (keys.json), and last manifest.json, which counts and digests all others:
// a file that was cut off has none. Names in it are never names of files on the disk.
package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/archive"
	"github.com/sluicehq/sluice/internal/store/query"
	"github.com/sluicehq/sluice/internal/store/sealed"
)

// format is the version of the file's form.
const format = 1

const (
	headName     = "head.json"
	keysName     = "keys.json"
	manifestName = "manifest.json"
)

// maxDocument bounds head, keys and manifest, in bytes, and maxPart some rows of a table,
// which are read as one: what is made are parts of four megabytes and a row.
const maxDocument, maxPart = 64 << 20, 512 << 20

var partName = regexp.MustCompile(`^tables/[a-z0-9_]+/[0-9]{6}\.jsonl$`)

// Head says what a backup is.
type Head struct {
	Format   int       `json:"format"`
	MadeAt   time.Time `json:"made_at"` // all of it is as it was then
	Program  string    `json:"program"` // the version that wrote it
	Database string    `json:"database"`
	Schema   int64     `json:"schema"` // version of the tables
	// Keys are how many secrets each key has sealed, by its ID.
	Keys    map[uint32]int64 `json:"keys"`
	WithKey bool             `json:"with_key"` // the keys are in it, under a passphrase
}

// Manifest is what a backup holds.
type Manifest struct {
	archive.Content
	Entries []Entry `json:"entries"`
}

// Entry is a part of the file.
type Entry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Source is the database that is backed up.
type Source interface {
	Snapshot(ctx context.Context, f func(q query.Querier) error) error
	Postgres() bool
	Version(ctx context.Context) (int64, error)
}

// writer writes entries and digests them.
type writer struct {
	tar     *tar.Writer
	at      time.Time
	entries []Entry
	parts   map[string]int
}

func (w *writer) put(name string, text []byte) error {
	h := &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o600, Size: int64(len(text)), ModTime: w.at.Truncate(time.Second), Format: tar.FormatPAX}
	if err := w.tar.WriteHeader(h); err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	w.entries = append(w.entries, Entry{name, int64(len(text)), hex.EncodeToString(sum[:])})
	_, err := w.tar.Write(text)
	return err
}

func (w *writer) putJSON(name string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return w.put(name, append(text, '\n'))
}

// part writes some rows, behind a line that names their columns.
func (w *writer) part(p archive.Part) error {
	columns, err := json.Marshal(p.Columns)
	if err != nil {
		return err
	}
	w.parts[p.Table]++
	return w.put(fmt.Sprintf("tables/%s/%06d.jsonl", p.Table, w.parts[p.Table]), slices.Concat(columns, []byte("\n"), p.Text))
}

// write writes a backup. keys are the wrapped keys, nil to leave them out.
func write(ctx context.Context, to io.Writer, source Source, h Head, keys []byte) (*Head, error) {
	var err error
	if h.Schema, err = source.Version(ctx); err != nil {
		return nil, err
	}
	h.Format, h.Database, h.WithKey = format, "SQLite", keys != nil
	if source.Postgres() {
		h.Database = "PostgreSQL"
	}
	zip, err := gzip.NewWriterLevel(to, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	w := &writer{tar: tar.NewWriter(zip), at: h.MadeAt, parts: map[string]int{}}
	err = source.Snapshot(ctx, func(q query.Querier) error {
		if h.Keys, err = sealed.Keys(ctx, q); err != nil {
			return err
		}
		if err := w.putJSON(headName, h); err != nil {
			return err
		}
		if keys != nil {
			if err := w.put(keysName, keys); err != nil {
				return err
			}
		}
		content, err := archive.Dump(ctx, q, source.Postgres(), w.part)
		if err != nil {
			return err
		}
		return w.putJSON(manifestName, Manifest{*content, w.entries})
	})
	return &h, errors.Join(err, w.tar.Close(), zip.Close())
}

func damaged(text string, args ...any) *sluice.Error {
	return sluice.Errorf("backup.damaged", text, args...).Fix("Take another backup: this one is not whole")
}

// entries reads a backup's entries in their order.
func entries(file io.Reader) iter.Seq2[*tar.Header, *tar.Reader] {
	return func(yield func(*tar.Header, *tar.Reader) bool) {
		zip, err := gzip.NewReader(file)
		if err != nil {
			yield(nil, nil)
			return
		}
		in := tar.NewReader(zip)
		for {
			h, err := in.Next()
			if errors.Is(err, io.EOF) {
				// Behind the archive only the end of the compressed text is left, with its checksum.
				if _, err = io.Copy(io.Discard, zip); err == nil {
					return
				}
			}
			if err != nil {
				yield(nil, nil)
				return
			}
			if !yield(h, in) {
				return
			}
		}
	}
}

// File is a backup that was found to be whole.
type File struct {
	Path     string
	Head     Head
	Manifest Manifest
	keys     []byte
}

// Check reads a backup to its end and compares everything with its digests. Errors:
// backup.damaged, backup.newer.
func Check(path string) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, sluice.Errorf("backup.unreadable", "the backup cannot be read: %w", err).At(path).Fix("Give the path of a backup")
	}
	defer file.Close()
	f := &File{Path: path}
	var found []Entry
	for h, in := range entries(file) {
		switch {
		case h == nil:
			return nil, damaged("the file is not a backup, or was cut off").At(path)
		case h.Typeflag != tar.TypeReg || h.Name != headName && h.Name != keysName && h.Name != manifestName && !partName.MatchString(h.Name):
			return nil, damaged("the backup holds %q, which is no part of one", h.Name).At(path)
		case h.Name == manifestName && f.Manifest.Entries != nil:
			return nil, damaged("the backup has two manifests").At(path)
		}
		e, err := f.take(h, in)
		if err != nil {
			return nil, err
		}
		if h.Name != manifestName {
			found = append(found, e)
		}
	}
	return f, f.judge(found)
}

// take reads one entry.
func (f *File) take(h *tar.Header, in io.Reader) (Entry, error) {
	sum := sha256.New()
	var document bytes.Buffer
	to, limit := io.Writer(sum), int64(maxPart)
	if !partName.MatchString(h.Name) {
		limit = maxDocument
		to = io.MultiWriter(sum, &document)
	}
	if h.Size > limit {
		return Entry{}, damaged("%s is too large", h.Name).At(f.Path)
	}
	size, err := io.Copy(to, in)
	if err != nil {
		return Entry{}, damaged("the backup is cut off in %s: %w", h.Name, err).At(f.Path)
	}
	switch h.Name {
	case headName:
		err = json.Unmarshal(document.Bytes(), &f.Head)
	case manifestName:
		err = json.Unmarshal(document.Bytes(), &f.Manifest)
	case keysName:
		f.keys = document.Bytes()
	}
	if err != nil {
		err = damaged("%s cannot be read: %w", h.Name, err).At(f.Path)
	}
	return Entry{h.Name, size, hex.EncodeToString(sum.Sum(nil))}, err
}

func (f *File) judge(found []Entry) error {
	switch {
	case f.Head.Format > format:
		return sluice.Errorf("backup.newer", "the backup has the form %d, this program knows forms up to %d", f.Head.Format, format).
			At(f.Path).Fix("Use the version of Sluice that wrote it, or a newer one: " + f.Head.Program)
	case f.Manifest.Entries == nil || f.Head.Format < 1:
		return damaged("the backup was cut off: it has no end").At(f.Path)
	case f.Head.WithKey != (f.keys != nil):
		return damaged("the backup lacks its keys").At(f.Path)
	}
	for i, e := range f.Manifest.Entries {
		if i >= len(found) || found[i] != e {
			return damaged("%s is not as it was written", e.Name).At(f.Path)
		}
	}
	if len(found) != len(f.Manifest.Entries) {
		return damaged("%s was added to the backup", found[len(f.Manifest.Entries)].Name).At(f.Path)
	}
	return nil
}

// parts reads the rows again, and what they are once more against their digests, since
// the file may have changed since it was checked. A table that is named is read alone.
func (f *File) parts(table string) iter.Seq2[archive.Part, error] {
	return func(yield func(archive.Part, error) bool) {
		file, err := os.Open(f.Path)
		if err != nil {
			yield(archive.Part{}, err)
			return
		}
		defer file.Close()
		digests := map[string]string{}
		for _, e := range f.Manifest.Entries {
			digests[e.Name] = e.SHA256
		}
		for h, in := range entries(file) {
			if h != nil && (!partName.MatchString(h.Name) || table != "" && tableOf(h) != table) {
				continue
			}
			p, err := readPart(h, in, digests)
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}

// Rows reads the rows of a table, by the names of their columns.
func (f *File) Rows(table string) iter.Seq2[map[string]any, error] {
	return func(yield func(map[string]any, error) bool) {
		for p, err := range f.parts(table) {
			if err != nil {
				yield(nil, err)
				return
			}
			for row, err := range p.Each() {
				if !yield(row, err) {
					return
				}
			}
		}
	}
}

func tableOf(h *tar.Header) string { return path.Base(path.Dir(h.Name)) }

func readPart(h *tar.Header, in io.Reader, digests map[string]string) (p archive.Part, err error) {
	if h == nil {
		return p, damaged("the backup was cut off while it was read")
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return p, damaged("%s cannot be read: %w", h.Name, err)
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != digests[h.Name] {
		return p, damaged("%s has changed while it was read", h.Name)
	}
	columns, rows, _ := bytes.Cut(text, []byte("\n"))
	p = archive.Part{Table: tableOf(h), Text: rows, Rows: bytes.Count(rows, []byte("\n"))}
	if err := json.Unmarshal(columns, &p.Columns); err != nil {
		return p, damaged("%s does not name its columns", h.Name)
	}
	return p, nil
}

// KeyIDs names the keys that the backup's secrets need, for people.
func (h *Head) KeyIDs() string {
	var names []string
	for _, id := range slices.Sorted(maps.Keys(h.Keys)) {
		names = append(names, fmt.Sprint(id))
	}
	return strings.Join(names, ", ")
}

// readHead reads what a backup is, without checking the rest of it.
func readHead(path string) (*Head, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	for h, in := range entries(file) {
		if h == nil || h.Name != headName || h.Size > maxDocument {
			break
		}
		head := &Head{}
		return head, json.NewDecoder(in).Decode(head)
	}
	return nil, damaged("the file does not begin as a backup does").At(path)
}
