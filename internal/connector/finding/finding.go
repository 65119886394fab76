// Package finding sorts what a system has found under the questions of a lookup, so
// that all connectors compare alike: texts exactly, numbers by their value, whatever
// the system itself takes for equal.
package finding

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"math/big"
	"regexp"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/lanes"
)

// Sorter takes found records one by one.
type Sorter struct {
	questions []sluice.Question
	keep      int
	index     map[string][]int // places of questions, by the buckets that they are in
	answers   []sluice.Answer
}

// NewSorter returns a sorter that keeps so many records for each question.
func NewSorter(questions []sluice.Question, keep int) *Sorter {
	s := &Sorter{questions: questions, keep: keep, index: map[string][]int{}, answers: make([]sluice.Answer, len(questions))}
	for i, q := range questions {
		for _, b := range Buckets(q) {
			s.index[b] = append(s.index[b], i)
		}
	}
	return s
}

// Add puts a record under the questions that it answers. values are what it has
// where questions ask.
func (s *Sorter) Add(values []any, r sluice.Record) {
	bucket, ok := Bucket(values)
	if !ok {
		return
	}
	for _, i := range s.index[bucket] {
		if a := &s.answers[i]; len(a.Records) < s.keep && Equal(s.questions[i], values) {
			a.Records = append(a.Records, r)
		}
	}
}

// Full reports whether no further record can matter.
func (s *Sorter) Full() bool {
	for _, a := range s.answers {
		if len(a.Records) < s.keep {
			return false
		}
	}
	return true
}

// Answers returns what was found, in the order of the questions.
func (s *Sorter) Answers() []sluice.Answer { return s.answers }

// Equal reports whether values are what a question asks for.
func Equal(q sluice.Question, values []any) bool {
	for i, want := range q {
		if !equal(want, values[i]) {
			return false
		}
	}
	return true
}

func equal(want, v any) bool {
	switch t := want.(type) {
	case string:
		if text, ok := v.(string); ok {
			return text == t
		}
	case bool:
		for _, other := range spellings(t) {
			if other == v {
				return true
			}
		}
	}
	a, ok := number(want)
	b, also := number(v)
	return ok && also && a == b
}

// spellings are the ways in which systems write true and false: NetSuite T and F,
// databases without booleans 1 and 0.
func spellings(b bool) []any {
	if b {
		return []any{true, "T", "true", json.Number("1")}
	}
	return []any{false, "F", "false", json.Number("0")}
}

// Bucket returns a key that values have in common with all that may equal them. It
// reports false where one of them is null or no plain value: that equals nothing.
func Bucket(values []any) (string, bool) {
	var key []byte
	for _, v := range values {
		text := ""
		if n, ok := number(v); ok {
			text = "n" + n
		} else if t, ok := v.(string); ok {
			text = "s" + t
		} else if b, ok := v.(bool); ok {
			text = map[bool]string{true: "b1", false: "b0"}[b]
		} else {
			return "", false
		}
		key = binary.AppendUvarint(key, uint64(len(text)))
		key = append(key, text...)
	}
	return string(key), true
}

// Buckets returns the buckets in which there may be something that equals a question.
func Buckets(q sluice.Question) []string {
	ways := [][]any{nil}
	for _, v := range q {
		spelled := []any{v}
		if b, ok := v.(bool); ok {
			spelled = spellings(b)
		}
		var more [][]any
		for _, way := range ways {
			for _, s := range spelled {
				more = append(more, append(way[:len(way):len(way)], s))
			}
		}
		ways = more
	}
	var out []string
	for _, way := range ways {
		if b, ok := Bucket(way); ok {
			out = append(out, b)
		}
	}
	return out
}

var numeric = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?$`)

// number returns the canonical digits of a number, or of a text that is one.
func number(v any) (string, bool) {
	text := ""
	switch t := v.(type) {
	case json.Number:
		text = t.String()
	case string:
		text = t
	default:
		return "", false
	}
	if len(text) > 400 || !numeric.MatchString(text) {
		return "", false
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return "", false
	}
	return r.RatString(), true
}

// Part asks for some of the questions at once. A refusal is about them, so that
// fewer of them may be answered; an error is about the system.
type Part func(ctx context.Context, questions []sluice.Question) (answers []sluice.Answer, requests int, refused *sluice.Error, err error)

// InParts asks for at most size questions at a time. Where a part is refused its
// halves are asked for, so that a question which spoils the others is refused alone.
func InParts(ctx context.Context, questions []sluice.Question, size int, ask Part) (sluice.Findings, error) {
	var out sluice.Findings
	for len(questions) > 0 {
		n := min(size, len(questions))
		answers, requests, refused, err := ask(ctx, questions[:n])
		out.Requests += requests
		switch {
		case err != nil:
			return out, err
		case refused != nil && n == 1:
			answers = []sluice.Answer{{Refused: refused}}
		case refused != nil:
			halves, err := InParts(ctx, questions[:n], (n+1)/2, ask)
			out.Requests += halves.Requests
			if err != nil {
				return out, err
			}
			answers = halves.Answers
		}
		out.Answers = append(out.Answers, answers...)
		questions = questions[n:]
	}
	return out, nil
}

// One asks one question. It may be called several times at once.
type One func(ctx context.Context, q sluice.Question) (sluice.Answer, error)

// OneByOne asks each question alone, so many at a time.
func OneByOne(ctx context.Context, questions []sluice.Question, width int, ask One) (sluice.Findings, error) {
	out := sluice.Findings{Answers: make([]sluice.Answer, len(questions)), Requests: len(questions)}
	alone := make([][]int, len(questions))
	for i := range alone {
		alone[i] = []int{i}
	}
	err := lanes.Each(ctx, alone, width, func(ctx context.Context, i int) error {
		var err error
		out.Answers[i], err = ask(ctx, questions[i])
		return err
	})
	if err == nil {
		err = ctx.Err() // some may not have been asked
	}
	return out, err
}

// Records makes records of a list, or of one object; null and {} are none.
func Records(value any) ([]sluice.Record, bool) {
	switch t := value.(type) {
	case nil:
		return nil, true
	case map[string]any:
		if len(t) == 0 {
			return nil, true
		}
		return []sluice.Record{t}, true
	case []any:
		out := make([]sluice.Record, len(t))
		for i, v := range t {
			object, ok := v.(map[string]any)
			if !ok {
				return nil, false
			}
			out[i] = object
		}
		return out, true
	}
	return nil, false
}
