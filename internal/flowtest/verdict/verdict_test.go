package verdict

import (
	"encoding/json"
	"slices"
	"testing"
)

func TestWhatAgreesIsInTheSameWords(t *testing.T) {
	want := Object{"records": []any{Object{"key": "1", "record": Object{"total": json.Number("9.50"), "name": "A"}}, Object{"key": "2"}}}
	got := Object{"records": []any{Object{"key": "1", "record": Object{"total": json.Number("9.5"), "name": "B", "more": true}}}}
	if text, wanted := YAML(Settle(want, got, false)), "records:\n  - key: \"1\"\n    record:\n      name: B\n      more: true\n      total: 9.50\n"; text != wanted {
		t.Errorf("got\n%s\nwant\n%s", text, wanted)
	}
	if text, wanted := YAML(Settle(want, got, true)), "records:\n  - key: \"1\"\n    record:\n      name: B\n      total: 9.50\n"; text != wanted {
		t.Errorf("partial: got\n%s\nwant\n%s", text, wanted)
	}
}

func TestNumbersKeepTheirDigits(t *testing.T) {
	in := Object{"a": json.Number("12345678901234567890.10"), "b": json.Number("1"), "c": "1", "d": nil, "e": []any{}}
	if text, wanted := YAML(in), "a: 12345678901234567890.10\nb: 1\nc: \"1\"\nd: null\ne: []\n"; text != wanted {
		t.Errorf("got\n%s\nwant\n%s", text, wanted)
	}
}

func TestEntriesHaveTheKeysThatWereAskedFor(t *testing.T) {
	got := Object{"key": "1", "step": "push", "code": "X", "message": "no", "trace": ""}
	if o := Limited(Object{"code": "Y"}, got); len(o) != 1 || o["code"] != "X" {
		t.Errorf("limited to what is wanted: %v", o)
	}
	if o := Limited(nil, got, "key", "code", "trace"); len(o) != 2 || o["key"] != "1" || o["code"] != "X" {
		t.Errorf("the usual: %v", o)
	}
}

func TestCompare(t *testing.T) {
	for _, tt := range []struct {
		want, got string
		partial   bool
		says      []string
	}{
		{`{"a": 1.0}`, `{"a": 1}`, false, nil},
		{`{"a": 1}`, `{"a": "1"}`, false, []string{`a: want 1, got "1"`}},
		{`{"a": 1}`, `{"a": 1, "b": null}`, false, []string{`b: not expected, got null`}},
		{`{"a": 1}`, `{"a": 1, "b": null}`, true, nil},
		{`{"a": null}`, `{}`, true, []string{`a: want null, it is not there`}},
		{`{"a": [1, {"b": 2}]}`, `{"a": [1, {"b": 3, "c": 4}]}`, true, []string{`a[1].b: want 2, got 3`}},
		{`{"a": [1]}`, `{"a": [1, 2]}`, true, []string{`a: want [1], got [1,2]`}},
	} {
		want, err1 := Decode(tt.want)
		got, err2 := Decode(tt.got)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if says := Compare("", want, got, tt.partial); !slices.Equal(says, tt.says) {
			t.Errorf("Compare(%s, %s) says %q, want %q", tt.want, tt.got, says, tt.says)
		}
	}
}
