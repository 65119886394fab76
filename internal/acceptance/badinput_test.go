package acceptance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/emulator/company"
)

// told is an error as --output json writes it: of a command, of a run, of a record.
type told struct {
	Code, Message, Where, Remedy string
	Problems                     []struct {
		Code, Path, Message, Remedy string
		Line                        int
	}
}

// complaint is what an error has to say. Empty fields are not looked at, but
// code, message and remedy are never missing.
type complaint struct{ code, message, where, remedy string }

func (c complaint) check(t testing.TB, e *told) {
	t.Helper()
	if e == nil {
		t.Fatalf("there is no error; want %+v", c)
	}
	if e.Code != c.code || !strings.Contains(e.Message, c.message) || !strings.Contains(e.Where, c.where) || !strings.Contains(e.Remedy, c.remedy) {
		t.Fatalf("the error is\n%+v, want\n%+v", *e, c)
	}
	if e.Message == "" || e.Remedy == "" && len(e.Problems) == 0 {
		t.Fatalf("the error says too little: %+v", *e)
	}
}

// told decodes the last line of standard error.
func (o outcome) told(t testing.TB) *told {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(o.err), "\n")
	var e told
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &e); err != nil {
		t.Fatalf("exit %d: the last line of standard error is not an error in JSON: %v\n%s%s", o.code, err, o.out, o.err)
	}
	return &e
}

// refused runs a command line that must fail, and checks that both forms of
// output say so.
func (in *installation) refused(code int, want complaint, args ...string) *told {
	in.t.Helper()
	o := in.try(append(args, "--output", "json")...)
	if o.code != code {
		in.t.Fatalf("sluice %s: exit %d, want %d\n%s%s", strings.Join(args, " "), o.code, code, o.out, o.err)
	}
	e := o.told(in.t)
	want.check(in.t, e)
	words := in.try(args...)
	message, _, _ := strings.Cut(e.Message, " (operation ") // which differs each time
	for _, part := range []string{message, e.Code, e.Where, e.Remedy} {
		if words.code != code || !strings.Contains(words.err, part) {
			in.t.Fatalf("sluice %s: exit %d, and %q is not in its words:\n%s", strings.Join(args, " "), words.code, part, words.err)
		}
	}
	return e
}

// bench is an installation between a folder of files and an emulated account,
// with a flow that adds a customer for each row of a file.
type bench struct {
	*installation
	account *emulator.Emulator
	wire    *wire // to the account; nil without
	files   string
	rows    int

	connections string // as connections.yaml lists them
	flows       map[string]string
}

const peopleFlow = `
name: people-in
export:
  connection: files
  csv: {path: %s}
  key: [id]
steps:
  - map: |
      root.companyName = "Mishap " + this.id
      root.comments = this.name
      root.subsidiary.id = "1"
  - import:
      connection: netsuite
      operation: add
      netsuite: {record: customer}
pages: {size: 4, parallel: 2}
`

// setup says what a bench has that is not usual.
type setup struct {
	rows     int    // of the sound file; 9 when absent
	path     string // of the file; people.csv when absent
	csv      string // further keys of the CSV export
	netsuite string // further settings of the NetSuite connection
	onWrite  int64  // the customer, counted from 1, at which then is done
	then     func(*bench) error
	wired    bool // a wire is between Sluice and NetSuite
}

func newBench(t *testing.T, s setup) *bench {
	t.Helper()
	b := &bench{rows: max(s.rows, 9), files: t.TempDir()}
	var writes atomic.Int64
	b.account = emulator.Start(t, func(o *emulator.Options) {
		o.Company = company.Size{Customers: 1, Items: 1, Orders: 1}
		o.Latency = func(r *http.Request) time.Duration {
			if strings.HasSuffix(r.URL.Path, "/v1/customer") && writes.Add(1) == s.onWrite {
				b.must(s.then(b))
			}
			return 0
		}
	})
	b.installation = install(t, netsuiteEnv(b.account)...)
	if s.path == "" {
		s.path = "people.csv"
		b.put(s.path, people(1, b.rows))
	}
	connection := netsuiteConnection(b.account, 200*time.Millisecond)
	if s.wired {
		b.wire = newWire(t, strings.TrimPrefix(b.account.URL(), "http://"))
		connection = strings.Replace(connection, b.account.Credentials().BaseURL, "http://"+b.wire.addr(), 1)
	}
	if s.netsuite != "" {
		connection = strings.Replace(connection, "settings: {", "settings: {"+s.netsuite+", ", 1)
	}
	b.connections, b.flows = connection+filesConnection("files", b.files), map[string]string{"people-in": fmt.Sprintf(peopleFlow, s.path+s.csv)}
	b.applyAgain()
	return b
}

// applyAgain stores the bench's connections and flows.
func (b *bench) applyAgain() {
	b.t.Helper()
	b.apply(b.connections, b.flows)
}

