package operate

import (
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/app"
	"github.com/sluicehq/sluice/internal/cli/shell"
)

// ServeFlags adds the flags of sluice serve that operators need.
func ServeFlags(c *cobra.Command, p *shell.Shell, cfg *app.Config, logs *Logs) {
	f := c.Flags()
	f.StringVar(&cfg.Backup.Folder, "backup-dir", p.Getenv("SLUICE_BACKUP_DIR"), "folder for scheduled backups ($SLUICE_BACKUP_DIR); none are made without it")
	f.DurationVar(&cfg.Backup.Every, "backup-every", 24*time.Hour, "how often backups are made")
	f.IntVar(&cfg.Backup.Keep, "backup-keep", 7, "how many backups are kept")
	f.StringVar(&cfg.Serving.TLSCert, "tls-cert", p.Getenv("SLUICE_TLS_CERT"), "certificate with its chain, as a PEM file ($SLUICE_TLS_CERT); read anew when it changes")
	f.StringVar(&cfg.Serving.TLSKey, "tls-key", p.Getenv("SLUICE_TLS_KEY"), "its key, as a PEM file ($SLUICE_TLS_KEY)")
	f.StringSliceVar(&cfg.Serving.TrustedProxies, "trusted-proxy", nil, "address or network of a proxy whose X-Forwarded-For is believed; may be repeated")
	f.StringVar(&cfg.Serving.Metrics, "metrics-listen", p.Getenv("SLUICE_METRICS_LISTEN"), "address that answers /metrics and /health without login ($SLUICE_METRICS_LISTEN), such as localhost:9321")
	f.DurationVar(&cfg.Serving.Drain, "drain", 0, "how long a server that stops goes on taking requests while its health says so, for load balancers")
	f.StringVar(&logs.Format, "log-format", "text", "form of the log: text or json")
	f.StringVar(&logs.Level, "log-level", "warn", "least of what is logged: debug, info, warn or error")
}

// Logs says what is logged and how.
type Logs struct{ Format, Level string }

// Logger returns the log, on standard error.
func Logger(p *shell.Shell, l Logs, debug bool) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(l.Level)); err != nil {
		return nil, shell.Usagef("--log-level is %q, not debug, info, warn or error", l.Level)
	}
	if debug {
		level = slog.LevelDebug
	}
	options := &slog.HandlerOptions{Level: level}
	switch l.Format {
	case "json":
		return slog.New(slog.NewJSONHandler(p.Err, options)), nil
	case "text":
		return slog.New(slog.NewTextHandler(p.Err, options)), nil
	}
	return nil, shell.Usagef("--log-format is %q, not text or json", l.Format)
}
