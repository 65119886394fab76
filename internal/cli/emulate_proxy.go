package cli

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"

	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/emulator/proxy"
)

// proxyFront is the proxy in front of an emulated account; nil where none is
// asked for.
type proxyFront struct {
	URL    string `json:"proxy_url"`
	CAFile string `json:"ca_file"`

	listener  net.Listener
	authority *proxy.Authority
	temporary string // folder that goes with the command
}

// openProxy listens and makes the authority: beside the state file where the
// account is kept, else one for this run, whose key is not written anywhere.
func openProxy(o *emulation) (_ *proxyFront, err error) {
	if o.proxy == "" {
		return nil, nil
	}
	front := &proxyFront{}
	defer func() {
		if err != nil {
			err = errors.Join(err, front.close())
		}
	}()
	if state := o.options.StateFile; state != "" {
		front.CAFile = state + ".ca.pem"
		front.authority, err = proxy.OpenAuthority(front.CAFile, state+".ca.key", nil)
	} else {
		err = front.forOneRun()
	}
	if err != nil {
		return nil, err
	}
	if front.CAFile, err = filepath.Abs(front.CAFile); err != nil {
		return nil, err
	}
	if front.listener, err = net.Listen("tcp", o.proxy); err != nil {
		return nil, err
	}
	if err := proxy.CheckAddress(front.listener.Addr()); err != nil {
		return nil, err
	}
	front.URL = "http://" + publicHost(front.listener.Addr())
	return front, nil
}

func (f *proxyFront) forOneRun() (err error) {
	if f.authority, err = proxy.NewAuthority(nil); err != nil {
		return err
	}
	if f.temporary, err = os.MkdirTemp("", "sluice-emulator-"); err != nil {
		return err
	}
	f.CAFile = filepath.Join(f.temporary, "ca.pem")
	return f.authority.WriteCertificate(f.CAFile)
}

// close gives up what was not served, and removes what was made for this run.
func (f *proxyFront) close() error {
	if f == nil {
		return nil
	}
	if f.listener != nil {
		_ = f.listener.Close() // served and closed, or never used
	}
	if f.temporary != "" {
		return os.RemoveAll(f.temporary)
	}
	return nil
}

// beside serves the proxy while serve runs. Where one of both fails, both end.
func (f *proxyFront) beside(ctx context.Context, e *emulator.Emulator, serve func(context.Context) error) error {
	if f == nil {
		return serve(ctx)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan error, 1)
	go func() {
		defer stop()
		done <- e.ServeProxy(ctx, f.listener, f.authority)
	}()
	err := serve(ctx)
	stop()
	return errors.Join(err, <-done)
}
