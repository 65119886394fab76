package sluice

import "cmp"

// ErrorHandling says what a flow does with records that do not get through.
type ErrorHandling struct {
	// Trace is a Bloblang expression over the record as exported: its trace key, by
	// which people know the record. Open errors of a trace key are resolved when a later
	// run delivers it. Null, and an expression that fails, mean that there is none.
	Trace string `json:"trace,omitempty"`
	// Rules sort new errors; each that holds is applied, the later ones last.
	Rules []ErrorRule `json:"rules,omitempty"`
	// Keep bounds how long and how much of resolved errors is kept.
	Keep *ErrorKeep `json:"keep,omitempty"`
	// Retry tries errors again by itself that are intermittent.
	Retry *ErrorRetry `json:"retry,omitempty"`
}

// ErrorRule sorts errors for which If holds.
type ErrorRule struct {
	// If is a Bloblang condition over {code, message, where, step, classification, record, request, response}.
	If             string         `json:"if"`
	Classification Classification `json:"classification,omitempty"`
	Tags           []string       `json:"tags,omitempty"`
	Assign         string         `json:"assign,omitempty"` // a person's e-mail address
}

// ErrorKeep bounds what is kept of a flow's errors that are resolved. Open ones are
// kept whatever their size.
type ErrorKeep struct {
	Days      int `json:"days,omitempty"`      // what the server keeps when 0
	Megabytes int `json:"megabytes,omitempty"` // what the server keeps when 0
}

// ErrorRetry tries intermittent errors again: Times times at most, After the last
// failure, and each time after twice as long.
type ErrorRetry struct {
	Times int    `json:"times"`
	After string `json:"after,omitempty"` // a duration, DefaultRetryAfter when empty
}

// Defaults and bounds of error handling.
const (
	DefaultKeepDays      = 30
	DefaultKeepMegabytes = 500
	DefaultRetryAfter    = "5m"
	MaxRetryTimes        = 10
)

// Kept returns what is kept of the flow's resolved errors: what it says itself, and of the
// rest what the server keeps.
func (f *Flow) Kept(server ErrorKeep) ErrorKeep {
	keep := ErrorKeep{Days: cmp.Or(server.Days, DefaultKeepDays), Megabytes: cmp.Or(server.Megabytes, DefaultKeepMegabytes)}
	if f.Errors != nil && f.Errors.Keep != nil {
		keep.Days, keep.Megabytes = cmp.Or(f.Errors.Keep.Days, keep.Days), cmp.Or(f.Errors.Keep.Megabytes, keep.Megabytes)
	}
	return keep
}

// Classifications returns every classification.
func Classifications() []Classification {
	return []Classification{ClassValue, ClassReference, ClassDuplicate, ClassMissing, ClassPermission, ClassLocked,
		ClassMapping, ClassSource, ClassUnknown, ClassIntermittent, ClassOther}
}
