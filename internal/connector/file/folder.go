package file

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
)

// Options are what the files of all connections have in common.
type Options struct {
	// TempDir is where joins and groups are staged; the system's folder when empty.
	TempDir string
	// Warn is called with what a person should know but need not act on.
	Warn func(message string, args ...any)
	// Clock tells the time.
	Clock func() time.Time
	// Own are files of the server, which are neither read nor written.
	Own []string
}

// folder is the folder of a connection. Nothing outside of it can be reached, not
// by .. and not by a symbolic link.
type folder struct {
	*os.Root
	dir string
	own []string
}

// lends refuses the server's own files, by whatever name they are reached.
func (f *folder) lends(info fs.FileInfo) error {
	for _, path := range f.own {
		if own, err := os.Stat(path); err == nil && os.SameFile(own, info) {
			return errors.New("it is one of the server's own")
		}
	}
	return nil
}

func openFolder(c *sluice.Connection, own ...string) (*folder, error) {
	dir := c.Get("dir")
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, sluice.Errorf("connection.no_folder", "the folder cannot be opened: %w", reason(err)).At(dir).
			Fix("Make the folder, or correct the connection's setting dir")
	}
	return &folder{root, dir, own}, nil
}

// reason takes the path out of an error, which the message has already.
func reason(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}

// open opens a file for reading.
func (f *folder) open(path string) (*os.File, error) {
	file, err := f.Open(path)
	if err != nil {
		return nil, openError(path, err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a plain file")
	}
	if err == nil {
		err = f.lends(info)
	}
	if err != nil {
		_ = file.Close()
		return nil, openError(path, err)
	}
	return file, nil
}

func openError(path string, err error) *sluice.Error {
	if errors.Is(err, fs.ErrNotExist) {
		return sluice.Errorf("source.missing_file", "there is no file %s", path).At(path).Fix("Put the file into the connection's folder, or correct the path")
	}
	return sluice.Errorf("source.unreadable", "the file cannot be read: %w", reason(err)).At(path)
}

// fingerprint tells whether a file is still the one it was.
type fingerprint struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	MTime  int64  `json:"mtime"`  // nanoseconds since 1970
	Digest string `json:"digest"` // of the first and the last 64 KiB
}

func (f *folder) fingerprint(path string) (fingerprint, error) {
	file, err := f.open(path)
	if err != nil {
		return fingerprint{}, err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return fingerprint{}, openError(path, err)
	}
	const edge = 64 << 10
	hash := sha256.New()
	if _, err := io.Copy(hash, io.NewSectionReader(file, 0, edge)); err != nil {
		return fingerprint{}, openError(path, err)
	}
	if _, err := io.Copy(hash, io.NewSectionReader(file, max(0, info.Size()-edge), edge)); err != nil {
		return fingerprint{}, openError(path, err)
	}
	return fingerprint{Path: path, Size: info.Size(), MTime: info.ModTime().UnixNano(), Digest: hex.EncodeToString(hash.Sum(nil))}, nil
}

// codeChanged says that a file is another one than the run has read from.
const codeChanged = "source.changed"

// verify reports a file that is no longer what it was.
func (f *folder) verify(before []fingerprint) error {
	for _, b := range before {
		now, err := f.fingerprint(b.Path)
		if err != nil {
			return err
		}
		if now != b {
			return sluice.Errorf(codeChanged, "the file has changed since the run began").At(b.Path).
				Fix("Start a new run, which reads the file as it is now")
		}
	}
	return nil
}

// content is a file's text, unpacked when its path says so.
type content struct {
	*bufio.Reader
	file *os.File
}

func (f *folder) content(path string) (*content, error) {
	file, err := f.open(path)
	if err != nil {
		return nil, err
	}
	c := &content{bufio.NewReaderSize(file, 128<<10), file}
	if strings.HasSuffix(path, ".gz") {
		unpacked, err := gzip.NewReader(c.Reader)
		if err != nil {
			_ = file.Close()
			return nil, sluice.Errorf("source.damaged", "the file is not gzip: %w", err).At(path).Fix("Pack the file again, or take .gz off its name")
		}
		c.Reader = bufio.NewReaderSize(unpacked, 128<<10)
	}
	return c, nil
}

func (c *content) Close() error { return c.file.Close() }

// readError turns what reading a file's text brought into an Error.
func readError(path string, row int64, err error) *sluice.Error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return sluice.Errorf("source.truncated", "the file is cut short").At(place(path, row)).Fix("Copy the file again")
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		return sluice.Errorf("source.damaged", "the file is damaged: %w", err).At(place(path, row)).Fix("Copy the file again")
	}
	return sluice.Errorf("source.unreadable", "the file cannot be read: %w", reason(err)).At(place(path, row))
}

func place(path string, row int64) string { return fmt.Sprintf("%s row %d", path, row) }

// Test proves that the folder can be read and says whether it can be written to.
func Test(_ context.Context, c *sluice.Connection) ([]sluice.Fact, error) {
	f, err := openFolder(c)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	entries, err := fs.ReadDir(f.FS(), ".")
	if err != nil {
		return nil, sluice.Errorf("connection.no_folder", "the folder cannot be read: %w", reason(err)).At(f.dir)
	}
	files := 0
	for _, e := range entries {
		if e.Type().IsRegular() {
			files++
		}
	}
	facts := []sluice.Fact{{Name: "Folder", Value: f.dir, OK: true}, {Name: "Files", Value: fmt.Sprint(files), OK: true}}
	const probe = ".sluice-write-test"
	writable := sluice.Fact{Name: "Writable", Value: "yes", OK: true}
	if file, err := f.Create(probe); err != nil {
		writable = sluice.Fact{Name: "Writable", Value: fmt.Sprintf("no: %v", reason(err))}
	} else {
		_ = file.Close()
		_ = f.Remove(probe)
	}
	return append(facts, writable), nil
}
