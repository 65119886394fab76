package find

import (
	"slices"
	"testing"
)

func TestFind(t *testing.T) {
	for arg, want := range map[string][]string{
		"../testdata/orders.yaml":      {"../testdata/orders.test.yaml"},
		"../testdata/orders.test.yaml": {"../testdata/orders.test.yaml"},
		"people":                       {"../testdata/people.test.yaml"},
		"orders":                       {"../testdata/orders.test.yaml", "../testdata/wrong.test.yaml"},
	} {
		got, err := Files("../testdata", []string{arg})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("Files(%s) = %v, %v, want %v", arg, got, err, want)
		}
	}
	if _, err := Files("../testdata", []string{"nothing"}); err == nil {
		t.Error("found the tests of a flow that is not there")
	}
	if got, err := Files("../testdata", nil); err != nil || len(got) != 8 {
		t.Errorf("all: %v, %v", got, err)
	}
}
