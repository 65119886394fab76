// Package refusal holds the record engine's refusals that several of its rules
// share. The words are NetSuite's where they are on record (fixtures of live
// accounts); the rest follow their style.
package refusal

import (
	"net/http"
	"strings"

	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/record/body"
	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/session"
)

// Missing is the refusal of a record that lacks the fields with these labels;
// nil without labels.
func Missing(labels ...string) error {
	if len(labels) == 0 {
		return nil
	}
	return fault.User("Please enter value(s) for: %s", strings.Join(labels, ", "))
}

// NoLines is the refusal of a transaction whose sublist is empty.
func NoLines(sublist string) error {
	return fault.User("You must enter at least one line item for this transaction.").At(sublist)
}

// InvalidValue is the refusal of a value that means nothing here.
func InvalidValue(value any, field string) error {
	return fault.User("You have entered an Invalid Field Value %v for the following field: %s", value, field)
}

// Locked refuses work on a record that a workflow locked; nil for others.
func Locked(r *body.Record) error {
	if r.Locked {
		return fault.User("This record has been locked by a user defined workflow.")
	}
	return nil
}

// Absent is the answer to an ID that names no record of the type: 404, but
// 400 for transactions, as recorded from live accounts.
func Absent(t *schema.Type) error {
	if t.Group == schema.GroupTransaction {
		return fault.User("Transaction type specified is incorrect.")
	}
	return fault.New(http.StatusNotFound, fault.NonexistentID,
		"The record instance does not exist. Provide a valid record instance ID.")
}

// UnknownType is the answer to a record type that the account does not have.
func UnknownType(name string) error {
	return fault.New(http.StatusNotFound, fault.NonexistentType, "Record type '%s' does not exist.", name)
}

// Permit refuses what the role may not do with records of the type. The words
// are this project's: no recorded answer shows NetSuite's.
func Permit(ses *session.Session, t *schema.Type, level session.Level) error {
	if ses.Allows(t.Permission, level) {
		return nil
	}
	return fault.New(http.StatusForbidden, fault.InsufficientPermission,
		"Permission Violation: You need the permission %s at level %s to access this record type.", t.Permission, level)
}
