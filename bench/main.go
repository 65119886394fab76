// Command bench measures the NetSuite client against a foreign one, npm
// netsuite-rest, on the same emulated account, with the same slots and paging,
// and against fetching the same bytes without looking at them.
//
// The emulator and each client run in processes of their own. Figures are of
// the machine at hand; only those of one run compare.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

// plan says how much is measured.
type plan struct {
	rows    int // read by SuiteQL
	large   int // rows of the large memory measurement
	records int // written
	limit   int // slots of the account
	latency time.Duration
	rounds  int // of each measurement; the best counts
	only    []string
	out     string
}

// parts are what bench starts of itself.
var parts = map[string]func(ctx context.Context, args []string) error{"client": runClient, "emulator": serveEmulator, "decode": runDecode}

func arg(n int) string {
	if n < len(os.Args) {
		return os.Args[n]
	}
	return ""
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if part, is := parts[arg(1)]; is { // a part that runs in a process of its own
		if err := part(ctx, os.Args[2:]); err != nil {
			fail(err)
		}
		return
	}
	p := parse()
	figures, err := p.run(ctx)
	if err != nil {
		fail(err)
	}
	show(figures)
	if p.out != "" {
		if err := write(p.out, figures); err != nil {
			fail(err)
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}

func parse() plan {
	var p plan
	flag.IntVar(&p.rows, "rows", 100_000, "rows to read by SuiteQL")
	flag.IntVar(&p.large, "large", 1_000_000, "rows of the large memory measurement")
	flag.IntVar(&p.records, "records", 2_000, "records to create")
	flag.IntVar(&p.limit, "limit", 5, "concurrent requests that the account allows")
	flag.DurationVar(&p.latency, "latency", 200*time.Millisecond, "the account's latency in the measurement of slots")
	flag.IntVar(&p.rounds, "rounds", 3, "rounds of each measurement; the best counts")
	flag.StringVar(&p.out, "json", "", "file for the figures as JSON")
	only := flag.String("only", "", "measurements to make, separated by commas: "+strings.Join(names(), ", "))
	flag.Parse()
	if *only != "" {
		p.only = strings.Split(*only, ",")
	}
	return p
}

// measurement is one question that bench answers.
type measurement struct {
	name string
	run  func(ctx context.Context, p plan) ([]figure, error)
}

var measurements = []measurement{
	{"suiteql", measureSuiteQL},
	{"import", measureImport},
	{"slots", measureSlots},
	{"memory", measureMemory},
	{"decode", measureDecode},
	{"engine", measureEngine},
	{"flow-memory", measureFlowMemory},
	{"schedule", measureSchedule},
	{"lists", measureLists},
}

func names() []string {
	var list []string
	for _, m := range measurements {
		list = append(list, m.name)
	}
	return list
}

// figure is one measured number.
type figure struct {
	Measurement string  `json:"measurement"`
	Who         string  `json:"who"`
	Value       float64 `json:"value"`
	Unit        string  `json:"unit"`
	Note        string  `json:"note,omitempty"`
}

func (p plan) run(ctx context.Context) ([]figure, error) {
	var figures []figure
	for _, m := range measurements {
		if len(p.only) > 0 && !slices.Contains(p.only, m.name) {
			continue
		}
		fmt.Fprintln(os.Stderr, "measuring", m.name)
		list, err := m.run(ctx, p)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
		figures = append(figures, list...)
	}
	return figures, nil
}

func show(figures []figure) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "MEASUREMENT\tWHO\tVALUE\tUNIT\tNOTE")
	for _, f := range figures {
		fmt.Fprintf(w, "%s\t%s\t%.5g\t%s\t%s\n", f.Measurement, f.Who, f.Value, f.Unit, f.Note)
	}
	w.Flush()
}

func write(path string, figures []figure) error {
	text, err := json.MarshalIndent(figures, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// best runs a client in its own process several times and returns the answer
// with the highest rate.
func best(ctx context.Context, p plan, command func() *exec.Cmd) (answer, error) {
	var top answer
	for range p.rounds {
		a, err := runProcess(ctx, command())
		if err != nil {
			return answer{}, err
		}
		if a.rate() > top.rate() {
			top = a
		}
	}
	return top, nil
}
