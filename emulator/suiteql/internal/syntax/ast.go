// Package syntax reads SuiteQL: it turns the text of a query into a tree.
//
// The dialect is the one that Oracle's help describes for SuiteQL (sections
// 156257790831, 158513731864 and article 0824094533): Oracle SQL without WITH,
// date literals, square brackets and RIGHT (+), plus SELECT TOP n. The parser
// knows words and grouping only; tables, columns and types are judged later.
package syntax

// Query is a query expression: one SELECT or several combined, in an order.
type Query struct {
	Body    Body
	OrderBy []Order
	Fetch   Expr // n of FETCH FIRST n ROWS ONLY; nil without
}

// Body is a *Select or a *Union.
type Body interface{ body() }

// Select is one SELECT block.
type Select struct {
	Distinct bool
	Top      Expr // n of SELECT TOP n; nil without
	Items    []Item
	From     []Source // separated by commas
	Where    Expr
	GroupBy  []Expr
	Having   Expr
}

// Union combines two bodies; with All it keeps duplicates.
type Union struct {
	All         bool
	Left, Right Body
}

// Item is one entry of a select list: an expression, * or table.*.
type Item struct {
	Expr   Expr // nil for * and table.*
	Table  string
	Alias  string
	Quoted bool // the alias was written in double quotes
}

// Source is a *Table, a *Derived or a *Join.
type Source interface{ source() }

// Table names a record type in FROM.
type Table struct{ Name, Alias string }

// Derived is a sub-select in FROM.
type Derived struct {
	Query *Query
	Alias string
}

// Join is an ANSI join. Kind is INNER, LEFT, RIGHT, FULL or CROSS.
type Join struct {
	Kind        string
	Left, Right Source
	On          Expr // nil for CROSS
}

// Order is one key of ORDER BY. NullsFirst is nil unless it was written.
type Order struct {
	Expr       Expr
	Desc       bool
	NullsFirst *bool
}

// Expr is any of the expression types below.
type Expr interface{ expr() }

// Number, String and Null are literals; Number keeps its spelling.
type (
	Number struct{ Text string }
	String struct{ Text string }
	Null   struct{}
)

// Param is the Index-th ? of the query, counted from 0.
type Param struct{ Index int }

// Ident is a column or pseudo-column, with its table where written. Outer
// marks column(+), Oracle's sign for the optional side of a join.
type Ident struct {
	Table, Name string
	Outer       bool
}

// Unary is -x, +x or NOT x.
type Unary struct {
	Op string
	X  Expr
}

// Binary is an arithmetic, comparing, joining (||) or logical operation.
type Binary struct {
	Op   string
	L, R Expr
}

// IsNull is x IS [NOT] NULL.
type IsNull struct {
	X   Expr
	Not bool
}

// In is x [NOT] IN (list) or x [NOT] IN (query).
type In struct {
	X     Expr
	List  []Expr
	Query *Query
	Not   bool
}

// Between is x [NOT] BETWEEN lo AND hi.
type Between struct {
	X, Lo, Hi Expr
	Not       bool
}

// Like is x [NOT] LIKE pattern [ESCAPE escape].
type Like struct {
	X, Pattern, Escape Expr
	Not                bool
}

// Exists is EXISTS (query).
type Exists struct{ Query *Query }

// Subquery is a scalar sub-select.
type Subquery struct{ Query *Query }

// Case is a simple (with Operand) or searched CASE.
type Case struct {
	Operand Expr
	Whens   []When
	Else    Expr
}

// When is one WHEN … THEN … of a Case.
type When struct{ Cond, Then Expr }

// Call is a function call. Name is upper-case; Builtin marks BUILTIN.NAME.
type Call struct {
	Name     string
	Builtin  bool
	Star     bool // COUNT(*)
	Distinct bool
	Args     []Expr
	Over     *Over
}

// Over is the window of an analytic function.
type Over struct {
	PartitionBy []Expr
	OrderBy     []Order
}

func (*Select) body() {}
func (*Union) body()  {}

func (*Table) source()   {}
func (*Derived) source() {}
func (*Join) source()    {}

func (*Number) expr()   {}
func (*String) expr()   {}
func (*Null) expr()     {}
func (*Param) expr()    {}
func (*Ident) expr()    {}
func (*Unary) expr()    {}
func (*Binary) expr()   {}
func (*IsNull) expr()   {}
func (*In) expr()       {}
func (*Between) expr()  {}
func (*Like) expr()     {}
func (*Exists) expr()   {}
func (*Subquery) expr() {}
func (*Case) expr()     {}
func (*Call) expr()     {}
