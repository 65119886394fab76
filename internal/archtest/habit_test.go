package archtest

import (
	"go/ast"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// emptyNames say nothing about what a package holds.
var emptyNames = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "manager", "misc", "shared", "base", "lib"}

func emptyName(p *listedPackage) []string {
	if slices.Contains(emptyNames, p.Name) {
		return []string{p.path() + ": the name " + p.Name + " does not say what it holds"}
	}
	return nil
}

// hiddenWork finds init functions: what a program does is said by main.
func hiddenWork(s *source) []string {
	var offenders []string
	for _, decl := range s.ast.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			offenders = append(offenders, s.at(f)+": an init function")
		}
	}
	return offenders
}

var leftover = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)

// leftovers finds comments that promise work.
func leftovers(s *source) []string {
	var offenders []string
	for _, group := range s.ast.Comments {
		for _, c := range group.List {
			if leftover.MatchString(c.Text) {
				offenders = append(offenders, s.at(c)+": "+c.Text)
			}
		}
	}
	return offenders
}

// sleeps finds time.Sleep outside files that run on synctest's clock. A test
// that sleeps is slow or flaky; code that sleeps cannot be cancelled. A test that
// cannot do without, because no signal tells what it waits for, says why beside the call.
func sleeps(s *source) []string {
	for _, imported := range s.ast.Imports {
		if imported.Path.Value == `"testing/synctest"` {
			return nil
		}
	}
	excused := map[int]bool{}
	for _, group := range s.ast.Comments {
		if s.test {
			excused[s.fset.Position(group.Pos()).Line] = true
		}
	}
	var offenders []string
	ast.Inspect(s.ast, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Sleep" && !excused[s.fset.Position(n.Pos()).Line] {
			if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "time" {
				offenders = append(offenders, s.at(sel)+": time.Sleep")
			}
		}
		return true
	})
	return offenders
}

// floats finds float64 in the packages that carry amounts.
func floats(s *source) []string {
	if s.pkg.path() != "." && !matches("internal/engine/...", s.pkg.path()) || s.test {
		return nil
	}
	var offenders []string
	ast.Inspect(s.ast, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && (id.Name == "float64" || id.Name == "float32") {
			offenders = append(offenders, s.at(id)+": "+id.Name+" where amounts pass")
		}
		return true
	})
	return offenders
}

func TestHabits(t *testing.T) {
	var names, inits, promises, slow, inexact []string
	for _, p := range packages(t) {
		names = append(names, emptyName(p)...)
	}
	for _, s := range sources(t) {
		inits = append(inits, hiddenWork(s)...)
		promises = append(promises, leftovers(s)...)
		slow = append(slow, sleeps(s)...)
		inexact = append(inexact, floats(s)...)
	}
	report(t, "package names that say nothing", names)
	report(t, "init functions", inits)
	report(t, "promises in comments", promises)
	report(t, "sleeps", slow)
	report(t, "floating point", inexact)
}

func TestHabitRulesBite(t *testing.T) {
	expectOffence(t, emptyName(&listedPackage{ImportPath: module + "/internal/util", Name: "util"}), "util")
	expectOffence(t, emptyName(&listedPackage{ImportPath: module + "/internal/store", Name: "store"}), "")
	expectOffence(t, hiddenWork(snippet(t, "a.go", "package made\nfunc init() {}")), "a.go:2")
	expectOffence(t, hiddenWork(snippet(t, "a.go", "package made\ntype t int\nfunc (t) init() {}")), "")
	expectOffence(t, leftovers(snippet(t, "a.go", "package made\n// TO"+"DO: later")), "later")
	expectOffence(t, sleeps(snippet(t, "a.go", "package made\nimport \"time\"\nfunc f() { time.Sleep(1) }")), "a.go:3")
	expectOffence(t, sleeps(snippet(t, "a.go", "package made\nimport \"time\"\nfunc f() { time.Sleep(1) } // polls the store")), "a.go:3")
	expectOffence(t, sleeps(snippet(t, "a_test.go", "package made\nimport \"time\"\nfunc f() { time.Sleep(1) } // polls the store")), "")
	expectOffence(t, sleeps(snippet(t, "a.go", "package made\nimport (\"time\"; \"testing/synctest\")\nvar _ = synctest.Test\nfunc f() { time.Sleep(1) }")), "")

	root := snippet(t, "a.go", "package sluice\nvar x float64")
	root.pkg = &listedPackage{ImportPath: module}
	expectOffence(t, floats(root), "float64")
}

// undocumented finds exported names without a comment. A comment on a group of
// constants, variables or types counts for its members.
func undocumented(s *source) []string {
	if s.test || s.generated || s.pkg.Name == "main" {
		return nil
	}
	var offenders []string
	for _, decl := range s.ast.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
				offenders = append(offenders, s.at(d)+": "+d.Name.Name)
			}
		case *ast.GenDecl:
			if d.Doc == nil {
				offenders = append(offenders, undocumentedSpecs(s, d)...)
			}
		}
	}
	return offenders
}

func undocumentedSpecs(s *source, d *ast.GenDecl) []string {
	var offenders []string
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if spec.Name.IsExported() && spec.Doc == nil {
				offenders = append(offenders, s.at(spec)+": "+spec.Name.Name)
			}
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				if name.IsExported() && spec.Doc == nil && spec.Comment == nil {
					offenders = append(offenders, s.at(name)+": "+name.Name)
				}
			}
		}
	}
	return offenders
}

// exportedReceiver reports whether a function is no method, or one of an exported type.
func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return true
	}
	expr := f.Recv.List[0].Type
	for {
		switch x := expr.(type) {
		case *ast.StarExpr:
			expr = x.X
		case *ast.IndexExpr:
			expr = x.X
		case *ast.IndexListExpr:
			expr = x.X
		case *ast.Ident:
			return x.IsExported()
		default:
			return false
		}
	}
}

// wordless finds packages without a comment on any of their files.
func wordless(files []*source) []string {
	said, path := map[*listedPackage]bool{}, map[*listedPackage]string{}
	for _, s := range files {
		if !s.test {
			said[s.pkg] = said[s.pkg] || s.ast.Doc != nil && strings.TrimSpace(s.ast.Doc.Text()) != ""
			path[s.pkg] = s.pkg.path()
		}
	}
	var offenders []string
	for p, ok := range said {
		if !ok {
			offenders = append(offenders, path[p]+" has no package comment")
		}
	}
	slices.Sort(offenders)
	return offenders
}

func TestDocumented(t *testing.T) {
	files := sources(t)
	var offenders []string
	for _, s := range files {
		offenders = append(offenders, undocumented(s)...)
	}
	report(t, "exported names without a comment", offenders)
	report(t, "packages without a comment", wordless(files))
}

func TestDocumentationRulesBite(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"package made\nfunc F() {}", "F"},
		{"package made\n// F does.\nfunc F() {}", ""},
		{"package made\ntype T int", "T"},
		{"package made\nconst C = 1", "C"},
		{"package made\nconst C = 1 // the first", ""},
		{"package made\n// The states.\nconst (\n A = 1\n B = 2\n)", ""},
		{"package made\ntype t int\nfunc (t) M() {}", ""},
		{"package made\n// T is.\ntype T[A any] int\nfunc (*T[A]) M() {}", "M"},
	} {
		expectOffence(t, undocumented(snippet(t, "a.go", tt.text)), tt.want)
	}
	expectOffence(t, wordless([]*source{snippet(t, "a.go", "package made")}), "internal/made")
	expectOffence(t, wordless([]*source{snippet(t, "a.go", "// Package made is.\npackage made")}), "")
}
