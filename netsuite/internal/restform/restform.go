// Package restform writes the parts of REST requests and reads their answers.
package restform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
)

// Where the services of REST web services are, below the account's base URL.
const (
	RecordPath = "/services/rest/record/v1/"
	JobPath    = "/services/rest/async/v1/job/"
)

// EncodeQuery writes a space as %20: a plus is read differently by different
// readers of a signed query.
func EncodeQuery(query url.Values) string {
	return strings.ReplaceAll(query.Encode(), "+", "%20")
}

// Body marshals a value. json.RawMessage and []byte are taken as they are.
func Body(value any) ([]byte, error) {
	switch v := value.(type) {
	case json.RawMessage:
		return v, nil
	case []byte:
		return v, nil
	}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

// Decode decodes into target with numbers kept as text, so that no amount
// passes through a float64.
func Decode(body []byte, target any) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(target); err != nil {
		return fmt.Errorf("answer is not the JSON expected: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("answer has text after its JSON")
	}
	return nil
}

// Missing is the error of an answer that lacks its one essential member. To take
// it for an empty answer would lose data without a sign.
func Missing(isMissing bool, what string) error {
	if isMissing {
		return errors.New("answer holds no " + what)
	}
	return nil
}

var (
	typeShape = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)
	idShape   = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
)

// IsType reports whether a text can be a record type.
func IsType(recordType string) bool { return typeShape.MatchString(recordType) }

// IsID reports whether a text can stand in an address as an internal ID, or behind
// eid: as an external one (Oracle help section_156334828635).
func IsID(id string) bool { return idShape.MatchString(id) }

// LastSegment returns the record's ID from its address.
func LastSegment(location string) string {
	u, err := url.Parse(location)
	if err != nil {
		return ""
	}
	path := strings.TrimRight(u.Path, "/")
	return path[strings.LastIndexByte(path, '/')+1:]
}
