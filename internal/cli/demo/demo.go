// Package demo shows Sluice at work, without anything from outside.
package demo

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the warehouse's driver

	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/examples"
	"github.com/sluicehq/sluice/internal/app"
	"github.com/sluicehq/sluice/internal/cli/fileset"
	"github.com/sluicehq/sluice/internal/client"
)

// Demo is a demonstration: an emulated account, a server, and the flows of a shop.
type Demo struct {
	Out io.Writer // gets the story
	Log *slog.Logger
	// Dir holds all of it. With Keep the account is kept there too, so that a second
	// demo finds what the first delivered.
	Dir  string
	Keep bool
	// Client returns a client of the server that has a data folder.
	Client func(dir string) *client.Client
	// Await waits for a run's end.
	Await func(ctx context.Context, c *client.Client, id int64) (*client.Run, error)

	account *emulator.Emulator
	address string // of the account
	app     *app.App
	client  *client.Client
}

// Run starts account and server, tells the story, and stays until ctx ends, or not with once.
func (d *Demo) Run(ctx context.Context, once bool) (err error) {
	stop, err := d.start(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	if err := d.prepare(ctx); err != nil {
		return err
	}
	if err := d.story(ctx); err != nil {
		return err
	}
	if once {
		return nil
	}
	d.whatNext()
	<-ctx.Done()
	return nil
}

// The addresses that the demo takes when they are free.
const demoAccountAddress = "127.0.0.1:8322"

// listenOr listens on the address, or on a free port of the same host.
func listenOr(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err == nil {
		return l, nil
	}
	host, _, splitErr := net.SplitHostPort(address)
	if splitErr != nil {
		return nil, splitErr
	}
	return net.Listen("tcp", net.JoinHostPort(host, "0"))
}

func port(a net.Addr) string {
	_, port, _ := net.SplitHostPort(a.String()) // a listener's address has a port
	return port
}

// start serves account and server in the background. They outlive ctx until stop is called.
func (d *Demo) start(ctx context.Context) (stop func() error, err error) {
	serving, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var undo []func() error
	end := func() error {
		cancel()
		var all error
		for i := len(undo) - 1; i >= 0; i-- {
			all = errors.Join(all, undo[i]())
		}
		return all
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, end())
		}
	}()
	if d.account, err = emulator.New(emulator.Options{StateFile: d.stateFile(), Log: d.Log}); err != nil {
		return nil, err
	}
	undo = append(undo, d.account.Close)
	l, err := listenOr(demoAccountAddress)
	if err != nil {
		return nil, err
	}
	d.address = "http://localhost:" + port(l.Addr())
	undo = append(undo, inBackground(func() error { return d.account.Serve(serving, l) }))
	if d.app, err = d.openServer(ctx); err != nil {
		return nil, err
	}
	undo = append(undo, d.app.Close, inBackground(func() error { return d.app.Run(serving) }))
	d.client = d.Client(d.Dir)
	undo = append(undo, func() error { d.client.HTTP.CloseIdleConnections(); return nil })
	return end, nil
}

// stateFile keeps the account together with what the server remembers of it.
func (d *Demo) stateFile() string {
	if !d.Keep {
		return ""
	}
	return filepath.Join(d.Dir, "account.json")
}

// openServer listens on the usual address, or on a free port when that is taken.
func (d *Demo) openServer(ctx context.Context) (*app.App, error) {
	cfg := app.Config{DataDir: d.Dir, Listen: app.DefaultListen, Log: slog.New(slog.DiscardHandler)}
	a, err := app.New(ctx, cfg)
	if err != nil && app.AddressTaken(err) {
		cfg.Listen = "localhost:0"
		a, err = app.New(ctx, cfg)
	}
	return a, err
}

// inBackground runs f and returns what waits for its end.
func inBackground(f func() error) func() error {
	ended := make(chan error, 1)
	go func() { ended <- f() }()
	return func() error { return <-ended }
}

// shopDir is where the shop's files are.
func (d *Demo) shopDir() string { return filepath.Join(d.Dir, "shop") }

// prepare writes the shop's files and tables, and applies its connections and flows.
func (d *Demo) prepare(ctx context.Context) error {
	if err := copyFiles(examples.Shop(), d.shopDir()); err != nil {
		return err
	}
	if err := d.makeWarehouse(ctx); err != nil {
		return err
	}
	files := &fileset.Reader{Getenv: d.accountEnv()}
	set, err := files.Read(d.shopDir())
	if err != nil {
		return err
	}
	set.Connections = append(set.Connections, d.m2mConnection())
	for i := range set.Connections {
		if c := &set.Connections[i]; c.Kind == "netsuite" {
			c.Settings["base_url"] = d.address
		}
	}
	_, err = d.client.Apply(ctx, *set)
	return err
}

// accountEnv names the account's credentials as the shop's connections.yaml does.
func (d *Demo) accountEnv() func(string) string {
	c := d.account.Credentials()
	env := map[string]string{"NETSUITE_CONSUMER_KEY": c.ConsumerKey, "NETSUITE_CONSUMER_SECRET": c.ConsumerSecret,
		"NETSUITE_TOKEN_ID": c.TokenID, "NETSUITE_TOKEN_SECRET": c.TokenSecret}
	return func(name string) string { return env[name] }
}

// m2mConnection reaches the same account by OAuth 2.0.
func (d *Demo) m2mConnection() client.ConnectionFile {
	m := d.account.M2M()
	return client.ConnectionFile{Path: "demo", Name: "netsuite-m2m", Kind: "netsuite",
		Settings: map[string]string{"account": d.account.Credentials().Account, "type": "oauth2-m2m", "certificate_id": m.CertificateID},
		Secrets:  map[string]string{"client_id": m.ClientID, "private_key": m.PrivateKey}}
}

// copyFiles writes all files of a folder; what is there already stays.
func copyFiles(from fs.FS, dir string) error {
	return fs.WalkDir(from, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(dir, filepath.FromSlash(path))
		if entry.IsDir() {
			return os.MkdirAll(to, 0o700)
		}
		if _, err := os.Stat(to); err == nil {
			return nil
		}
		text, err := fs.ReadFile(from, path)
		if err != nil {
			return err
		}
		return os.WriteFile(to, text, 0o600)
	})
}

// makeWarehouse makes the tables that the shop's orders go to.
func (d *Demo) makeWarehouse(ctx context.Context) (err error) {
	script, err := os.ReadFile(filepath.Join(d.shopDir(), "warehouse.sql"))
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite", filepath.Join(d.shopDir(), "warehouse.db"))
	if err != nil {
		return fmt.Errorf("warehouse: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, string(script)); err != nil {
		return fmt.Errorf("warehouse: %w", err)
	}
	return nil
}
