package archtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// arrow says what the packages that match a pattern may import. A pattern or a
// permission that ends in "/..." means the package and all below it. The first
// arrow that matches a package counts.
type arrow struct {
	pattern string
	may     []string // of ours, besides the packages of its own pattern
	std     bool     // the standard library is all it may import besides
	test    bool     // only tests may import it
}

var arrows = []arrow{
	// Suites and servers that tests share. They are code, but not of the binary.
	{pattern: "internal/archtest", test: true},
	{pattern: "internal/servertest", std: true, test: true},
	{pattern: "internal/reference", std: true, test: true},
	{pattern: "internal/postgrestest", may: []string{"internal/servertest"}, test: true},
	{pattern: "internal/mysqltest", may: []string{"internal/servertest"}, test: true},
	{pattern: "internal/store/storetest/...", may: []string{"."}, test: true},
	{pattern: "internal/store/sqlitetest", may: []string{"internal/store"}, test: true},
	{pattern: "internal/connector/connectortest", may: []string{"."}, test: true},

	{pattern: ".", std: true},
	{pattern: "netsuite/...", std: true},
	{pattern: "emulator/..."},
	{pattern: "internal/mapping/...", may: []string{"."}},
	{pattern: "internal/keyring/...", may: []string{"."}},
	{pattern: "internal/store/sealed", may: []string{".", "internal/keyring/...", "internal/store/..."}},
	{pattern: "internal/store/...", may: []string{"."}},
	{pattern: "internal/guide/...", may: []string{"."}},
	{pattern: "internal/schedule/...", may: []string{"."}},
	{pattern: "internal/flowfile/...", may: []string{".", "internal/mapping/...", "internal/schedule/..."}},
	{pattern: "internal/doctor/...", may: []string{".", "netsuite/...", "internal/guide/..."}},
	{pattern: "internal/connector/...", may: []string{".", "netsuite/...", "internal/mapping/..."}},
	{pattern: "internal/engine/...", may: []string{".", "internal/mapping/..."}},
	// A rehearsal is the engine on a store of its own.
	{pattern: "internal/rehearsal/...", may: []string{".", "internal/engine/...", "internal/store/..."}},
	// Flow tests run without a server, so the command line calls them without one.
	{pattern: "internal/flowtest/...", may: []string{".", "internal/rehearsal/...", "internal/connector/...", "internal/flowfile/...", "internal/mapping/..."}},
	{pattern: "internal/queue/...", may: []string{".", "internal/mapping/..."}},
	{pattern: "internal/telemetry/...", may: []string{".", "netsuite/...", "internal/connector/...", "internal/engine/..."}},
	{pattern: "internal/licence/...", std: true},
	{pattern: "internal/api/...", may: []string{".", "internal/guide/..."}},
	{pattern: "internal/client/..."},
	{pattern: "examples/..."},
	{pattern: "web/..."},
	{pattern: "internal/app/...", may: []string{
		".", "netsuite/...", "web/...", "internal/mapping/...", "internal/keyring/...", "internal/store/...",
		"internal/guide/...", "internal/flowfile/...", "internal/doctor/...", "internal/connector/...",
		"internal/engine/...", "internal/queue/...", "internal/schedule/...", "internal/api/...", "internal/rehearsal/...", "internal/telemetry/...", "internal/flowtest/...", "internal/licence/...",
	}},
	{pattern: "internal/cli/...", may: []string{
		".", "internal/app/...", "netsuite/...", "emulator/...", "internal/client/...", "examples/...", "internal/flowtest/...", "internal/flowfile/...",
	}},
	{pattern: "cmd/sluice", may: []string{"internal/cli/..."}},

	// Tools of the project itself, and tests of the whole.
	{pattern: "internal/acceptance/...", test: true},
	{pattern: "internal/e2e", test: true},
	{pattern: "internal/suite", std: true},
	{pattern: "internal/advisory", std: true},
	{pattern: "bench", may: []string{"netsuite/...", "emulator/..."}},
}

// rootMayNot are packages of the standard library that would let the nouns do I/O.
var rootMayNot = []string{"net/...", "os/...", "database/sql/..."}

