package recorderror

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
)

// long is a list of errors that is read in parts.
type long struct {
	Rules
	n, asked int
	fails    bool
}

func (l *long) ListErrors(_ context.Context, q Query) ([]*sluice.RecordError, error) {
	if l.asked++; l.fails && l.asked > 1 {
		return nil, errors.New("the disk is gone")
	}
	var list []*sluice.RecordError
	for id := int64(l.n); id > 0 && len(list) < q.Limit; id-- {
		if q.Before == 0 || id < q.Before {
			list = append(list, &sluice.RecordError{ID: id, Key: "=1+1", Message: "a \"quoted\", text", Record: sluice.Record{"total": json.Number("9007199254740993.10")}})
		}
	}
	return list, nil
}

func (l *long) written(t *testing.T, format string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	q := Query{Limit: atOnce}
	first, err := l.ListErrors(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	err = handlers{Rules: l}.all(t.Context(), q).Write(&out, format, first)
	return out.String(), err
}

func TestDownloadsHaveEveryErrorOnce(t *testing.T) {
	for _, n := range []int{0, 1, atOnce, 2*atOnce + 1} {
		text, err := (&long{n: n}).written(t, "csv")
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || len(rows) != n+1 || !slices.Equal(rows[0], columns) {
			t.Fatalf("%d rows of %d errors, %v", len(rows), n, err)
		}
		text, err = (&long{n: n}).written(t, "jsonl")
		if err != nil || strings.Count(text, "\n") != n {
			t.Errorf("%d lines of %d errors, %v", strings.Count(text, "\n"), n, err)
		}
	}
	rows, err := csv.NewReader(strings.NewReader(first((&long{n: 1}).written(t, "csv")))).ReadAll()
	if err != nil || rows[1][5] != "'=1+1" || rows[1][21] != `{"total":9007199254740993.10}` {
		t.Errorf("%q, %v", rows, err)
	}
	if _, err := (&long{n: 2 * atOnce, fails: true}).written(t, "csv"); err == nil {
		t.Error("a download that ends too early says nothing")
	}
}

func first(text string, _ error) string { return text }
