package body

import (
	"testing"

	"github.com/govalues/decimal"
)

// TestRoundingIsAwayFromZero: half a cent goes up, as on NetSuite's forms.
// With decimal.Round in place of Calc.Round it would go to the even cent.
func TestRoundingIsAwayFromZero(t *testing.T) {
	for _, c := range []struct {
		amount string
		digits int
		want   string
	}{
		{"1.005", 2, "1.01"}, {"-1.005", 2, "-1.01"}, {"1.015", 2, "1.02"}, {"1.0049", 2, "1"}, {"1", 2, "1"}, {"2.5", 0, "3"}, {"-2.5", 0, "-3"},
		{"0", 2, "0"}, {"0.0000001", 2, "0"}, {"-0.0000001", 2, "0"}, {"99999999999.995", 2, "100000000000"},
	} {
		var calc Calc
		if got := Number(calc.Round(decimal.MustParse(c.amount), c.digits)); got.String() != c.want || calc.Err != nil {
			t.Errorf("%s to %d digits = %s, %v; want %s", c.amount, c.digits, got, calc.Err, c.want)
		}
	}
}

func TestCalcKeepsTheFirstFailure(t *testing.T) {
	var c Calc
	large := decimal.MustParse("9999999999999999999")
	c.Mul(large, large, 2)
	first := c.Err
	c.Add(large, large)
	if first == nil || c.Err != first {
		t.Errorf("%v, then %v", first, c.Err)
	}
}

func TestCloneIsDeep(t *testing.T) {
	b := Body{"item": []any{Body{"line": "1"}}, "address": Body{"city": "A"}}
	c := Clone(b).(map[string]any)
	c["item"].([]any)[0].(map[string]any)["line"] = "2"
	c["address"].(map[string]any)["city"] = "B"
	if Text(Lines(b, "item")[0], "line") != "1" || Text(b["address"].(map[string]any), "city") != "A" {
		t.Errorf("the original changed: %v", b)
	}
}
