package soap

import (
	"context"
	"errors"
	"fmt"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/soap/record"
)

// ReadResult is what a list read brought for one reference.
type ReadResult struct {
	Record   *record.Element // nil where Err says why
	Warnings []Detail
	Err      error // *netsuite.Fault: errors.Is(err, netsuite.ErrNotFound)
}

// Get reads a record. Without one the error is netsuite.ErrNotFound.
func (c *Client) Get(ctx context.Context, ref record.Ref) (*record.Element, error) {
	body, err := c.part("platformCore:BaseRef", ref.Element("baseRef", true))
	if err != nil {
		return nil, err
	}
	r := &request{operation: "get", what: refName(ref), effect: netsuite.Read, headers: withPreferences,
		parts: [][]byte{body}, missing: netsuite.ErrNotFound}
	return c.one(ctx, r)
}

// one sends a request whose answer is a readResponse.
func (c *Client) one(ctx context.Context, r *request) (*record.Element, error) {
	var result ReadResult
	found := false
	err := c.call(ctx, r, func(a *answer) error {
		result, found = ReadResult{}, false
		return a.each(func(name string) (err error) {
			if name != "readResponse" {
				return nil
			}
			found = true
			if result, err = a.readResponse(r); err == nil {
				err = result.Err // for the whole request, which may pass
			}
			return err
		})
	})
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, missingIn(r, "readResponse")
	case result.Record == nil:
		return nil, missingIn(r, "record")
	}
	return result.Record, nil
}

// missingIn is the error of an answer that lacks its one essential part.
func missingIn(r *request, what string) error {
	return &netsuite.TransportError{Operation: r.operation, Method: "POST", Attempt: r.attempts, Sent: true, Status: 200, Err: errors.New("the answer holds no " + what)}
}

func refName(ref record.Ref) string {
	id := ref.InternalID
	if id == "" {
		id = "externalId " + ref.ExternalID
	}
	if ref.Type == "" {
		return id
	}
	return ref.Type + " " + id
}

// readResponse reads a status with the record that goes with it.
func (a *answer) readResponse(r *request) (ReadResult, error) {
	var result ReadResult
	var status *Status
	err := a.each(func(name string) (err error) {
		switch name {
		case "status":
			status, err = a.status()
		case "record":
			var e record.Element
			e, err = a.element()
			result.Record = &e
		}
		return err
	})
	if err != nil {
		return result, err
	}
	if result.Warnings, result.Err = r.judge(status); result.Err != nil {
		result.Record = nil
	}
	return result, nil
}

// GetList reads records: results are in the order of the references. More than
// one request can hold are sent in several.
func (c *Client) GetList(ctx context.Context, refs []record.Ref) ([]ReadResult, error) {
	parts, err := c.encodeRefs(refs)
	if err != nil {
		return nil, err
	}
	results := make([]ReadResult, len(refs))
	for part := range chunks(parts, c.limits.Get, c.limits.Bytes) {
		if err := c.getSome(ctx, "getList", parts, part, results); err != nil {
			return results, err
		}
	}
	return results, nil
}

// getSome reads the records that span names, in halves where they are too many.
func (c *Client) getSome(ctx context.Context, operation string, parts [][]byte, s span, results []ReadResult) error {
	r := &request{operation: operation, what: fmt.Sprintf("%d records", s.len()), effect: netsuite.Read, headers: withPreferences,
		parts: parts[s.from:s.to], missing: netsuite.ErrNotFound}
	read, err := c.readResponses(ctx, r)
	if errors.Is(err, ErrTooLarge) && s.len() > 1 {
		first, second := s.halves()
		if err := c.getSome(ctx, operation, parts, first, results); err != nil {
			return err
		}
		return c.getSome(ctx, operation, parts, second, results)
	}
	if err == nil && len(read) != s.len() {
		err = missingIn(r, fmt.Sprintf("result for each of %d records: it has %d", s.len(), len(read)))
	}
	if err != nil {
		for i := s.from; i < s.to; i++ {
			results[i].Err = err
		}
		return err
	}
	copy(results[s.from:s.to], read)
	return nil
}

// readResponses sends a request whose answer is a readResponseList.
func (c *Client) readResponses(ctx context.Context, r *request) ([]ReadResult, error) {
	var results []ReadResult
	err := c.call(ctx, r, func(a *answer) error {
		return a.each(func(name string) (err error) {
			if name == "readResponseList" {
				results, err = a.readResponseList(r)
			}
			return err
		})
	})
	return results, err
}

func (a *answer) readResponseList(r *request) ([]ReadResult, error) {
	var results []ReadResult
	whole := &Status{Success: true}
	err := a.each(func(name string) (err error) {
		switch name {
		case "status":
			whole, err = a.status()
		case "readResponse":
			var one ReadResult
			one, err = a.readResponse(r)
			results = append(results, one)
		}
		return err
	})
	if err == nil && len(results) == 0 {
		_, err = r.judge(whole)
	}
	return results, err
}

func (c *Client) encodeRefs(refs []record.Ref) ([][]byte, error) {
	parts := make([][]byte, len(refs))
	var problems []error
	for i, ref := range refs {
		var err error
		parts[i], err = c.part("platformCore:BaseRef", ref.Element("baseRef", true))
		if err == nil && ref.IsZero() {
			err = inputError("reference", "neither an internal nor an external ID")
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("record %d: %w", i+1, err))
		}
	}
	return parts, errors.Join(problems...)
}
