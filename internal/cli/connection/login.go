package connection

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/cli/callback"
	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

// loginCommands are those round what a connection logs in with.
func (p *program) loginCommands() []*cobra.Command {
	return []*cobra.Command{p.connectionAuthorize(),
		shell.Group("candidate", "A new login that is to be proven", p.candidateProve(), p.candidateDrop()),
		shell.Group("previous", "The login before the last change", p.previousRestore(), p.previousDrop()),
		shell.Group("oauth2", "Move to OAuth 2.0, and replace its certificate", p.oauth2Prepare(), p.oauth2Trial(), p.oauth2Switch()),
		p.connectionRole()}
}

const authorizeHelp = `Opens NetSuite's log-in in the browser and waits until somebody has allowed the
connection there (or denied it). The token comes by itself; nothing has to be copied.

The connection is of the type token-auto. Its integration record has the box TBA:
Authorization Flow ticked, with the callback URL http://localhost:*.`

func (p *program) connectionAuthorize() *cobra.Command {
	var quiet bool
	c := &cobra.Command{Use: "authorize NAME", Short: "Get a connection's token by a log-in to NetSuite", Long: authorizeHelp, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				a, err := p.authorize(ctx, c, args[0], !quiet)
				if err != nil {
					return err
				}
				if a.Error != nil {
					return a.Error
				}
				p.Say("Authorized.")
				return p.Show(a, func() *shell.Grid {
					g := shell.Pairs("connection", a.Connection)
					if who := a.Identity; who != nil {
						g = shell.Pairs("connection", a.Connection, "account", who.Account, "role", named(who.RoleName, who.RoleID), "user", named(who.EntityName, who.EntityID))
					}
					return g
				})
			})
		}}
	c.Flags().BoolVar(&quiet, "no-browser", false, "print the address only")
	return c
}

func named(name, id string) string {
	if name == "" {
		return id
	}
	return fmt.Sprintf("%s (%s)", name, id)
}

// authorize goes through the flow and returns how it ended.
func (p *program) authorize(ctx context.Context, c *client.Client, name string, browse bool) (*client.Authorization, error) {
	listener, err := callback.Listen()
	if err != nil {
		return nil, err
	}
	defer listener.Close()
	begun, err := c.StartAuthorization(ctx, name, client.AuthorizationStart{Callback: listener.URL()})
	if err != nil {
		return nil, err
	}
	p.Say("Log in to NetSuite and allow the connection:\n\n  %s\n", begun.URL)
	if browse && p.Interactive {
		openBrowser(ctx, begun.URL)
	}
	var ended *client.Authorization
	err = listener.Wait(ctx, begun.ExpiresAt.Sub(begun.StartedAt), func(ctx context.Context, query string) (callback.Outcome, bool) {
		a, err := c.AnswerAuthorization(ctx, begun.ID, client.AuthorizationQuery{Query: query})
		switch {
		case err != nil:
			return callback.Outcome{Title: "The connection was not authorized", Text: err.Error()}, false
		case a.Error != nil:
			ended = a
			return callback.Outcome{Title: "The connection was not authorized", Text: a.Error.Message, Cure: a.Error.Remedy}, true
		}
		ended = a
		return callback.Outcome{OK: true, Title: "The connection is authorized", Text: "The connection " + a.Connection + " has its token."}, true
	})
	return ended, err
}

// openBrowser asks the desktop to open an address. The address is printed too, so
// that it does not matter where there is none.
func openBrowser(ctx context.Context, address string) {
	name, args := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	}
	if command := exec.CommandContext(ctx, name, args...); command.Start() == nil {
		go func() { _ = command.Wait() }()
	}
}

// onConnection makes a command that does something to one connection and shows it.
func (p *program) onConnection(use, short, said string, do func(*client.Client, context.Context, string) (*client.Connection, error)) *cobra.Command {
	return &cobra.Command{Use: use + " NAME", Short: short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			conn, err := do(c, ctx, args[0])
			if err != nil {
				return err
			}
			p.Say("%s", said)
			return p.Show(conn, func() *shell.Grid { return connectionGrid(conn) })
		})
	}}
}

func (p *program) candidateProve() *cobra.Command {
	return &cobra.Command{Use: "prove NAME", Short: "Try the new login, and put it in force when it works", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			e, err := c.ProveCandidate(ctx, args[0])
			if err != nil {
				return err
			}
			return p.showEvidence(e)
		})
	}}
}

func (p *program) candidateDrop() *cobra.Command {
	return p.onConnection("drop", "Forget the new login; the one in force stays", "Dropped.", (*client.Client).DropCandidate)
}

func (p *program) previousRestore() *cobra.Command {
	return p.onConnection("restore", "Go back to the login before the last change", "Restored.", (*client.Client).RestorePrevious)
}

func (p *program) previousDrop() *cobra.Command {
	return p.onConnection("drop", "Forget the login before the last change, once the new one has worked", "Dropped.", (*client.Client).DropPrevious)
}

// showEvidence prints what a test proved, and makes a failed one the command's.
func (p *program) showEvidence(e *client.Evidence) error {
	if err := p.Show(e, func() *shell.Grid { return evidenceGrid(e) }); err != nil || e.OK {
		return err
	}
	if e.Error != nil {
		return e.Error
	}
	return fmt.Errorf("%s", e.Message)
}

const roleHelp = `Computes the smallest role that runs the flows of a connection, and tries of each
permission what reading can show. It changes nothing in the account.`

func (p *program) connectionRole() *cobra.Command {
	return &cobra.Command{Use: "role NAME", Short: "The role that the flows need, against what NetSuite shows", Long: roleHelp, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				report, err := c.RoleReport(ctx, args[0])
				if err != nil {
					return err
				}
				p.Say("%s.", report.Note)
				return p.Show(report, func() *shell.Grid {
					g := &shell.Grid{Header: []string{"permission", "level", "shown", "because"}}
					for _, n := range report.Needed {
						for i, why := range n.Because {
							if i == 0 {
								g.Add(n.Permission+" ("+n.ID+")", n.Level, n.Shown, why)
							} else {
								g.Add("", "", "", why)
							}
						}
					}
					for _, name := range report.Unknown {
						g.Add("not known, for "+name, "", "", "look it up")
					}
					return g
				})
			})
		}}
}

// addLogins shows who a connection is, and the logins that are not in force.
func addLogins(g *shell.Grid, c *client.Connection) {
	if who := c.Identity; who != nil {
		g.Add("role", named(who.RoleName, who.RoleID))
		g.Add("user", named(who.EntityName, who.EntityID))
	}
	if l := c.Candidate; l != nil {
		why := "not tried yet"
		if l.Error != nil {
			why = l.Error.Message
		}
		g.Add("candidate", l.Type+", since "+shell.When(l.MadeAt)+": "+why)
	}
	if l := c.Previous; l != nil {
		g.Add("previous", l.Type+", until "+shell.When(l.ChangedAt))
	}
}

// sayCandidate says what becomes of a new login that is not in force.
func (p *program) sayCandidate(c *client.Connection) {
	switch l := c.Candidate; {
	case l == nil:
	case l.Error != nil:
		p.Say("The login by %s stays in force: the one by %s does not work yet. %s", c.Settings["type"], l.Type, l.Error.Message)
	case l.Type == sluice.AuthTokenAuto:
		p.Say("The login by %s stays in force until the new one is authorized: sluice connection authorize %s", c.Settings["type"], c.Name)
	}
}
