package sluice

import "time"

// Flow is a flow as its author wrote it. Its text form is YAML (package
// flowfile); the JSON names below are the YAML keys.
type Flow struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	// Integration groups flows. Empty means the group "default".
	Integration string `json:"integration,omitempty"`
	// Export is where the records come from. A flow with several has Exports in its place.
	Export  Export   `json:"export,omitzero"`
	Exports []Export `json:"exports,omitempty"`
	Steps   []Step   `json:"steps"`
	// Totals are control totals: Bloblang expressions that give a number for each
	// exported record. The run adds them up per outcome, so that what was read
	// equals what was written, left unchanged, excluded and failed, to the cent.
	Totals []Total `json:"totals,omitempty"`
	Pages  Paging  `json:"pages,omitzero"`
	// Errors says what happens with records that do not get through.
	Errors *ErrorHandling `json:"errors,omitempty"`
	// Schedule says when the flow runs by itself.
	Schedule *Schedule `json:"schedule,omitempty"`
	// Next names flows that run when a run of this one has completed.
	Next []string `json:"next,omitempty"`
}

// Schedule says when a flow runs by itself.
type Schedule struct {
	Cron string `json:"cron"` // five fields, or @hourly, @daily, @weekly, @monthly
	Zone string `json:"zone"` // of the IANA database: Europe/Berlin
	// Missed says what happens to runs that were due while no server ran: "once"
	// (default) makes up for all of them with one run, "skip" waits for the next.
	Missed string `json:"missed,omitempty"`
	// Overlap lets a run be queued while one of the flow has not ended. Without it that
	// due time passes.
	Overlap bool `json:"overlap,omitempty"`
	Paused  bool `json:"paused,omitempty"`
}

// Values of Schedule.Missed.
const (
	MissedOnce = "once"
	MissedSkip = "skip"
)

// Total is one control total.
type Total struct {
	Name  string `json:"name"`
	Value string `json:"value"` // a Bloblang expression, such as this.amount
}

// Paging says how a run is cut into pages and how they are worked.
type Paging struct {
	Size     int  `json:"size,omitempty"`     // records a page, DefaultPageSize when 0
	Bytes    int  `json:"bytes,omitempty"`    // a page closes at so many, DefaultPageBytes when 0
	Parallel int  `json:"parallel,omitempty"` // pages worked at one time, DefaultParallel when 0
	Ordered  bool `json:"ordered,omitempty"`  // pages are worked one after another
}

// Defaults and bounds of Paging.
const (
	DefaultPageSize = 200
	MaxPageSize     = 10_000
	// Bytes are those of the records as JSON, about.
	DefaultPageBytes = 5 << 20
	MinPageBytes     = 1 << 10
	MaxPageBytes     = 50 << 20
	// MaxRecordBytes is how large a record may be. A larger one becomes a record error.
	MaxRecordBytes  = 20 << 20
	DefaultParallel = 4
	MaxParallel     = 50
)

