package oracle

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// patterns keeps compiled regular expressions, since a query applies the same
// one to every row.
type patterns struct {
	mu       sync.Mutex
	compiled map[string]*regexp.Regexp
}

// maxPatterns bounds the memory that foreign queries can fill.
const maxPatterns = 128

// compile reads Oracle's POSIX syntax with RE2 (no back-references inside the
// pattern). Flags: i, c, n (the dot matches a line end), m.
func (p *patterns) compile(pattern, flags string) (*regexp.Regexp, error) {
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
	p.mu.Lock()
	defer p.mu.Unlock()
	if re, ok := p.compiled[pattern]; ok {
		return re, nil
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, err
	}
	if p.compiled == nil || len(p.compiled) >= maxPatterns {
		p.compiled = map[string]*regexp.Regexp{}
	}
	p.compiled[pattern] = re
	return re, nil
}

// match is what the arguments of the three functions have in common.
type match struct {
	re       *regexp.Regexp
	s        string
	start    int // byte offset
	nth      int
	argument []driver.Value
}

// find reads pattern, position, occurrence and flags at their places in args
// and returns the submatch offsets in s of the nth occurrence, or nil.
func (p *patterns) find(args []driver.Value, position, occurrence, flags int) (*match, []int, error) {
	mode := ""
	if len(args) > flags {
		mode = text(args[flags])
	}
	re, err := p.compile(text(args[1]), mode)
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
	m := &match{re: re, s: text(args[0]), nth: nth, argument: args}
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
func (p *patterns) substr(args []driver.Value) (driver.Value, error) {
	m, at, err := p.find(args, 2, 3, 4)
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
func (p *patterns) instr(args []driver.Value) (driver.Value, error) {
	m, at, err := p.find(args, 2, 3, 5)
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
func (p *patterns) replace(args []driver.Value) (driver.Value, error) {
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
	m, at, err := p.find(args, 3, 4, 5)
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
