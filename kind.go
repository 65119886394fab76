package sluice

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind describes one kind of connection once: from it follow the form, the
// validation, the command line's prompts, the documentation and the redaction.
type Kind struct {
	ID     string  `json:"id"`
	Label  string  `json:"label"`
	Help   string  `json:"help"`
	Fields []Field `json:"fields"`
}

// Field describes one field of a kind.
type Field struct {
	Name     string   `json:"name"`
	Label    string   `json:"label"`
	Help     string   `json:"help"`
	Group    string   `json:"group"` // heading of the form under which the field stands
	Secret   bool     `json:"secret,omitempty"`
	Required bool     `json:"required,omitempty"`
	Default  string   `json:"default,omitempty"`
	Options  []Option `json:"options,omitempty"` // the only values allowed
	Format   Format   `json:"format,omitempty"`
	Min      int      `json:"min,omitempty"` // for integers
	Max      int      `json:"max,omitempty"`
	// When says for which values of other fields this one applies: all conditions hold.
	When []Condition `json:"when,omitempty"`
	// Obtained says when the server gets the value itself, by an authorization: it is
	// not required then. A form does not ask for a secret that is obtained.
	Obtained []Condition `json:"obtained,omitempty"`
	// Editing fields are shown once the connection exists.
	Editing bool `json:"editing,omitempty"`
}

// Option is a value that a field may have.
type Option struct {
	Value string `json:"value"`
	Label string `json:"label"`
	Help  string `json:"help,omitempty"`
	// Retired values are kept where they are stored, and cannot be chosen any more.
	Retired bool `json:"retired,omitempty"`
}

// Condition holds when a field has one of the values; "" stands for no value.
type Condition struct {
	Field  string   `json:"field"`
	Values []string `json:"values"`
}

// Format says what the text of a field has to be.
type Format string

// The formats; "" is any text.
const (
	FormatInteger     Format = "integer"
	FormatDuration    Format = "duration"     // 90s, 15m
	FormatURL         Format = "url"          // http or https
	FormatText        Format = "text"         // of several lines
	FormatTimeZone    Format = "time-zone"    // a name of the IANA database
	FormatConsumerKey Format = "consumer-key" // name of a ConsumerKey
	FormatConnection  Format = "connection"   // name of a connection of the same kind
)

// Groups of fields, in the order of the form. General (name, application) comes
// first and is the same for all kinds.
const (
	GroupAuthentication = "Authentication"
	GroupNetSuite       = "NetSuite"
	GroupServer         = "Server"
	GroupAdvanced       = "Advanced"
)

// The kinds of connection.
const (
	KindNetSuite   = "netsuite"
	KindPostgreSQL = "postgresql"
	KindMySQL      = "mysql"
	KindSQLServer  = "sqlserver"
	KindSQLite     = "sqlite"
	KindHTTP       = "http"
	KindFiles      = "files"
	KindWebhook    = "webhook"
)

var urlPattern = regexp.MustCompile(`^https?://[^\s/?#]+([/?#]\S*)?$`)

// Kinds returns every kind of connection.
func Kinds() []Kind {
	return []Kind{netsuiteKind(), postgresKind(), mysqlKind(), sqlServerKind(), sqliteKind(), httpKind(), filesKind(), webhookKind()}
}

// KindOf returns the kind with that ID.
func KindOf(id string) (Kind, bool) {
	for _, k := range Kinds() {
		if k.ID == id {
			return k, true
		}
	}
	return Kind{}, false
}

