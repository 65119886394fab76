package shell

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

// Call is what a command does with a server.
type Call func(ctx context.Context, c *client.Client) error

// With runs do against the server that the flags name. A server that this
// process starts itself claims no runs.
func (p *Shell) With(cmd *cobra.Command, do Call) error { return p.reach(cmd, do, true) }

// Working is With for commands that wait for runs: a server of our own works them.
func (p *Shell) Working(cmd *cobra.Command, do Call) error { return p.reach(cmd, do, false) }

func (p *Shell) reach(cmd *cobra.Command, do Call, idle bool) error {
	ctx := cmd.Context()
	if p.Server != "" {
		return do(ctx, p.remote())
	}
	dir := p.DataDir()
	if conn, err := app.DialSocket(ctx, dir); err == nil {
		_ = conn.Close() // it was to see whether somebody listens
		return do(ctx, SocketClient(dir))
	}
	return p.inProcess(ctx, dir, do, idle)
}

func (p *Shell) remote() *client.Client {
	token := p.Token
	if token == "" {
		token = p.Getenv("SLUICE_TOKEN")
	}
	return &client.Client{Base: strings.TrimSuffix(p.Server, "/"), Token: token}
}

// DataDir returns the data folder that the flags name.
func (p *Shell) DataDir() string {
	if p.Data != "" {
		return p.Data
	}
	return app.DefaultDataDir()
}

// SocketClient returns a client of the server that has the data folder.
func SocketClient(dir string) *client.Client {
	return &client.Client{Base: "http://sluice", HTTP: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return app.DialSocket(ctx, dir) },
	}}}
}

// inProcess starts a server on the data folder for as long as do takes.
func (p *Shell) inProcess(ctx context.Context, dir string, do Call, idle bool) (err error) {
	a, err := app.New(ctx, app.Config{DataDir: dir, DatabaseURL: p.Getenv("SLUICE_DATABASE"), KeyFile: p.Getenv("SLUICE_KEY_FILE"),
		Idle: idle, Log: p.Logger(false)})
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
	c := SocketClient(dir)
	defer c.HTTP.CloseIdleConnections()
	return do(ctx, c)
}
