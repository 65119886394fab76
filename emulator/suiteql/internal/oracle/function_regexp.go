package oracle

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// compile reads Oracle's POSIX syntax with RE2 (no back-references inside the
// pattern). Flags: i, c, n (the dot matches a line end), m.
func (l *library) compile(pattern, flags string) (*regexp.Regexp, error) {
	mode := ""
	for _, f := range flags {
		switch f {
		case 'i':
			mode += "i"
		case 'n':
			mode += "s"
		case 'm':
			mode += "m"
		case 'c':
			mode = strings.ReplaceAll(mode, "i", "")
		default:
			return nil, fmt.Errorf("illegal match parameter %q", f)
		}
	}
	if mode != "" {
		pattern = "(?" + mode + ")" + pattern
	}
	return l.regexps.get(pattern, regexp.Compile)
}

// match is what the arguments of the three functions have in common.
type match struct {
	re    *regexp.Regexp
	s     string
	start int // byte offset
	nth   int
}

// find reads pattern, position, occurrence and flags at their places in args
// and returns the submatch offsets in s of the nth occurrence, or nil.
func (l *library) find(args []driver.Value, position, occurrence, flags int) (*match, []int, error) {
	mode := ""
	if len(args) > flags {
		mode = text(args[flags])
	}
	re, err := l.compile(text(args[1]), mode)
	if err != nil {
		return nil, nil, err
	}
	pos, errPos := optional(args, position, 1)
	nth, errNth := optional(args, occurrence, 1)
	if err := errors.Join(errPos, errNth); err != nil {
		return nil, nil, err
	}
	if pos < 1 || nth < 0 {
		return nil, nil, errors.New("position or occurrence is out of range")
	}
	m := &match{re: re, s: text(args[0]), nth: nth}
	runes := []rune(m.s)
	m.start = len(string(runes[:min(pos-1, len(runes))]))
	if nth == 0 { // REGEXP_REPLACE: all
		return m, nil, nil
	}
	found := re.FindAllStringSubmatchIndex(m.s[m.start:], nth)
	if len(found) < nth {
		return m, nil, nil
	}
	at := found[nth-1]
	for i := range at {
		if at[i] >= 0 {
			at[i] += m.start
		}
	}
	return m, at, nil
}

// substr is REGEXP_SUBSTR(s, pattern, position, occurrence, flags, group).
func (l *library) regexpSubstr(args []driver.Value) (driver.Value, error) {
	m, at, err := l.find(args, 2, 3, 4)
	if err != nil || at == nil {
		return nil, err
	}
	group, err := optional(args, 5, 0)
	if err != nil || group < 0 || 2*group+1 >= len(at) || at[2*group] < 0 {
		return nil, err
	}
	return m.s[at[2*group]:at[2*group+1]], nil
}

// instr is REGEXP_INSTR(s, pattern, position, occurrence, after, flags).
func (l *library) regexpInstr(args []driver.Value) (driver.Value, error) {
	m, at, err := l.find(args, 2, 3, 5)
	if err != nil || at == nil {
		return int64(0), err
	}
	after, err := optional(args, 4, 0)
	if err != nil {
		return nil, err
	}
	return int64(len([]rune(m.s[:at[min(after, 1)&1]]))) + 1, nil
}

// backReference is Oracle's \1 in a replacement.
var backReference = regexp.MustCompile(`\\(\d)`)

// replace is REGEXP_REPLACE(s, pattern, with, position, occurrence, flags).
func (l *library) regexpReplace(args []driver.Value) (driver.Value, error) {
	if args[0] == nil || args[1] == nil {
		return args[0], nil
	}
	with := ""
	if len(args) > 2 {
		with = text(args[2])
	}
	if len(args) < 5 { // the occurrence defaults to all here
		args = append(append([]driver.Value{}, args...), []driver.Value{"", int64(1), int64(0)}[len(args)-2:]...)
	}
	m, at, err := l.find(args, 3, 4, 5)
	if err != nil {
		return nil, err
	}
	with = backReference.ReplaceAllString(strings.ReplaceAll(with, "$", "$$"), "$${$1}")
	switch {
	case m.nth == 0:
		return m.s[:m.start] + m.re.ReplaceAllString(m.s[m.start:], with), nil
	case at == nil:
		return m.s, nil
	}
	return m.s[:at[0]] + string(m.re.ExpandString(nil, with, m.s, at)) + m.s[at[1]:], nil
}
