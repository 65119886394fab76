package app

import (
	"os"
	"path/filepath"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/socket"
)

func (a *App) listen() error {
	var err error
	if a.socket, err = socket.Listen(a.cfg.DataDir); err != nil {
		return err
	}
	a.onClose(func() error {
		_ = a.socket.Close() // closed by Run already when that was called
		return os.Remove(filepath.Join(a.cfg.DataDir, socket.File))
	})
	if err := a.listenForMetrics(); err != nil {
		return err
	}
	if a.cfg.Listen == "" {
		return nil
	}
	if a.network, err = a.cfg.Serving.Listen(a.cfg.Listen, a.cfg.Log); err != nil {
		return sluice.Errorf(codeListen, "cannot listen on %s: %w", a.cfg.Listen, err).Fix("Choose another address with --listen")
	}
	a.onClose(func() error { _ = a.network.Close(); return nil })
	return nil
}
