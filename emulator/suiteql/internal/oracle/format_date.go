package oracle

import (
	"fmt"
	"strings"
	"time"
)

// format prints the wall clock of t; TZ codes show t's zone.
func (m model) format(t time.Time) string {
	var out strings.Builder
	for _, e := range m {
		if e.code == "" {
			out.WriteString(e.text)
			continue
		}
		s := e.format(t)
		out.WriteString(s)
		if e.ordinal {
			out.WriteString(ordinal(s, e.text))
		}
	}
	return out.String()
}

func (e element) format(t time.Time) string {
	isoYear, isoWeek := t.ISOWeek()
	switch e.code {
	case "YYYY", "RRRR":
		return e.digits(t.Year(), 4)
	case "YYY", "YY", "Y", "RR":
		return e.digits(t.Year()%pow10(len(e.code)), len(e.code))
	case "IYYY", "IYY", "IY", "I":
		return e.digits(isoYear%pow10(len(e.code)), len(e.code))
	case "CC":
		return e.digits((t.Year()+99)/100, 2)
	case "Q":
		return e.digits((int(t.Month())+2)/3, 1)
	case "MM":
		return e.digits(int(t.Month()), 2)
	case "WW":
		return e.digits((t.YearDay()+6)/7, 2)
	case "IW":
		return e.digits(isoWeek, 2)
	case "W":
		return e.digits((t.Day()+6)/7, 1)
	case "DDD":
		return e.digits(t.YearDay(), 3)
	case "DD":
		return e.digits(t.Day(), 2)
	case "D":
		return e.digits(int(t.Weekday())+1, 1)
	case "J":
		return e.digits(int(t.Unix()/86400)+2440588, 7)
	case "MONTH":
		return e.name(t.Month().String(), 9)
	case "MON":
		return e.name(t.Month().String()[:3], 3)
	case "DAY":
		return e.name(t.Weekday().String(), 9)
	case "DY":
		return e.name(t.Weekday().String()[:3], 3)
	}
	return e.formatClock(t)
}

func (e element) formatClock(t time.Time) string {
	zone, offset := t.Zone()
	switch e.code {
	case "HH24":
		return e.digits(t.Hour(), 2)
	case "HH12", "HH":
		return e.digits((t.Hour()+11)%12+1, 2)
	case "MI":
		return e.digits(t.Minute(), 2)
	case "SS":
		return e.digits(t.Second(), 2)
	case "SSSSS":
		return e.digits(t.Hour()*3600+t.Minute()*60+t.Second(), 5)
	case "AM", "PM", "A.M.", "P.M.":
		half := [...]string{"AM", "PM"}[t.Hour()/12]
		if len(e.code) == 4 {
			half = half[:1] + "." + half[1:] + "."
		}
		return e.name(half, 0)
	case "TZH":
		return offsetText(offset)[:3]
	case "TZM":
		return offsetText(offset)[4:]
	case "TZR":
		return t.Location().String()
	case "TZD":
		return zone
	}
	places := 6 // FF
	if len(e.code) == 3 {
		places = int(e.code[2] - '0')
	}
	return fmt.Sprintf("%09d", t.Nanosecond())[:places]
}

func (e element) digits(n, width int) string {
	if e.compact {
		width = 1
	}
	return fmt.Sprintf("%0*d", width, n)
}

// name prints a month, a day or AM in the case in which the code was written.
func (e element) name(name string, width int) string {
	switch {
	case e.text == strings.ToLower(e.text):
		name = strings.ToLower(name)
	case e.text == strings.ToUpper(e.text), strings.ToUpper(e.text[:2]) == e.text[:2]:
		name = strings.ToUpper(name)
	}
	if e.compact {
		return name
	}
	return fmt.Sprintf("%-*s", width, name)
}

func ordinal(number, code string) string {
	suffix := "TH"
	if !strings.HasSuffix(number, "11") && !strings.HasSuffix(number, "12") && !strings.HasSuffix(number, "13") {
		switch number[len(number)-1] {
		case '1':
			suffix = "ST"
		case '2':
			suffix = "ND"
		case '3':
			suffix = "RD"
		}
	}
	if code == strings.ToLower(code) {
		return strings.ToLower(suffix)
	}
	return suffix
}

func pow10(n int) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}

// DateFormat prints dates by a format model.
type DateFormat struct{ model model }

// NewDateFormat returns the format of a model that UserFormat made.
func NewDateFormat(format string) *DateFormat {
	m, err := parseModel(format)
	if err != nil {
		m, _ = parseModel(UserFormat("")) // a preference of no meaning
	}
	return &DateFormat{m}
}

// Format prints the wall clock of t.
func (f *DateFormat) Format(t time.Time) string { return f.model.format(t) }
