package netsuite

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/sluicehq/sluice/netsuite/internal/restform"
)

// Records is the REST record service. A record type is spelled as in the record
// catalogue (salesOrder; lower case works too); a custom one by its script ID
// (customrecord_x). An id is an internal ID or "eid:" and an external ID.
type Records struct{ client *Client }

func (s *Records) url(path string, query url.Values) string {
	u := s.client.endpoints.SuiteTalk + restform.RecordPath + path
	if len(query) > 0 {
		u += "?" + restform.EncodeQuery(query)
	}
	return u
}

// Get reads one record. A record that does not exist is ErrNotFound, for
// transactions too, which NetSuite answers with HTTP 400. NetSuite loads the
// record in edit mode: one that is locked or that the role may not edit fails.
func (s *Records) Get(ctx context.Context, recordType, id string, o GetOptions) (Record, error) {
	if err := errors.Join(checkType(recordType), checkID(id)); err != nil {
		return nil, err
	}
	query, err := o.Query()
	if err != nil {
		return nil, err
	}
	var record Record
	err = s.client.Do(ctx, Call{
		Operation: "get " + recordType + " " + id, Effect: Read, Method: http.MethodGet,
		URL: s.url(recordType+"/"+id, query), kind: callKind{get: true},
		Accept: func(r *Response) error {
			return errors.Join(into(&record)(r), restform.Missing(record == nil, "record"))
		},
	})
	return record, err
}

// GetByExternalID reads the record with the external ID.
func (s *Records) GetByExternalID(ctx context.Context, recordType, externalID string, o GetOptions) (Record, error) {
	return s.Get(ctx, recordType, "eid:"+externalID, o)
}

// FindByExternalID searches for the record whose external ID is externalID,
// also where it has characters that an address cannot take, and returns the
// internal ID. It is ErrNotFound where there is none.
func (s *Records) FindByExternalID(ctx context.Context, recordType, externalID string) (string, error) {
	value, err := QuoteFilter(externalID)
	if err != nil {
		return "", err
	}
	page, err := s.List(ctx, recordType, ListOptions{Q: "externalId IS " + value, Limit: 2})
	if err != nil {
		return "", err
	}
	switch len(page.IDs) {
	case 0:
		return "", &lookupError{"no " + recordType + " has the external ID " + externalID, ErrNotFound}
	case 1:
		return page.IDs[0], nil
	}
	return "", &lookupError{"more than one " + recordType + " has the external ID " + externalID, ErrInvalid}
}

// lookupError is a search that was answered, but not with one record.
type lookupError struct {
	text  string
	class error
}

func (e *lookupError) Error() string { return "netsuite: " + e.text }

func (e *lookupError) Is(target error) bool { return target == e.class }

// Create adds a record; body is anything that marshals to a JSON object. When
// NetSuite created the record but its answer names no ID, the error is a
// *TransportError of unknown outcome: look the record up by its external ID.
func (s *Records) Create(ctx context.Context, recordType string, body any, o WriteOptions) (Ref, error) {
	return s.write(ctx, writing{"create " + recordType, http.MethodPost, recordType, body, o, true}, checkType(recordType))
}

// Update changes the fields that body holds; null clears one. Unless o.Replace
// names them, lines of non-keyed sublists are appended.
func (s *Records) Update(ctx context.Context, recordType, id string, body any, o WriteOptions) (Ref, error) {
	ref, err := s.write(ctx, writing{"update " + recordType + " " + id, http.MethodPatch, recordType + "/" + id, body, o, false},
		checkType(recordType), checkID(id))
	if err == nil && ref.ID == "" && !strings.HasPrefix(id, "eid:") {
		ref.ID = id
	}
	return ref, err
}

