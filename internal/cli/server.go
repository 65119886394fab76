package cli

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/app"
	"github.com/sluicehq/sluice/internal/client"
)

// call is what a command does with a server.
type call func(ctx context.Context, c *client.Client) error

// with runs do against the server that the flags name. A server that this
// process starts itself claims no runs.
func (p *program) with(cmd *cobra.Command, do call) error { return p.reach(cmd, do, true) }

// working is with for commands that wait for runs: a server of our own works them.
func (p *program) working(cmd *cobra.Command, do call) error { return p.reach(cmd, do, false) }

func (p *program) reach(cmd *cobra.Command, do call, idle bool) error {
	ctx := cmd.Context()
	if p.server != "" {
		return do(ctx, p.remote())
	}
	dir := p.dataDir()
	if conn, err := app.DialSocket(ctx, dir); err == nil {
		_ = conn.Close() // it was to see whether somebody listens
		return do(ctx, socketClient(dir))
	}
	return p.inProcess(ctx, dir, do, idle)
}

func (p *program) remote() *client.Client {
	token := p.token
	if token == "" {
		token = p.getenv("SLUICE_TOKEN")
	}
	return &client.Client{Base: strings.TrimSuffix(p.server, "/"), Token: token}
}

func (p *program) dataDir() string {
	if p.data != "" {
		return p.data
	}
	return app.DefaultDataDir()
}

// socketClient returns a client of the server that has the data folder.
func socketClient(dir string) *client.Client {
	return &client.Client{Base: "http://sluice", HTTP: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return app.DialSocket(ctx, dir) },
	}}}
}

// inProcess starts a server on the data folder for as long as do takes.
func (p *program) inProcess(ctx context.Context, dir string, do call, idle bool) (err error) {
	a, err := app.New(ctx, app.Config{DataDir: dir, DatabaseURL: p.getenv("SLUICE_DATABASE"), KeyFile: p.getenv("SLUICE_KEY_FILE"),
		Idle: idle, Log: p.logger(false)})
	if err != nil {
		return err
	}
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- a.Run(serving) }()
	defer func() {
		stop()
		err = errors.Join(err, <-ended, a.Close())
	}()
	c := socketClient(dir)
	defer c.HTTP.CloseIdleConnections()
	return do(ctx, c)
}
