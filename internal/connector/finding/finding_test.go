package finding

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluicehq/sluice"
)

func n(text string) json.Number { return json.Number(text) }

func TestEqual(t *testing.T) {
	tests := []struct {
		want, v any
		equal   bool
	}{
		{"a", "a", true}, {"a", "A", false}, {"a", "a ", false}, {"7", "07", false}, {"7", "7.0", false}, {"", "", true},
		{n("7"), n("7.00"), true}, {n("7"), "7", true}, {"7", n("7"), true}, {"07", n("7"), true}, {n("7"), "x", false}, {n("1e2"), "100", true},
		{n("12345678901234567890.10"), "12345678901234567890.1", true}, {n("0.1"), n("0.10000000000000001"), false}, {n("-0"), n("0"), true},
		{true, true, true}, {true, "T", true}, {true, n("1"), true}, {false, "F", true}, {true, "F", false}, {"T", true, false}, {n("1"), true, false},
		{"a", nil, false}, {"a", []any{"a"}, false}, {"x", map[string]any{}, false},
	}
	for _, tt := range tests {
		if got := Equal(sluice.Question{tt.want}, []any{tt.v}); got != tt.equal {
			t.Errorf("%#v and %#v: %t", tt.want, tt.v, got)
		}
	}
}

// What equals a question is in one of its buckets: else it would not be found.
func TestBucketsHoldWhatIsEqual(t *testing.T) {
	value := rapid.SampledFrom([]any{"a", "A", "", "7", "07", "7.0", "T", "true", "F", "1", "0", n("7"), n("7.0"), n("1"), n("0"), n("-1e2"), "-100", true, false})
	rapid.Check(t, func(t *rapid.T) {
		q, values := sluice.Question{value.Draw(t, "q1"), value.Draw(t, "q2")}, []any{value.Draw(t, "v1"), value.Draw(t, "v2")}
		bucket, ok := Bucket(values)
		if !ok {
			t.Fatalf("%v has no bucket", values)
		}
		if Equal(q, values) && !slices.Contains(Buckets(q), bucket) {
			t.Fatalf("%v equals %v, which is not in its buckets", q, values)
		}
	})
	if _, ok := Bucket([]any{"a", nil}); ok {
		t.Error("null is in a bucket")
	}
}

// A question that is refused spoils no other one, and everything is asked.
func TestRefusedPartsAreHalved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count, size := rapid.IntRange(0, 40).Draw(t, "questions"), rapid.IntRange(1, 20).Draw(t, "size")
		bad := rapid.SliceOfN(rapid.IntRange(0, 40), 0, 4).Draw(t, "bad")
		questions := make([]sluice.Question, count)
		for i := range questions {
			questions[i] = sluice.Question{n(fmt.Sprint(i))}
		}
		requests := 0
		got, err := InParts(t.Context(), questions, size, func(_ context.Context, part []sluice.Question) ([]sluice.Answer, int, *sluice.Error, error) {
			requests++
			if len(part) > size {
				t.Fatalf("%d questions at once", len(part))
			}
			sorter := NewSorter(part, 1)
			for _, q := range part {
				for _, b := range bad {
					if q[0] == n(fmt.Sprint(b)) {
						return nil, 1, sluice.Errorf("refused", "%v", q[0]), nil
					}
				}
				sorter.Add(q, sluice.Record{"id": q[0]})
			}
			return sorter.Answers(), 1, nil, nil
		})
		if err != nil || len(got.Answers) != count || got.Requests != requests {
			t.Fatalf("%d answers by %d requests of %d, %v", len(got.Answers), got.Requests, requests, err)
		}
		for i, a := range got.Answers {
			switch isBad := slices.Contains(bad, i); {
			case isBad && (a.Refused == nil || a.Refused.Message != fmt.Sprint(i)), !isBad && (len(a.Records) != 1 || a.Records[0]["id"] != questions[i][0]):
				t.Fatalf("question %d: %+v", i, a)
			}
		}
	})
	broken := errors.New("broken")
	if _, err := InParts(t.Context(), make([]sluice.Question, 3), 1, func(context.Context, []sluice.Question) ([]sluice.Answer, int, *sluice.Error, error) {
		return nil, 1, nil, broken
	}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestRecords(t *testing.T) {
	for _, tt := range []struct {
		value any
		count int
		ok    bool
	}{{nil, 0, true}, {map[string]any{}, 0, true}, {map[string]any{"a": 1}, 1, true}, {[]any{}, 0, true}, {[]any{map[string]any{}}, 1, true}, {[]any{"a"}, 0, false}, {"a", 0, false}} {
		if got, ok := Records(tt.value); len(got) != tt.count || ok != tt.ok {
			t.Errorf("%v: %v, %t", tt.value, got, ok)
		}
	}
}