// UpsertByExternalID creates or updates the record with the external ID, which
// makes it safe to repeat as long as no non-keyed sublist is appended to.
func (s *Records) UpsertByExternalID(ctx context.Context, recordType, externalID string, body any, o WriteOptions) (Ref, error) {
	return s.write(ctx, writing{"upsert " + recordType + " " + externalID, http.MethodPut, recordType + "/eid:" + externalID, body, o, false},
		checkType(recordType), CheckExternalID(externalID))
}

// Delete removes a record.
func (s *Records) Delete(ctx context.Context, recordType, id string) error {
	if err := errors.Join(checkType(recordType), checkID(id)); err != nil {
		return err
	}
	return s.client.Do(ctx, Call{
		Operation: "delete " + recordType + " " + id, Effect: Write, Method: http.MethodDelete,
		URL: s.url(recordType+"/"+id, nil),
	})
}

// Transform makes a record of another type out of one: an invoice from a sales
// order. body, which may be nil, holds fields of the new record.
func (s *Records) Transform(ctx context.Context, recordType, id, target string, body any, o WriteOptions) (Ref, error) {
	path := recordType + "/" + id + "/!transform/" + target
	return s.write(ctx, writing{"transform " + recordType + " " + id + " to " + target, http.MethodPost, path, body, o, true},
		checkType(recordType), checkID(id), checkType(target))
}

// AttachOptions are the attributes of an attachment.
type AttachOptions struct {
	Role string // of a contact: an internal ID, or "eid:" and an external ID; empty for none
}

// Attach ties a contact or file to a record (Oracle help, article_0113084334; NetSuite 2026.1).
func (s *Records) Attach(ctx context.Context, recordType, id, target, targetID string, o AttachOptions) error {
	var body any
	if o.Role != "" {
		role := map[string]any{"id": o.Role}
		if external, found := strings.CutPrefix(o.Role, "eid:"); found {
			role = map[string]any{"externalId": external}
		}
		body = map[string]any{"role": role}
	}
	return s.relate(ctx, "attach", recordType, id, target, targetID, body)
}

// Detach unties a contact or file from a record (Oracle help, article_0113084334; NetSuite 2026.1).
func (s *Records) Detach(ctx context.Context, recordType, id, target, targetID string) error {
	return s.relate(ctx, "detach", recordType, id, target, targetID, nil)
}

func (s *Records) relate(ctx context.Context, verb, recordType, id, target, targetID string, body any) error {
	path := recordType + "/" + id + "/!" + verb + "/" + target + "/" + targetID
	_, err := s.write(ctx, writing{verb + " " + target + " " + targetID + " " + recordType + " " + id, http.MethodPost, path, body, WriteOptions{}, false},
		checkType(recordType), checkID(id), checkType(target), checkID(targetID))
	return err
}

// writing is a write of one record.
type writing struct {
	operation, method, path string
	body                    any
	options                 WriteOptions
	needID                  bool
}

func (s *Records) write(ctx context.Context, w writing, problems ...error) (Ref, error) {
	body, err := jsonBody(w.body)
	if err := errors.Join(append(problems, err)...); err != nil {
		return Ref{}, err
	}
	header := w.options.Header()
	header.Set("Content-Type", "application/json")
	var ref Ref
	err = s.client.Do(ctx, Call{
		Operation: w.operation, Effect: Write, Method: w.method,
		URL: s.url(w.path, w.options.Query()), Header: header, Body: body,
		Accept: func(r *Response) error {
			ref = RefOf(r.Header)
			if w.needID && ref.ID == "" {
				return errors.New("the answer names no record in its Location")
			}
			return nil
		},
	})
	return ref, err
}

// RefOf reads the headers that answer a write.
func RefOf(header http.Header) Ref {
	ref := Ref{Location: header.Get("Location")}
	ref.ID = restform.LastSegment(ref.Location)
	for name := range strings.SplitSeq(header.Get("X-NetSuite-PropertyValidation"), ",") {
		if name = strings.TrimSpace(name); name != "" {
			ref.Warnings = append(ref.Warnings, name)
		}
	}
	return ref
}
