package cli

import (
	"context"
	"encoding/json"
	"errors"
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
up. With --bare nothing is set up yet.

With --json it prints one line of JSON on standard output once it serves, for
programs that start it.`

func (p *program) emulateCommand() *cobra.Command {
	var o emulator.Options
	var listen, seed string
	var latency time.Duration
	var oneLine bool
	c := &cobra.Command{Use: "emulate", Short: "Serve a NetSuite account on this machine", Long: emulateHelp, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if latency > 0 {
				o.Latency = emulator.FixedLatency(latency)
			}
			if seed != "" {
				if _, err := os.Stat(seed); err != nil {
					return err
				}
				o.Records = os.DirFS(seed)
			}
			e, err := emulator.New(o)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, e.Close()) }()
			l, err := net.Listen("tcp", listen)
			if err != nil {
				return err
			}
			if err := p.announce(e.Credentials(), e.Admin(), "http://"+publicHost(l.Addr()), oneLine); err != nil {
				_ = l.Close()
				return err
			}
			return serveUntil(cmd.Context(), e, l)
		}}
	f := c.Flags()
	f.StringVar(&listen, "listen", "127.0.0.1:8322", "address to listen on; port 0 picks one")
	f.StringVar(&o.AccountID, "account", emulator.DefaultAccountID, "account ID in realm form")
	f.BoolVar(&o.Bare, "bare", false, "an account as new, to be set up: features off, no integration, no token")
	f.StringVar(&seed, "seed", "", "folder of records to add to the sample company, one file TYPE.jsonl for each type")
	f.Uint64Var(&o.Seed, "random", 0, "number that decides everything made up: keys, sample data, which requests fail")
	f.IntVar(&o.Concurrency, "concurrency", 0, "requests at one time that the account takes (default 5)")
	f.DurationVar(&latency, "latency", 0, "how long the account thinks about each request")
	f.StringVar(&o.StateFile, "state", "", "file that keeps the account over restarts")
	f.BoolVar(&oneLine, "json", false, "print one line of JSON once it serves")
	return c
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
func (p *program) announce(c emulator.Credentials, admin emulator.Admin, address string, oneLine bool) error {
	if c.BaseURL == "" {
		c.BaseURL = address
	}
	all := struct {
		emulator.Credentials
		emulator.Admin
	}{c, admin}
	if oneLine {
		return json.NewEncoder(p.Out).Encode(all)
	}
	if err := p.Show(all, func() *shell.Grid {
		return shell.Pairs("account", c.Account, "base URL", c.BaseURL, "consumer key", c.ConsumerKey, "consumer secret", c.ConsumerSecret,
			"token ID", c.TokenID, "token secret", c.TokenSecret, "administrator", admin.Email, "password", admin.Password)
	}); err != nil {
		return err
	}
	p.Say("\nA NetSuite account is at %s until you press Ctrl-C: open it in a browser to log in as the administrator.", c.BaseURL)
	p.Say("Its control requests: %s/_emulator/", c.BaseURL)
	if c.ConsumerKey == "" {
		return nil
	}
	p.Say("Connect to it (this asks for the keys): sluice connection create emulator --kind netsuite --set account=%s --set base_url=%s", c.Account, c.BaseURL)
	return nil
}
