// Package life runs a server through the restores that its owners ask for: it ends, the
// backup takes the place of what was there, and it begins anew in the same process.
package life

import (
	"context"
	"errors"
	"net"
	"os"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/restore"
	"github.com/sluicehq/sluice/internal/app"
	"github.com/sluicehq/sluice/internal/app/backup"
)

// Begun tells that a server answers, with what was restored before; nil where nothing was.
type Begun func(a *app.App, out *backup.Restored)

// Serve runs a server until ctx ends, and tells each time that one has begun. A restore
// that fails leaves what was there, and the server goes on with that. Where it cannot
// begin anew Serve ends with the error: what is stored is whole then, the old or the new.
func Serve(ctx context.Context, cfg app.Config, begun Begun) error {
	cfg.Restore.Able = true
	var out *backup.Restored
	for {
		next, address, err := once(ctx, cfg, func(a *app.App) { begun(a, out) })
		if err != nil || next == nil || ctx.Err() != nil {
			return err
		}
		cfg.Listen = address
		if out, err = next.Do(ctx); err != nil {
			cfg.Log.ErrorContext(ctx, "the backup was not restored", "from", next.From, "error", err)
		}
		cfg.Restore.Failed = failed(next, err)
		if err := os.Remove(next.Path); err != nil {
			cfg.Log.WarnContext(ctx, "the restored file cannot be removed", "path", next.Path, "error", err)
		}
	}
}

// once runs a server to its end, and returns what it is to restore and where it listened.
func once(ctx context.Context, cfg app.Config, begun func(*app.App)) (_ *backup.Restore, address string, err error) {
	a, err := app.New(ctx, cfg)
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	begun(a)
	if err := a.Run(ctx); err != nil {
		return nil, "", err
	}
	return a.Restore(), sameAddress(cfg.Listen, a.Addr()), nil
}

// sameAddress is where the next server listens: where any port would do, at the one that
// people know by now.
func sameAddress(listen string, bound net.Addr) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil || bound == nil || port != "0" {
		return listen
	}
	_, port, err = net.SplitHostPort(bound.String())
	if err != nil {
		return listen
	}
	return net.JoinHostPort(host, port)
}

// failed says to people why a restore did not happen; nil where it did.
func failed(next *backup.Restore, err error) *restore.Failed {
	if err == nil {
		return nil
	}
	f := &restore.Failed{At: time.Now().UTC(), Source: next.From, Code: "internal", Message: "the server could not do that", Remedy: "Look into the server's log"}
	if e, ok := errors.AsType[*sluice.Error](err); ok {
		f.Code, f.Message, f.Remedy = e.Code, e.Message, e.Remedy
	}
	return f
}