// Export says where a flow's records come from. Exactly one of SuiteQL, Records,
// RESTlet, SavedSearch, Search, Deleted, SQL, HTTP, CSV, JSONLines, XLSX and Webhook is set.
type Export struct {
	// Name tells several exports of a flow apart: by it the ledger knows their records
	// and they have their watermarks.
	Name        string             `json:"name,omitempty"`
	Connection  string             `json:"connection"`
	SuiteQL     *SuiteQLExport     `json:"suiteql,omitempty"`
	Records     *RecordsExport     `json:"records,omitempty"`
	RESTlet     *RESTletExport     `json:"restlet,omitempty"`
	SavedSearch *SavedSearchExport `json:"saved_search,omitempty"`
	Search      *SearchExport      `json:"search,omitempty"`
	Deleted     *DeletedExport     `json:"deleted,omitempty"`
	SQL         *SQLExport         `json:"sql,omitempty"`
	HTTP        *HTTPExport        `json:"http,omitempty"`
	CSV         *CSVExport         `json:"csv,omitempty"`
	JSONLines   *JSONLinesExport   `json:"jsonl,omitempty"`
	XLSX        *XLSXExport        `json:"xlsx,omitempty"`
	Webhook     *WebhookExport     `json:"webhook,omitempty"`
	// Key names the fields that tell a record from all others, across runs. Without
	// a key every run's records are new ones.
	Key []string `json:"key,omitempty"`
	// Group turns rows into records: the rows that agree in all fields of By become one.
	Group *Group `json:"group,omitempty"`
	// Filter is a Bloblang expression over the record as exported. Those for which it does
	// not hold are read and excluded; they come into no page.
	Filter string `json:"filter,omitempty"`
	// Limit ends the export after so many records; 0 means all.
	Limit int `json:"limit,omitempty"`
	// Sample makes a trial of each run: it ends after so many records, moves no
	// watermark and sets no flag.
	Sample int `json:"sample,omitempty"`
	// Delta reads only what changed since the last run.
	Delta *Delta `json:"delta,omitempty"`
	// Once sets a flag in the source for each record that was delivered.
	Once *Once `json:"once,omitempty"`
}

// Most is how many records a run of the export reads at most; 0 means all.
func (e *Export) Most() int {
	if e.Sample > 0 && (e.Limit == 0 || e.Sample < e.Limit) {
		return e.Sample
	}
	return e.Limit
}

// SuiteQLExport reads rows by a SuiteQL query, a page at a time by keyset.
type SuiteQLExport struct {
	Query  string   `json:"query"` // without ORDER BY: the export orders by Key
	Params []string `json:"params,omitempty"`
	// Key names result columns that together are unique and not null. The export
	// goes on behind the last key it has seen, so it may return any number of rows.
	Key      []string `json:"key"`
	TextKey  bool     `json:"text_key,omitempty"`  // the key columns hold text, not numbers
	PageSize int      `json:"page_size,omitempty"` // rows a request, at most and by default 1000
	// Times names result columns that hold dates with times and no zone, as TO_CHAR
	// writes them: they become instants, read in the connection's time zone.
	Times []string `json:"times,omitempty"`
}

// RecordsExport reads whole records of one type through the record service.
type RecordsExport struct {
	Type   string `json:"type"`
	Filter string `json:"filter,omitempty"` // the q parameter: companyName START_WITH "A"
	Lines  bool   `json:"lines,omitempty"`  // read sublists and subrecords too
}

// SQLExport reads rows by a query.
type SQLExport struct {
	Query string `json:"query"`
	// Key names result columns that together are unique and not null. With it the
	// export reads a page at a time and can go on after a restart; without it the
	// query runs from its start again and rows that were already paged are passed over.
	Key []string `json:"key,omitempty"`
}

// CSVExport reads a CSV file with a header row.
type CSVExport struct {
	Path      string `json:"path"`
	Delimiter string `json:"delimiter,omitempty"` // one character, a comma by default
	Encoding  string `json:"encoding,omitempty"`  // utf-8 (default), windows-1252, iso-8859-1
	Null      string `json:"null,omitempty"`      // this text means no value
	// Columns lists the columns that must be there. Empty means any.
	Columns []string `json:"columns,omitempty"`
	// Overflow names the column that takes the surplus of a row with too many
	// fields, which happens where a file leaves commas unquoted. Without it such a row is an error.
	Overflow string `json:"overflow,omitempty"`
	Join     []Join `json:"join,omitempty"`
	// Stream starts writing before the file was checked to its end.
	Stream bool `json:"stream,omitempty"`
	// Gzip is told from the path's ending, .gz.
}

// Join adds rows of a second CSV file to each row of the first, as a list.
type Join struct {
	Path string `json:"path"`
	// On maps columns of the first file to columns of the second.
	On       map[string]string `json:"on"`
	As       string            `json:"as"` // field that takes the list
	Null     string            `json:"null,omitempty"`
	Required bool              `json:"required,omitempty"` // a row without partners is an error
}

