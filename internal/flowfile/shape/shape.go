// Package shape is the table of a flow file's keys: parser, schema, documentation and
// canonical form all follow it.
package shape

// Form is what a key holds.
type Form int

// The forms.
const (
	Text     Form = iota // a text
	Literal              // a text, taken as it is written even where YAML sees null or a number
	Integer              // a whole number
	Boolean              // true or false
	Texts                // a list of texts
	Literals             // a list of literals
	TextMap              // names to texts
	Object               // an object with keys of its own
	Objects              // a list of such objects
	Script               // a Bloblang mapping
	Expr                 // a Bloblang expression
	Exprs                // a list of Bloblang expressions
	ExprMap              // names to Bloblang expressions
	Template             // a text with Bloblang expressions in ${! }
	Path                 // a file, relative to the connection's folder
	Name                 // a name as sluice.CheckName wants it
	Any                  // any value, taken as it is
)

// Key is one key of an object.
type Key struct {
	Name     string
	Form     Form
	Help     string
	Example  string
	Required bool
	Options  []string
	Min, Max int    // of integers, Max 0 means no bound; lists with a Min are not empty
	Of       *Shape // of objects; a shape may contain itself
}

// Shape is an object.
type Shape struct {
	Name  string // as a heading of the documentation, and unique
	Help  string
	Keys  []Key
	OneOf []string // exactly one of these keys is set
}

// Key returns the key with that name.
func (s *Shape) Key(name string) (Key, bool) {
	for _, k := range s.Keys {
		if k.Name == name {
			return k, true
		}
	}
	return Key{}, false
}

// String names the form for people.
func (f Form) String() string {
	switch f {
	case Integer:
		return "a whole number"
	case Boolean:
		return "true or false"
	case Texts, Literals:
		return "a list of texts"
	case TextMap:
		return "pairs of names"
	case Object:
		return "an object"
	case Objects:
		return "a list of objects"
	case Script:
		return "a Bloblang mapping"
	case Expr:
		return "a Bloblang expression"
	case Exprs:
		return "a list of Bloblang expressions"
	case ExprMap:
		return "names with Bloblang expressions"
	case Template:
		return "a text with expressions"
	case Path:
		return "a path"
	case Name:
		return "a name"
	case Any:
		return "anything"
	}
	return "a text"
}
