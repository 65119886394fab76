package file

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/sluicehq/sluice"
)

// OpenExport opens a CSV, XLSX or JSON lines file for reading. Unless the flow asks to
// stream, the file is read to its end and checked first.
func OpenExport(ctx context.Context, c *sluice.Connection, e *sluice.Export, o sluice.ExportOptions, options Options) (sluice.Reader, error) {
	x := &exporter{Options: options, export: e}
	if err := x.open(ctx, c, o.Cursor); err != nil {
		_ = x.Close()
		return nil, err
	}
	return x, nil
}

// position is the cursor of a file export.
type position struct {
	Files []fingerprint `json:"files"`
	At    int64         `json:"at"` // records that were read
	// Rows is the digest of the rows that were read, where the file is streamed.
	Rows []byte `json:"rows,omitempty"`
}

// exporter is the Reader of files.
type exporter struct {
	Options
	export  *sluice.Export
	folder  *folder
	staging *staging // nil without join and group
	source  source
	joins   []*joiner
	records iterator
	at      position
	changed error // why a streamed file may not be read on unless its first rows are the same
	ended   error // what reading ended with, for the next call
}

func (x *exporter) open(ctx context.Context, c *sluice.Connection, cursor []byte) error {
	var err error
	if x.folder, err = openFolder(c, x.Own...); err != nil {
		return err
	}
	if err := x.continueAt(cursor); err != nil {
		return err
	}
	if err := x.checkGroup(); err != nil {
		return err
	}
	if x.export.Group != nil || (x.export.CSV != nil && len(x.export.CSV.Join) > 0) {
		if x.staging, err = newStaging(x.TempDir); err != nil {
			return err
		}
		if err := x.openJoins(ctx); err != nil {
			return err
		}
	}
	if x.export.Group != nil {
		x.records, err = x.openGroups(ctx)
	} else {
		x.records, err = x.openRows(ctx)
	}
	if err != nil {
		return err
	}
	return x.folder.verify(x.at.Files) // nobody has written to it while it was checked
}

// continueAt takes up the cursor, or begins one.
func (x *exporter) continueAt(cursor []byte) error {
	if cursor != nil {
		if err := json.Unmarshal(cursor, &x.at); err != nil {
			return sluice.Errorf("source.cursor", "the run's cursor cannot be read: %w", err).Fix("Start a new run")
		}
		err := x.folder.verify(x.at.Files)
		if !x.stream() || sluice.ErrorCode(err) != codeChanged {
			return err
		}
		x.changed, x.at.Files = err, nil
	}
	for _, path := range x.paths() {
		print, err := x.folder.fingerprint(path)
		if err != nil {
			return err
		}
		x.at.Files = append(x.at.Files, print)
	}
	return nil
}

func (x *exporter) paths() []string {
	if x.export.JSONLines != nil {
		return []string{x.export.JSONLines.Path}
	}
	if x.export.XLSX != nil {
		return []string{x.export.XLSX.Path}
	}
	paths := []string{x.export.CSV.Path}
	for _, j := range x.export.CSV.Join {
		paths = append(paths, j.Path)
	}
	return paths
}

// checkGroup refuses key fields that no record can have.
func (x *exporter) checkGroup() error {
	g := x.export.Group
	if g == nil {
		return nil
	}
	if x.export.CSV != nil && len(x.export.CSV.Join) > 0 {
		return sluice.Errorf("flow.invalid", "a file cannot be joined and grouped in one export").Fix("Group the file that has the lines, or join it, not both")
	}
	for _, name := range x.export.Key {
		if !slices.Contains(g.By, name) {
			return sluice.Errorf("flow.invalid", "the key field %q is not a field of the group, so records do not have it", name).Fix("Use the fields of group.by as key")
		}
	}
	return nil
}

// openSource opens the main file anew, at its first row.
func (x *exporter) openSource() (source, error) {
	if j := x.export.JSONLines; j != nil {
		return x.folder.openJSON(j.Path)
	}
	if spec := x.export.XLSX; spec != nil {
		return x.folder.openXLSX(spec, x.required(spec.Columns))
	}
	csv := x.export.CSV
	required := x.required(csv.Columns)
	for _, j := range csv.Join {
		required = union(required, slices.Sorted(maps.Keys(j.On)))
	}
	f, err := x.folder.openCSV(csvSpec{path: csv.Path, delimiter: csv.Delimiter, encoding: csv.Encoding, null: csv.Null, overflow: csv.Overflow, required: required})
	if err != nil {
		return nil, err
	}
	for _, j := range csv.Join {
		if slices.Contains(f.columns, j.As) {
			_ = f.close()
			return nil, sluice.Errorf("source.header", "the join's field %q is a column of the file already", j.As).At(csv.Path).Fix("Give the join another name")
		}
	}
	return f, nil
}

// required are the columns that the export cannot do without.
func (x *exporter) required(columns []string) []string {
	list := union(columns, x.export.Key)
	if x.export.Group != nil {
		list = union(list, x.export.Group.By)
	}
	return list
}

// union returns a with what b has besides.
func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, name := range b {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func (x *exporter) stream() bool {
	return (x.export.CSV != nil && x.export.CSV.Stream) || (x.export.JSONLines != nil && x.export.JSONLines.Stream)
}

func (x *exporter) mainPath() string { return x.paths()[0] }

// Next returns the next records. Those before a place that cannot be read are
// returned; the call after it returns what is wrong there.
func (x *exporter) Next(ctx context.Context, limit int) (sluice.Batch, error) {
	var batch sluice.Batch
	held := 0
	for len(batch.Items) < limit && held < sluice.DefaultPageBytes && x.ended == nil {
		item, err := x.records.next(ctx)
		if x.ended = err; err == nil {
			x.at.At++
			batch.Items = append(batch.Items, item)
			held += item.Record.Size()
		}
	}
	if len(batch.Items) == 0 && isEnd(x.ended) {
		return sluice.Batch{}, x.end(x.ended)
	}
	if len(batch.Items) == 0 {
		return sluice.Batch{}, x.ended
	}
	cursor, err := json.Marshal(x.at)
	if err != nil {
		return sluice.Batch{}, fmt.Errorf("file export: %w", err)
	}
	batch.Cursor = cursor
	return batch, nil
}

// end makes sure that the file was the same until its end.
func (x *exporter) end(eof error) error {
	if err := x.folder.verify(x.at.Files); err != nil {
		return err
	}
	return eof
}

// Close closes the files and drops what was staged.
func (x *exporter) Close() error {
	if x.records != nil {
		x.records.close()
	}
	for _, j := range x.joins {
		j.close()
	}
	if x.source != nil {
		_ = x.source.close()
	}
	var err error
	if x.staging != nil {
		err = x.staging.close()
	}
	if x.folder != nil {
		_ = x.folder.Close()
	}
	return err
}
