package download

import (
	"bytes"
	"encoding/csv"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
)

type entry struct {
	ID   int    `json:"id"`
	Text string `json:"text"`
}

const atOnce = 500

// counting is a list of so many entries; it fails behind its first part where it is to.
func counting(n int, fails bool) (list List[entry], first []entry) {
	part := func(from int) (out []entry) {
		for id := from; id > 0 && len(out) < atOnce; id-- {
			out = append(out, entry{id, `a "quoted", <text>`})
		}
		return out
	}
	return List[entry]{
		Columns: []string{"id", "text"},
		Row:     func(e entry) ([]string, error) { return []string{strconv.Itoa(e.ID), e.Text}, nil },
		AtOnce:  atOnce,
		After: func(last entry) ([]entry, error) {
			if fails {
				return nil, errors.New("the disk is gone")
			}
			return part(last.ID - 1), nil
		},
	}, part(n)
}

func TestEveryEntryIsThereOnce(t *testing.T) {
	for _, n := range []int{0, 1, atOnce - 1, atOnce, 2*atOnce + 1} {
		list, first := counting(n, false)
		var sheet, lines bytes.Buffer
		if err := errors.Join(list.Write(&sheet, CSV, first), list.Write(&lines, Lines, first)); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&sheet).ReadAll()
		if err != nil || len(rows) != n+1 || !slices.Equal(rows[0], list.Columns) {
			t.Fatalf("%d rows of %d entries, %v", len(rows), n, err)
		}
		for i, row := range rows[1:] {
			if row[0] != strconv.Itoa(n-i) || row[1] != `a "quoted", <text>` {
				t.Fatalf("row %d of %d is %q", i, n, row)
			}
		}
		if got := strings.Count(lines.String(), "\n"); got != n {
			t.Errorf("%d lines of %d entries", got, n)
		}
	}
}

func TestAListThatEndsTooEarlyIsCutOff(t *testing.T) {
	for _, format := range []string{CSV, Lines} {
		list, first := counting(2*atOnce, true)
		err := list.Write(new(bytes.Buffer), format, first)
		if err == nil {
			t.Errorf("%s says nothing", format)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: the answer goes on", format)
				}
			}()
			Cut(err)
		}()
	}
	Cut(nil)
}

func TestCellsAreNoFormulas(t *testing.T) {
	for text, want := range map[string]string{"": "", "a=b": "a=b", "=HYPERLINK(1)": "'=HYPERLINK(1)", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\t=1": "'\t=1", "\r=1": "'\r=1", "＝1": "'＝1", "é": "é"} {
		list, _ := counting(0, false)
		var out bytes.Buffer
		if err := list.Write(&out, CSV, []entry{{1, text}}); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&out).ReadAll()
		if err != nil || strings.ReplaceAll(rows[1][1], "\n", "\r") != strings.ReplaceAll(want, "\n", "\r") {
			t.Errorf("%q becomes %q, want %q, %v", text, rows, want, err)
		}
	}
}
