// Command suite runs the tests the way `make test` does: `go test` over the
// packages it is given, those that -race names under the race detector. It
// prints what go test prints, says which tests were skipped and how to get
// them, and ends with go test's own lines, one for each package.
//
// With CI=true a test may skip only for want of the reference material beside
// the repository; any other skip fails the suite.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	race := flag.String("race", "", "package patterns to test under the race detector, separated by commas")
	flags := flag.String("flags", "", "flags for go test, separated by spaces")
	flag.Parse()

	s := suite{
		out: os.Stdout, progress: os.Stderr, report: newReport(os.Stdout),
		flags: strings.Fields(*flags), strict: os.Getenv("CI") == "true",
	}
	if err := s.run(ctx, flag.Args(), splitList(*race)); err != nil {
		fmt.Fprintln(os.Stderr, "suite:", err)
		os.Exit(1)
	}
	if !s.report.close(s.strict) {
		os.Exit(1)
	}
}

func splitList(text string) []string {
	return slices.DeleteFunc(strings.Split(text, ","), func(s string) bool { return s == "" })
}

type suite struct {
	out, progress io.Writer
	report        *report
	flags         []string
	strict        bool
}

// run tests the packages, those under race with the race detector where the machine has one.
func (s *suite) run(ctx context.Context, patterns, race []string) error {
	all, err := list(ctx, patterns)
	if err != nil {
		return err
	}
	racing, err := list(ctx, race)
	if err != nil {
		return err
	}
	racing = slices.DeleteFunc(racing, func(p string) bool { return !slices.Contains(all, p) })
	if why := noRaceDetector(ctx); why != "" && len(racing) > 0 {
		s.report.note("the race detector", why)
		racing = nil
	}
	rest := slices.DeleteFunc(slices.Clone(all), func(p string) bool { return slices.Contains(racing, p) })
	if err := s.test(ctx, nil, rest); err != nil {
		return err
	}
	return s.test(ctx, watched(), racing)
}

// watched returns the flags that watch our code and its libraries for races. SQLite
// is left out: it is C in Go's clothes, of which each access to its own memory would
// be watched, at three times the cost of all the rest. It locks with Go's mutexes,
// which are watched, so no race of ours hides behind it.
func watched() []string {
	flags := []string{"-race"}
	for _, translated := range []string{"modernc.org/sqlite/lib", "modernc.org/libc"} {
		flags = append(flags, "-gcflags="+translated+"=-race=false")
	}
	return flags
}

// list resolves package patterns. No patterns are no packages.
func list(ctx context.Context, patterns []string) ([]string, error) {
	if len(patterns) == 0 {
		return nil, nil
	}
	const form = `{{.ImportPath}}{{$dir := .Dir}}{{range .TestGoFiles}}|{{$dir}}/{{.}}{{end}}{{range .XTestGoFiles}}|{{$dir}}/{{.}}{{end}}`
	listing := exec.CommandContext(ctx, "go", append([]string{"list", "-e", "-f", form}, patterns...)...)
	listing.Stderr = os.Stderr
	out, err := listing.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	return longestFirst(string(out)), nil
}

// longestFirst orders packages by how much there is to test, so that no processor is left
// with the longest alone at the end. A line is a package and the files of its tests.
func longestFirst(lines string) []string {
	var packages []string
	tests := map[string]int64{}
	for line := range strings.Lines(lines) {
		files := strings.Split(strings.TrimSpace(line), "|")
		packages = append(packages, files[0])
		for _, file := range files[1:] {
			if info, err := os.Stat(file); err == nil {
				tests[files[0]] += info.Size()
			}
		}
	}
	slices.SortStableFunc(packages, func(a, b string) int { return cmp.Compare(tests[b], tests[a]) })
	return packages
}

// noRaceDetector says why this machine cannot run the race detector, or "".
func noRaceDetector(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "go", "env", "CC").Output()
	if err == nil {
		cc, _, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
		if _, err := exec.LookPath(cc); err == nil {
			return ""
		}
	}
	return "there is no C compiler, which it needs. Get one: apt-get install gcc libc6-dev"
}

// raceEnvironment is what tests under the race detector run in. It needs cgo. A process that
// ends waits a second for races that have not been told yet; the processes that tests start
// and kill by the hundred need not.
func raceEnvironment() []string {
	env := append(os.Environ(), "CGO_ENABLED=1")
	if os.Getenv("GORACE") == "" {
		env = append(env, "GORACE=atexit_sleep_ms=20")
	}
	return env
}

// test runs go test over packages and hands its events to the report.
func (s *suite) test(ctx context.Context, extra, packages []string) error {
	if len(packages) == 0 {
		return nil
	}
	// One more package at a time than there are processors: tests wait for disks and clocks.
	atOnce := "-p=" + strconv.Itoa(runtime.NumCPU()+1)
	args := slices.Concat([]string{"test", "-json", atOnce}, extra, s.flags, packages)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Stderr = os.Stderr
	if len(extra) > 0 {
		cmd.Env = raceEnvironment()
	}
	events, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	readErr := s.report.read(events, s.progress)
	err = cmd.Wait()
	if readErr != nil {
		return readErr
	}
	if err != nil && !s.report.failed() {
		return fmt.Errorf("go test: %w", err)
	}
	return ctx.Err()
}
