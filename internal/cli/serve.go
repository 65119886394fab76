package cli

import (
	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/app"
	"github.com/sluicehq/sluice/internal/app/backup"
	"github.com/sluicehq/sluice/internal/app/life"
	"github.com/sluicehq/sluice/internal/cli/operate"
	"github.com/sluicehq/sluice/internal/cli/signin"
)

func (p *program) serveCommand() *cobra.Command {
	cfg := app.Config{}
	var debug bool
	var logs operate.Logs
	var people *signin.Flags
	c := &cobra.Command{Use: "serve", Short: "Run the server", Args: cobra.NoArgs,
		Long: "Runs the server until it gets an interrupt; it then lets pages and requests in work finish.",
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			cfg.DataDir = p.DataDir()
			if cfg.Log, err = operate.Logger(p.Shell, logs, debug); err != nil {
				return err
			}
			if cfg.OIDC, err = people.Config(); err != nil {
				return err
			}
			return life.Serve(cmd.Context(), cfg, func(a *app.App, out *backup.Restored) {
				if out != nil {
					operate.SayRestored(p.Shell, out)
				}
				p.Say("Sluice is at %s (documentation: %s/docs)", a.URL(), a.URL())
				p.Say("Data folder: %s", cfg.DataDir)
				if at := a.MetricsAddr(); at != nil {
					p.Say("Metrics and health, without login: http://%s/metrics and /health", at)
				}
				if link := a.SetupURL(); link != "" {
					p.Say("Nobody owns this server yet. Open this link within 24 hours; it works once:\n  %s", link)
				}
			})
		}}
	c.Flags().StringVar(&cfg.DatabaseURL, "database", p.Getenv("SLUICE_DATABASE"), "postgres://… or sqlite:PATH ($SLUICE_DATABASE); by default a SQLite file in the data folder")
	c.Flags().StringVar(&cfg.KeyFile, "key-file", p.Getenv("SLUICE_KEY_FILE"), "keys that seal secrets ($SLUICE_KEY_FILE); by default key.json in the data folder")
	c.Flags().StringVar(&cfg.Listen, "listen", app.DefaultListen, "address to listen on")
	c.Flags().StringVar(&cfg.PublicURL, "public-url", p.Getenv("SLUICE_PUBLIC_URL"), "address under which people reach the server from elsewhere ($SLUICE_PUBLIC_URL)")
	c.Flags().IntVar(&cfg.Trace.Days, "trace-days", 0, "days that is kept what happened to each record, whatever the settings say (traces.days)")
	c.Flags().IntVar(&cfg.Trace.Megabytes, "trace-megabytes", 0, "megabytes of it that are kept, whatever the settings say (traces.megabytes)")
	c.Flags().BoolVar(&cfg.Trace.Texts, "trace-texts", false, "keep requests and answers of what was written too, not of failures only")
	c.Flags().BoolVar(&cfg.Trace.Off, "trace-off", false, "keep nothing of it")
	c.Flags().BoolVar(&cfg.PrivateWebhooks, "webhooks-reach-private", false, "let channels send webhooks to private addresses and to this machine")
	c.Flags().BoolVar(&cfg.Reach.PublicOnly, "connections-stay-public", false, "keep connections over HTTP away from private addresses and from this machine")
	operate.ServeFlags(c, p.Shell, &cfg, &logs)
	people = signin.Add(c, p.Getenv)
	c.Flags().BoolVar(&debug, "debug", false, "log every request")
	return c
}
