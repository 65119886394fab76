package shape

import "github.com/sluicehq/sluice"

// stepShape contains itself: a branch has steps of its own.
func stepShape() *Shape {
	s := &Shape{Name: "Step", OneOf: []string{"filter", "map", "fields", "lookup", "branch", "import"}}
	s.Keys = []Key{
		{Name: "name", Form: Text, Help: "The step's name, unique in the flow. The ledger keeps what was written under it: do not change the name of an import. When absent it is made of the kind and the place among its kind, in the order of the file: import-2 is the second import.", Example: "to-netsuite"},
		{Name: "deleted", Form: Boolean, Help: "A step for the records that were deleted at the source. They pass by all other steps. The steps of a branch are for the same records as the branch.", Example: "true"},
		{Name: "filter", Form: Object, Of: filterShape(), Help: "Let pass the records for which a condition holds."},
		{Name: "map", Form: Script, Help: "A Bloblang mapping that makes a new record of each.", Example: "root.companyName = this.name"},
		{Name: "fields", Form: Objects, Of: fieldRowShape(), Help: "A mapping as a table, which makes a new record of each."},
		{Name: "lookup", Form: Object, Of: lookupShape(), Help: "Ask another system, or a table, for what belongs to each record."},
		{Name: "branch", Form: Object, Of: branchShape(s), Help: "Send each record into a path with steps of its own."},
		{Name: "import", Form: Object, Of: importShape(), Help: "Write each record to a destination."},
	}
	return s
}

func branchShape(step *Shape) *Shape {
	return &Shape{Name: "Branch", Help: "A record for which no path's condition holds goes on behind the branch as it came. Branches may be within branches, 8 deep at most.", Keys: []Key{
		{Name: "take", Form: Text, Options: []string{sluice.TakeFirst, sluice.TakeAll}, Help: "The first path whose condition holds (when absent), or all of them, one after another. Behind the branch a record goes on as its path left it; after `all` it goes on as it came, and a path that excludes it or in which it fails does not keep it from the others.", Example: "all"},
		{Name: "paths", Form: Objects, Required: true, Of: pathShape(step), Help: "The paths, in the order in which they are asked."},
	}}
}

func pathShape(step *Shape) *Shape {
	return &Shape{Name: "Path", Help: "Runs count what took each path, under the names of branch and path: region/eu.", Keys: []Key{
		{Name: "name", Form: Name, Required: true, Help: "The path's name, unique in the branch.", Example: "eu"},
		{Name: "if", Form: Expr, Help: "The condition under which a record takes the path, over the record as it came to the branch. Without it every record takes the path, with take first all others; it is the last one then.", Example: "this.region == \"EU\""},
		{Name: "steps", Form: Objects, Of: step, Help: "What the path's records pass. A path without steps discards its records: they are counted as excluded, unless another path of an `all` takes them."},
	}}
}
