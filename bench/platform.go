package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// measureEngine compares whole flows with the same mapping alone.
func measureEngine(ctx context.Context, p plan) ([]figure, error) {
	figures, err := goBenchmark(ctx, "engine", "./internal/engine", "^BenchmarkRecords$", p.rounds)
	if err != nil {
		return nil, err
	}
	alone := 0.0
	for i, f := range figures {
		if f.Who == "bloblang" {
			alone = f.Value
		} else if alone > 0 {
			figures[i].Note = fmt.Sprintf("%.2f of the mapping alone", f.Value/alone)
		}
	}
	return figures, nil
}

// measureFlowMemory shows that a flow's memory does not grow with its records. Each
// number of records has a process of its own.
func measureFlowMemory(ctx context.Context, p plan) ([]figure, error) {
	var figures []figure
	for _, records := range []string{"10000", "1000000"} {
		list, err := goBenchmark(ctx, "flow-memory", "./internal/engine", "^BenchmarkMemory$/^"+records+"$", 1)
		if err != nil {
			return nil, err
		}
		figures = append(figures, list...)
	}
	return figures, nil
}

// measureSchedule makes the runs of 20,000 flows that are due at once.
func measureSchedule(ctx context.Context, p plan) ([]figure, error) {
	return goBenchmark(ctx, "schedule", "./internal/schedule", "^BenchmarkManyDue$", p.rounds)
}

// measureLists asks for the pages that people look at where much is stored.
func measureLists(ctx context.Context, _ plan) ([]figure, error) {
	return goBenchmark(ctx, "lists", "./internal/app", "^BenchmarkLists$", 50)
}

// goBenchmark runs benchmarks that live beside the code they measure, each so many
// times, and returns what they report.
func goBenchmark(ctx context.Context, measurement, pkg, pattern string, times int) ([]figure, error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", pattern, "-benchtime", strconv.Itoa(times)+"x", "-timeout", "2h", pkg)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	var figures []figure
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		figures = append(figures, reported(measurement, lines.Text())...)
	}
	if len(figures) == 0 {
		return nil, fmt.Errorf("go test -bench %s %s measured nothing", pattern, pkg)
	}
	return figures, nil
}

// reported reads a line such as
//
//	BenchmarkLists/sqlite/home-2   50   1.5 p50-ms   2.5 p95-ms
func reported(measurement, line string) []figure {
	fields := strings.Fields(line)
	if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
		return nil
	}
	_, who, _ := strings.Cut(fields[0], "/")
	if i := strings.LastIndexByte(who, '-'); i >= 0 { // the number of processors
		who = who[:i]
	}
	var figures []figure
	for i := 2; i+1 < len(fields); i += 2 {
		if value, err := strconv.ParseFloat(fields[i], 64); err == nil {
			figures = append(figures, figure{Measurement: measurement, Who: who, Value: value, Unit: fields[i+1]})
		}
	}
	return figures
}
