package file

import (
	"context"
	"database/sql"
	"sync"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/finding"
)

// OpenLookup stages a file, in which rows are then found by their values. It is read
// to its end now: what becomes of it later does not matter.
func OpenLookup(ctx context.Context, c *sluice.Connection, l *sluice.Lookup, o Options) (sluice.Finder, error) {
	f := &finder{names: l.Names(), keep: l.Keeps()}
	if err := f.open(ctx, c, l, o); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// finder finds rows of a staged file.
type finder struct {
	names   []string
	keep    int
	folder  *folder
	source  source // unpacks the staged rows
	staging *staging
	rows    *sql.Stmt // by key
	mu      sync.Mutex
}

func (f *finder) open(ctx context.Context, c *sluice.Connection, l *sluice.Lookup, o Options) error {
	var err error
	if f.folder, err = openFolder(c, o.Own...); err != nil {
		return err
	}
	path := ""
	if l.CSV != nil {
		path = l.CSV.Path
		f.source, err = f.csv(l.CSV)
	} else {
		path = l.JSONLines.Path
		f.source, err = f.json(path)
	}
	if err != nil {
		return err
	}
	if f.staging, err = newStaging(o.TempDir); err != nil {
		return err
	}
	bad, end := f.staging.load(ctx, "rows", loose{f.source, f.names}, f.names, func(int64) []byte { return nil })
	if err := badRows(path, bad, end); err != nil {
		return err
	}
	if f.rows, err = f.staging.db.PrepareContext(ctx, "SELECT n, data FROM rows WHERE k = ? ORDER BY n"); err != nil {
		return stagingError(err)
	}
	return nil
}

func (f *finder) csv(spec *sluice.LookupCSV) (source, error) {
	file, err := f.folder.openCSV(csvSpec{path: spec.Path, delimiter: spec.Delimiter, encoding: spec.Encoding, null: spec.Null, required: f.names})
	if err != nil {
		return nil, err
	}
	return file, nil
}

func (f *finder) json(path string) (source, error) {
	file, err := f.folder.openJSON(path)
	if err != nil {
		return nil, err
	}
	return file, nil
}

// loose is a source whose rows have keys under which lookups find them: all rows
// that may equal a question are together under one.
type loose struct {
	source
	names []string
}

func (l loose) key(packed []byte, _ []string) ([]byte, error) {
	r, err := l.record(packed)
	if err != nil {
		return nil, err
	}
	bucket, ok := finding.Bucket(valuesOf(r, l.names))
	if !ok {
		return nil, nil
	}
	return []byte(bucket), nil
}

func valuesOf(r sluice.Record, names []string) []any {
	values := make([]any, len(names))
	for i, name := range names {
		values[i] = r[name]
	}
	return values
}

// Find looks the questions up, without a request.
func (f *finder) Find(ctx context.Context, questions []sluice.Question) (sluice.Findings, error) {
	f.mu.Lock() // the staging has one connection, and the source one buffer
	defer f.mu.Unlock()
	out := sluice.Findings{Answers: make([]sluice.Answer, len(questions))}
	for i, q := range questions {
		for _, bucket := range finding.Buckets(q) {
			if err := f.find(ctx, q, bucket, &out.Answers[i]); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

func (f *finder) find(ctx context.Context, q sluice.Question, bucket string, into *sluice.Answer) error {
	return f.staging.partners(ctx, f.rows, []byte(bucket), func(_ int64, packed []byte) error {
		if len(into.Records) >= f.keep {
			return nil
		}
		r, err := f.source.record(packed)
		if err == nil && finding.Equal(q, valuesOf(r, f.names)) {
			into.Records = append(into.Records, r)
		}
		return err
	})
}

// Close drops what was staged.
func (f *finder) Close() error {
	if f.rows != nil {
		_ = f.rows.Close()
	}
	if f.source != nil {
		_ = f.source.close()
	}
	if f.folder != nil {
		_ = f.folder.Close()
	}
	if f.staging == nil {
		return nil
	}
	return f.staging.close()
}
