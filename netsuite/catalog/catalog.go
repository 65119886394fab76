// Package catalog keeps what NetSuite's record catalogue tells: record types, and their
// fields as JSON Schema and as OpenAPI (Oracle help, chapter_1540810168). Reading it is
// slow, more than a minute and a half for all types of an account (airbytehq/airbyte
// issue 25223), so what was read is kept for a while.
package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/internal/restform"
	"github.com/sluicehq/sluice/netsuite/metadata"
)

// Options configure a Catalog. The zero value is good.
type Options struct {
	// Life is how long an answer is taken for good without asking: an hour by default.
	// After it NetSuite is asked whether it has changed, where it gave an ETag.
	Life  time.Duration
	Clock func() time.Time // nil means time.Now
}

// Catalog reads and keeps the record catalogue of one client's role. It is safe for
// concurrent use; callers that ask for the same at one time cause one request.
type Catalog struct {
	client *netsuite.Client
	life   time.Duration
	clock  func() time.Time

	mu      sync.Mutex
	entries map[string]*entry
}

// entry is one answer.
type entry struct {
	mu    sync.Mutex // held while it is read
	body  []byte
	etag  string
	until time.Time
}

// New returns a Catalog of the client.
func New(c *netsuite.Client, o Options) *Catalog {
	catalog := &Catalog{client: c, life: o.Life, clock: o.Clock, entries: map[string]*entry{}}
	if catalog.life <= 0 {
		catalog.life = time.Hour
	}
	if catalog.clock == nil {
		catalog.clock = time.Now
	}
	return catalog
}

// Forget drops everything that is kept: after fields were added, say.
func (c *Catalog) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries = map[string]*entry{}
}

const (
	catalogPath = restform.RecordPath + "metadata-catalog"
	asList      = "application/json"
	asSchema    = "application/schema+json"
	asOpenAPI   = "application/swagger+json"
)

// read returns an answer of the catalogue, from memory where it is fresh.
func (c *Catalog) read(ctx context.Context, operation, path, accept string) ([]byte, error) {
	c.mu.Lock()
	e, ok := c.entries[accept+" "+path]
	if !ok {
		e = &entry{}
		c.entries[accept+" "+path] = e
	}
	c.mu.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.body != nil && c.clock().Before(e.until) {
		return e.body, nil
	}
	header := http.Header{"Accept": {accept}}
	if e.body != nil && e.etag != "" {
		header.Set("If-None-Match", e.etag)
	}
	err := c.client.Do(ctx, netsuite.Call{
		Operation: operation, Effect: netsuite.Read, Method: http.MethodGet,
		URL: c.client.Endpoints().SuiteTalk + catalogPath + path, Header: header,
		Accept: func(r *netsuite.Response) error {
			if !json.Valid(r.Body) {
				return errors.New("the answer is cut short or no JSON")
			}
			e.body, e.etag = r.Body, r.Header.Get("ETag")
			return nil
		},
	})
	fault, refused := errors.AsType[*netsuite.Fault](err)
	if unchanged := refused && fault.Status == http.StatusNotModified && e.body != nil; err != nil && !unchanged {
		return nil, err
	}
	e.until = c.clock().Add(c.life)
	return e.body, nil
}

// Types returns the names of the record types that the role sees, as the catalogue
// spells them (lower case), sorted.
func (c *Catalog) Types(ctx context.Context) ([]string, error) {
	body, err := c.read(ctx, "list record types", "", asList)
	if err != nil {
		return nil, err
	}
	var list struct {
		Items []struct {
			Name string `json:"name"`
		} `json:"items"`
	}
	if err := errors.Join(restform.Decode(body, &list), restform.Missing(list.Items == nil, "items")); err != nil {
		return nil, fmt.Errorf("netsuite: list record types: %w", err)
	}
	var names []string
	for _, item := range list.Items {
		if item.Name != "" {
			names = append(names, item.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Schema returns the fields of a record type, from its JSON Schema.
func (c *Catalog) Schema(ctx context.Context, recordType string) (metadata.Schema, error) {
	if err := checkTypes(recordType); err != nil {
		return metadata.Schema{}, err
	}
	body, err := c.read(ctx, "read schema of "+recordType, "/"+recordType, asSchema)
	if err != nil {
		return metadata.Schema{}, err
	}
	return metadata.Parse(recordType, body)
}

// Document is an OpenAPI 3.0 document of the record service.
type Document struct {
	Operations []Operation                // sorted by path and method
	Schemas    map[string]json.RawMessage // by name: salesorder, salesorder-itemCollection, nsLink …
	Raw        json.RawMessage
}

// Operation is what the record service can do at a path.
type Operation struct {
	Path       string
	Method     string // GET, POST …
	Summary    string
	Parameters []Parameter
}

// Parameter is a parameter of an operation.
type Parameter struct {
	Name     string `json:"name"`
	In       string `json:"in"` // query, header, path
	Required bool   `json:"required"`
	Schema   struct {
		Type   string   `json:"type"`
		Format string   `json:"format"`
		Enum   []string `json:"enum"`
	} `json:"schema"`
}

// OpenAPI returns the OpenAPI document of the record types, or of all where none is
// named, which is large and slow. Types that are not named are untyped objects in it.
func (c *Catalog) OpenAPI(ctx context.Context, recordTypes ...string) (*Document, error) {
	if err := checkTypes(recordTypes...); err != nil {
		return nil, err
	}
	path := ""
	if len(recordTypes) > 0 {
		names := slices.Clone(recordTypes)
		slices.Sort(names)
		path = "?" + restform.EncodeQuery(url.Values{"select": {strings.Join(slices.Compact(names), ",")}})
	}
	body, err := c.read(ctx, "read OpenAPI of record types", path, asOpenAPI)
	if err != nil {
		return nil, err
	}
	return parse(body)
}

func parse(body []byte) (*Document, error) {
	var told struct {
		Paths      map[string]map[string]json.RawMessage `json:"paths"`
		Components struct {
			Schemas map[string]json.RawMessage `json:"schemas"`
		} `json:"components"`
	}
	if err := errors.Join(restform.Decode(body, &told), restform.Missing(told.Paths == nil, "paths")); err != nil {
		return nil, fmt.Errorf("netsuite: read OpenAPI of record types: %w", err)
	}
	d := &Document{Schemas: told.Components.Schemas, Raw: body}
	for _, path := range slices.Sorted(maps.Keys(told.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(told.Paths[path])) {
			if !slices.Contains([]string{"get", "post", "put", "patch", "delete"}, method) {
				continue
			}
			var o struct {
				Summary    string      `json:"summary"`
				Parameters []Parameter `json:"parameters"`
			}
			_ = json.Unmarshal(told.Paths[path][method], &o) // what is not understood must not hide that it is there
			d.Operations = append(d.Operations, Operation{path, strings.ToUpper(method), o.Summary, o.Parameters})
		}
	}
	return d, nil
}

// Fields returns the fields of a record type, or of a part of one, that the document has
// a schema for.
func (d *Document) Fields(name string) (metadata.Schema, bool) {
	for known, schema := range d.Schemas {
		if strings.EqualFold(known, name) {
			s, err := metadata.Parse(name, schema)
			return s, err == nil
		}
	}
	return metadata.Schema{}, false
}

func checkTypes(types ...string) error {
	for _, t := range types {
		if !restform.IsType(t) {
			return &netsuite.InputError{Field: "record type", Problem: fmt.Sprintf("%q: a name such as customer or customrecord_x is needed", t)}
		}
	}
	return nil
}
