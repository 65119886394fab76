package operate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

// restoreOnline brings a backup to a server, has it confirmed, and waits until the server
// has begun anew.
func restoreOnline(ctx context.Context, p *shell.Shell, c *client.Client, path string, confirm client.Confirmation) error {
	staged, err := bring(ctx, p, c, path)
	if err != nil {
		return err
	}
	showStaged(p, staged)
	if confirm.Confirm == "" {
		if confirm.Confirm, err = p.Ask(fmt.Sprintf("Everything on this server is replaced. Type %s to go on: ", staged.Confirm)); err != nil {
			return err
		}
	}
	confirm.ID = staged.ID
	if _, err := c.ConfirmRestore(ctx, confirm); err != nil {
		return errors.Join(err, c.UnstageBackup(ctx))
	}
	if err := awaitRestored(ctx, c); err != nil {
		return err
	}
	p.Say("Restored the backup of %s. Flows are disabled and runs held until you let them go on; see: sluice restored show", shell.When(staged.MadeAt))
	p.Say("Users, passwords and API tokens are as they were then: take away again what was taken away since.")
	return nil
}

// bring sends a file, or names a scheduled backup of the server.
func bring(ctx context.Context, p *shell.Shell, c *client.Client, path string) (*client.Staged, error) {
	staged := &client.Staged{}
	from, name := p.In, "standard input"
	if path != "-" {
		file, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) && path == filepath.Base(path) {
			return c.StageKeptBackup(ctx, path)
		}
		if err != nil {
			return nil, err
		}
		defer file.Close()
		from, name = io.Reader(file), filepath.Base(path)
	}
	return staged, c.Send(ctx, "POST", "/api/v1/restore", url.Values{"name": {name}}, "application/gzip", from, staged)
}

func showStaged(p *shell.Shell, s *client.Staged) {
	p.Say("Backup of %s, made by %s: %d connections, %d flows, %d runs, %d users.", shell.When(s.MadeAt), s.Program,
		s.Rows["connections"], s.Flows, s.Runs, s.Rows["users"])
	if s.FlowsEnabled > 0 || s.RunsInWork > 0 {
		p.Say("%d flows were enabled and come back disabled; %d runs were in work and come back held.", s.FlowsEnabled, s.RunsInWork)
	}
	if len(s.MissingKeys) > 0 {
		p.Say("Its secrets need keys that the server does not have: %v.", s.MissingKeys)
	}
	if len(s.Login.Owners) > 0 {
		p.Say("Its owners: %s.", strings.Join(s.Login.Owners, ", "))
	}
	if s.Replaces == "dropped" {
		p.Say("What is in the database now is dropped: take a backup of it first if you may want it again.")
	}
}

// awaitRestored waits until the server answers again. It then knows nothing of what was
// staged, and may not know who asks either.
func awaitRestored(ctx context.Context, c *client.Client) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(300 * time.Millisecond):
		}
		state, err := c.RestoreState(ctx)
		var answer *client.ErrorBody
		switch {
		case err == nil && state.Begun:
		case err == nil && state.Failed != nil:
			return &client.ErrorBody{Code: state.Failed.Code, Message: "the server goes on as before: " + state.Failed.Message, Remedy: state.Failed.Remedy}
		case err == nil, errors.As(err, &answer) && (answer.Code == "unauthorized" || answer.Code == "forbidden"):
			return nil
		}
	}
}
