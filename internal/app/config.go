package app

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/account"
	"github.com/sluicehq/sluice/internal/app/backup"
	"github.com/sluicehq/sluice/internal/app/oidc"
	"github.com/sluicehq/sluice/internal/app/restore"
	"github.com/sluicehq/sluice/internal/app/serving"
	"github.com/sluicehq/sluice/internal/app/trace"
	"github.com/sluicehq/sluice/internal/connector/reach"
)

// Config says how to run a server. DataDir is required.
type Config struct {
	// DataDir holds the key file, the socket and, without DatabaseURL, the database.
	// One process at a time has it.
	DataDir string
	// DatabaseURL is where everything is stored: postgres://… or sqlite:PATH.
	// Empty means the file sluice.db in DataDir.
	DatabaseURL string
	// KeyFile holds the keys that seal secrets. Empty means key.json in DataDir.
	KeyFile string
	// Listen is the address for HTTP, such as localhost:8321. Empty means that
	// only the socket in DataDir answers.
	Listen string
	// PublicURL is the address under which people reach the server from elsewhere.
	PublicURL string
	// OIDC says which OpenID provider people sign in at, if any.
	OIDC oidc.Config
	// Trace says what is kept of each record that an import takes.
	Trace trace.Keep
	// Backup says when backups are made, and where they are kept.
	Backup backup.Schedule
	// Restore says whether who runs the server restores backups (package life).
	Restore restore.Life
	// Serving says how the server meets the network: TLS, proxies, metrics.
	Serving serving.Options
	// PrivateWebhooks lets channels send to private addresses and to this machine.
	PrivateWebhooks bool
	// Reach says which addresses connections over HTTP reach.
	Reach reach.Rule
	// Idle serves requests and works no runs.
	Idle bool
	// Lease is engine.Config.Lease: how long runs and pages stay with a process that gives no sign of life.
	Lease time.Duration
	// WithoutBudget leaves each process an account's request slots for itself: for tests
	// that show what sharing them prevents.
	WithoutBudget bool
	// WithoutSessions leaves each process its browsers' logins for itself: for the same.
	WithoutSessions bool
	// WithoutLedger is engine.Config.WithoutLedger: for tests that show what it prevents.
	WithoutLedger bool

	Clock func() time.Time // nil means time.Now
	Log   *slog.Logger     // nil means discard

	passwordCost account.Cost                    // zero means the full one
	wrapStore    func(sluice.Store) sluice.Store // nil means none

	sole   bool // the lock on DataDir keeps all others away from the database
	shared bool // other processes may work on the database
}

// DefaultListen is where a server listens when nobody says.
const DefaultListen = "localhost:8321"

// databaseFile is the name of the SQLite database in the data folder.
const databaseFile = "sluice.db"

func (c *Config) setDefaults() error {
	if c.DataDir == "" {
		return fmt.Errorf("app: no data folder given")
	}
	dir, err := filepath.Abs(c.DataDir)
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	c.DataDir = dir
	if err := c.OIDC.Check(); err != nil {
		return err
	}
	if c.sole = c.DatabaseURL == ""; c.sole {
		c.DatabaseURL = "sqlite:" + filepath.Join(dir, databaseFile)
	}
	scheme, _, _ := strings.Cut(c.DatabaseURL, ":")
	c.shared = scheme == "postgres" || scheme == "postgresql"
	if err := c.Serving.Check(); err != nil {
		return err
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return os.MkdirAll(dir, 0o700)
}

// sqlitePath returns the file of a SQLite database, empty for others.
func sqlitePath(address string) string {
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		return strings.TrimPrefix(path, "//")
	}
	if strings.Contains(address, "://") {
		return ""
	}
	return address
}

// idleAtOnce is how many connections beside those of flows wait for another request.
const idleAtOnce = 4

func (a *App) signIn() *oidc.Rules {
	return oidc.New(oidc.Options{Config: a.cfg.OIDC, Store: a.core.store, Keys: a.core.keys, URL: a.URL, Audit: a.core.auditLog(), Clock: a.cfg.Clock, Log: a.cfg.Log})
}

// DefaultDataDir is the data folder when nobody says: $SLUICE_DATA, else
// sluice in the user's folder for application data.
func DefaultDataDir() string {
	if dir := os.Getenv("SLUICE_DATA"); dir != "" {
		return dir
	}
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "sluice")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "sluice-data"
	}
	return filepath.Join(home, ".local", "share", "sluice")
}

// BuildVersion says which build this is, from what the Go tool recorded.
func BuildVersion() api.Version {
	v := api.Version{Version: "development", Go: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		v.Version = info.Main.Version
	}
	changed := false
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Commit = s.Value
		case "vcs.modified":
			changed = s.Value == "true"
		}
	}
	if changed {
		v.Commit += "+"
	}
	return v
}
