package sluice

import (
	"iter"
	"maps"
	"slices"
)

// Lookup asks another system, or a table of its own, for what belongs to each
// record. Exactly one of SuiteQL, Records, RESTlet, SQL, HTTP, CSV, JSONLines and
// Table is set. A lookup changes nothing, so that it may be repeated.
type Lookup struct {
	Connection string           `json:"connection,omitempty"` // none for a Table
	SuiteQL    *LookupSuiteQL   `json:"suiteql,omitempty"`
	Records    *LookupRecords   `json:"records,omitempty"`
	RESTlet    *LookupRESTlet   `json:"restlet,omitempty"`
	SQL        *LookupSQL       `json:"sql,omitempty"`
	HTTP       *LookupHTTP      `json:"http,omitempty"`
	CSV        *LookupCSV       `json:"csv,omitempty"`
	JSONLines  *LookupJSONLines `json:"jsonl,omitempty"`
	// Table is a static table: texts, and what stands for them.
	Table map[string]string `json:"table,omitempty"`
	// Value is a Bloblang expression: what is looked up in Table.
	Value string `json:"value,omitempty"`
	// Match maps columns of the answer to Bloblang expressions that they have to
	// equal, for SuiteQL, SQL and files.
	Match map[string]string `json:"match,omitempty"`
	// As is the field of the record that takes the answer.
	As string `json:"as"`
	// None says what happens to a record for which nothing is found: "error" (default),
	// "null" or "default". With Many "all" the default is an empty list.
	None string `json:"none,omitempty"`
	// Default is a Bloblang expression over the record, for None "default".
	Default string `json:"default,omitempty"`
	// Many says what happens to a record for which several answers are found: "error"
	// (default), "first", or "all", which gives a list always.
	Many string `json:"many,omitempty"`
	// Cache keeps answers beyond the run.
	Cache *LookupCache `json:"cache,omitempty"`
}

// LookupSuiteQL asks by a query, for a page of records at once.
type LookupSuiteQL struct {
	Query  string   `json:"query"` // without ORDER BY
	Params []string `json:"params,omitempty"`
	// Key names result columns that together are unique and not null: answers come in
	// its order. Many "first" needs it, and so do questions with over 1,000 answers.
	Key     []string `json:"key,omitempty"`
	TextKey bool     `json:"text_key,omitempty"` // the key columns hold text, not numbers
}

// LookupRecords reads one record of a type by its ID. One of ID and ExternalID is set.
type LookupRecords struct {
	Type       string `json:"type"`
	ID         string `json:"id,omitempty"`          // a Bloblang expression
	ExternalID string `json:"external_id,omitempty"` // a Bloblang expression
	Lines      bool   `json:"lines,omitempty"`       // read sublists and subrecords too
}

// LookupRESTlet asks a RESTlet, one record a call.
type LookupRESTlet struct {
	Script     string `json:"script"`
	Deployment string `json:"deployment"`
	Method     string `json:"method,omitempty"` // GET by default, or POST
	// Params maps query parameters, with POST fields of the body, to Bloblang expressions.
	Params map[string]string `json:"params"`
	// Records is the path of the list in the answer. Empty means that the answer is
	// the list, or one record.
	Records string `json:"records,omitempty"`
}

// LookupSQL asks by a query, for a page of records at once.
type LookupSQL struct {
	Query string `json:"query"` // without ORDER BY
	// Key names result columns by which answers are ordered. Many "first" needs it.
	Key []string `json:"key,omitempty"`
}

// LookupHTTP asks an HTTP API by GET, one record a request.
type LookupHTTP struct {
	Path string `json:"path"` // as HTTPImport.Path
	// Records is the place of the list in the answer. Empty means that the answer is
	// the list, or one record; 404 means that there is none.
	Records string `json:"records,omitempty"`
}

// LookupCSV looks rows up in a CSV file, which is read once a run.
type LookupCSV struct {
	Path      string `json:"path"`
	Delimiter string `json:"delimiter,omitempty"` // one character, a comma by default
	Encoding  string `json:"encoding,omitempty"`  // utf-8 (default), windows-1252, iso-8859-1
	Null      string `json:"null,omitempty"`      // this text means no value
}

// LookupJSONLines looks records up in a JSON lines file, which is read once a run.
type LookupJSONLines struct {
	Path string `json:"path"`
}

// LookupCache says how long answers are kept in the process, and how many.
type LookupCache struct {
	For     string `json:"for"` // a duration: 10m
	Entries int    `json:"entries,omitempty"`
}

// Values of Lookup.None and Lookup.Many.
const (
	NoneError   = "error"
	NoneNull    = "null"
	NoneDefault = "default"
	ManyError   = "error"
	ManyFirst   = "first"
	ManyAll     = "all"
)

// Bounds of lookups.
const (
	// DefaultLookupEntries is how many answers a cache holds unless it says so.
	DefaultLookupEntries = 10_000
	MaxLookupEntries     = 1_000_000
	// MaxLookupAnswers is how many records one question may bring.
	MaxLookupAnswers = 10_000
)

// Names returns what the values of a question are for, in their order: columns,
// parameters, or the one thing that is asked by.
func (l *Lookup) Names() []string {
	switch {
	case l.RESTlet != nil:
		return slices.Sorted(maps.Keys(l.RESTlet.Params))
	case l.Records != nil && l.Records.ID != "":
		return []string{"id"}
	case l.Records != nil:
		return []string{"external_id"}
	case l.HTTP != nil:
		return []string{"path"}
	case l.Table != nil:
		return []string{"value"}
	}
	return slices.Sorted(maps.Keys(l.Match))
}

// Keeps returns how many answers to one question are of interest: one more than
// can be used tells that there are too many.
func (l *Lookup) Keeps() int {
	switch l.Many {
	case ManyFirst:
		return 1
	case ManyAll:
		return MaxLookupAnswers + 1
	}
	return 2
}

// Lookups yields every lookup that asks a connection with where it stands in the
// flow: steps[1].lookup.
func (f *Flow) Lookups() iter.Seq2[string, *Lookup] {
	return func(yield func(string, *Lookup) bool) {
		for at, s := range f.AllSteps() {
			if s.Lookup != nil && s.Lookup.Table == nil && !yield(at+".lookup", s.Lookup) {
				return
			}
		}
	}
}

// Question is what a lookup wants to know for a record: a text, number or boolean
// for each of Lookup.Names. None of them is null: null equals nothing.
type Question []any

// Answer is what a system has for a question.
type Answer struct {
	Records []Record // up to Lookup.Keeps
	// Refused is set when the system cannot be asked this, as for a text where it
	// compares with numbers. It concerns this question alone.
	Refused *Error
}

// Findings are the answers to questions, in their order.
type Findings struct {
	Answers  []Answer
	Requests int // that were made
}
