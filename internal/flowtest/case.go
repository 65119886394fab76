package flowtest

import (
	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/flowtest/verdict"
)

// Case is one case. See shape.Tests for what the keys mean.
type Case struct {
	Name      string            `json:"name"`
	Given     any               `json:"given"`
	File      string            `json:"file"`
	Records   string            `json:"records"`
	Pages     any               `json:"pages"`
	Exports   any               `json:"exports"`
	Folder    string            `json:"folder"`
	Databases map[string]string `json:"databases"`
	Existing  []Existing        `json:"existing"`
	Lookups   []FoundAnswer     `json:"lookups"`
	Answers   []ImportAnswer    `json:"answers"`
	Expect    Expectation       `json:"expect"`

	sources map[string]*source // by the export's label; what is not here is read from Folder and Databases
	scripts map[string]string  // the text of Databases
	at      string             // path in the file: cases[0]
	wanted  verdict.Object     // Expect as it is written
}

// Existing is a record that NetSuite has before the flow runs.
type Existing struct {
	Type       string        `json:"type"`
	ID         string        `json:"id"`
	ExternalID string        `json:"external_id"`
	Record     sluice.Record `json:"record"`
}

// FoundAnswer is what a lookup finds.
type FoundAnswer struct {
	Step   string   `json:"step"`
	If     string   `json:"if"`
	Give   any      `json:"give"`
	Status int      `json:"status"`
	Body   any      `json:"body"`
	Fail   *Failure `json:"fail"`
}

// byHTTP reports an answer in the other side's own form, which the connector reads.
func (a *FoundAnswer) byHTTP() bool { return a.Status != 0 || a.Body != nil }

// ImportAnswer is what the other side answers an import.
type ImportAnswer struct {
	Step   string   `json:"step"`
	If     string   `json:"if"`
	ID     string   `json:"id"`
	Status int      `json:"status"`
	Body   any      `json:"body"`
	Found  any      `json:"found"`
	Fail   *Failure `json:"fail"`
}

// byHTTP reports an answer in the other side's own form.
func (a *ImportAnswer) byHTTP() bool { return a.Status != 0 || a.Body != nil }

// Failure is a refusal.
type Failure struct {
	Code           string                `json:"code"`
	Message        string                `json:"message"`
	Classification sluice.Classification `json:"classification"`
}

// Expectation is what has to become of a case's records. Nil lists are not looked at.
type Expectation struct {
	Asked    []Asked             `json:"asked"`
	Imports  []Imported          `json:"imports"`
	Requests []Request           `json:"requests"`
	Rows     []Rows              `json:"rows"`
	Excluded []Excluded          `json:"excluded"`
	Errors   []Failed            `json:"errors"`
	Counts   map[string]int64    `json:"counts"`
	Totals   []map[string]string `json:"totals"`
	Failure  string              `json:"failure"`
}

// Asked is a request by which an export, a lookup or an import reads. Empty fields are
// not looked at.
type Asked struct {
	Export string `json:"export"`
	Step   string `json:"step"`
	Method string `json:"method"`
	Path   string `json:"path"`
	Body   any    `json:"body"`
	// Contains are texts that the body has to hold.
	Contains []string `json:"contains"`
}

// Imported are the records that an import is to be given.
type Imported struct {
	Step    string           `json:"step"`
	Match   string           `json:"match"`
	Records []ImportedRecord `json:"records"`
}

// ImportedRecord is one of them. Empty fields are not looked at.
type ImportedRecord struct {
	Key        string `json:"key"`
	Operation  string `json:"operation"`
	ExternalID string `json:"external_id"`
	ID         string `json:"id"`
	Record     any    `json:"record"`
}

// Request is a request that is to be sent. Empty fields are not looked at.
type Request struct {
	Step    string            `json:"step"`
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers"`
	Body    any               `json:"body"`
}

// Rows are what a query finds in one of the case's databases afterwards.
type Rows struct {
	Connection string `json:"connection"`
	Query      string `json:"query"`
	Rows       any    `json:"rows"`
}

// Excluded is a record that is to be left out.
type Excluded struct {
	Key    string `json:"key"`
	Record int64  `json:"record"`
	Step   string `json:"step"`
	Reason string `json:"reason"`
}

// Failed is a record that is to fail.
type Failed struct {
	Key            string                `json:"key"`
	Record         int64                 `json:"record"`
	Step           string                `json:"step"`
	Code           string                `json:"code"`
	Message        string                `json:"message"`
	Classification sluice.Classification `json:"classification"`
	Tags           []string              `json:"tags"`
	Assignee       string                `json:"assignee"`
	Trace          string                `json:"trace"`
}
