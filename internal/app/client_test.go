package app

import (
	"context"
	"net"
	"net/http"

	"github.com/sluicehq/sluice/internal/client"
)

// socketClient returns a client of the server that has the data folder.
func socketClient(dir string) *client.Client {
	return &client.Client{Base: "http://sluice", HTTP: &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return DialSocket(ctx, dir) },
	}}}
}
