package mapping

import (
	"fmt"
	"strings"
	"time"
)

// dateTokens turns the letters that people write dates with into Go's reference
// time. The longer come first.
var dateTokens = strings.NewReplacer(
	"YYYY", "2006", "YY", "06", "MMMM", "January", "MMM", "Jan", "MM", "01", "M", "1",
	"DD", "02", "D", "2", "hh", "15", "mm", "04", "ss", "05", "SSS", "000", "Z", "Z07:00",
)

// reformatDate reads text in one form and writes it in another. No time zone is
// assumed: what the text does not say stays unsaid.
func reformatDate(text, from, to string) (string, error) {
	t, err := time.Parse(dateTokens.Replace(from), strings.TrimSpace(text))
	if err != nil {
		return "", fmt.Errorf("%q is not a date of the form %s", text, from)
	}
	return t.Format(dateTokens.Replace(to)), nil
}

// addDays moves a date of the form YYYY-MM-DD.
func addDays(text string, days int64) (string, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return "", fmt.Errorf("%q is not a date of the form YYYY-MM-DD", text)
	}
	if days < -100_000 || days > 100_000 {
		return "", fmt.Errorf("%d days is too far", days)
	}
	return t.AddDate(0, 0, int(days)).Format(time.DateOnly), nil
}
