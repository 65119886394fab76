package module

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/sluicehq/sluice/emulator/script/engine"
)

// Format is N/format (Oracle help, section_4388721627): values as the user reads
// and writes them. Types that are not listed here are passed through.
func Format(m *engine.Machine) goja.Value {
	o := m.VM.NewObject()
	params := []string{"value!", "type!", "timezone"}
	m.Func(o, "format", params, func(a engine.Args) any { return format(m, a) })
	m.Func(o, "parse", params, func(a engine.Args) any { return parse(m, a) })
	m.Constants(o, "Type", formatTypes)
	m.Constants(o, "Timezone", timezones)
	return o
}

var formatTypes = map[string]string{
	"CHECKBOX": "checkbox", "CURRENCY": "currency", "CURRENCY2": "currency2", "DATE": "date", "DATETIME": "datetime",
	"DATETIMETZ": "datetimetz", "EMAIL": "email", "FLOAT": "float", "FUNCTION": "function", "INTEGER": "integer",
	"PERCENT": "percent", "PHONE": "phone", "POSCURRENCY": "poscurrency", "POSFLOAT": "posfloat", "POSINTEGER": "posinteger",
	"RADIO": "radio", "RATE": "rate", "SELECT": "select", "TEXT": "text", "TEXTAREA": "textarea", "TIME": "time",
	"TIMEOFDAY": "timeofday", "TIMETRACK": "timetrack", "URL": "url",
}

var timezones = map[string]string{
	"AMERICA_LOS_ANGELES": "America/Los_Angeles", "AMERICA_DENVER": "America/Denver", "AMERICA_CHICAGO": "America/Chicago",
	"AMERICA_NEW_YORK": "America/New_York", "AMERICA_SAO_PAULO": "America/Sao_Paulo", "GMT": "GMT", "EUROPE_LONDON": "Europe/London",
	"EUROPE_PARIS": "Europe/Paris", "EUROPE_AMSTERDAM": "Europe/Amsterdam", "EUROPE_ISTANBUL": "Europe/Istanbul",
	"ASIA_DUBAI": "Asia/Dubai", "ASIA_CALCUTTA": "Asia/Calcutta", "ASIA_HONG_KONG": "Asia/Hong_Kong", "ASIA_TOKYO": "Asia/Tokyo",
	"AUSTRALIA_SYDNEY": "Australia/Sydney", "PACIFIC_AUCKLAND": "Pacific/Auckland",
}

func zone(m *engine.Machine, a engine.Args) *time.Location {
	name := a.Text("timezone")
	if name == "" {
		return nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		m.Throw("SSS_INVALID_TYPE_ARG", "You have entered an invalid type argument: timezone")
	}
	return loc
}

func format(m *engine.Machine, a engine.Args) any {
	v := a.Value("value")
	kind := strings.ToLower(a.Text("type"))
	if t, ok := engine.Time(v); ok {
		switch kind {
		case "date":
			return m.FormatDay(t)
		case "datetime", "datetimetz":
			return m.FormatMoment(t, zone(m, a))
		case "time", "timeofday":
			return m.FormatClock(t)
		}
		return v
	}
	switch kind {
	case "checkbox":
		if v.ToBoolean() && v.String() != "F" {
			return "T"
		}
		return "F"
	case "currency", "currency2", "poscurrency":
		return decimal(v, 2)
	case "integer", "posinteger":
		return decimal(v, 0)
	case "float", "posfloat", "rate":
		return decimal(v, -1)
	case "percent":
		if s, ok := decimal(v, -1).(string); ok {
			return s + "%"
		}
	}
	return v
}

// decimal prints a number with its digits after the point; what is none is left alone.
func decimal(v goja.Value, digits int) any {
	f := v.ToFloat()
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return v
	}
	return strconv.FormatFloat(f, 'f', digits, 64)
}

func parse(m *engine.Machine, a engine.Args) any {
	v := a.Value("value")
	if _, isDate := engine.Time(v); isDate {
		return v
	}
	text, kind := v.String(), strings.ToLower(a.Text("type"))
	read, ok := time.Time{}, true
	switch kind {
	case "date":
		read, ok = m.ParseDay(text)
	case "datetime", "datetimetz":
		read, ok = m.ParseMoment(text, zone(m, a))
	case "time", "timeofday":
		read, ok = m.ParseClock(text)
	default:
		return parsePlain(v, text, kind)
	}
	if !ok { // NetSuite hands back what it cannot read
		return v
	}
	return m.Date(read)
}

func parsePlain(v goja.Value, text, kind string) any {
	switch kind {
	case "checkbox":
		return text == "T" || text == "true"
	case "currency", "currency2", "poscurrency", "integer", "posinteger", "float", "posfloat", "rate", "percent":
		if f, err := strconv.ParseFloat(strings.TrimSuffix(strings.ReplaceAll(text, ",", ""), "%"), 64); err == nil {
			return f
		}
	}
	return v
}
