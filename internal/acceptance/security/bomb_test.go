package security

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/client"
)

// costs fails the test when f takes more than so many bytes, all that came and went included.
func costs(t *testing.T, what string, most uint64, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; taken > most {
		t.Errorf("%s took %d MiB", what, taken>>20)
	}
}

// laughs is the bomb of a billion laughs in YAML: ten aliases of ten aliases of …
func laughs(levels int) string {
	var b strings.Builder
	b.WriteString("a0: &a0 lol\n")
	for i := range levels {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i), 10), ","))
	}
	return b.String()
}

// Flow files with aliases, depth and size that a parser could be lost in. To see it fail,
// leave the check of aliases out of flowfile's value.
func TestYAMLBombs(t *testing.T) {
	s := start(t)
	for name, tt := range map[string]struct{ text, says string }{
		"aliases":          {laughs(9), "flow.alias"},
		"an alias of self": {"a: &a [*a]\n", "flow."},
		"merge keys":       {"a: &a {b: c}\nd: {<<: *a}\n", "flow.alias"},
		"nested lists":     {strings.Repeat("[", 100_000), "flow."},
		"nested blocks":    {nested(5000), "flow."},
		"nested and whole": {"a: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000), "flow."},
		"a long line":      {"name: " + strings.Repeat("x", 2<<20), "flow.too_long"},
		"many keys":        {strings.Repeat("a: 1\n", 200_000), "flow."},
		"many documents":   {strings.Repeat("---\n{}\n", 100_000), "flow."},
		"tags":             {"name: !!binary " + strings.Repeat("A", 1000) + "\n", "flow."},
		"NUL":              {"name: \x00\n", "flow."},
	} {
		costs(t, name, 2<<30, func() {
			got, err := s.local.CheckFlow(t.Context(), client.FlowText{Text: tt.text})
			if err != nil {
				t.Errorf("%s: %v", name, err)
			} else if len(got.Problems) == 0 || !strings.Contains(fmt.Sprint(got.Problems), tt.says) {
				t.Errorf("%s: %d problems without %s: %.200v", name, len(got.Problems), tt.says, got.Problems)
			}
		})
		if _, err := s.local.PutFlow(t.Context(), "bomb", client.FlowText{Text: tt.text}); err == nil {
			t.Errorf("%s: stored", name)
		}
	}
	s.answers()
}

func nested(levels int) string {
	var b strings.Builder
	for i := range levels {
		b.WriteString(strings.Repeat(" ", i%400) + "a:\n")
	}
	return b.String()
}

// answers fails the test when the server does not answer any more.
func (s *server) answers() {
	s.t.Helper()
	if got := s.send("GET", "/api/v1/health", ""); got.StatusCode != http.StatusOK {
		s.t.Errorf("the server does not answer any more: %d", got.StatusCode)
	}
}

func TestJSONBombs(t *testing.T) {
	s := start(t)
	s.user("ann@example.com", sluice.RoleOwner)
	token, err := s.local.CreateToken(t.Context(), client.NewToken{Name: "t", User: "ann@example.com"})
	must(t, err)
	deep := strings.Repeat(`{"a":`, 200_000)
	for name, body := range map[string]string{
		"nested":             deep,
		"nested and whole":   deep + "1" + strings.Repeat("}", 200_000),
		"nested lists":       strings.Repeat("[", 1_000_000),
		"deep in a record":   `{"flow":"f","given":[` + strings.Repeat(`{"a":`, 50_000) + "1" + strings.Repeat("}", 50_000) + `]}`,
		"a number":           `{"limit":` + strings.Repeat("9", 1_000_000) + `}`,
		"an exponent":        `{"limit":1e999999999}`,
		"a key many times":   `{` + strings.Repeat(`"name":"x",`, 100_000) + `"name":"y"}`,
		"more than is taken": `{"name":"` + strings.Repeat("x", 17<<20) + `"}`,
		"not UTF-8":          "{\"name\":\"\xff\xfe\"}",
	} {
		for _, path := range []string{"/api/v1/dry-run", "/api/v1/connections", "/api/v1/apply", "/api/v1/login", "/api/v1/oidc/begin"} {
			if got := s.send("POST", path, body, bearer(token.Text)); got.StatusCode < 400 || got.StatusCode >= 500 {
				t.Errorf("%s to %s: %d %.200s", name, path, got.StatusCode, got.body)
			}
		}
	}
	// A body that is packed is not unpacked: it is no JSON.
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	for range 1000 {
		_, err := w.Write(make([]byte, 1<<20))
		must(t, err)
	}
	must(t, w.Close())
	costs(t, "a packed body", 64<<20, func() {
		got := s.send("POST", "/api/v1/connections", packed.String(), bearer(token.Text), func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") })
		if got.StatusCode < 400 || got.StatusCode >= 500 {
			t.Errorf("a packed body: %d", got.StatusCode)
		}
	})
	s.answers()
}
