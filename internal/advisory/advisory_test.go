package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"time"
)

const (
	cleanGo  = `{"config": {"protocol_version": "v1.0.0"}} {"progress": {"message": "Checking the code against the vulnerabilities..."}}`
	cleanNPM = `{"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {}}`
	away     = `govulncheck: fetching vulnerabilities: Get "https://vuln.go.dev/index/modules.json.gz": dial tcp: lookup vuln.go.dev: no such host`
	noAudit  = `{"message": "request to https://registry.example/-/npm/v1/security/advisories/bulk failed, reason: getaddrinfo ENOTFOUND registry.example", "error": {"summary": "", "detail": ""}}`
)

func recorded(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAdvisories(t *testing.T) {
	goes, npm := recorded(t, "go.json"), recorded(t, "npm.json")
	all := "# why\nGHSA-aaaa-bbbb-cccc 2026-03-31 the parser reads files of ours alone\nCVE-0000-3333 2026-03-31 nothing is sealed with that cipher\nGHSA-dddd-eeee-ffff 2026-03-31 the pages parse what the server wrote\n"
	for name, tt := range map[string]struct {
		goes, npm, complaint string
		failed, required     bool
		exceptions           string
		good                 bool
		says                 []string
	}{
		"nothing":               {goes: cleanGo, npm: cleanNPM, good: true, says: []string{"govulncheck: nothing that the code reaches, 0 excepted, 0 not reached", "npm audit: nothing"}},
		"a function is called":  {goes: goes, npm: cleanNPM, says: []string{"GO-0000-0001 in example.com/made/up/parse.Parse, called by github.com/sluicehq/sluice/internal/file: A made-up parser", "(fixed in v1.2.4)", "GO-0000-0003 in crypto/made.Seal"}},
		"something in pages":    {goes: cleanGo, npm: npm, says: []string{"GHSA-dddd-eeee-ffff in made-up-parser <2.0.1: Made-up catastrophic backtracking (high)"}},
		"all are excepted":      {goes: goes, npm: npm, exceptions: all, good: true, says: []string{"GHSA-aaaa-bbbb-cccc until 2026-03-31: the parser reads", "2 excepted, 1 not reached", "1 excepted"}},
		"an exception is over":  {goes: goes, npm: npm, exceptions: strings.Replace(all, "2026-03-31", "2026-03-03", 1), says: []string{"its exception ended on 2026-03-03"}},
		"its last day":          {goes: goes, npm: npm, exceptions: strings.Replace(all, "2026-03-31", "2026-03-04", 1), good: true},
		"nobody needs it":       {goes: cleanGo, npm: cleanNPM, exceptions: all, good: true, says: []string{"nobody needs the exception CVE-0000-3333 of line 3"}},
		"no reason":             {goes: cleanGo, npm: cleanNPM, exceptions: "GO-0000-0001 2026-03-31 because\n", says: []string{"line 1 of the exceptions"}},
		"no end":                {goes: cleanGo, npm: cleanNPM, exceptions: "GO-0000-0001 the parser reads files of ours alone\n", says: []string{"line 1 of the exceptions"}},
		"databases are away":    {npm: noAudit, complaint: away, failed: true, good: true, says: []string{"govulncheck: NOT CHECKED", "npm audit: NOT CHECKED"}},
		"and have to be there":  {npm: noAudit, complaint: away, failed: true, required: true, says: []string{"govulncheck: NOT CHECKED"}},
		"a scan that broke off": {goes: cleanGo, npm: cleanNPM, complaint: "panic: made up", failed: true, says: []string{"it ended before it was through", "panic: made up"}},
		"half a report":         {goes: `{"config": {"protocol_version": "v1.0.0"}}`, npm: cleanNPM, says: []string{"its report is not whole"}},
		"another form":          {goes: `{"config": {"protocol_version": "v2.0.0"}}`, npm: cleanNPM, says: []string{"of the form v2.0.0"}},
		"no report":             {npm: "", goes: cleanGo, says: []string{"npm audit: its report is no JSON"}},
		"an old audit":          {npm: `{"auditReportVersion": 1, "advisories": {}}`, goes: cleanGo, says: []string{"its report is not whole"}},
		"names alone":           {npm: `{"auditReportVersion": 2, "vulnerabilities": {"a": {"via": ["b"]}}}`, goes: cleanGo, says: []string{"no weakness"}},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			c := check{out: &out, now: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC), required: tt.required, ask: func(_ context.Context, tool tool) said {
				if tool.name == "npm audit" {
					return said{[]byte(tt.npm), nil, strings.Contains(tt.npm, "severity")}
				}
				return said{[]byte(tt.goes), []byte(tt.complaint), tt.failed}
			}}
			if got := c.run(t.Context(), tt.exceptions); got != tt.good {
				t.Errorf("%v:\n%s", got, &out)
			}
			for _, want := range tt.says {
				if !strings.Contains(out.String(), want) {
					t.Errorf("it does not say %q:\n%s", want, &out)
				}
			}
		})
	}
}

// TestExceptionsOfTheProject reads the project's own file.
func TestExceptionsOfTheProject(t *testing.T) {
	text, err := os.ReadFile("../../.ci/advisories.txt")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readExceptions(string(text)); err != nil {
		t.Error(err)
	}
}