// JSONLinesExport reads a file with one JSON object a line.
type JSONLinesExport struct {
	Path   string `json:"path"`
	Stream bool   `json:"stream,omitempty"`
}

// XLSXExport reads a sheet of an Excel workbook with a header row.
type XLSXExport struct {
	Path  string `json:"path"`
	Sheet string `json:"sheet,omitempty"` // the first one when empty
	// Header is the number of the row that names the columns; DefaultHeaderRow when 0.
	Header int `json:"header,omitempty"`
	// Columns lists the columns that must be there. Empty means any.
	Columns []string `json:"columns,omitempty"`
	Null    string   `json:"null,omitempty"` // this text means no value, as an empty cell does
}

// DefaultHeaderRow is the row of a sheet that names its columns.
const DefaultHeaderRow = 1

// Group says how rows become records.
type Group struct {
	By []string `json:"by"`
	As string   `json:"as"` // field of the record that holds its rows
	// First bounds how many rows the record holds, for groups that are wanted once
	// each and not row by row. All rows count; 0 holds them all.
	First int `json:"first,omitempty"`
}

// Keeps reports whether a record that holds n rows takes another one.
func (g *Group) Keeps(n int) bool { return g.First == 0 || n < g.First }

// Step is one step of a flow. Exactly one of Filter, Map, Fields, Lookup, Branch and
// Import is set.
type Step struct {
	Name string `json:"name,omitempty"` // unique in the flow; see Place for the default
	// Deleted makes it a step for the records that were deleted at the source. They
	// pass by all other steps.
	Deleted bool    `json:"deleted,omitempty"`
	Filter  *Filter `json:"filter,omitempty"`
	Map     string  `json:"map,omitempty"` // a Bloblang mapping
	// Fields is a mapping as a table: it makes a new record of its rows.
	Fields []FieldRow `json:"fields,omitempty"`
	Lookup *Lookup    `json:"lookup,omitempty"`
	Branch *Branch    `json:"branch,omitempty"`
	Import *Import    `json:"import,omitempty"`
}

// Kind says which part of the step is set: filter, map, fields, lookup, branch or import.
func (s *Step) Kind() string {
	switch {
	case s.Filter != nil:
		return "filter"
	case s.Fields != nil:
		return "fields"
	case s.Lookup != nil:
		return "lookup"
	case s.Branch != nil:
		return "branch"
	case s.Import != nil:
		return "import"
	}
	return "map"
}

// Filter lets a record pass when If holds. The others are excluded, counted, and
// accounted for under the reason.
type Filter struct {
	If     string `json:"if"` // a Bloblang expression
	Reason string `json:"reason"`
}

// Operation is what an import does with a record.
type Operation string

// The operations.
const (
	Add    Operation = "add"
	Update Operation = "update"
	Upsert Operation = "upsert"
	Delete Operation = "delete"
	Append Operation = "append" // add lines to a sublist of an existing record
	// Attach and Detach tie a contact or a file to a NetSuite record and untie it,
	// Transform makes a NetSuite record of another one.
	Attach    Operation = "attach"
	Detach    Operation = "detach"
	Transform Operation = "transform"
)

