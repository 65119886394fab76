package sluice

// SavedSearchExport reads what a saved search finds, by SOAP. It needs nothing in the
// account but the search, and the connection a token.
type SavedSearchExport struct {
	// Type is what the search is for: customer, transaction, item, or the script ID of a
	// custom record type.
	Type string `json:"type"`
	ID   string `json:"id"` // customsearch_open, or the internal ID
	// Where narrows the search: all criteria hold, besides its own.
	Where []SearchCriterion `json:"where,omitempty"`
	// Whole reads whole records in place of the search's columns.
	Whole bool `json:"whole,omitempty"`
}

// SearchExport reads whole records that a search of SOAP finds.
type SearchExport struct {
	Type  string            `json:"type"` // salesOrder, customer, or the script ID of a custom record type
	Where []SearchCriterion `json:"where,omitempty"`
	Lines bool              `json:"lines,omitempty"` // read sublists too
}

// SearchCriterion is a condition of a search (Oracle help, section_N3516862).
type SearchCriterion struct {
	Join  string `json:"join,omitempty"` // customerJoin; the record itself when empty
	Field string `json:"field"`          // or the script ID of a custom field
	// Operator is the field's: is, contains, anyOf, after, within, greaterThan; a check box has none.
	Operator string   `json:"operator,omitempty"`
	Values   []string `json:"values,omitempty"` // texts, numbers, days, instants, true or false, internal IDs
	// Kind is that of a custom field: String, Long, Double, Boolean, Date, MultiSelect, EnumMultiSelect.
	Kind string `json:"kind,omitempty"`
}

// DeletedExport reads which records were deleted, by SOAP. The role needs the permission
// Deleted Records.
type DeletedExport struct {
	Types []string `json:"types"`           // record types
	Since string   `json:"since,omitempty"` // a time in RFC 3339, in place of a delta; all when empty
}

// DeletionTime is the field of a DeletedExport with the time of the deletion.
const DeletionTime = "deletedDate"

// BySOAP reports whether the export reads by SOAP.
func (e *Export) BySOAP() bool { return e.SavedSearch != nil || e.Search != nil || e.Deleted != nil }

// FromNetSuite reports whether the export reads from NetSuite.
func (e *Export) FromNetSuite() bool {
	return e.SuiteQL != nil || e.Records != nil || e.RESTlet != nil || e.BySOAP()
}

// BySOAP reports whether the flow uses SOAP through the connection, or through any when
// its name is empty.
func (f *Flow) BySOAP(connection string) bool {
	ours := func(name string) bool { return connection == "" || name == connection }
	for _, e := range f.Sources() {
		if ours(e.Connection) && e.BySOAP() {
			return true
		}
	}
	for _, i := range f.Imports() {
		if ours(i.Connection) && i.NetSuite != nil && i.NetSuite.API == APISOAP {
			return true
		}
	}
	return false
}
