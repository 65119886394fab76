package cli

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/emulator"

	"github.com/sluicehq/sluice/internal/cli/shell"
)

const emulateHelp = `Serves a NetSuite account on this machine: login, REST record service, SuiteQL,
RESTlets, concurrency limits, and failures on demand, and the pages on which an
integration is set up. It holds a sample company and a working integration,
whose credentials it prints, and an administrator for the pages. They are made
up. With --bare nothing is set up yet. With --scripts it runs SuiteScript files
as RESTlets; with --proxy it also answers under NetSuite's own hosts.

With --json it prints one line of JSON on standard output once it serves, for
programs that start it.`

// emulation is what the command is asked for.
type emulation struct {
	options       emulator.Options
	listen, proxy string
	seed, scripts string
	latency       time.Duration
	oneLine       bool
}

func (p *program) emulateCommand() *cobra.Command {
	var o emulation
	c := &cobra.Command{Use: "emulate", Short: "Serve a NetSuite account on this machine", Long: emulateHelp, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.emulate(cmd.Context(), &o) }}
	f := c.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:8322", "address to listen on; port 0 picks one")
	f.StringVar(&o.options.AccountID, "account", emulator.DefaultAccountID, "account ID in realm form")
	f.BoolVar(&o.options.Bare, "bare", false, "an account as new, to be set up: features off, no integration, no token")
	f.StringVar(&o.seed, "seed", "", "folder of records to add to the sample company, one file TYPE.jsonl for each type")
	f.StringVar(&o.scripts, "scripts", "", "folder of SuiteScript 2.1 files whose RESTlets are deployed")
	f.StringVar(&o.proxy, "proxy", "", "address of a proxy behind which the account has NetSuite's own hosts, for clients that have them built in")
	f.Uint64Var(&o.options.Seed, "random", 0, "number that decides everything made up: keys, sample data, which requests fail")
	f.IntVar(&o.options.Concurrency, "concurrency", 0, "requests at one time that the account takes (default 5)")
	f.DurationVar(&o.latency, "latency", 0, "how long the account thinks about each request")
	f.StringVar(&o.options.StateFile, "state", "", "file that keeps the account over restarts")
	f.BoolVar(&o.oneLine, "json", false, "print one line of JSON once it serves")
	return c
}

// emulate serves the account until ctx ends.
func (p *program) emulate(ctx context.Context, o *emulation) (err error) {
	if o.latency > 0 {
		o.options.Latency = emulator.FixedLatency(o.latency)
	}
	if o.options.Records, err = folder(o.seed); err != nil {
		return err
	}
	if o.options.Scripts, err = folder(o.scripts); err != nil {
		return err
	}
	e, err := emulator.New(o.options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	front, err := openProxy(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, front.close()) }()
	l, err := net.Listen("tcp", o.listen)
	if err != nil {
		return err
	}
	if err := p.announce(e.Credentials(), e.Admin(), front, "http://"+publicHost(l.Addr()), o.oneLine); err != nil {
		_ = l.Close()
		return err
	}
	return front.beside(ctx, e, func(ctx context.Context) error { return serveUntil(ctx, e, l) })
}

// folder opens a folder that has to exist; nil for no name.
func folder(name string) (fs.FS, error) {
	if name == "" {
		return nil, nil
	}
	if _, err := os.Stat(name); err != nil {
		return nil, err
	}
	return os.DirFS(name), nil
}

// publicHost returns the address for people: localhost where only this machine listens.
func publicHost(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip != nil && (ip.IsLoopback() || ip.IsUnspecified()) {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

func serveUntil(ctx context.Context, e *emulator.Emulator, l net.Listener) error {
	err := e.Serve(ctx, l)
	if ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, net.ErrClosed)) {
		return nil
	}
	return err
}

// announce prints where the account is and how to log in.
func (p *program) announce(c emulator.Credentials, admin emulator.Admin, front *proxyFront, address string, oneLine bool) error {
	if c.BaseURL == "" {
		c.BaseURL = address
	}
	all := struct {
		emulator.Credentials
		emulator.Admin
		*proxyFront
	}{c, admin, front}
	if oneLine {
		return json.NewEncoder(p.Out).Encode(all)
	}
	if err := p.Show(all, func() *shell.Grid {
		pairs := []string{"account", c.Account, "base URL", c.BaseURL, "consumer key", c.ConsumerKey, "consumer secret", c.ConsumerSecret,
			"token ID", c.TokenID, "token secret", c.TokenSecret, "administrator", admin.Email, "password", admin.Password}
		if front != nil {
			pairs = append(pairs, "proxy", front.URL, "CA certificate", front.CAFile)
		}
		return shell.Pairs(pairs...)
	}); err != nil {
		return err
	}
	p.Say("\nA NetSuite account is at %s until you press Ctrl-C: open it in a browser to log in as the administrator.", c.BaseURL)
	p.Say("Its control requests: %s/_emulator/", c.BaseURL)
	if front != nil {
		p.Say("Clients reach it under NetSuite's own hosts with HTTPS_PROXY=%s when they trust the CA certificate (Node: NODE_EXTRA_CA_CERTS=%s).", front.URL, front.CAFile)
	}
	if c.ConsumerKey == "" {
		return nil
	}
	p.Say("Connect to it (this asks for the keys): sluice connection create emulator --kind netsuite --set account=%s --set base_url=%s", c.Account, c.BaseURL)
	return nil
}
