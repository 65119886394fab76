package keyset_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/keyset"
)

// large gives rows of a megabyte, all of one group.
type large struct{ left int }

func (l *large) Next(context.Context) (keyset.Row, error) {
	if l.left == 0 {
		return keyset.Row{}, io.EOF
	}
	l.left--
	r := sluice.Record{"id": "1", "text": strings.Repeat("x", 1<<20)}
	return keyset.Row{Record: r, Origin: "a row", Cursor: func() ([]byte, error) { return []byte("here"), nil }}, nil
}

func (l *large) Close() error { return nil }

// Large records come a few at a time, so that they are not all in memory at once.
func TestLargeRecordsComeAFewAtATime(t *testing.T) {
	r := keyset.NewReader(&large{left: 20}, nil)
	seen := 0
	for seen < 20 {
		b, err := r.Next(t.Context(), 200)
		if err != nil {
			t.Fatal(err)
		}
		if seen += len(b.Items); len(b.Items) > 6 || string(b.Cursor) != "here" {
			t.Fatalf("a batch of %d MB", len(b.Items))
		}
	}
}

// A group that becomes too large a record is read to its end and holds no more than
// says that it is too large.
func TestALargeGroupIsNotHeldWhole(t *testing.T) {
	r := keyset.NewReader(&large{left: 100}, &sluice.Group{By: []string{"id"}, As: "lines"})
	b, err := r.Next(t.Context(), 200)
	if err != nil || len(b.Items) != 1 {
		t.Fatalf("%d records, %v", len(b.Items), err)
	}
	it := b.Items[0]
	if size := it.Record.Size(); it.Rows != 100 || size <= sluice.MaxRecordBytes || size > sluice.MaxRecordBytes+2<<20 {
		t.Errorf("%d rows in %d MB", it.Rows, size>>20)
	}
}
