package sluice

import "slices"

// Makes reports whether each sending of the operation makes something new: a record, or lines.
func (o Operation) Makes() bool { return o == Append || o.MakesRecord() }

// MakesRecord reports whether each sending of the operation makes a new record.
func (o Operation) MakesRecord() bool { return o == Add || o == Transform }

// Repeatable reports whether the operation leaves the same behind however often it is done.
func (o Operation) Repeatable() bool { return !o.Makes() }

// NeedsRecord reports whether the operation is for a record that is there already.
func (o Operation) NeedsRecord() bool {
	return slices.Contains([]Operation{Update, Delete, Append, Attach, Detach}, o)
}

// NetSuiteTransform says what NetSuite makes the new record of: an invoice of a sales
// order. Exactly one of ID and ExternalID is set; both are Bloblang expressions over
// the mapped record.
type NetSuiteTransform struct {
	From       string `json:"from"` // record type: salesOrder
	ID         string `json:"id,omitempty"`
	ExternalID string `json:"external_id,omitempty"`
}

// Attachment says what is attached to a NetSuite record, or detached from it. Exactly
// one of ID and ExternalID is set; they and Role are Bloblang expressions over the
// mapped record.
type Attachment struct {
	Type       string `json:"type"` // contact or file: NetSuite attaches no others
	ID         string `json:"id,omitempty"`
	ExternalID string `json:"external_id,omitempty"`
	Role       string `json:"role,omitempty"` // of an attached contact: internal ID, or eid: and an external ID
}

// What NetSuite can attach (Oracle help, article_0113084334).
const (
	AttachContact = "contact"
	AttachFile    = "file"
)

// RecordUse is what an import does with records of a type; an empty operation reads them.
type RecordUse struct {
	Record    string
	Operation Operation
}

// Uses lists the record types that the import works on, its own first.
func (i *Import) Uses() []RecordUse {
	n := i.NetSuite
	if n == nil {
		return nil
	}
	uses := []RecordUse{{n.Record, i.Operation}}
	if n.Transform != nil {
		uses = append(uses, RecordUse{Record: n.Transform.From})
	}
	if n.Attachment != nil {
		uses = append(uses, RecordUse{Record: n.Attachment.Type})
	}
	return uses
}

// KeyedLines goes by a key to bring the lines of a sublist to what the record has:
// those with the key of a line that is there change it, the others are added.
type KeyedLines struct {
	Sublist string   `json:"sublist"`
	By      []string `json:"by"` // fields of the line
	// Remove takes lines away that the record does not have.
	Remove bool `json:"remove,omitempty"`
}

// HTTPBatch sends many records in one request, to an API that answers for each of them.
// Places are those of one result.
type HTTPBatch struct {
	Size int `json:"size"` // records a request, at most
	// Results is the place in the answer of the list with a result for each record, in
	// the order in which they were sent. Empty means that the answer is the list.
	Results string `json:"results,omitempty"`
	// OK is the place of a value that is true, or a status of 2xx, for a record that was written.
	OK string `json:"ok,omitempty"`
	// Error is the place of what is wrong with a record. A result that has something
	// there is a refusal.
	Error string `json:"error,omitempty"`
}

// MaxBatch bounds HTTPBatch.Size.
const MaxBatch = 1000

// Fate is what a write finds at its destination.
type Fate int

// The fates.
const (
	FateUnknown Fate = iota // not looked up
	FateNew                 // the record is made
	FateChanged             // the record is there and is changed
)

// Conditional reports whether the import sends some fields only to a new record, or
// only to one that is there.
func (i *Import) Conditional() bool { return len(i.OnCreate)+len(i.OnUpdate) > 0 }

// Sent returns the record as it is sent, without the fields that are not for its fate or
// that serve expressions alone, and how many were left out for its fate. The argument
// stays as it is.
func (i *Import) Sent(r Record, f Fate) (Record, int) {
	var omit []string
	if f == FateChanged {
		omit = i.OnCreate
	}
	if f == FateNew {
		omit = i.OnUpdate
	}
	if len(omit)+len(i.Omit) == 0 || r == nil {
		return r, 0
	}
	out, left := make(Record, len(r)), 0
	for name, value := range r {
		switch {
		case slices.Contains(omit, name):
			left++
		case !slices.Contains(i.Omit, name):
			out[name] = value
		}
	}
	return out, left
}

// The ways that records take to NetSuite.
const (
	APIAuto  = "auto"  // the one that suits the operation best
	APIREST  = "rest"  // one record a request
	APIBatch = "batch" // up to 100 records a request, worked in a job; NetSuite 2026.1
	APISOAP  = "soap"  // lists of records by SOAP
)

// Route is the way that an import's records take.
type Route struct {
	API string `json:"api"` // NetSuite REST record service
	Why string `json:"why"`
}
