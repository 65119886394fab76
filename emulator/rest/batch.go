package rest

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/sluicehq/sluice/emulator/async"
	"github.com/sluicehq/sluice/emulator/fault"
)

// maxBatch is the most records that one request may hold
// (Oracle help, article_0127092747).
const maxBatch = 100

// Batch cuts a request for several records of a type into requests for one
// each, in their order; nil for a request that is no batch. A record that cannot
// be told fails alone, with its own answer.
func Batch(r *http.Request, text []byte) ([]async.Work, *fault.Fault) {
	if !isBatch(r) {
		return nil, nil
	}
	var parts []async.Work
	var err *fault.Fault
	if r.Method == http.MethodGet || r.Method == http.MethodDelete {
		parts, err = named(r)
	} else {
		parts, err = given(r, text)
	}
	switch {
	case err != nil:
		return nil, err
	case len(parts) == 0:
		return nil, fault.New(http.StatusBadRequest, fault.InvalidContent, "The batch holds no records.")
	case len(parts) > maxBatch:
		return nil, fault.New(http.StatusBadRequest, fault.InvalidRequest, "The batch holds %d records. Provide at most %d.", len(parts), maxBatch)
	}
	return parts, nil
}

// isBatch reports whether the request is for several records: to the
// collection, with ids or with a body that is a collection.
func isBatch(r *http.Request) bool {
	rest, ok := under(r.URL.EscapedPath(), recordPath)
	if !ok || rest == "" || strings.Contains(rest, "/") {
		return false
	}
	switch r.Method {
	case http.MethodDelete:
		return r.URL.Query().Has("ids")
	case http.MethodGet:
		return r.URL.Query().Has("ids") || strings.EqualFold(r.URL.Query().Get("expandRecords"), "true")
	}
	return isCollection(r.Header.Get("Content-Type")) || r.Method != http.MethodPost && async.Prefers(r.Header, "respond-async", "")
}

// isCollection reports whether a media type is NetSuite's with type=collection.
func isCollection(contentType string) bool {
	media, parameters, err := mime.ParseMediaType(contentType)
	return err == nil && media == "application/vnd.oracle.resource+json" && strings.EqualFold(parameters["type"], "collection")
}

// named are the records of a batch that reads or deletes.
func named(r *http.Request) (parts []async.Work, refused *fault.Fault) {
	q := r.URL.Query()
	if r.Method == http.MethodGet && !strings.EqualFold(q.Get("expandRecords"), "true") {
		return nil, asFault(badParameter("expandRecords", "The ids query parameter needs expandRecords=true."))
	}
	if q.Get("ids") == "" {
		return nil, asFault(badParameter("ids", "Provide the IDs of the records in the ids query parameter."))
	}
	ids := splitIDs(q.Get("ids"))
	q.Del("ids")
	q.Del("expandRecords")
	for _, id := range ids {
		parts = append(parts, async.Work{Request: async.Again(r, r.Method, one(r.URL, id, q), nil)})
	}
	return parts, nil
}

// splitIDs cuts a list of IDs at its commas: 1,eid:x,eid:'a, b'.
func splitIDs(list string) (ids []string) {
	for _, id := range splitOutside(list, ',', '\'') {
		ids = append(ids, strings.ReplaceAll(id, "'", ""))
	}
	return ids
}

// one is the address of a record of the collection.
func one(collection *url.URL, id string, q url.Values) string {
	address := strings.TrimSuffix(collection.EscapedPath(), "/")
	if id != "" {
		address += "/" + url.PathEscape(id)
	}
	if len(q) > 0 {
		address += "?" + q.Encode()
	}
	return address
}

// given are the records of a batch that writes.
func given(r *http.Request, text []byte) (parts []async.Work, refused *fault.Fault) {
	if !isCollection(r.Header.Get("Content-Type")) {
		return nil, fault.New(http.StatusBadRequest, fault.InvalidHeader,
			"Missing or invalid value for the header Content-Type. Provide the value application/vnd.oracle.resource+json; type=collection.").InHeader("Content-Type")
	}
	object, err := decode(text)
	if err != nil {
		return nil, asFault(err)
	}
	items, ok := object["items"].([]any)
	if !ok {
		return nil, fault.New(http.StatusBadRequest, fault.InvalidContent, "Invalid content in the request body.").At("items")
	}
	for i, item := range items {
		parts = append(parts, written(r, i, item))
	}
	return parts, nil
}

// written is one record of a batch that writes. An internal ID goes before an
// external one; an upsert knows external IDs alone.
func written(r *http.Request, i int, item any) async.Work {
	body, ok := item.(map[string]any)
	if !ok {
		return async.Work{Refused: fault.New(http.StatusBadRequest, fault.InvalidContent, "Invalid content in the request body.").At(fmt.Sprintf("items[%d]", i))}
	}
	id := ""
	if external := valueOf(body, "externalId"); external != "" && r.Method != http.MethodPost {
		id = "eid:" + external
	}
	if internal := valueOf(body, "id"); internal != "" && r.Method == http.MethodPatch {
		id = internal
	}
	if id == "" && r.Method != http.MethodPost {
		return async.Work{Refused: fault.New(http.StatusBadRequest, fault.InvalidRequest, "The record has no ID. Provide the ID of the record.").At(fmt.Sprintf("items[%d]", i))}
	}
	text, err := json.Marshal(body)
	if err != nil {
		return async.Work{Refused: asFault(invalidContent())}
	}
	return async.Work{Request: async.Again(r, r.Method, one(r.URL, id, r.URL.Query()), text)}
}

// valueOf is a text or number of a body by its name in any case.
func valueOf(body map[string]any, name string) string {
	for key, v := range body {
		if !strings.EqualFold(key, name) {
			continue
		}
		switch v := v.(type) {
		case string:
			return v
		case json.Number:
			return v.String()
		}
	}
	return ""
}

// asFault is the refusal that the package's own checks return.
func asFault(err error) *fault.Fault {
	f, _ := err.(*fault.Fault)
	return f
}
