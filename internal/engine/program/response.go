package program

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/mapping"
)

// MaxAnswer bounds an answer as the ledger keeps it, in bytes. A larger one is kept, and
// shown to the response mapping, without its body: today and whenever it is read again.
const MaxAnswer = 64 << 10

// answer is what a response mapping sees of a write, and what the ledger keeps of it.
type answer struct {
	ID      string `json:"id"`
	Created bool   `json:"created"`
	Body    any    `json:"body"`
}

// Responds reports whether the import maps answers.
func (i *Import) Responds() bool { return i.response != nil }

// AnswerOf returns a write's answer as the ledger keeps it.
func AnswerOf(r sluice.Result) string {
	text, err := json.Marshal(answer{ID: r.ID, Created: r.Created, Body: r.Body})
	if err != nil || len(text) > MaxAnswer { // a body of JSON values always can be written
		text, _ = json.Marshal(answer{ID: r.ID, Created: r.Created})
	}
	return string(text)
}

// Respond maps a record and the answer to its write to what later steps get. A mapping
// that deletes the record gives mapping.ErrDeleted.
func (i *Import) Respond(ctx context.Context, r sluice.Record, kept string) (sluice.Record, error) {
	decoder := json.NewDecoder(strings.NewReader(kept))
	decoder.UseNumber()
	var response map[string]any
	if err := decoder.Decode(&response); err != nil {
		return nil, fmt.Errorf("the answer in the ledger: %w", err)
	}
	return i.response.Map(ctx, sluice.Record{"record": map[string]any(r), "response": response})
}

// RespondTo puts what the response mapping makes of the answer in the record's place.
func (s *Step) RespondTo(ctx context.Context, p *Passenger, kept string) {
	r, err := s.Import.Respond(ctx, p.Record, kept)
	switch {
	case errors.Is(err, mapping.ErrDeleted):
		p.Outcome = sluice.OutcomeExcluded
	case err != nil:
		f := FailureOf(err, sluice.ClassMapping)
		f.Code, f.Response = "import.response_failed", kept
		f.Message = "the record was written, and the response mapping failed: " + f.Message
		f.Remedy = "Correct the response mapping, then retry: the record is not written again"
		p.Fail(s.Name, f)
	default:
		p.Record = r
	}
}