// matches reports whether a path is the pattern, or below it where it ends in "/...".
func matches(pattern, path string) bool {
	base, deep := strings.CutSuffix(pattern, "/...")
	return path == base || deep && strings.HasPrefix(path, base+"/")
}

func matchesAny(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, path) })
}

func arrowOf(path string) (arrow, bool) {
	i := slices.IndexFunc(arrows, func(a arrow) bool { return matches(a.pattern, path) })
	if i < 0 {
		return arrow{}, false
	}
	return arrows[i], true
}

// checkArrows says which imports of a package, outside its tests, go against the table.
func checkArrows(p *listedPackage) []string {
	a, ok := arrowOf(p.path())
	if !ok {
		return []string{p.path() + " is not in the table of arrows"}
	}
	var offenders []string
	for _, imported := range p.Imports {
		if why := forbids(a, p.path(), imported); why != "" {
			offenders = append(offenders, fmt.Sprintf("%s imports %s: %s", p.path(), imported, why))
		}
	}
	return offenders
}

// forbids returns why a package may not import another, or "".
func forbids(a arrow, path, imported string) string {
	below, ours := isOurs(imported)
	switch {
	case isStandard(imported):
		if path == "." && matchesAny(rootMayNot, imported) {
			return "the nouns do no I/O"
		}
	case !ours:
		if a.std {
			return "it may import the standard library only"
		}
	case !matches(a.pattern, below) && !matchesAny(a.may, below):
		return "no arrow leads there"
	default:
		if target, ok := arrowOf(below); ok && target.test && !a.test {
			return "only tests may import it"
		}
	}
	return ""
}

// apart are pairs that stay apart even in tests: a test of one that leaned on
// the other would let a shared mistake agree with itself.
var apart = [][2]string{{"netsuite/...", "emulator/..."}, {"emulator/...", "netsuite/..."}}

func checkApart(p *listedPackage) []string {
	var offenders []string
	for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
		below, ours := isOurs(imported)
		for _, pair := range apart {
			if ours && matches(pair[0], p.path()) && matches(pair[1], below) {
				offenders = append(offenders, p.path()+" reaches "+below+", in its tests or outside them")
			}
		}
	}
	return offenders
}

func TestArrows(t *testing.T) {
	var offenders []string
	for _, p := range packages(t) {
		offenders = append(offenders, checkArrows(p)...)
		offenders = append(offenders, checkApart(p)...)
	}
	report(t, "imports against the table of arrows", offenders)
}

func TestArrowRulesBite(t *testing.T) {
	for _, tt := range []struct{ path, imported, want string }{
		{".", "encoding/json", ""},
		{".", "net/http", "no I/O"},
		{".", "os", "no I/O"},
		{".", "gopkg.in/yaml.v3", "standard library only"},
		{"netsuite", "net/http", ""},
		{"netsuite", module + "/netsuite/auth", ""},
		{"netsuite", "pgregory.net/rapid", "standard library only"},
		{"netsuite", module, "no arrow"},
		{"emulator/rest", module + "/emulator/record", ""},
		{"emulator/rest", module, "no arrow"},
		{"internal/store", module + "/internal/mapping", "no arrow"},
		{"internal/connector/file", module + "/internal/connector", ""},
		{"internal/connector", module + "/internal/store", "no arrow"},
		{"internal/api", module + "/internal/engine", "no arrow"},
		{"internal/store", module + "/internal/store/storetest", "only tests"},
		{"cmd/sluice", module + "/internal/app", "no arrow"},
		{"internal/new", "fmt", "not in the table"},
	} {
		p := &listedPackage{ImportPath: module + "/" + tt.path, Imports: []string{tt.imported}}
		if tt.path == "." {
			p.ImportPath = module
		}
		t.Run(tt.path+"→"+tt.imported, func(t *testing.T) { expectOffence(t, checkArrows(p), tt.want) })
	}
	p := &listedPackage{ImportPath: module + "/netsuite", XTestImports: []string{module + "/emulator"}}
	expectOffence(t, checkApart(p), "netsuite reaches emulator")
}
