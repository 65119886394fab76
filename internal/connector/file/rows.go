package file

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/sluicehq/sluice"
)

// iterator gives the records of an export one by one.
type iterator interface {
	next(ctx context.Context) (sluice.Item, error) // io.EOF behind the last
	close()
}

func isEnd(err error) bool { return errors.Is(err, io.EOF) }

// rowIterator makes a record of each row.
type rowIterator struct {
	*exporter
	source source
}

// openRows checks the file, unless it is streamed, and opens it behind the rows
// that were read before.
func (x *exporter) openRows(ctx context.Context) (iterator, error) {
	if !x.stream() {
		if err := x.checkRows(ctx); err != nil {
			return nil, err
		}
	}
	src, err := x.openSource()
	if err != nil {
		return nil, err
	}
	it := &rowIterator{x, src}
	if err := it.passOver(); err != nil {
		it.close()
		return nil, err
	}
	return it, nil
}

// passOver reads the rows that were read before. A streamed file that has changed
// since is taken for the same one, mended or grown, when these rows are the same.
func (it *rowIterator) passOver() error {
	before := it.at.Rows
	if it.at.Rows = nil; it.stream() {
		it.at.Rows = it.source.head()
	}
	for range it.at.At {
		_, packed, err := it.source.next()
		if _, bad := errors.AsType[*rowError](err); err != nil && !bad {
			if it.changed != nil {
				return it.changed
			}
			return fmt.Errorf("file export: pass over rows: %w", err)
		}
		it.digest(packed, err)
	}
	if it.changed != nil && !bytes.Equal(before, it.at.Rows) {
		return it.changed
	}
	return nil
}

// digest adds a row, or what is wrong with it, to the digest of the rows.
func (it *rowIterator) digest(packed []byte, bad error) {
	if !it.stream() {
		return
	}
	if bad != nil {
		packed = []byte(bad.Error())
	}
	sum := sha256.New()
	_, _ = sum.Write(it.at.Rows)
	_, _ = sum.Write(packed)
	it.at.Rows = sum.Sum(nil)
}

// checkRows reads the file to its end and makes sure that every row can be read
// and has the partners it needs.
func (x *exporter) checkRows(ctx context.Context) error {
	src, err := x.openSource()
	if err != nil {
		return err
	}
	defer func() { _ = src.close() }()
	check, err := x.newJoinCheck(ctx)
	if err != nil {
		return err
	}
	bad, end := each(whole{src}, func(number int64, packed []byte) error {
		if err := check.row(ctx, src, number, packed); err != nil {
			return err
		}
		return ctx.Err()
	})
	if err := badRows(x.mainPath(), bad, end); err != nil {
		return err
	}
	return check.done(ctx)
}

// whole passes over rows that are refused alone: they become record errors, since
// where they end is not in doubt.
type whole struct{ source }

func (w whole) next() (int64, []byte, error) {
	for {
		number, packed, err := w.source.next()
		if row, ok := errors.AsType[*rowError](err); !ok || !row.alone {
			return number, packed, err
		}
	}
}

func (it *rowIterator) next(ctx context.Context) (sluice.Item, error) {
	number, packed, err := it.source.next()
	if row, ok := errors.AsType[*rowError](err); ok {
		it.digest(nil, row)
		return sluice.Item{Origin: place(it.mainPath(), number), Rows: 1, Refused: row.cause}, nil
	}
	if err != nil {
		return sluice.Item{}, err
	}
	record, err := it.source.record(packed)
	if err != nil {
		return sluice.Item{}, err
	}
	it.digest(packed, nil)
	item := sluice.Item{Origin: place(it.mainPath(), number), Rows: 1, Record: record}
	for _, j := range it.joins {
		n, err := j.attach(ctx, it.source, packed, record)
		if err != nil {
			return sluice.Item{}, err
		}
		item.Rows += n
	}
	return item, nil
}

func (it *rowIterator) close() { _ = it.source.close() }

// groupIterator makes a record of all rows that have the same key.
type groupIterator struct {
	*exporter
	source source
	rows   *sql.Rows
	ahead  *groupRow // the first row of the next group
}

// groupRow is one staged row with the place of its group.
type groupRow struct {
	group, number int64
	packed        []byte
}

