package program

import (
	"errors"

	"github.com/sluicehq/sluice"
)

// Passenger is a record on its way through the steps.
type Passenger struct {
	Item    *sluice.Item
	Record  sluice.Record // as the last mapping left it
	Outcome sluice.RecordOutcome
	// Wrote are the imports that changed something for it.
	Wrote      []*Step
	FailedStep string
	Failure    *sluice.Failure
	took       map[*Step]bool // the imports that took it
}

// Board returns the item's passenger.
func Board(it *sluice.Item) *Passenger { return &Passenger{Item: it, Record: it.Record} }

// Take notes that an import takes the record.
func (p *Passenger) Take(s *Step) {
	if p.took == nil {
		p.took = map[*Step]bool{}
	}
	p.took[s] = true
}

// Took reports whether an import took the record.
func (p *Passenger) Took(s *Step) bool { return p.took[s] }

// Alive reports whether the record goes on to the next step.
func (p *Passenger) Alive() bool { return p.Outcome == "" }

// Fail ends the record's way at a step.
func (p *Passenger) Fail(step string, f *sluice.Failure) {
	p.Outcome, p.FailedStep, p.Failure = sluice.OutcomeFailed, step, f
}

// Arrive judges a record at the end of its way. What an import took before a filter
// stopped the record is delivered all the same.
func (p *Passenger) Arrive() {
	switch {
	case p.Failure != nil:
	case len(p.took) == 0:
		p.Outcome = sluice.OutcomeExcluded
	case len(p.Wrote) == 0:
		p.Outcome = sluice.OutcomeUnchanged
	default:
		p.Outcome = sluice.OutcomeWritten
	}
}

// FailureOf turns an error of ours into a record's failure. The text of an internal
// error is not for the record.
func FailureOf(err error, class sluice.Classification) *sluice.Failure {
	e, ok := errors.AsType[*sluice.Error](err)
	if !ok {
		e = sluice.Errorf("internal", "an internal error stopped the record").Fix("See the server's log, then retry the record")
	}
	return &sluice.Failure{Code: e.Code, Classification: class, Message: e.Message, Where: e.Where, Remedy: e.Remedy}
}
