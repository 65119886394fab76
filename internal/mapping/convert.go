package mapping

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redpanda-data/benthos/v4/public/bloblang"

	"github.com/sluicehq/sluice/internal/mapping/clock"
)

// Empty reports whether v stands for no value: null, or a text without letters.
func Empty(v any) bool {
	if text, ok := v.(string); ok {
		return strings.TrimSpace(text) == ""
	}
	return v == nil
}

// Number makes a number of a value: null of no value.
func Number(v any) (any, error) {
	if Empty(v) {
		return nil, nil
	}
	d, err := exact(v)
	if err != nil {
		return nil, err
	}
	return number(d), nil
}

// Text makes a text of a plain value: digits of a number, null of null.
func Text(v any) (any, error) {
	switch v.(type) {
	case nil:
		return nil, nil
	case []any, map[string]any:
		return nil, fmt.Errorf("%s is not text", kindOf(v))
	}
	return toText(v, nil)
}

// Boolean reads true and false as people and systems write them: null of no value.
func Boolean(v any) (any, error) {
	if Empty(v) {
		return nil, nil
	}
	text := ""
	switch t := v.(type) {
	case bool:
		return t, nil
	case string:
		text = t
	case json.Number:
		text = t.String()
	case int64:
		text = fmt.Sprint(t)
	default:
		return nil, fmt.Errorf("%s is neither true nor false", kindOf(v))
	}
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true", "t", "yes", "y", "1":
		return true, nil
	case "false", "f", "no", "n", "0":
		return false, nil
	}
	return nil, fmt.Errorf("%q is neither true nor false", text)
}

// DateForm reads dates and times of one form.
type DateForm struct {
	format string
	shapes []dateShape
	zone   *time.Location // nil for none
}

// dateShape is one way to write a date.
type dateShape struct {
	layout         string
	timed, distant bool // it has a time, a distance from UTC
}

// isoShapes are the ways of ISO 8601, and those of APIs that are near to it.
func isoShapes() []dateShape {
	return []dateShape{
		{"2006-01-02", false, false},
		{"2006-01-02T15:04:05Z07:00", true, true}, {"2006-01-02T15:04:05Z0700", true, true}, {"2006-01-02T15:04Z07:00", true, true},
		{"2006-01-02T15:04:05", true, false}, {"2006-01-02T15:04", true, false},
	}
}

// NewDateForm returns the form that format describes, ISO 8601 when it is empty.
// Times without distance from UTC are those of the zone, a name of the IANA
// database; "" for none.
func NewDateForm(format, name string) (*DateForm, error) {
	f := &DateForm{format: format, shapes: isoShapes()}
	if format != "" {
		layout := dateTokens.Replace(format)
		// What is left of letters was no part of a date: yyyy, or a slip.
		rest := strings.Trim(strings.NewReplacer("YYYY", "", "YY", "", "MMMM", "", "MMM", "", "MM", "", "M", "", "DD", "", "D", "", "hh", "", "mm", "", "ss", "", "SSS", "", "Z", "", "T", "").Replace(format), " .,:/-_'0123456789")
		if rest != "" || layout == format {
			return nil, fmt.Errorf("the format %q is not made of YYYY, YY, MMMM, MMM, MM, M, DD, D, hh, mm, ss, SSS and Z", format)
		}
		f.shapes = []dateShape{{layout, strings.Contains(format, "hh"), strings.Contains(format, "Z")}}
	}
	if name != "" {
		var err error
		if f.zone, err = time.LoadLocation(name); err != nil || name == "Local" {
			return nil, fmt.Errorf("there is no time zone %q", name)
		}
	}
	return f, nil
}

func (f *DateForm) read(text string) (time.Time, dateShape, error) {
	text = strings.TrimSpace(text)
	if f.format == "" && len(text) > 10 && text[10] == ' ' {
		text = text[:10] + "T" + strings.ReplaceAll(text[11:], " ", "")
	}
	for _, s := range f.shapes {
		if t, err := time.Parse(s.layout, text); err == nil {
			return t, s, nil
		}
	}
	if f.format == "" {
		return time.Time{}, dateShape{}, fmt.Errorf("%q is not a date of the form YYYY-MM-DD, with or without a time", text)
	}
	return time.Time{}, dateShape{}, fmt.Errorf("%q is not a date of the form %s", text, f.format)
}

// Date gives YYYY-MM-DD: null of no value.
func (f *DateForm) Date(v any) (any, error) {
	if Empty(v) {
		return nil, nil
	}
	text, err := textOf(v)
	if err != nil {
		return nil, err
	}
	t, shape, err := f.read(text)
	if err != nil {
		return nil, err
	}
	if shape.distant && f.zone != nil {
		t = t.In(f.zone)
	}
	return t.Format(time.DateOnly), nil
}

// DateTime gives a time with its distance from UTC: null of no value.
func (f *DateForm) DateTime(v any) (any, error) {
	if Empty(v) {
		return nil, nil
	}
	text, err := textOf(v)
	if err != nil {
		return nil, err
	}
	t, shape, err := f.read(text)
	switch {
	case err != nil:
		return nil, err
	case !shape.distant && f.zone == nil:
		return nil, fmt.Errorf("%q does not say how far from UTC it is: give a time zone", text)
	case !shape.distant:
		t = clock.Instant(t, f.zone)
	case f.zone != nil:
		t = t.In(f.zone)
	}
	return t.Format(time.RFC3339Nano), nil
}

func convertMethods() []Method {
	params := []bloblang.ParamDefinition{bloblang.NewStringParam("format").Default(""), bloblang.NewStringParam("zone").Default("")}
	date := func(f func(*DateForm, any) (any, error)) func(any, *bloblang.ParsedParams) (any, error) {
		return func(v any, args *bloblang.ParsedParams) (any, error) {
			format, err := args.GetString("format")
			name, zoneErr := args.GetString("zone")
			if err = errors.Join(err, zoneErr); err != nil {
				return nil, err
			}
			form, err := NewDateForm(format, name)
			if err != nil {
				return nil, err
			}
			return f(form, v)
		}
	}
	return []Method{
		{Name: "to_date", Args: "format, zone", Help: "The date that a text holds, as YYYY-MM-DD; null of null and empty text. Without format ISO 8601 is read, with or without a time. A time with its distance from UTC gives the date that clocks in zone showed, or without zone the date as it is written.",
			Example: `"2026-03-01T23:30:00Z".to_date("", "Europe/Berlin")`, Result: `"2026-03-02"`, params: params, call: date((*DateForm).Date)},
		{Name: "to_datetime", Args: "format, zone", Help: "The time that a text holds, with its distance from UTC; null of null and empty text. A text without distance is a time that clocks in zone showed.",
			Example: `"01.03.2026 12:00".to_datetime("DD.MM.YYYY hh:mm", "Europe/Berlin")`, Result: `"2026-03-01T12:00:00+01:00"`, params: params, call: date((*DateForm).DateTime)},
		{Name: "to_boolean", Help: "true for true, yes, T, Y and 1, false for their opposites; null of null and empty text.", Example: `"T".to_boolean()`, Result: `true`,
			call: func(v any, _ *bloblang.ParsedParams) (any, error) { return Boolean(v) }},
	}
}
