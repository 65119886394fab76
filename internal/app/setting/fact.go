package setting

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/sluicehq/sluice/internal/api/setting"
	"github.com/sluicehq/sluice/internal/app/backup"
	"github.com/sluicehq/sluice/internal/app/oidc"
	"github.com/sluicehq/sluice/internal/app/serving"
	"github.com/sluicehq/sluice/internal/app/trace"
)

// Start is how a server was started.
type Start struct {
	Version         string
	DataDir         string
	DatabaseURL     string
	KeyFile         string
	Listen          string // the address that answers
	Metrics         string // the address of metrics
	PublicURL       string
	Serving         serving.Options
	Backup          backup.Schedule
	OIDC            oidc.Config
	Trace           trace.Keep
	PrivateWebhooks bool
	PublicOnly      bool // connections stay away from private addresses
}

// FixedBy returns the settings that the command line decides.
func FixedBy(k trace.Keep) map[string]Fixed {
	fixed := map[string]Fixed{}
	if k.Days > 0 {
		fixed[Traces] = Fixed{k.Days, "--trace-days"}
	}
	if k.Megabytes > 0 {
		fixed[TracesMegabytes] = Fixed{k.Megabytes, "--trace-megabytes"}
	}
	return fixed
}

// Facts says how the server was started. No secret is among it: of addresses of databases
// the login is left out.
func (r *Rules) Facts(ctx context.Context) ([]setting.ServerFact, error) {
	size, err := r.Store.StoredBytes(ctx)
	if err != nil {
		return nil, err
	}
	s := r.Started()
	kind, place := database(s.DatabaseURL)
	return []setting.ServerFact{
		{Name: "version", Label: "Version", Value: s.Version},
		{Name: "data", Label: "Data folder", Value: s.DataDir, Flag: "--data"},
		{Name: "database", Label: "Database", Value: kind + ", " + place, Flag: "--database"},
		{Name: "size", Label: "Size of the database", Value: bytes(size)},
		{Name: "key_file", Label: "Key file", Value: cmp.Or(s.KeyFile, "key.json in the data folder"), Flag: "--key-file"},
		{Name: "listen", Label: "Listens on", Value: s.Listen, Flag: "--listen"},
		{Name: "public_url", Label: "Address for people", Value: s.PublicURL, Flag: "--public-url"},
		{Name: "tls", Label: "TLS certificate", Value: s.Serving.TLSCert, Flag: "--tls-cert"},
		{Name: "proxies", Label: "Trusted proxies", Value: strings.Join(s.Serving.TrustedProxies, ", "), Flag: "--trusted-proxy"},
		{Name: "metrics", Label: "Metrics without login", Value: s.Metrics, Flag: "--metrics-listen"},
		{Name: "backups", Label: "Scheduled backups", Value: plan(s.Backup), Flag: "--backup-dir"},
		{Name: "oidc", Label: "OpenID provider", Value: provider(s.OIDC), Flag: "--oidc-issuer"},
		{Name: "passwords", Label: "Log-in by password", Value: map[bool]string{true: "refused", false: "allowed"}[s.OIDC.NoPasswords], Flag: "--password-login"},
		{Name: "traces", Label: "Traces of records", Value: traced(s.Trace), Flag: "--trace-off"},
		{Name: "webhooks", Label: "Channels reach private addresses", Value: yes(s.PrivateWebhooks), Flag: "--webhooks-reach-private"},
		{Name: "connections", Label: "Connections reach private addresses", Value: yes(!s.PublicOnly), Flag: "--connections-stay-public"},
	}, nil
}

// database returns what kind of database an address is of, and where that is.
func database(address string) (kind, place string) {
	u, err := url.Parse(address)
	if err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") {
		return "PostgreSQL", u.Host + u.Path
	}
	return "SQLite", strings.TrimPrefix(strings.TrimPrefix(address, "sqlite:"), "//")
}

// bytes writes a size for people.
func bytes(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d kB", (n+1023)/1024)
}

func plan(s backup.Schedule) string {
	if s.Folder == "" {
		return ""
	}
	return fmt.Sprintf("every %s, the newest %d, in %s", shortly(cmp.Or(s.Every, 24*time.Hour)), cmp.Or(s.Keep, 7), s.Folder)
}

// shortly writes a duration without the zeros at its end.
func shortly(d time.Duration) string {
	text := strings.TrimSuffix(d.String(), "m0s")
	if text != d.String() {
		text = strings.TrimSuffix(text+"m", "h0m")
		if !strings.HasSuffix(text, "m") {
			text += "h"
		}
	}
	return text
}

func provider(c oidc.Config) string {
	if c.Issuer == "" || c.Name == "" {
		return c.Issuer
	}
	return c.Name + ", " + c.Issuer
}

func traced(k trace.Keep) string {
	switch {
	case k.Off:
		return "off"
	case k.Texts:
		return "on, with all requests and answers"
	}
	return "on, with requests and answers of failures"
}

func yes(b bool) string { return map[bool]string{true: "yes", false: "no"}[b] }