// Import says where records go. Exactly one of NetSuite, RESTlet, SQL, HTTP, CSV and
// JSONLines is set.
type Import struct {
	Connection string    `json:"connection"`
	Operation  Operation `json:"operation,omitempty"` // files know only add, which is their default
	// When is a Bloblang expression; records for which it does not hold pass by this import.
	When string `json:"when,omitempty"`
	// Unchanged says what happens to a record that was delivered before with the
	// same content: "write" (default) sends it again, "skip" leaves it.
	Unchanged string `json:"unchanged,omitempty"`
	// IgnoreExisting leaves a record alone that is there already, for add and upsert;
	// IgnoreMissing passes over one that is not there. Both count as unchanged.
	IgnoreExisting bool `json:"ignore_existing,omitempty"`
	IgnoreMissing  bool `json:"ignore_missing,omitempty"`
	// OnCreate are fields that an upsert sends only when it makes the record, OnUpdate
	// those that it sends only when it changes one.
	OnCreate []string `json:"on_create,omitempty"`
	OnUpdate []string `json:"on_update,omitempty"`
	// Omit are fields of the mapped record that expressions of the import use and that
	// are not sent.
	Omit []string `json:"omit,omitempty"`
	// Response is a Bloblang mapping from {record, response: {id, created, body}} to the
	// record that later steps get. The ledger keeps the answer: a run that goes on, or finds
	// the record unchanged, maps the same.
	Response  string           `json:"response,omitempty"`
	NetSuite  *NetSuiteImport  `json:"netsuite,omitempty"`
	RESTlet   *RESTletImport   `json:"restlet,omitempty"`
	SQL       *SQLImport       `json:"sql,omitempty"`
	HTTP      *HTTPImport      `json:"http,omitempty"`
	CSV       *CSVImport       `json:"csv,omitempty"`
	JSONLines *JSONLinesImport `json:"jsonl,omitempty"`
}

// NetSuiteImport writes records of one type.
type NetSuiteImport struct {
	Record string `json:"record"` // salesOrder
	// ExternalID is a Bloblang expression over the mapped record. Upserts need it.
	// Adds without it get an external ID of their own, so that none is doubled.
	ExternalID string `json:"external_id,omitempty"`
	// ID is a Bloblang expression for the internal ID, for update, delete, append, attach and detach.
	ID string `json:"id,omitempty"`
	// What becomes of the lines that a record has already has to be said for each
	// sublist: Replace are those whose lines become the record's, Append those that get
	// the record's lines each time, Lines those that go by a key.
	Replace []string     `json:"replace,omitempty"`
	Append  []string     `json:"append,omitempty"`
	Lines   []KeyedLines `json:"lines,omitempty"`
	// Sublist is the sublist that the operation append adds lines to.
	Sublist string `json:"sublist,omitempty"`
	// Transform is what the operation transform makes the record of.
	Transform *NetSuiteTransform `json:"transform,omitempty"`
	// Attachment is what the operations attach and detach are about.
	Attachment *Attachment `json:"attachment,omitempty"`
	// API is the way that records take; empty stands for APIAuto.
	API string `json:"api,omitempty"`
}

// SQLImport writes rows of one table. The mapped record's fields are the columns.
type SQLImport struct {
	Table string   `json:"table"`         // name or schema.name
	Key   []string `json:"key,omitempty"` // the columns that identify a row; update, upsert and delete need them
	// Lines writes a list of the record to a second table, replacing the rows that
	// belong to the record.
	Lines []SQLLines `json:"lines,omitempty"`
}

// SQLLines writes a list of the record as rows of a second table.
type SQLLines struct {
	Field  string            `json:"field"` // the list
	Table  string            `json:"table"`
	Parent map[string]string `json:"parent"` // column of the lines' table to field of the record
}

// CSVImport writes a CSV file with a header row. The file appears under its name
// when the run is through.
type CSVImport struct {
	Path    string   `json:"path"`
	Columns []string `json:"columns"`
}

// JSONLinesImport writes one JSON object a line. The file appears under its name
// when the run is through.
type JSONLinesImport struct {
	Path string `json:"path"`
}

// Values of Import.Unchanged.
const (
	UnchangedWrite = "write"
	UnchangedSkip  = "skip"
)

// FlowRevision is a stored version of a flow.
type FlowRevision struct {
	FlowID    string    `json:"flow_id"`
	Number    int       `json:"number"` // from 1
	Text      string    `json:"text"`   // YAML as the author wrote it
	Flow      Flow      `json:"flow"`
	Enabled   bool      `json:"enabled"`
	CreatedAt time.Time `json:"created_at"`
	CreatedBy string    `json:"created_by"`

	// Base is, for one that is to be stored, the newest revision that its author knew:
	// where another is the newest, it is refused as CodeFlowChanged. 0 means any.
	Base int `json:"-"`
}
