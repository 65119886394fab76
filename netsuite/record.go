package netsuite

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/sluicehq/sluice/netsuite/internal/restform"
)

// Record is a record as the record service shows it. Numbers are json.Number,
// dates YYYY-MM-DD, date-times UTC; empty fields are absent.
type Record map[string]any

// ID returns the internal ID, empty where the record has none.
func (r Record) ID() string {
	id, _ := r["id"].(string)
	return id
}

// Ref points to a record that was written.
type Ref struct {
	ID       string // internal ID
	Location string // absolute address

	// Warnings are the properties that NetSuite ignored because it does not
	// know them, unless the options made them an error.
	Warnings []string
}

// Validation says what NetSuite makes of a property it does not like.
type Validation string

// The validations. Empty leaves NetSuite's default: Warn for unknown names,
// Refuse for bad values.
const (
	Refuse Validation = "Error"
	Warn   Validation = "Warning"
	Ignore Validation = "Ignore"
)

// GetOptions select what Get returns.
type GetOptions struct {
	ExpandSubResources bool     // sublists and subrecords in full; not with Fields
	Fields             []string // body fields only; not with ExpandSubResources
	SimpleEnum         bool     // enumerations as "2" instead of {"id":"2","refName":…}
}

// Query returns the options as they stand in the address.
func (o GetOptions) Query() (url.Values, error) {
	if o.ExpandSubResources && len(o.Fields) > 0 {
		return nil, inputError("fields", "NetSuite refuses fields together with expandSubResources")
	}
	q := url.Values{}
	if o.ExpandSubResources {
		q.Set("expandSubResources", "true")
	}
	if len(o.Fields) > 0 {
		q.Set("fields", strings.Join(o.Fields, ","))
	}
	if o.SimpleEnum {
		q.Set("simpleEnumFormat", "true")
	}
	return q, nil
}

// WriteOptions steer a create, update, upsert or transform.
type WriteOptions struct {
	// Replace names sublists whose lines become exactly those sent. Without it
	// a PATCH appends to non-keyed sublists, so that sending it twice doubles
	// the lines (Oracle help section_1545295601).
	Replace []string

	// OnlyReplaced limits the clearing of fields to those that Replace names.
	OnlyReplaced bool

	UnknownNames Validation // X-NetSuite-PropertyNameValidation
	BadValues    Validation // X-NetSuite-PropertyValueValidation
}

// Query returns the options that go into the address.
func (o WriteOptions) Query() url.Values {
	q := url.Values{}
	if len(o.Replace) > 0 {
		q.Set("replace", strings.Join(o.Replace, ","))
	}
	if o.OnlyReplaced {
		q.Set("replaceSelectedFields", "true")
	}
	return q
}

// Header returns the options that go into headers.
func (o WriteOptions) Header() http.Header {
	header := http.Header{}
	if o.UnknownNames != "" {
		header.Set("X-NetSuite-PropertyNameValidation", string(o.UnknownNames))
	}
	if o.BadValues != "" {
		header.Set("X-NetSuite-PropertyValueValidation", string(o.BadValues))
	}
	return header
}

func checkType(recordType string) error {
	if !restform.IsType(recordType) {
		return inputError("record type", fmt.Sprintf("%q: a name such as customer or customrecord_x is needed", recordType))
	}
	return nil
}

// checkID admits internal IDs and eid:<external ID>.
func checkID(id string) error {
	if external, found := strings.CutPrefix(id, "eid:"); found {
		return CheckExternalID(external)
	}
	if !restform.IsID(id) {
		return inputError("id", fmt.Sprintf("%q is not an internal ID", id))
	}
	return nil
}

// CheckExternalID reports whether an external ID can stand in an address:
// letters, digits, _ and - (Oracle help section_156334828635). One that cannot
// still serves [Records.FindByExternalID].
func CheckExternalID(externalID string) error {
	if !restform.IsID(externalID) {
		return inputError("externalId", fmt.Sprintf("%q: an address takes letters, digits, _ and - only; choose another, or look it up with FindByExternalID", externalID))
	}
	return nil
}

// QuoteFilter quotes a value for the q filter: companyName IS "A & B". NetSuite
// documents no escape for a double quote, so a value that holds one is refused.
func QuoteFilter(value string) (string, error) {
	if strings.ContainsAny(value, "\"\\\r\n") {
		return "", inputError("q", fmt.Sprintf("%q cannot be written in a filter: no quote, backslash or line break is possible", value))
	}
	return `"` + value + `"`, nil
}
