package netsuite

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sluicehq/sluice/netsuite/suiteql"
)

// table answers the statements that Query.Page builds over rows of two key
// columns, tran (a number) and code (a text), in order. It reads the condition
// out of the statement, so that a wrong one brings wrong rows.
type table struct {
	t        *testing.T
	rows     [][2]string
	requests atomic.Int64
	// short makes pages end early though more rows follow.
	short int
}

var behind = regexp.MustCompile(`WHERE \(tran > (-?\d+)\) OR \(tran = (-?\d+) AND code > \?\) ORDER BY tran ASC, code ASC$`)

func (s *table) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests.Add(1)
	var q struct {
		Q      string
		Params []string
	}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		s.t.Error(err)
	}
	if r.Header.Get("Prefer") != "transient" || r.URL.Query().Get("offset") != "0" {
		s.t.Errorf("prefer %q, %s", r.Header.Get("Prefer"), r.URL)
	}
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	rows := s.rows
	if m := behind.FindStringSubmatch(q.Q); m != nil {
		tran, _ := strconv.Atoi(m[1])
		code := q.Params[len(q.Params)-1]
		rows = slices.DeleteFunc(slices.Clone(rows), func(row [2]string) bool {
			n, _ := strconv.Atoi(row[0])
			return n < tran || n == tran && row[1] <= code
		})
	} else if strings.Contains(q.Q, "WHERE") {
		s.t.Errorf("unexpected statement %s", q.Q)
	}
	page := rows[:min(limit, len(rows))]
	if s.short > 0 && len(page) > s.short {
		page = page[:s.short]
	}
	items := []map[string]any{}
	for _, row := range page {
		items = append(items, map[string]any{"links": []any{}, "TRAN": row[0], "code": row[1]})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"items": items, "count": len(items), "hasMore": len(page) < len(rows), "totalResults": len(rows)})
}

func newTable(t *testing.T, n int) *table {
	s := &table{t: t}
	for i := range n {
		// ties in the first column; numbers whose text order differs from theirs
		s.rows = append(s.rows, [2]string{strconv.Itoa(i/3*7 - 5), string(rune('a' + i%3))})
	}
	return s
}

var tableQuery = suiteql.Query{SQL: "SELECT tran, code FROM t", PageSize: 10,
	Key: []suiteql.KeyColumn{{Name: "tran"}, {Name: "code", Kind: suiteql.Text}}}

func readAll(t *testing.T, c *Client, q suiteql.Query) (rows [][2]string) {
	t.Helper()
	for row, err := range c.SuiteQL.Rows(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, [2]string{row.Text("tran"), row.Text("code")})
	}
	return rows
}

func TestRowsReadEverythingOnceInOrder(t *testing.T) {
	for _, n := range []int{0, 1, 9, 10, 11, 100, 257} {
		for _, prefetch := range []bool{false, true} {
			for _, short := range []int{0, 4} {
				s := newTable(t, n)
				s.short = short
				c, _ := newTestClient(t, s.ServeHTTP)
				q := tableQuery
				q.Prefetch = prefetch
				if got := readAll(t, c, q); !slices.Equal(got, s.rows) {
					t.Errorf("n=%d prefetch=%t short=%d: %d rows %v", n, prefetch, short, len(got), got)
				}
			}
		}
	}
}

// Reading can end after any row and go on from its key.
func TestRowsResumeAnywhere(t *testing.T) {
	s := newTable(t, 35)
	c, _ := newTestClient(t, s.ServeHTTP)
	var keys [][]string
	for row, err := range c.SuiteQL.Rows(t.Context(), tableQuery) {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, row.Key())
	}
	for i, key := range keys {
		q := tableQuery
		q.After = key
		if got := readAll(t, c, q); !slices.Equal(got, s.rows[i+1:]) {
			t.Errorf("after %v: %v", key, got)
		}
	}
}

func TestPagesStopWithTheReader(t *testing.T) {
	s := newTable(t, 100)
	c, _ := newTestClient(t, s.ServeHTTP)
	for range c.SuiteQL.Pages(t.Context(), tableQuery) {
		break
	}
	if n := s.requests.Load(); n != 1 {
		t.Errorf("%d requests for one page", n)
	}
	q := tableQuery
	q.Prefetch = true
	for range c.SuiteQL.Pages(t.Context(), q) {
		break
	}
	if n := s.requests.Load(); n > 3 {
		t.Errorf("%d requests for one page with prefetch", n-1)
	}
}

