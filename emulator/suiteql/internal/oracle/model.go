package oracle

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// model is a parsed date format model: YYYY-MM-DD"T"HH24:MI:SS.
type model []element

// element is one code of a model, or text to print as it stands.
type element struct {
	code    string // upper-case; "" for literal text
	text    string // as written: decides between JAN, Jan and jan
	compact bool   // under FM: no padding, no leading zeros
	quoted  bool   // literal text that stood in quotes
	ordinal bool   // TH follows: 1st, 2nd
}

// modelCodes stand in the order in which they must be tried: longest first.
var modelCodes = func() []string {
	codes := []string{
		"YYYY", "YYY", "YY", "Y", "RRRR", "RR", "IYYY", "IYY", "IY", "I", "CC", "Q", "MONTH", "MON", "MM", "WW", "IW", "W",
		"DDD", "DD", "DAY", "DY", "D", "J", "HH24", "HH12", "HH", "MI", "SSSSS", "SS", "A.M.", "P.M.", "AM", "PM",
		"TZH", "TZM", "TZR", "TZD", "FF", "FF1", "FF2", "FF3", "FF4", "FF5", "FF6", "FF7", "FF8", "FF9",
	}
	slices.SortStableFunc(codes, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return codes
}()

func parseModel(format string) (model, error) {
	var m model
	compact := false
	for rest := format; rest != ""; {
		upper := strings.ToUpper(rest)
		if strings.HasPrefix(upper, "FM") || strings.HasPrefix(upper, "FX") {
			compact = compact != (upper[1] == 'M')
			rest = rest[2:]
			continue
		}
		if rest[0] == '"' {
			end := strings.IndexByte(rest[1:], '"')
			if end < 0 {
				return nil, fmt.Errorf("format %q: quotation is not closed", format)
			}
			m = append(m, element{text: rest[1 : end+1], quoted: true})
			rest = rest[end+2:]
			continue
		}
		i := slices.IndexFunc(modelCodes, func(c string) bool { return strings.HasPrefix(upper, c) })
		if i < 0 {
			r := []rune(rest)[0]
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return nil, fmt.Errorf("format %q: code not recognised at %q", format, rest)
			}
			m = append(m, element{text: string(r)})
			rest = rest[len(string(r)):]
			continue
		}
		e := element{code: modelCodes[i], text: rest[:len(modelCodes[i])], compact: compact}
		rest = rest[len(e.code):]
		if strings.HasPrefix(strings.ToUpper(rest), "TH") {
			e.ordinal, rest = true, rest[2:]
		}
		m = append(m, e)
	}
	return m, nil
}

// UserFormat turns a date preference of NetSuite (M/D/YYYY, DD.MM.YYYY,
// D-MON-YYYY, DD MONTH, YYYY) into a format model.
func UserFormat(preference string) string {
	if preference == "" {
		preference = "M/D/YYYY"
	}
	names := map[string]string{
		"M": "FMMMFM", "MM": "MM", "MMM": "Mon", "MON": "Mon", "MMMM": "FMMonthFM", "MONTH": "FMMonthFM",
		"D": "FMDDFM", "DD": "DD", "Y": "YYYY", "YY": "YY", "YYYY": "YYYY",
	}
	var out strings.Builder
	for rest := preference; rest != ""; {
		end := strings.IndexFunc(rest+" ", func(r rune) bool { return !unicode.IsLetter(r) })
		if end == 0 {
			out.WriteByte(rest[0])
			rest = rest[1:]
			continue
		}
		word := strings.ToUpper(rest[:end])
		if model, ok := names[word]; ok {
			out.WriteString(model)
		} else {
			out.WriteString(`"` + rest[:end] + `"`)
		}
		rest = rest[end:]
	}
	return out.String()
}
