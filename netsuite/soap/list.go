package soap

import "iter"

// span is a part of a list: from and up to but without to.
type span struct{ from, to int }

func (s span) len() int { return s.to - s.from }

func (s span) halves() (span, span) {
	middle := s.from + s.len()/2
	return span{s.from, middle}, span{middle, s.to}
}

// chunks divides parts into spans that one request may hold.
func chunks(parts [][]byte, limit, bytes int) iter.Seq[span] {
	return func(yield func(span) bool) {
		s := span{}
		size := 0
		for i, p := range parts {
			if s.len() == limit || s.len() > 0 && size+len(p) > bytes {
				if !yield(s) {
					return
				}
				s, size = span{i, i}, 0
			}
			s.to = i + 1
			size += len(p)
		}
		if s.len() > 0 {
			yield(s)
		}
	}
}
