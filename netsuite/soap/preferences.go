package soap

import "strconv"

// Preferences change how NetSuite treats writes. A nil field leaves it to the
// company's own preference (Oracle help section_4170181850).
type Preferences struct {
	WarningAsError                        *bool // a warning refuses the write
	DisableMandatoryCustomFieldValidation *bool // mandatory custom fields may be missing
	DisableSystemNotesForCustomFields     *bool // no system notes of custom fields
	// IgnoreReadOnlyFields drops fields that cannot be written, which refuse the
	// write otherwise. It is needed to send back a record that was read or
	// initialized.
	IgnoreReadOnlyFields *bool
	// RunServerSuiteScriptAndTriggerWorkflows needs a permission of setup.
	RunServerSuiteScriptAndTriggerWorkflows *bool
}

// SearchPreferences change what searches answer. Nil fields leave NetSuite's own.
type SearchPreferences struct {
	// BodyFieldsOnly leaves sublists out; NetSuite's own choice is true. False
	// makes scripts run and lists come. Advanced searches ignore it.
	BodyFieldsOnly *bool
	// ReturnSearchColumns makes an advanced search answer with columns
	// (NetSuite's own choice), not with whole records.
	ReturnSearchColumns *bool
	// PageSize is how many records a page has: 5 to 1000, 2000 for asyncSearch;
	// 0 leaves the company's.
	PageSize int
}

// IsZero reports whether there is no preference.
func (p SearchPreferences) IsZero() bool { return p == SearchPreferences{} }

func (p SearchPreferences) check() error {
	if p.PageSize != 0 && (p.PageSize < 5 || p.PageSize > 2000) {
		return inputError("pageSize", "NetSuite takes 5 to 1000 (asynchronous searches 2000)")
	}
	return nil
}

// flag is one child of a header.
type flag struct {
	name  string
	value *bool
}

func (p Preferences) append(b []byte) []byte {
	return appendFlags(b, "preferences", 0, []flag{
		{"warningAsError", p.WarningAsError},
		{"disableMandatoryCustomFieldValidation", p.DisableMandatoryCustomFieldValidation},
		{"disableSystemNotesForCustomFields", p.DisableSystemNotesForCustomFields},
		{"ignoreReadOnlyFields", p.IgnoreReadOnlyFields},
		{"runServerSuiteScriptAndTriggerWorkflows", p.RunServerSuiteScriptAndTriggerWorkflows},
	})
}

func (p SearchPreferences) append(b []byte) []byte {
	return appendFlags(b, "searchPreferences", p.PageSize, []flag{
		{"bodyFieldsOnly", p.BodyFieldsOnly},
		{"returnSearchColumns", p.ReturnSearchColumns},
	})
}

// appendFlags appends a header, or nothing where it would be empty.
func appendFlags(b []byte, header string, pageSize int, flags []flag) []byte {
	before := len(b)
	b = append(b, "<platformMsgs:"+header+">"...)
	empty := len(b)
	for _, f := range flags {
		if f.value != nil {
			b = append(b, "<platformMsgs:"+f.name+">"+strconv.FormatBool(*f.value)+"</platformMsgs:"+f.name+">"...)
		}
	}
	if pageSize != 0 {
		b = append(b, "<platformMsgs:pageSize>"+strconv.Itoa(pageSize)+"</platformMsgs:pageSize>"...)
	}
	if len(b) == empty {
		return b[:before]
	}
	return append(b, "</platformMsgs:"+header+">"...)
}
