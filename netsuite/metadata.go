package netsuite

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/sluicehq/sluice/netsuite/internal/restform"
	"github.com/sluicehq/sluice/netsuite/metadata"
)

// Metadata reads the record catalogue: which record types the role sees, and
// their fields.
type Metadata struct{ client *Client }

const catalogPath = "/services/rest/record/v1/metadata-catalog"

// Types returns the names of the record types that the role sees, as the
// catalogue spells them (lower case), sorted. It may take more than a minute.
func (s *Metadata) Types(ctx context.Context) ([]string, error) {
	var list struct {
		Items []struct {
			Name string `json:"name"`
		} `json:"items"`
	}
	err := s.client.Do(ctx, Call{
		Operation: "list record types", Effect: Read, Method: http.MethodGet,
		URL: s.client.endpoints.SuiteTalk + catalogPath, Header: http.Header{"Accept": {"application/json"}},
		Accept: func(r *Response) error {
			return errors.Join(into(&list)(r), restform.Missing(list.Items == nil, "items"))
		},
	})
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(list.Items))
	for _, item := range list.Items {
		if item.Name != "" {
			names = append(names, item.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Schema reads the JSON schema of a record type.
func (s *Metadata) Schema(ctx context.Context, recordType string) (metadata.Schema, error) {
	if err := checkType(recordType); err != nil {
		return metadata.Schema{}, err
	}
	var schema metadata.Schema
	err := s.client.Do(ctx, Call{
		Operation: "read schema of " + recordType, Effect: Read, Method: http.MethodGet,
		URL:    s.client.endpoints.SuiteTalk + catalogPath + "/" + recordType,
		Header: http.Header{"Accept": {"application/schema+json"}},
		Accept: func(r *Response) error {
			var err error
			schema, err = metadata.Parse(recordType, r.Body)
			return err
		},
	})
	return schema, err
}
