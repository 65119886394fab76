package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/page"
	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

const guideHelp = `Shows what an administrator sets up in NetSuite for a connection: menu paths, fields,
what to copy where, what goes wrong, and the role. With --flow the role is computed:
it holds what these flows need and nothing else.

  sluice guide --type oauth2-m2m --flow orders-in --flow orders-out
  sluice guide --flow orders-in --role-xml > Objects/customrole_sluiceintegration.xml
  sluice guide --for shopify --bundle`

func (p *program) guideCommand() *cobra.Command {
	var q client.GuideQuery
	var roleXML bool
	c := &cobra.Command{Use: "guide", Short: "Show what to set up in NetSuite", Long: guideHelp, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if roleXML && q.Bundle {
				return shell.Usagef("with --bundle the role is a copy of the bundle's: leave out --bundle or --role-xml")
			}
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				g, err := c.Guide(ctx, q)
				if err != nil {
					return err
				}
				if roleXML {
					_, err := io.WriteString(p.Out, g.Role.SDF)
					return err
				}
				return p.Show(g, func() *shell.Grid { return &shell.Grid{Lines: page.Guide(g)} })
			})
		}}
	fl := c.Flags()
	fl.StringVar(&q.Application, "for", "", "application that the connection is for, such as shopify or salesforce")
	fl.StringVar(&q.Type, "type", "token", "authentication type: token, token-auto or oauth2-m2m")
	fl.StringSliceVar(&q.Flow, "flow", nil, "flow that the role is for; may be given more than once")
	fl.StringVar(&q.Connection, "connection", "", "count only what the flows do through this connection")
	fl.BoolVar(&q.Bundle, "bundle", false, "the Celigo bundle (20038 or higher) is in the account: use its roles and names")
	fl.BoolVar(&roleXML, "role-xml", false, "print only the role, as an object of a SuiteCloud project")
	return c
}
