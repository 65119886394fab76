package oracle

import (
	"database/sql/driver"
	"errors"
	"hash/fnv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// text1 wraps a function of one string.
func text1(f func(string) string) scalar {
	return func(args []driver.Value) (driver.Value, error) { return f(text(args[0])), nil }
}

func initcap(s string) string {
	start := true
	return strings.Map(func(r rune) rune {
		was := start
		start = !unicode.IsLetter(r) && !unicode.IsDigit(r)
		if was {
			return unicode.ToUpper(r)
		}
		return unicode.ToLower(r)
	}, s)
}

func length(args []driver.Value) (driver.Value, error) {
	return int64(utf8.RuneCountInString(text(args[0]))), nil
}

func lengthBytes(args []driver.Value) (driver.Value, error) { return int64(len(text(args[0]))), nil }

// substr counts from 1 (0 means 1) and from the end for negative positions.
func substr(args []driver.Value) (driver.Value, error) {
	s := []rune(text(args[0]))
	pos, err := integer(args[1])
	if err != nil {
		return nil, err
	}
	count := len(s)
	if len(args) == 3 {
		if count, err = integer(args[2]); err != nil {
			return nil, err
		}
	}
	switch {
	case pos > 0:
		pos--
	case pos < 0:
		pos += len(s)
	}
	if pos < 0 || pos >= len(s) || count < 1 {
		return nil, nil
	}
	return string(s[pos:min(len(s), pos+min(count, len(s)))]), nil
}

// instr finds the nth occurrence of a part from a position on; a negative
// position searches backwards from the end.
func instr(args []driver.Value) (driver.Value, error) {
	s, part := []rune(text(args[0])), []rune(text(args[1]))
	pos, err := optional(args, 2, 1)
	if err != nil {
		return nil, err
	}
	nth, err := optional(args, 3, 1)
	if err != nil {
		return nil, err
	}
	if nth < 1 {
		return nil, errors.New("the occurrence must be positive")
	}
	step, at := 1, pos-1
	if pos < 0 {
		step, at = -1, len(s)+pos
	}
	for ; pos != 0 && at >= 0 && at < len(s); at += step {
		if at+len(part) <= len(s) && string(s[at:at+len(part)]) == string(part) {
			if nth--; nth == 0 {
				return int64(at + 1), nil
			}
		}
	}
	return int64(0), nil
}

// optional returns the whole number at args[i], or a default where it is left out.
func optional(args []driver.Value, i, otherwise int) (int, error) {
	if len(args) <= i {
		return otherwise, nil
	}
	return integer(args[i])
}

// replace removes the part where no replacement is given or it is NULL.
func replace(args []driver.Value) (driver.Value, error) {
	if args[0] == nil || args[1] == nil {
		return args[0], nil
	}
	with := ""
	if len(args) == 3 {
		with = text(args[2])
	}
	return strings.ReplaceAll(text(args[0]), text(args[1]), with), nil
}

func translate(args []driver.Value) (driver.Value, error) {
	from, to := []rune(text(args[1])), []rune(text(args[2]))
	swap := map[rune]rune{}
	for i, r := range from {
		if _, seen := swap[r]; seen {
			continue
		}
		swap[r] = -1 // strings.Map drops it
		if i < len(to) {
			swap[r] = to[i]
		}
	}
	return strings.Map(func(r rune) rune {
		if with, ok := swap[r]; ok {
			return with
		}
		return r
	}, text(args[0])), nil
}

// maxText bounds what padding may build, as Oracle's VARCHAR2 does.
const maxText = 4000

// pad returns LPAD (left) or RPAD.
func pad(left bool) scalar {
	return func(args []driver.Value) (driver.Value, error) {
		s := []rune(text(args[0]))
		width, err := integer(args[1])
		if err != nil {
			return nil, err
		}
		fill := []rune(" ")
		if len(args) == 3 {
			fill = []rune(text(args[2]))
		}
		width = min(width, maxText)
		if width <= 0 || len(fill) == 0 {
			return nil, nil
		}
		if width <= len(s) {
			return string(s[:width]), nil
		}
		padding := make([]rune, width-len(s))
		for i := range padding {
			padding[i] = fill[i%len(fill)]
		}
		if left {
			return string(padding) + string(s), nil
		}
		return string(s) + string(padding), nil
	}
}

// trim returns TRIM, LTRIM or RTRIM; the second argument is a set of characters.
func trim(cut func(s, set string) string) scalar {
	return func(args []driver.Value) (driver.Value, error) {
		set := " "
		if len(args) == 2 {
			set = text(args[1])
		}
		return cut(text(args[0]), set), nil
	}
}

func ascii(args []driver.Value) (driver.Value, error) {
	r, _ := utf8.DecodeRuneInString(text(args[0]))
	return int64(r), nil
}

func chr(args []driver.Value) (driver.Value, error) {
	n, err := integer(args[0])
	if err != nil || n < 0 || n > unicode.MaxRune {
		return nil, errors.New("CHR needs a character code")
	}
	return string(rune(n)), nil
}

// oraHash spreads values over 0…max. It is stable, but its numbers are not
// those of an Oracle database, whose algorithm is not published.
func oraHash(args []driver.Value) (driver.Value, error) {
	limit := int64(1<<32 - 1)
	if len(args) > 1 {
		n, err := float(args[1])
		if err != nil || n < 0 || n > float64(limit) {
			return nil, errors.New("ORA_HASH: bucket out of range")
		}
		limit = int64(n)
	}
	h := fnv.New32a()
	for _, a := range append(args[:1:1], args[min(2, len(args)):]...) {
		h.Write([]byte(text(a)))
		h.Write([]byte{0})
	}
	return int64(h.Sum32()) % (limit + 1), nil
}

// shuffle is a key that puts rows into an order which depends on a seed.
func shuffle(args []driver.Value) (driver.Value, error) {
	h := fnv.New64a()
	for _, a := range args {
		h.Write([]byte(text(a)))
		h.Write([]byte{0})
	}
	x := h.Sum64()
	x ^= x >> 33 // FNV mixes its last byte badly
	x *= 0xff51afd7ed558ccd
	return int64(x ^ x>>33), nil
}
