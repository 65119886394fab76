package pages

// form is a page with fields. NetSuite's pages have groups of fields, and below
// them subtabs with more.
type form struct {
	Action  string // where it is sent; empty for the page's own address
	Buttons []button
	Cancel  string // address of Cancel, or empty
	Reset   bool   // with a Reset button
	Upload  bool   // with files
	Hidden  []pair // name and value
	Intro   string
	Groups  []group
	Tabs    []tab
	Get     bool // a filter: sent by GET
}

// button sends the form with name and value.
type button struct{ Text, Name, Value string }

// group is a titled group of fields, or of lines.
type group struct {
	Title  string
	Text   string
	Fields []field
	Lines  *lines
}

// tab is a subtab, with groups and perhaps subtabs of its own. Name is the same
// for all tabs beside each other.
type tab struct {
	Name, ID, Label string
	Open            bool
	Groups          []group
	Tabs            []tab
}

// Kinds of fields.
const (
	text     = "text"
	email    = "email"
	secret   = "password"
	check    = "check"
	choose   = "select"
	area     = "area"
	file     = "file"
	readOnly = "show"
)

// field is one field of a form. A box has the value T when it is ticked.
type field struct {
	Kind, Name, Label, Value string
	Help                     string
	Required, Ticked, Fixed  bool // Fixed cannot be changed
	Options                  []option
}

// option is a choice of a field, perhaps in a group.
type option struct {
	Value, Label string
	Group        string
	Chosen       bool
}

// OptionGroups returns the options by group, in order.
func (f field) OptionGroups() []optionGroup {
	var all []optionGroup
	for _, o := range f.Options {
		if len(all) == 0 || all[len(all)-1].Label != o.Group {
			all = append(all, optionGroup{Label: o.Group})
		}
		last := &all[len(all)-1]
		last.Options = append(last.Options, o)
	}
	return all
}

type optionGroup struct {
	Label   string
	Options []option
}

// lines is a list inside a form: rows that can be removed, and fields with a
// button that adds one. Neither saves the form.
type lines struct {
	Caption string
	Head    []string
	Rows    []lineRow
	Empty   string
	Add     []field
	Button  button
}

// lineRow is a line. Its key is sent as the value of Name.
type lineRow struct {
	Name, Key, Text string
	Level           *field // choice in the line, or nil
	Remove          button
}

// table is a list of records.
type table struct {
	Caption string
	Intro   string
	Head    []string
	Rows    [][]cell
	Empty   string
	Actions []link
	Filter  *form
	Below   []link
}

// pair is a label with its value.
type pair struct{ Label, Value string }

// cell is a text, or links.
type cell struct {
	Text  string
	Links []link
}

// link leads to another page. About says what it is about where the text alone
// does not.
type link struct{ Text, About, Href string }

// details shows one record.
type details struct {
	Heading  string // of the record, where the title is another
	Secrets  []pair // shown this once
	Pairs    []pair
	Lists    []namedList
	Links    []link
	Post     []postButton
	Warnings []string
}

// namedList is a list of texts under a heading.
type namedList struct {
	Title string
	Items []string
	Empty string
}

// postButton is a form that is one button.
type postButton struct {
	Action, Text string
	Hidden       []pair
	Danger       bool
}

func chooseFrom(options []option, value string) []option {
	for i := range options {
		options[i].Chosen = options[i].Value == value
	}
	return options
}

func yesNo(on bool) string {
	if on {
		return "Yes"
	}
	return "No"
}
