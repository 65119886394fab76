package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// events is what go test -json says of one package with one test of each outcome.
const events = `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"chatter\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestB","Output":"=== RUN   TestB\n"}
{"Action":"output","Package":"p","Test":"TestB","Output":"    b_test.go:7: no PostgreSQL. Get it: apt-get install postgresql\n"}
{"Action":"output","Package":"p","Test":"TestB","Output":"--- SKIP: TestB (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"TestB"}
`

const passed = `{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"output","Package":"p","Output":"ok  \tp\t0.01s\n"}
{"Action":"pass","Package":"p"}
`

const failed = `{"Action":"output","Package":"p","Test":"TestC","Output":"    c_test.go:9: got 1, want 2\n"}
{"Action":"output","Package":"p","Test":"TestC","Output":"--- FAIL: TestC (0.00s)\n"}
{"Action":"fail","Package":"p","Test":"TestC"}
{"Action":"output","Package":"p","Output":"FAIL\n"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.01s\n"}
{"Action":"fail","Package":"p"}
`

func TestReport(t *testing.T) {
	for _, tt := range []struct {
		name, events string
		strict, ok   bool
		want         string
	}{
		{"passes", events + passed, false, true, "2 tests, 1 skipped\n" +
			"  skipped: no PostgreSQL. Get it: apt-get install postgresql\n    p TestB\nok  \tp\t0.01s\n"},
		{"fails", events + failed, false, false, "    c_test.go:9: got 1, want 2\n--- FAIL: TestC (0.00s)\nFAIL\n" +
			"3 tests, 1 skipped\n  skipped: no PostgreSQL. Get it: apt-get install postgresql\n    p TestB\nFAIL\tp\t0.01s\nFAIL\n"},
		{"a skip in CI fails", events + passed, true, false, "FAIL: p TestB was skipped, which CI=true does not allow: " +
			"no PostgreSQL. Get it: apt-get install postgresql\n2 tests, 1 skipped\n" +
			"  skipped: no PostgreSQL. Get it: apt-get install postgresql\n    p TestB\nok  \tp\t0.01s\nFAIL\n"},
		{"reference material may lack in CI", strings.ReplaceAll(events, "no PostgreSQL. Get it: apt-get install postgresql",
			"set SLUICE_SHARED to the reference material") + passed, true, true, "2 tests, 1 skipped\n" +
			"  skipped: set SLUICE_SHARED to the reference material\n    p TestB\nok  \tp\t0.01s\n"},
		{"does not build", `{"Action":"build-output","ImportPath":"p","Output":"p/a.go:3: undefined: x\n"}
{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}
{"Action":"fail","Package":"p","FailedBuild":"p"}
`, false, false, "p/a.go:3: undefined: x\n0 tests, 0 skipped\nFAIL\tp [build failed]\nFAIL\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			r := newReport(&out)
			if err := r.read(strings.NewReader(tt.events), io.Discard); err != nil {
				t.Fatal(err)
			}
			if ok := r.close(tt.strict); ok != tt.ok {
				t.Errorf("passed = %t, want %t", ok, tt.ok)
			}
			if out.String() != tt.want {
				t.Errorf("printed\n%s\nwant\n%s", &out, tt.want)
			}
		})
	}
}

func TestTheLongestBeginsFirst(t *testing.T) {
	dir := t.TempDir()
	for name, size := range map[string]int{"a_test.go": 10, "b_test.go": 20, "c_test.go": 15} {
		if err := os.WriteFile(filepath.Join(dir, name), make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := longestFirst("none\na|" + dir + "/a_test.go\nboth|" + dir + "/a_test.go|" + dir + "/c_test.go\nb|" + dir + "/b_test.go\n")
	if want := []string{"both", "b", "a", "none"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
