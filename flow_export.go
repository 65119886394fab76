package sluice

import (
	"iter"
	"strconv"
	"strings"
)

// ExportName is the name of an export that has none, for its watermark and its errors.
const ExportName = "export"

// Label is what the export is called: its name, or ExportName.
func (e *Export) Label() string {
	if e.Name == "" {
		return ExportName
	}
	return e.Name
}

// Sources yields the flow's exports with where they stand in the flow file: export, or
// exports[0], exports[1]. A run reads them in this order.
func (f *Flow) Sources() iter.Seq2[string, *Export] {
	return func(yield func(string, *Export) bool) {
		if len(f.Exports) == 0 {
			yield("export", &f.Export)
			return
		}
		for i := range f.Exports {
			if !yield("exports["+strconv.Itoa(i)+"]", &f.Exports[i]) {
				return
			}
		}
	}
}

// Source returns the flow's export of that name, or nil.
func (f *Flow) Source(name string) *Export {
	for _, e := range f.Sources() {
		if e.Name == name {
			return e
		}
	}
	return nil
}

// keyMark stands between an export's name and the key of its record. What ItemKey
// gives has a backslash before a colon only behind another backslash, which no name
// has: no two exports share a key.
const keyMark = `\:`

// RecordKey returns the key under which the flow knows a record of the export: see
// ItemKey. Those of a named export begin with its name.
func (e *Export) RecordKey(r Record) (string, *Error) {
	key, err := ItemKey(e.Key, r)
	if err != nil || e.Name == "" {
		return key, err
	}
	return e.Name + keyMark + key, nil
}

// SourceOf returns the export that a record's key belongs to, or nil where the key does
// not tell.
func (f *Flow) SourceOf(key string) *Export {
	name, _, named := strings.Cut(key, keyMark)
	if !named || CheckName("", name) != nil {
		name = ""
	}
	return f.Source(name)
}

// SourceOfError returns the export that gave the record of an error, nil where the flow
// no longer has it, and whether the record failed there.
func (f *Flow) SourceOfError(re *RecordError) (source *Export, there bool) {
	for _, e := range f.Sources() {
		if e.Label() == re.Step {
			return e, true
		}
	}
	return f.SourceOf(re.Key), false
}

// ExportCounts is what one of a run's exports has read.
type ExportCounts struct {
	Export   string `json:"export"` // its Label
	Read     int64  `json:"read"`
	Rows     int64  `json:"rows"`
	Filtered int64  `json:"filtered,omitempty"` // read, and excluded by the export's filter
	Done     bool   `json:"done"`
	// Window is what a delta export reads in this run, nil before it has begun.
	Window *Window `json:"window,omitempty"`
}

// Add adds o, which tells more of the same export.
func (c *ExportCounts) Add(o ExportCounts) {
	c.Read += o.Read
	c.Rows += o.Rows
	c.Filtered += o.Filtered
	c.Done = c.Done || o.Done
	if o.Window != nil {
		c.Window = o.Window
	}
}
