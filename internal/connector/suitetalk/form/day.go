package form

import (
	"regexp"
	"strings"
	"time"
)

// SampleDay is the day by which DayLike is shown how days are written: its day, month
// and year cannot be taken for each other.
var SampleDay = time.Date(2003, 2, 5, 0, 0, 0, 0, time.UTC)

var dayPart = regexp.MustCompile(`[0-9]+|[A-Za-z]+`)

// DayLike writes a day as SampleDay is written: 2/5/2003, 05.02.2003, 5-FEB-2003,
// 5 February, 2003. It reports false for a way that it cannot read.
func DayLike(sample string, day time.Time) (string, bool) {
	var seen [3]bool // day, month, year
	out := dayPart.ReplaceAllStringFunc(sample, func(part string) string {
		n, text := dayField(part, day)
		if n < 0 || seen[n] {
			n, seen = 0, [3]bool{}
			return "?"
		}
		seen[n] = true
		return text
	})
	return out, seen == [3]bool{true, true, true} && !strings.Contains(out, "?")
}

// dayField tells which field of SampleDay a part is, and writes the same one of a day.
func dayField(part string, day time.Time) (field int, text string) {
	switch part {
	case "5":
		return 0, day.Format("2")
	case "05":
		return 0, day.Format("02")
	case "2":
		return 1, day.Format("1")
	case "02":
		return 1, day.Format("01")
	case "2003":
		return 2, day.Format("2006")
	}
	layout := ""
	switch strings.ToLower(part) {
	case "feb":
		layout = "Jan"
	case "february":
		layout = "January"
	default:
		return -1, ""
	}
	if text = day.Format(layout); part == strings.ToUpper(part) {
		text = strings.ToUpper(text)
	}
	return 1, text
}