// Field returns the field with that name.
func (k Kind) Field(name string) (Field, bool) {
	for _, f := range k.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Check says everything that is wrong with the connection's settings. Secrets
// that are absent count as missing.
func (c *Connection) Check() []Problem {
	problems := CheckName("name", c.Name)
	kind, ok := KindOf(c.Kind)
	if !ok {
		return append(problems, Problem{Code: "connection.unknown_kind", Path: "kind", Message: "there is no connection kind " + quote(c.Kind), Remedy: "Use one of " + kindIDs()})
	}
	for _, f := range kind.Fields {
		problems = append(problems, c.checkField(f)...)
	}
	for name := range c.Settings {
		problems = append(problems, checkKnown(kind, "settings."+name, name, false)...)
	}
	for name := range c.Secrets {
		problems = append(problems, checkKnown(kind, "secrets."+name, name, true)...)
	}
	slices.SortFunc(problems, func(a, b Problem) int { return strings.Compare(a.Path, b.Path) })
	return problems
}

func kindIDs() string {
	var ids []string
	for _, k := range Kinds() {
		ids = append(ids, k.ID)
	}
	return strings.Join(ids, ", ")
}

func checkKnown(k Kind, path, name string, secret bool) []Problem {
	f, ok := k.Field(name)
	switch {
	case !ok:
		return []Problem{{Code: "connection.unknown_key", Path: path, Message: "a " + k.Label + " connection has no field " + quote(name)}}
	case f.Secret && !secret:
		return []Problem{{Code: "connection.secret_in_settings", Path: path, Message: f.Label + " is a secret", Remedy: "Give it under secrets, where it is sealed"}}
	case !f.Secret && secret:
		return []Problem{{Code: "connection.setting_in_secrets", Path: path, Message: f.Label + " is not a secret", Remedy: "Give it under settings"}}
	}
	return nil
}

// holds reports whether all conditions hold for the connection's values.
func (c *Connection) holds(conditions []Condition) bool {
	for _, when := range conditions {
		if !slices.Contains(when.Values, c.Get(when.Field)) {
			return false
		}
	}
	return true
}

// Applies reports whether the field counts, given the values of the others.
func (c *Connection) Applies(f Field) bool { return c.holds(f.When) }

// Needs reports whether the connection cannot do without the field.
func (c *Connection) Needs(f Field) bool {
	return f.Required && c.Applies(f) && !c.Obtains(f)
}

// Obtains reports whether the server gets the field's value itself, by an authorization.
func (c *Connection) Obtains(f Field) bool {
	return len(f.Obtained) > 0 && c.Applies(f) && c.holds(f.Obtained)
}

func (c *Connection) checkField(f Field) []Problem {
	if !c.Applies(f) {
		return nil
	}
	path, value := "settings."+f.Name, c.Get(f.Name)
	if f.Secret {
		path, value = "secrets."+f.Name, c.Secrets[f.Name].Reveal()
	}
	if value == "" {
		if c.Needs(f) {
			return []Problem{{Code: "connection.missing_field", Path: path, Message: f.Label + " is missing", Remedy: f.Help}}
		}
		return nil
	}
	if message := f.refuses(value); message != "" {
		return []Problem{{Code: "connection.invalid_field", Path: path, Message: f.Label + " " + message, Remedy: f.Help}}
	}
	return nil
}

// Allows reports whether value is one of the field's options, if it has any.
func (f Field) Allows(value string) bool {
	return len(f.Options) == 0 || slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == value })
}

func (f Field) optionList() string {
	var values []string
	for _, o := range f.Options {
		values = append(values, o.Value)
	}
	return strings.Join(values, ", ")
}

// refuses returns why the field cannot hold value, or "".
func (f Field) refuses(value string) string {
	if !f.Allows(value) {
		return "is " + quote(value) + ", not one of " + f.optionList()
	}
	switch f.Format {
	case FormatInteger:
		if n, err := strconv.Atoi(value); err != nil || n < f.Min || n > f.Max {
			return fmt.Sprintf("is %s, not a whole number from %d to %d", quote(value), f.Min, f.Max)
		}
	case FormatDuration:
		if d, err := time.ParseDuration(value); err != nil || d <= 0 {
			return "is " + quote(value) + ", not a duration such as 90s or 15m"
		}
	case FormatURL:
		if !urlPattern.MatchString(value) {
			return "is " + quote(value) + ", not an http:// or https:// address"
		}
	case FormatTimeZone:
		if _, err := time.LoadLocation(value); err != nil || value == "Local" {
			return "is " + quote(value) + ", not a time zone such as Europe/Berlin"
		}
	}
	return ""
}
