package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/sluicehq/sluice"

// listedPackage is what `go list -json` says of a package.
type listedPackage struct {
	ImportPath   string
	Name         string
	Dir          string
	GoFiles      []string
	TestGoFiles  []string
	XTestGoFiles []string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// path returns the import path below the module, "." for the root.
func (p *listedPackage) path() string {
	if p.ImportPath == module {
		return "."
	}
	return strings.TrimPrefix(p.ImportPath, module+"/")
}

// isOurs reports whether an import path belongs to the module, and its path below it.
func isOurs(importPath string) (string, bool) {
	if importPath == module {
		return ".", true
	}
	return strings.CutPrefix(importPath, module+"/")
}

// isStandard reports whether an import path is of the standard library, whose
// first element has no dot.
func isStandard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}

var listPackages = sync.OnceValues(func() ([]*listedPackage, error) {
	cmd := exec.Command("go", "list", "-e", "-json", module+"/...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, &stderr)
	}
	var list []*listedPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listedPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, err
		}
		list = append(list, &p)
	}
})

// packages returns every package of the module.
func packages(t *testing.T) []*listedPackage {
	t.Helper()
	list, err := listPackages()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 3 {
		t.Fatalf("go list found %d packages; the checks would prove nothing", len(list))
	}
	return list
}

// source is one parsed file.
type source struct {
	path      string // below the module: netsuite/auth.go
	pkg       *listedPackage
	test      bool
	generated bool
	lines     int
	fset      *token.FileSet
	ast       *ast.File
}

// at returns the place of a node as path:line.
func (s *source) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", s.path, s.fset.Position(n.Pos()).Line)
}

// span returns the number of lines that a node takes.
func (s *source) span(n ast.Node) int {
	return s.fset.Position(n.End()).Line - s.fset.Position(n.Pos()).Line + 1
}

// parse parses one file; src is its text, or nil to read it from disk.
func parse(p *listedPackage, path, file string, src any) (*source, error) {
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, file, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return &source{
		path: path, pkg: p, fset: fset, ast: tree,
		test:      strings.HasSuffix(file, "_test.go"),
		generated: ast.IsGenerated(tree),
		lines:     fset.File(tree.FileStart).LineCount(),
	}, nil
}

var parseAll = sync.OnceValues(func() ([]*source, error) {
	list, err := listPackages()
	if err != nil {
		return nil, err
	}
	var files []*source
	for _, p := range list {
		for _, name := range slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles) {
			s, err := parse(p, filepath.Join(p.path(), name), filepath.Join(p.Dir, name), nil)
			if err != nil {
				return nil, err
			}
			files = append(files, s)
		}
	}
	return files, nil
})

// sources returns every file of the module.
func sources(t *testing.T) []*source {
	t.Helper()
	files, err := parseAll()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// snippet parses a file that a test makes up.
func snippet(t *testing.T, name, text string) *source {
	t.Helper()
	p := &listedPackage{ImportPath: module + "/internal/made", Name: "made"}
	s, err := parse(p, "internal/made/"+name, name, text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// report fails the test with all offenders at once.
func report(t *testing.T, rule string, offenders []string) {
	t.Helper()
	if len(offenders) > 0 {
		t.Errorf("%s:\n  %s", rule, strings.Join(offenders, "\n  "))
	}
}

// expectOffence fails the test unless the offenders are one that contains want,
// or none when want is empty. With it each rule shows that it bites.
func expectOffence(t *testing.T, offenders []string, want string) {
	t.Helper()
	switch {
	case want == "" && len(offenders) > 0:
		t.Errorf("refused what is allowed: %q", offenders)
	case want != "" && len(offenders) != 1:
		t.Errorf("got offenders %q, want one with %q", offenders, want)
	case want != "" && !strings.Contains(offenders[0], want):
		t.Errorf("got %q, want it to contain %q", offenders[0], want)
	}
}