// people are the rows first to last of a sound file, with its header.
func people(first, last int) string {
	var text strings.Builder
	text.WriteString("id,name\n")
	for i := first; i <= last; i++ {
		fmt.Fprintf(&text, "%d,\"Person, %d\"\n", i, i)
	}
	return text.String()
}

func (b *bench) put(name, text string) {
	b.t.Helper()
	writeFile(b.t, filepath.Join(b.files, name), text)
}

// failed runs the flow, which must fail with the complaint, and looks at the run
// in both forms of output.
func (b *bench) failed(flow string, want complaint) *run {
	b.t.Helper()
	return b.ended(want, "flow", "run", flow)
}

// ended is failed for any command that waits for a run.
func (b *bench) ended(want complaint, args ...string) *run {
	b.t.Helper()
	o := b.try(append(args, "--output", "json")...)
	var r run
	if err := json.Unmarshal([]byte(o.out), &r); err != nil {
		b.t.Fatalf("sluice %s: exit %d: %v\n%s%s", strings.Join(args, " "), o.code, err, o.out, o.err)
	}
	if o.code != 1 || r.State != "failed" {
		b.t.Fatalf("the run is %s, exit %d: %+v\n%s", r.State, o.code, r.Error, o.err)
	}
	want.check(b.t, r.Error)
	want.check(b.t, o.told(b.t))
	shown := b.try("run", "show", fmt.Sprint(r.ID))
	for _, part := range []string{r.Error.Message, r.Error.Code, r.Error.Where, r.Error.Remedy} {
		if shown.code != 0 || !strings.Contains(shown.out, part) {
			b.t.Fatalf("run show: exit %d, %q is not in it:\n%s%s", shown.code, part, shown.out, shown.err)
		}
	}
	return &r
}

// resumed lets a failed run go on. It must end well, with nothing lost and nothing doubled.
func (b *bench) resumed(r *run) {
	b.t.Helper()
	var after run
	b.do(&after, "run", "resume", fmt.Sprint(r.ID))
	if c := after.Counts; after.State != "completed" || c.Read != int64(b.rows) || c.Written != int64(b.rows) || c.Failed != 0 {
		b.t.Fatalf("the resumed run is %s with %+v", after.State, c)
	}
	b.holds(1, b.rows)
}

// holds checks that NetSuite holds exactly the rows first to last, each once.
func (b *bench) holds(first, last int) {
	b.t.Helper()
	var want []string
	for i := first; i <= last; i++ {
		want = append(want, fmt.Sprintf("Mishap %d", i))
	}
	found := b.arrived()
	slices.Sort(want)
	if !slices.Equal(found, want) {
		b.t.Fatalf("NetSuite holds %v, want %v", found, want)
	}
}

// arrived lists the customers that the flow has made, with repetitions.
func (b *bench) arrived() []string {
	b.t.Helper()
	if err := b.account.Quiesce(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	names := []string{}
	for _, row := range b.query("SELECT companyname FROM customer WHERE companyname LIKE 'Mishap %'") {
		names = append(names, row["companyname"].(string))
	}
	slices.Sort(names)
	return names
}

// recordError is a record error as the command line prints it.
type recordError struct {
	ID                   int64
	Key, Origin          string
	State, Step          string
	Classification, Code string
	Message, Where       string
	Remedy               string
}

// errors lists the open record errors, by key.
func (b *bench) errors() []recordError {
	b.t.Helper()
	var list []recordError
	b.do(&list, "error", "list", "--limit", "1000")
	slices.SortFunc(list, func(x, y recordError) int { return strings.Compare(x.Key, y.Key) })
	return list
}

// recordErrors runs the flow, which must end with so many record errors of a class.
func (b *bench) recordErrors(flow string, n int, class string, want complaint) []recordError {
	b.t.Helper()
	o := b.try("flow", "run", flow, "--output", "json")
	var r run
	if err := json.Unmarshal([]byte(o.out), &r); err != nil || o.code != 3 || r.State != "completed" || r.Counts.Failed != int64(n) {
		b.t.Fatalf("exit %d, %v\n%s%s", o.code, err, o.out, o.err)
	}
	list := b.errors()
	if len(list) != n {
		b.t.Fatalf("%d record errors, want %d: %+v", len(list), n, list)
	}
	for _, e := range list {
		if want.check(b.t, &told{Code: e.Code, Message: e.Message, Where: e.Where, Remedy: e.Remedy}); e.Classification != class || e.Key == "" || e.Origin == "" {
			b.t.Fatalf("%+v is not of the class %s, or does not say where from", e, class)
		}
	}
	shown := b.try("error", "show", fmt.Sprint(list[0].ID))
	for _, part := range []string{list[0].Message, list[0].Code, list[0].Remedy, list[0].Origin, list[0].Key} {
		if shown.code != 0 || !strings.Contains(shown.out, part) {
			b.t.Fatalf("error show: exit %d, %q is not in it:\n%s", shown.code, part, shown.out)
		}
	}
	return list
}
