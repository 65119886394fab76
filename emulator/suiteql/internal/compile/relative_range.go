package compile

import (
	"strconv"
	"strings"
	"time"
)

// relativeRange returns the first and last day of a relative date range
// (query.RelativeDateRange, section_1544111773) as seen from a day. The fiscal
// year is the calendar year, weeks begin on Sunday. It knows days, weeks,
// months, quarters, halves and years: this, last, next and before last, also
// to date; the ranges that combine two of them are not known.
func relativeRange(id string, today time.Time) (start, end time.Time, ok bool) {
	if days, found := relativeDay(id); found {
		day := today.AddDate(0, 0, days)
		return day, day, true
	}
	whole, toDate := strings.CutSuffix(id, "TD")
	shift, unit := 0, ""
	switch { // the longest spelling first: LFY is last fiscal year, LY last year
	case strings.HasSuffix(whole, "BL"):
		shift, unit = -2, strings.TrimSuffix(whole, "BL")
	case whole != "" && strings.ContainsRune("TLN", rune(whole[0])):
		shift, unit = map[byte]int{'T': 0, 'L': -1, 'N': 1}[whole[0]], whole[1:]
	}
	start, ok = unitStart(unit, today, 0)
	if !ok {
		return start, end, false
	}
	begin, _ := unitStart(unit, today, shift)
	next, _ := unitStart(unit, today, shift+1)
	end = next.AddDate(0, 0, -1)
	if toDate { // as far into the unit as today is into its own
		end = earlier(end, begin.AddDate(0, 0, int(today.Sub(start).Hours()/24)))
	}
	return begin, end, true
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// relativeDay reads TODAY, YESTERDAY, TOMORROW, DAGO5 and DFN5.
func relativeDay(id string) (int, bool) {
	switch id {
	case "TODAY":
		return 0, true
	case "YESTERDAY":
		return -1, true
	case "TOMORROW":
		return 1, true
	}
	for prefix, sign := range map[string]int{"DAGO": -1, "DFN": 1} {
		if n, err := strconv.Atoi(strings.TrimPrefix(id, prefix)); err == nil && strings.HasPrefix(id, prefix) {
			return sign * n, true
		}
	}
	return 0, false
}

// unitStart returns the first day of the unit around a day, some units later.
func unitStart(unit string, day time.Time, shift int) (time.Time, bool) {
	month := func(size int) time.Time {
		first := (int(day.Month()) - 1) / size * size
		return time.Date(day.Year(), time.Month(first+1+shift*size), 1, 0, 0, 0, 0, time.UTC)
	}
	switch unit {
	case "W":
		return day.AddDate(0, 0, 7*shift-int(day.Weekday())), true
	case "M":
		return month(1), true
	case "FQ":
		return month(3), true
	case "FH":
		return month(6), true
	case "Y", "FY":
		return month(12), true
	}
	return day, false
}
