package connection

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

const prepareHelp = `Makes a key and its certificate for OAuth 2.0 client credentials. The key stays sealed
in the server; the certificate is written to a file, to upload in NetSuite. The
connection goes on with the login that it has. Next: sluice connection oauth2 trial.`

func (p *program) oauth2Prepare() *cobra.Command {
	var options client.CertificateOptions
	var file string
	c := &cobra.Command{Use: "prepare NAME", Short: "Make a key and the certificate to upload", Long: prepareHelp, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if file == "" {
				file = "sluice-" + args[0] + ".crt"
			}
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				made, err := c.PrepareOAuth2(ctx, args[0], options)
				if err != nil {
					return err
				}
				if err := os.WriteFile(file, []byte(made.Certificate), 0o644); err != nil { //nolint:gosec // a certificate is public
					return err
				}
				return p.Show(made, func() *shell.Grid { return &shell.Grid{Lines: uploadText(made, file)} })
			})
		}}
	c.Flags().StringVar(&options.Algorithm, "algorithm", "", "kind of key: ec-p256 (default), rsa-3072 or rsa-4096")
	c.Flags().Int64Var(&options.Days, "days", 0, "how long it holds: 730 (default) is the most that NetSuite takes")
	c.Flags().StringVar(&file, "out", "", "file for the certificate (default: sluice-NAME.crt)")
	return c
}

// uploadText says what to do with a certificate.
func uploadText(made *client.PreparedCertificate, file string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "certificate  %s\nfingerprint  %s\nends         %s\n\n%s\n", file, made.Fingerprint, shell.When(made.EndsAt), made.Upload.Title)
	for _, menu := range made.Upload.Menus {
		fmt.Fprintf(&b, "  %s\n", menu)
	}
	for i, action := range made.Upload.Actions {
		fmt.Fprintf(&b, "  %d. %s\n", i+1, action)
	}
	for _, f := range made.Upload.Fields {
		fmt.Fprintf(&b, "     %s: %s\n", f.Label, strings.TrimSpace(f.Value+" "+f.Note))
	}
	for _, trap := range made.Upload.Traps {
		fmt.Fprintf(&b, "  ! %s\n", trap)
	}
	return b.String()
}

func (p *program) oauth2Trial() *cobra.Command {
	var upload client.OAuth2Upload
	var clientID string
	c := &cobra.Command{Use: "trial NAME --certificate-id ID", Short: "Log in with the certificate beside the present login, and compare", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if clientID != "" {
				if upload.ClientID, err = p.ReadSecret("client_id", clientID); err != nil {
					return err
				}
			}
			return p.With(cmd, func(ctx context.Context, c *client.Client) error {
				trial, err := c.TryOAuth2(ctx, args[0], upload)
				if err != nil {
					return err
				}
				if err := p.Show(trial, func() *shell.Grid { return trialGrid(trial) }); err != nil {
					return err
				}
				if p.Say("%s.", trial.Message); trial.OK {
					p.Say("Put it in force: sluice connection oauth2 switch %s", args[0])
					return nil
				}
				if trial.New.Error != nil {
					return trial.New.Error
				}
				return fmt.Errorf("%s", trial.Message)
			})
		}}
	c.Flags().StringVar(&upload.CertificateID, "certificate-id", "", "as NetSuite shows it after the upload")
	c.Flags().StringVar(&clientID, "client-id", "", "of another integration record: env:VARIABLE, @FILE or - for standard input")
	c.Flags().StringVar(&upload.Iclient, "iclient", "", "consumer key to take the client ID from")
	return c
}

func trialGrid(t *client.Trial) *shell.Grid {
	g := &shell.Grid{Header: []string{"", "login in force", "certificate", ""}, Empty: "Nothing was compared."}
	for _, row := range t.Rows {
		mark := "same"
		switch {
		case !row.Known:
			mark = "not told"
		case !row.Same:
			mark = "DIFFERS"
		}
		g.Add(row.Name, row.Token, row.Oauth2, mark)
	}
	return g
}

func (p *program) oauth2Switch() *cobra.Command {
	return p.onConnection("switch", "Put the certificate in force; the login before is kept", "Switched. Go back at any time: sluice connection previous restore NAME", (*client.Client).SwitchToOAuth2)
}
