package dialect

import (
	"github.com/sluicehq/sluice"
)

// Severity says how far a failure goes.
type Severity int

// The severities.
const (
	OfRow      Severity = iota // the database refuses this row
	OfMoment                   // the transaction lost against another: try again
	OfDatabase                 // nothing can be done now
)

// Fault is a failure as it concerns us.
type Fault struct {
	Severity Severity
	Code     string // the database's own
	Class    sluice.Classification
	Message  string // the database's own words
	Where    string // the column or constraint
	Remedy   string
}

// Failure is the fault of a record.
func (f Fault) Failure() *sluice.Failure {
	return &sluice.Failure{Code: f.Code, Classification: f.Class, Message: f.Message, Where: f.Where, Remedy: f.Cure()}
}

// Cure is what to do about the fault: what is known of its code, or of its class.
func (f Fault) Cure() string {
	if f.Remedy != "" {
		return f.Remedy
	}
	switch f.Class {
	case sluice.ClassDuplicate:
		return "A row with these values is there already: use upsert or update, or resolve this error"
	case sluice.ClassReference:
		return "Import the row that this one points to first, then retry"
	case sluice.ClassValue:
		return "Correct the record or the mapping, then retry"
	case sluice.ClassIntermittent:
		return "Try again later"
	}
	return "Correct what the database names, then try again"
}

// unreachable is the fault of a server that does not answer.
func unreachable(err error) Fault {
	return Fault{Severity: OfDatabase, Code: "connection.unreachable", Class: sluice.ClassIntermittent,
		Message: "the database does not answer: " + err.Error(), Remedy: "Check host, port and network, and that the server runs"}
}
