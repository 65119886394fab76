// Package mapping runs the mappings, filters and expressions of flows: Bloblang,
// restricted so that the same record always gives the same result, with exact
// decimals.
//
// What Bloblang would do with the outside world, with time and with chance is
// taken away; so are imports and the ways to ask for unbounded memory in one
// call. Every evaluation has a deadline.
//
// # Numbers
//
// Numbers enter as json.Number and keep their digits. The methods in Methods
// calculate on them exactly. Bloblang's own operators + - * / turn a number with
// a fraction into a binary float, which cannot hold 0.1; such a float is refused
// where it would leave the mapping, with a hint at the method to use instead.
// Comparisons (== < >) of numbers with a fraction look at about 15 digits;
// compare looks at all.
package mapping
