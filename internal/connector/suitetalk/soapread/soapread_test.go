package soapread

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite/soap"
	"github.com/sluicehq/sluice/netsuite/soap/record"
)

// found is a search whose pages hold the records with these IDs.
func found(total int, pages ...[]int) Source {
	return Source{
		Pages: func(yield func(soap.Page, error) bool) {
			for n, ids := range pages {
				p := soap.Page{Total: total, Pages: len(pages), Index: n + 1}
				for _, id := range ids {
					if id < 0 {
						yield(p, errors.New("INVALID_JOB_ID"))
						return
					}
					e := record.Element{Name: "record", Type: "listRel:Customer"}
					e.SetInternalID(fmt.Sprint(id))
					p.Records = append(p.Records, e)
				}
				if !yield(p, nil) {
					return
				}
			}
		},
		Item: func(e *record.Element) (sluice.Item, bool) {
			return sluice.Item{Record: sluice.Record{"id": e.InternalID()}}, e.InternalID() != "13" // of another type
		},
		Problem: func(err error) error { return sluice.Errorf("netsuite.refused", "%w", err) },
	}
}

func codeOf(err error) string {
	if err == nil {
		return ""
	}
	return sluice.ErrorCode(err)
}

// read reads up to most records, and returns the cursor behind them.
func read(t *testing.T, s Source, cursor []byte, most int) (ids []string, behind []byte, err error) {
	t.Helper()
	r, err := Open(s, cursor)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	for len(ids) < most {
		b, err := r.Next(t.Context(), 2)
		if err == io.EOF {
			return ids, behind, nil
		}
		if err != nil {
			return ids, behind, err
		}
		for _, i := range b.Items {
			ids = append(ids, fmt.Sprint(i.Record["id"]))
		}
		behind = b.Cursor
	}
	return ids, behind, nil
}

func TestPages(t *testing.T) {
	for name, tt := range map[string]struct {
		source Source
		ids    int
		code   string
	}{
		"empty pages in the middle":            {found(5, []int{1, 2}, nil, nil, []int{3, 4, 5}), 5, ""},
		"nothing":                              {found(0), 0, ""},
		"one page, its total of another time":  {found(9, []int{1, 2}), 2, ""},
		"a record that is none of the type":    {found(4, []int{1, 13}, []int{2, 3}), 3, ""},
		"a row moved to the next page":         {found(4, []int{1, 2}, []int{2, 3}), 2, "source.changed"},
		"a row came in and pushed another on":  {found(3, []int{1, 2}, []int{2, 3}), 3, ""},
		"a row slipped away between two pages": {found(4, []int{1, 2}, []int{4}), 2, "source.changed"},
		"the search is forgotten":              {found(4, []int{1, 2}, []int{-1}), 2, "netsuite.refused"},
	} {
		ids, _, err := read(t, tt.source, nil, 100)
		if len(slices.Compact(ids)) != tt.ids || codeOf(err) != tt.code {
			t.Errorf("%s: %v, %v", name, ids, err)
		}
	}
}

func TestResume(t *testing.T) {
	whole := [][]int{{1, 2, 3}, nil, {4, 5, 6}}
	_, cursor, err := read(t, found(6, whole...), nil, 4)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		pages [][]int
		want  string
		code  string
	}{
		"the same":                 {whole, "[5 6]", ""},
		"on other pages":           {[][]int{{1, 2, 3, 4}, {5, 6}}, "[5 6]", ""},
		"with one more at the end": {[][]int{{1, 2, 3}, {4, 5, 6, 7}}, "[5 6 7]", ""},
		"another order":            {[][]int{{2, 1, 3}, {4, 5, 6}}, "[]", "source.changed"},
		"one before is gone":       {[][]int{{1, 3}, {4, 5, 6}}, "[]", "source.changed"},
		"too few":                  {[][]int{{1, 2, 3}}, "[]", "source.changed"},
	} {
		total := 0
		for _, p := range tt.pages {
			total += len(p)
		}
		ids, _, err := read(t, found(total, tt.pages...), cursor, 100)
		if fmt.Sprint(ids) != tt.want || codeOf(err) != tt.code {
			t.Errorf("%s: %v, %v", name, ids, err)
		}
	}
	if _, err := Open(found(0), []byte("{")); sluice.ErrorCode(err) != "source.cursor" {
		t.Errorf("a cursor that is none: %v", err)
	}
}

// A row's own IDs are texts, as the key of an export has to be.
func TestRowsHaveIDs(t *testing.T) {
	ref := func(id string) map[string]any { return map[string]any{"id": id} }
	for _, tt := range []struct {
		row    map[string]any
		want   map[string]any
		origin string
	}{
		{map[string]any{"internalId": ref("76"), "externalId": ref("X-1"), "customer.internalId": ref("9")},
			map[string]any{"id": "76", "externalId": "X-1", "customer.internalId": ref("9")}, "transaction 76"},
		{map[string]any{"internalId": ref("76"), "id": "labelled"}, map[string]any{"internalId": ref("76"), "id": "labelled"}, "transaction labelled"},
		{map[string]any{"tranId": "SO-7"}, map[string]any{"tranId": "SO-7"}, "a row of the search"},
	} {
		got := rowOf("transaction", tt.row)
		if !reflect.DeepEqual(map[string]any(got.Record), tt.want) || got.Origin != tt.origin {
			t.Errorf("%v, %s", got.Record, got.Origin)
		}
	}
}
