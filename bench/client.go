package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
	"github.com/sluicehq/sluice/netsuite/suiteql"
)

// runClient makes one measurement and prints its answer. It runs in a process
// of its own, so that memory is this measurement's alone.
func runClient(ctx context.Context, args []string) error {
	if len(args) < 2 {
		return errors.New("client: want a measurement and a number")
	}
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	c, err := connect()
	if err != nil {
		return err
	}
	var got answer
	switch args[0] {
	case "read":
		got, err = c.read(ctx, false)
	case "prefetch":
		got, err = c.read(ctx, true)
	case "raw":
		got, err = c.raw(ctx)
	case "create", "upsert", "batch", "soap":
		got, err = c.write(ctx, args[0], n, args[2:])
	default:
		err = fmt.Errorf("client: there is no measurement %q", args[0])
	}
	if err != nil {
		return err
	}
	got.Peak = peakMemory()
	return json.NewEncoder(os.Stdout).Encode(got)
}

// client is a connection to the account of $BENCH_ACCOUNT.
type client struct {
	account account
	id      netsuite.AccountID
	tba     *auth.TBA
}

func connect() (*client, error) {
	var a account
	if err := json.Unmarshal([]byte(os.Getenv("BENCH_ACCOUNT")), &a); err != nil {
		return nil, fmt.Errorf("BENCH_ACCOUNT: %w", err)
	}
	id, err := netsuite.ParseAccountID(a.Account)
	if err != nil {
		return nil, err
	}
	return &client{account: a, id: id, tba: &auth.TBA{
		Realm: id.Realm(), ConsumerKey: a.ConsumerKey, ConsumerSecret: auth.NewSecret(a.ConsumerSecret),
		TokenID: a.TokenID, TokenSecret: auth.NewSecret(a.TokenSecret),
	}}, nil
}

func (c *client) open(options ...netsuite.Option) (*netsuite.Client, error) {
	return netsuite.New(c.id, c.tba, append(options, netsuite.WithBaseURL(c.account.BaseURL))...)
}

func customers() suiteql.Query {
	return suiteql.Query{SQL: query, Key: []suiteql.KeyColumn{{Name: "id"}}}
}

// read reads all rows by key, and looks at each.
func (c *client) read(ctx context.Context, prefetch bool) (answer, error) {
	ns, err := c.open()
	if err != nil {
		return answer{}, err
	}
	q := customers()
	q.Prefetch = prefetch
	var got answer
	start := time.Now()
	for row, err := range ns.SuiteQL.Rows(ctx, q) {
		if err != nil {
			return answer{}, err
		}
		if row.Text("id") == "" {
			return answer{}, errors.New("a row without id")
		}
		got.Count++
	}
	got.Seconds = time.Since(start).Seconds()
	return got, nil
}

// raw sends the statements that read sends, and throws the answers away. The
// first reading, which is not timed, finds out what they are.
func (c *client) raw(ctx context.Context) (answer, error) {
	ns, err := c.open()
	if err != nil {
		return answer{}, err
	}
	var got answer
	statements := []string{statement(customers())}
	for page, err := range ns.SuiteQL.Pages(ctx, customers()) {
		if err != nil {
			return answer{}, err
		}
		q := customers()
		q.After = page[len(page)-1].Key()
		statements = append(statements, statement(q))
		got.Count += len(page)
	}
	start := time.Now()
	for _, s := range statements[:len(statements)-1] {
		n, err := c.fetch(ctx, s)
		if err != nil {
			return answer{}, err
		}
		got.Bytes += n
	}
	got.Seconds = time.Since(start).Seconds()
	return got, nil
}

// statement is the body of the request for one page.
func statement(q suiteql.Query) string {
	sql, params := q.Page()
	body, _ := json.Marshal(map[string]any{"q": sql, "params": params}) // strings only
	return string(body)
}

// fetch makes one request and counts the bytes of the answer.
func (c *client) fetch(ctx context.Context, body string) (int64, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.account.BaseURL+"/services/rest/query/v1/suiteql?limit=1000&offset=0", strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Prefer", "transient")
	if err := c.tba.Authenticate(ctx, r); err != nil {
		return 0, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("status %s", answer.Status)
	}
	return io.Copy(io.Discard, answer.Body)
}

// peakMemory is the most memory that was resident at one time, in bytes, or 0
// where the system does not tell (proc(5), VmHWM).
func peakMemory() int64 {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if kib, found := strings.CutPrefix(lines.Text(), "VmHWM:"); found {
			n, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(kib, "kB")), 10, 64)
			return n << 10
		}
	}
	return 0
}
