package acceptance

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator"
)

const streamFlow = `
name: everybody-out
export:
  connection: netsuite
  suiteql:
    query: SELECT id, companyname, comments FROM customer
    key: [id]
  key: [id]
steps:
  - import:
      connection: files
      jsonl: {path: everybody.jsonl}
pages: {size: 1000}
`

// A SuiteQL query ends at 100,000 rows; an export does not. While it reads, another
// writer inserts, edits and deletes: rows that were there from beginning to end
// come out exactly once.
func TestMoreRowsThanAQueryMayHaveWhileAnotherWrites(t *testing.T) {
	t.Parallel()
	rows := inSoak(105_000, 200_000)
	account := emulator.Start(t)
	write := account.Records().Writer()
	first, err := write.Create("customer", map[string]any{"companyName": "Somebody", "externalId": "somebody", "subsidiary": map[string]any{"id": "1"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := account.Records().BulkSeed(t.Context(), "customer", first, rows); err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	in := install(t, netsuiteEnv(account)...)
	in.apply(netsuiteConnection(account, 5*time.Second)+filesConnection("files", out), map[string]string{"flow": streamFlow})
	in.serve()

	ctx, stop := context.WithCancel(t.Context())
	other := make(chan result, 1)
	go func() { other <- disturb(ctx, account, first, int64(rows)) }()
	began := time.Now()
	r := in.flow("everybody-out")
	took := time.Since(began)
	stop()
	disturbed := <-other
	if disturbed.err != nil {
		t.Fatal(disturbed.err)
	}
	t.Logf("%d rows in %s (%.0f a second) beside %d inserts, %d edits and %d deletes; the server's peak memory is %s", r.Counts.Read,
		took.Round(time.Millisecond), float64(r.Counts.Read)/took.Seconds(), disturbed.inserted, disturbed.edited, len(disturbed.deleted), in.peak())
	if disturbed.inserted < 10 || disturbed.edited < 10 || len(disturbed.deleted) < 10 {
		t.Fatalf("the other writer did too little: %+v", disturbed)
	}
	seen := idsIn(t, filepath.Join(out, "everybody.jsonl"))
	for i := range int64(rows) {
		id := first + i
		if n := seen[id]; n > 1 || n == 0 && !disturbed.deleted[id] {
			t.Fatalf("row %d came out %d times", id, n)
		}
	}
}

// result is what the other writer did.
type result struct {
	inserted, edited int
	deleted          map[int64]bool
	err              error
}

// disturb inserts, edits and deletes all over the table until ctx ends.
func disturb(ctx context.Context, account *emulator.Emulator, first, rows int64) result {
	r := result{deleted: map[int64]bool{}}
	write := account.Records().Writer()
	for n := int64(0); ctx.Err() == nil; n++ {
		victim := first + 1 + (n*7919)%(rows-rows/20)
		switch n % 8 {
		default:
			_, r.err = write.Create("customer", map[string]any{"companyName": fmt.Sprint("Newcomer ", n), "subsidiary": map[string]any{"id": "1"}})
			r.inserted++
		case 1, 3, 5:
			if !r.deleted[victim] {
				r.err = write.Edit("customer", victim, map[string]any{"comments": fmt.Sprint("edited ", n)})
				r.edited++
			}
		case 2:
			if !r.deleted[victim] {
				r.err = write.Delete("customer", victim)
				r.deleted[victim] = true
			}
		}
		if r.err != nil {
			return r
		}
		select { // leave the machine to the export
		case <-ctx.Done():
		case <-time.After(2 * time.Millisecond):
		}
	}
	return r
}

// idsIn returns how often each internal ID is in a JSON lines file.
func idsIn(t *testing.T, path string) map[int64]int {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	seen := map[int64]int{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var row struct {
			ID int64 `json:"id,string"`
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		seen[row.ID]++
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return seen
}