// openGroups stages the file and its groups, in the order in which each group
// first appears.
func (x *exporter) openGroups(ctx context.Context) (iterator, error) {
	src, err := x.openSource()
	if err != nil {
		return nil, err
	}
	it := &groupIterator{exporter: x, source: src}
	var missing []*sluice.Error
	keyless := func(number int64) []byte {
		missing = append(missing, sluice.Errorf("source.no_group", "a field of the group has no value").At(place(x.mainPath(), number)).Fix("Group by fields that every row has"))
		return fmt.Append(nil, "\x00", number)
	}
	bad, end := x.staging.load(ctx, "main", src, x.export.Group.By, keyless)
	if err := badRows(x.mainPath(), append(bad, missing...), end); err != nil {
		it.close()
		return nil, err
	}
	const groups = "CREATE TABLE groups (id INTEGER PRIMARY KEY, k BLOB, first INTEGER)"
	const fill = "INSERT INTO groups (k, first) SELECT k, min(n) AS first FROM main GROUP BY k ORDER BY first"
	const read = "SELECT g.id, m.n, m.data FROM groups g CROSS JOIN main m ON m.k = g.k WHERE g.id > ? ORDER BY g.id, m.n"
	for _, statement := range []string{groups, fill} {
		if _, err := x.staging.db.ExecContext(ctx, statement); err != nil {
			it.close()
			return nil, stagingError(err)
		}
	}
	if it.rows, err = x.staging.db.QueryContext(context.WithoutCancel(ctx), read, x.at.At); err != nil {
		it.close()
		return nil, stagingError(err)
	}
	return it, nil
}

func (it *groupIterator) next(context.Context) (sluice.Item, error) {
	first := it.ahead
	if first == nil {
		var err error
		if first, err = it.read(); err != nil {
			return sluice.Item{}, err
		}
	}
	it.ahead = nil
	group := it.export.Group
	var lines []any
	var numbers []int64
	rows := 0
	for row := first; ; {
		if rows++; group.Keeps(len(lines)) {
			record, err := it.source.record(row.packed)
			if err != nil {
				return sluice.Item{}, err
			}
			lines, numbers = append(lines, map[string]any(record)), append(numbers, row.number)
		}
		var err error
		row, err = it.read()
		if err != nil && !isEnd(err) {
			return sluice.Item{}, err
		}
		if err != nil || row.group != first.group {
			it.ahead = row
			break
		}
	}
	head := lines[0].(map[string]any)
	record := sluice.Record{group.As: lines}
	for _, name := range group.By {
		record[name] = head[name]
	}
	return sluice.Item{Origin: it.origin(numbers, rows), Rows: rows, Record: record}, nil
}

// origin names the rows that a record holds, and how many more are in its group.
func (it *groupIterator) origin(numbers []int64, rows int) string {
	text := fmt.Sprintf("%s rows %s", it.mainPath(), sluice.RowRanges(numbers))
	if len(numbers) == 1 {
		text = place(it.mainPath(), numbers[0])
	}
	if more := rows - len(numbers); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func (it *groupIterator) read() (*groupRow, error) {
	if !it.rows.Next() {
		if err := it.rows.Err(); err != nil {
			return nil, stagingError(err)
		}
		return nil, io.EOF
	}
	var row groupRow
	if err := it.rows.Scan(&row.group, &row.number, &row.packed); err != nil {
		return nil, stagingError(err)
	}
	return &row, nil
}

func (it *groupIterator) close() {
	if it.rows != nil {
		_ = it.rows.Close()
	}
	_ = it.source.close()
}

// joiner adds the partners of a row as a list.
type joiner struct {
	sluice.Join
	*staging
	source       source
	mine, theirs []string // fields of the first file and of the second, in the same order
	table        string
	find         *sql.Stmt
}

// openJoins stages the second files.
func (x *exporter) openJoins(ctx context.Context) error {
	if x.export.CSV == nil {
		return nil
	}
	for i, spec := range x.export.CSV.Join {
		j := &joiner{Join: spec, staging: x.staging, table: fmt.Sprintf("join%d", i)}
		for _, name := range slices.Sorted(maps.Keys(spec.On)) {
			j.mine, j.theirs = append(j.mine, name), append(j.theirs, spec.On[name])
		}
		x.joins = append(x.joins, j)
		if err := j.open(ctx, x); err != nil {
			return err
		}
	}
	return nil
}

func (j *joiner) open(ctx context.Context, x *exporter) error {
	main := x.export.CSV
	src, err := x.folder.openCSV(csvSpec{path: j.Path, delimiter: main.Delimiter, encoding: main.Encoding, null: j.Null, required: j.theirs})
	if err != nil {
		return err
	}
	j.source = src
	bad, end := j.load(ctx, j.table, src, j.theirs, func(int64) []byte { return nil })
	if err := badRows(j.Path, bad, end); err != nil {
		return err
	}
	if j.find, err = j.db.PrepareContext(ctx, "SELECT n, data FROM "+j.table+" WHERE k = ? ORDER BY n"); err != nil {
		return stagingError(err)
	}
	return nil
}

// attach puts the partners of a row into its record and returns their number.
func (j *joiner) attach(ctx context.Context, src source, packed []byte, record sluice.Record) (int, error) {
	list := []any{}
	key, err := src.key(packed, j.mine)
	if err == nil && key != nil {
		err = j.partners(ctx, j.find, key, func(_ int64, packed []byte) error {
			partner, err := j.source.record(packed)
			list = append(list, map[string]any(partner))
			return err
		})
	}
	record[j.As] = list
	return len(list), err
}

func (j *joiner) close() {
	if j.find != nil {
		_ = j.find.Close()
	}
	if j.source != nil {
		_ = j.source.close()
	}
}