func TestPagesReportBrokenKeys(t *testing.T) {
	for name, items := range map[string]string{
		"repeated":   `[{"tran":"1","code":"a"},{"tran":"1","code":"a"}]`,
		"falling":    `[{"tran":"10","code":"a"},{"tran":"9","code":"a"}]`,
		"null":       `[{"tran":"10"}]`,
		"not number": `[{"tran":"x","code":"a"}]`,
	} {
		requests := 0
		c, _ := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
			requests++
			fmt.Fprintf(w, `{"items":%s,"hasMore":false}`, items)
		})
		var last error
		for _, err := range c.SuiteQL.Rows(t.Context(), tableQuery) {
			last = err
		}
		var key *suiteql.KeyError
		if !errors.As(last, &key) || requests != 1 {
			t.Errorf("%s: %v after %d requests", name, last, requests)
		}
	}
}

func TestPagesEndWhereAnAnswerCannotBeTrue(t *testing.T) {
	requests := 0
	c, _ := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		requests++
		_, _ = io.WriteString(w, `{"items":[],"hasMore":true}`)
	})
	var last error
	for _, err := range c.SuiteQL.Rows(t.Context(), tableQuery) {
		last = err
	}
	if last == nil || requests != 1 {
		t.Errorf("more announced without a row: %v after %d requests", last, requests)
	}
	for _, err := range c.SuiteQL.Rows(t.Context(), suiteql.Query{SQL: "SELECT 1"}) {
		last = err
	}
	if !errors.Is(last, ErrInvalid) || requests != 1 {
		t.Errorf("query without a key: %v after %d requests", last, requests)
	}
}

// A page that fails in the middle is read again, and rows come once.
func TestRowsSurviveFailures(t *testing.T) {
	s := newTable(t, 100)
	var n atomic.Int64
	c, _ := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		switch n.Add(1) % 4 {
		case 0:
			w.WriteHeader(429)
		case 1:
			hangUp("")(w, r)
		case 2:
			rec := httptest.NewRecorder()
			s.ServeHTTP(rec, r)
			body := rec.Body.String()
			hangUp(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body[:len(body)/2]))(w, r)
		default:
			s.ServeHTTP(w, r)
		}
	})
	if got := readAll(t, c, tableQuery); !slices.Equal(got, s.rows) {
		t.Errorf("%d rows", len(got))
	}
}

func TestPageSendsParameters(t *testing.T) {
	var requests []seen
	c, _ := newTestClient(t, recorder(&requests, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"items":[{"links":[],"n":"1"}],"offset":20,"totalResults":21}`)
	}))
	page, err := c.SuiteQL.Page(t.Context(), "SELECT n FROM t WHERE a < ?", []string{"-7"}, 20, 20)
	if err != nil || len(page.Rows) != 1 || page.Offset != 20 || page.Total != 21 {
		t.Errorf("%+v, %v", page, err)
	}
	if got := requests[0]; got.uri != "/services/rest/query/v1/suiteql?limit=20&offset=20" || got.body != `{"q":"SELECT n FROM t WHERE a < ?","params":["-7"]}` {
		t.Errorf("sent %+v", got)
	}
}

func BenchmarkPages(b *testing.B) {
	body := []byte(`{"links":[],"items":[`)
	for i := range 1000 {
		if i > 0 {
			body = append(body, ',')
		}
		body = fmt.Appendf(body, `{"links":[],"id":"%d","tranid":"SO%06d","total":"%d.25","memo":"some text of usual length"}`, i+1, i, i)
	}
	body = append(body, `],"hasMore":false}`...)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }))
	defer server.Close()
	c, err := New(testAccount(b), testTBA(), WithBaseURL(server.URL))
	if err != nil {
		b.Fatal(err)
	}
	q := suiteql.Query{SQL: "SELECT id FROM t", Key: []suiteql.KeyColumn{{Name: "id"}}}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for _, err := range c.SuiteQL.Rows(b.Context(), q) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 1000 {
			b.Fatal(n)
		}
	}
}
