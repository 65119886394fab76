package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// document is the part of an OpenAPI document that the client is made from.
type document struct {
	Paths      map[string]map[string]operation `json:"paths"`
	Components struct {
		Schemas map[string]*schema `json:"schemas"`
	} `json:"components"`
}

type operation struct {
	ID          string      `json:"operationId"`
	Summary     string      `json:"summary"`
	Parameters  []parameter `json:"parameters"`
	RequestBody *content    `json:"requestBody"`
	Responses   map[string]content
}

type parameter struct {
	Name        string  `json:"name"`
	In          string  `json:"in"`
	Description string  `json:"description"`
	Schema      *schema `json:"schema"`
}

type content struct {
	Content map[string]struct {
		Schema *schema `json:"schema"`
	} `json:"content"`
}

// json returns the schema of the JSON form, nil where there is none.
func (c *content) json() *schema {
	if c == nil {
		return nil
	}
	return c.Content["application/json"].Schema
}

// success returns the schema of the answer when all went well.
func (o *operation) success() *schema {
	for status, c := range o.Responses {
		if strings.HasPrefix(status, "2") {
			return c.json()
		}
	}
	return nil
}

// download reports whether the answer has forms, and JSON is none of them.
func (o *operation) download() bool {
	for status, c := range o.Responses {
		if strings.HasPrefix(status, "2") {
			return len(c.Content) > 0 && c.json() == nil
		}
	}
	return false
}

// upload reports whether the body has forms, and JSON is none of them.
func (o *operation) upload() bool {
	return o.RequestBody != nil && len(o.RequestBody.Content) > 0 && o.RequestBody.json() == nil
}

// streams reports whether the answer comes bit by bit.
func (o *operation) streams() bool {
	_, events := o.Responses["200"].Content["text/event-stream"]
	return events
}

type schema struct {
	Ref         string             `json:"$ref"`
	Type        types              `json:"type"`
	Format      string             `json:"format"`
	Description string             `json:"description"`
	Items       *schema            `json:"items"`
	Properties  map[string]*schema `json:"properties"`
	Required    []string           `json:"required"`
	Values      *values            `json:"additionalProperties"`
}

// types is one type name, or a list of which "null" may be one.
type types string

func (t *types) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = types(one)
		return nil
	}
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	for _, name := range list {
		if name != "null" {
			*t = types(name)
		}
	}
	return nil
}

// values is additionalProperties: false, or a schema.
type values struct{ schema *schema }

func (v *values) UnmarshalJSON(data []byte) error {
	if string(data) == "false" || string(data) == "true" {
		return nil
	}
	return json.Unmarshal(data, &v.schema)
}

func parse(data []byte) (*document, error) {
	var d document
	if err := json.Unmarshal(data, &d); err != nil {
		return nil, fmt.Errorf("OpenAPI document: %w", err)
	}
	return &d, nil
}
