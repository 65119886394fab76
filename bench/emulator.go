package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/sluicehq/sluice/emulator"
)

// accountFlags are what an emulated account is started with.
type accountFlags struct {
	rows        int // customers
	concurrency int
	latency     time.Duration
}

func (f accountFlags) args() []string {
	return []string{"emulator", "-rows", strconv.Itoa(f.rows), "-concurrency", strconv.Itoa(f.concurrency), "-latency", f.latency.String()}
}

// serveEmulator serves an account until ctx ends, and prints one line with its
// credentials when it does. It is this program's other half, in a process of its own.
func serveEmulator(ctx context.Context, args []string) (err error) {
	var f accountFlags
	flags := flag.NewFlagSet("emulator", flag.ContinueOnError)
	flags.IntVar(&f.rows, "rows", 0, "customers")
	flags.IntVar(&f.concurrency, "concurrency", 5, "concurrent requests that the account allows")
	flags.DurationVar(&f.latency, "latency", 0, "of every request")
	if err := flags.Parse(args); err != nil {
		return err
	}
	o := emulator.Options{Concurrency: f.concurrency}
	if f.latency > 0 {
		o.Latency = emulator.FixedLatency(f.latency)
	}
	e, err := emulator.New(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	if f.rows > 0 {
		if err := fill(ctx, e, f.rows); err != nil {
			return err
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	c := e.Credentials()
	c.BaseURL = "http://" + l.Addr().String()
	if err := json.NewEncoder(os.Stdout).Encode(c); err != nil {
		return err
	}
	return e.Serve(ctx, l)
}

// fill adds so many customers.
func fill(ctx context.Context, e *emulator.Emulator, rows int) error {
	id, err := e.Records().Writer().Create("customer", map[string]any{
		"companyName": "Bench Customer", "email": "orders@bench.example", "phone": "+00 555 0100",
		"subsidiary": map[string]any{"id": "1"},
	})
	if err != nil {
		return err
	}
	return e.Records().BulkSeed(ctx, "customer", id, rows-1)
}
