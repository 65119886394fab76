package sluice

import (
	"regexp"
	"strings"
	"time"
)

// Connection is a way into another system: its kind, its settings and its
// secrets. A flow names connections; it never holds credentials itself.
type Connection struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Kind     string            `json:"kind"`     // one of Kinds
	Settings map[string]string `json:"settings"` // the kind's fields that are not secret
	// Secrets holds the kind's secret fields. They are written, never read back:
	// the store sees them sealed, people see fingerprints.
	Secrets map[string]Secret `json:"secrets,omitempty"`

	// Identity is who NetSuite said the connection is, when it last said so.
	Identity *Identity `json:"identity,omitempty"`
	// Previous is the authentication before the last change of type, while it is kept.
	Previous *PreviousLogin `json:"previous,omitempty"`
	// Candidate is the authentication that it is to have, until that is proven.
	Candidate *CandidateLogin `json:"candidate,omitempty"`
	// DebugUntil is when the debug log ends; before now means that it is off.
	DebugUntil time.Time `json:"debug_until,omitzero"`

	Status    ConnectionStatus `json:"status"`
	Detail    string           `json:"detail,omitempty"` // why it is offline
	CheckedAt time.Time        `json:"checked_at,omitzero"`
	CreatedAt time.Time        `json:"created_at"`
	UpdatedAt time.Time        `json:"updated_at"`
	// Revision tells one state of what people edit of it from another; stores do not keep it.
	Revision string `json:"revision,omitempty"`
}

// ConnectionStatus says whether a connection worked when it was last used.
type ConnectionStatus string

// The states of a connection.
const (
	StatusUntested ConnectionStatus = "untested"
	StatusOnline   ConnectionStatus = "online"
	StatusOffline  ConnectionStatus = "offline"
)

// Get returns a setting, or the kind's default for it.
func (c *Connection) Get(field string) string {
	if v := c.Settings[field]; v != "" {
		return v
	}
	if k, ok := KindOf(c.Kind); ok {
		if f, ok := k.Field(field); ok {
			return f.Default
		}
	}
	return ""
}

// Evidence is what a connection test proved.
type Evidence struct {
	OK      bool   `json:"ok"`
	Message string `json:"message"` // "Your connection is working great! Nice Job." when OK
	Facts   []Fact `json:"facts"`
	Error   *Error `json:"error,omitempty"`
	// Identity is who NetSuite said that the connection is.
	Identity *Identity    `json:"identity,omitempty"`
	At       time.Time    `json:"at"`
	Took     Milliseconds `json:"took_ms"`
}

// Fact is one line of evidence: account, role, user, time zone, clock skew, limits, APIs.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	OK    bool   `json:"ok"`
}

// Milliseconds is a duration as JSON shows it.
type Milliseconds int64

// WorkingGreat is what a successful connection test says, in the words that users know.
const WorkingGreat = "Your connection is working great! Nice Job."

var namePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,62}$`)

// CheckName says what is wrong with the name of a connection, flow or integration.
// Names are used in files, URLs and on the command line, so they are short and plain.
func CheckName(path, name string) []Problem {
	if namePattern.MatchString(name) {
		return nil
	}
	message := "the name " + quote(name) + " cannot be used"
	if name == "" {
		message = "the name is missing"
	}
	return []Problem{{Code: "name.invalid", Path: path, Message: message,
		Remedy: "Use 1 to 63 lower-case letters, digits, dots, dashes or underscores, starting with a letter or digit"}}
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `'`) + `"` }
