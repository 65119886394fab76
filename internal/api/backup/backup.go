// Package backup has the routes of backups, and of what a restored server is in doubt of.
package backup

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Rules are the rules round backups.
type Rules interface {
	// Backups returns the scheduled backups that are kept, newest first.
	Backups(ctx context.Context) (*Backups, error)
	// MakeBackup adds one to the folder now.
	MakeBackup(ctx context.Context, by endpoint.Actor) (*Backup, error)
	// OpenBackup opens one of the folder.
	OpenBackup(ctx context.Context, by endpoint.Actor, name string) (*Download, error)
	// TakeBackup makes one to be taken away; with a passphrase the keys are in it.
	TakeBackup(ctx context.Context, by endpoint.Actor, passphrase sluice.Secret) (*Download, error)
	// Restoration says what is in doubt since the server was restored.
	Restoration(ctx context.Context) (*InDoubt, error)
	// Trust ends the doubt in a flow.
	Trust(ctx context.Context, by endpoint.Actor, flow string) error
}

// Backups is how backups are made.
type Backups struct {
	Folder string    `json:"folder" doc:"Where scheduled backups are kept; empty when none are made"`
	Every  string    `json:"every,omitempty" doc:"How often, as 24h0m0s"`
	Keep   int       `json:"keep,omitempty" doc:"How many are kept"`
	Next   time.Time `json:"next,omitzero" doc:"When the next one is due"`
	Error  string    `json:"error,omitempty" doc:"Why the last one failed"`
	Items  []Backup  `json:"items" nullable:"false"`
}

// Backup is one that is kept.
type Backup struct {
	Name   string    `json:"name"`
	Size   int64     `json:"size" doc:"Bytes"`
	MadeAt time.Time `json:"made_at"`
}

// Download is a backup on its way.
type Download struct {
	Name string
	Size int64
	io.ReadCloser
}

// InDoubt is what a server is in doubt of since it was restored from a backup.
type InDoubt struct {
	Doubt      bool           `json:"in_doubt"`
	BackupAt   time.Time      `json:"backup_at,omitzero"`
	RestoredAt time.Time      `json:"restored_at,omitzero"`
	Runs       int64          `json:"runs,omitempty" doc:"Runs that were in work when the backup was made"`
	Flows      []RestoredFlow `json:"flows" nullable:"false" doc:"Flows that look before they write what the backup does not know of"`
}

// RestoredFlow is a flow that is in doubt.
type RestoredFlow struct {
	Name       string `json:"name"`
	WasEnabled bool   `json:"was_enabled" doc:"It was enabled when the backup was made"`
}

// Tag heads the routes in the documentation.
const Tag = "Backups"

// Routes returns the rows of the route table.
func Routes(rules Rules) []endpoint.Row {
	const operate, root = sluice.PermOperate, "/api/v1/backups"
	h, t := handlers{rules}, endpoint.Table{Tag: Tag}
	t.Add("GET", root, operate, "listBackups", "List scheduled backups", endpoint.Of(h.list))
	t.Add("POST", root, operate, "makeBackup", "Add a backup to the folder of scheduled backups now", endpoint.Of(h.make))
	t.Add("GET", root+"/{name}", operate, "downloadBackup", "Download a scheduled backup", endpoint.Of(h.download))
	t.Add("GET", "/api/v1/backup", operate, "takeBackup", "Make a backup and download it; secrets stay sealed", endpoint.Of(h.take))
	t.Add("POST", "/api/v1/backup", operate, "takeBackupWithKey", "Make a backup that holds the keys under a passphrase, and download it", endpoint.Of(h.takeWithKey))
	t.Add("GET", "/api/v1/restoration", operate, "restoration", "What is in doubt since the server was restored from a backup", endpoint.Of(h.restoration))
	t.Add("POST", "/api/v1/restoration/{name}/trust", operate, "trustFlow", "End the doubt in a flow: somebody has looked at its destination", endpoint.Of(h.trust))
	return t.Rows
}

type handlers struct{ Rules }

func (h handlers) list(ctx context.Context, _ *endpoint.NoInput) (*endpoint.Reply[*Backups], error) {
	return endpoint.Answer(h.Backups(ctx))
}

func (h handlers) make(ctx context.Context, _ *endpoint.NoInput) (*endpoint.Reply[*Backup], error) {
	return endpoint.Answer(h.MakeBackup(ctx, endpoint.ActorOf(ctx)))
}

func (h handlers) download(ctx context.Context, in *endpoint.NamePath) (*huma.StreamResponse, error) {
	return stream(h.OpenBackup(ctx, endpoint.ActorOf(ctx), in.Name))
}

func (h handlers) take(ctx context.Context, _ *endpoint.NoInput) (*huma.StreamResponse, error) {
	return stream(h.TakeBackup(ctx, endpoint.ActorOf(ctx), sluice.Secret{}))
}

// BackupKey says under what the keys go into a backup.
type BackupKey struct {
	Passphrase string `json:"passphrase" minLength:"12" maxLength:"1024" doc:"At least 12 characters; it is needed to restore"`
}

type keyBody struct{ Body BackupKey }

func (h handlers) takeWithKey(ctx context.Context, in *keyBody) (*huma.StreamResponse, error) {
	return stream(h.TakeBackup(ctx, endpoint.ActorOf(ctx), sluice.NewSecret(in.Body.Passphrase)))
}

func (h handlers) restoration(ctx context.Context, _ *endpoint.NoInput) (*endpoint.Reply[*InDoubt], error) {
	return endpoint.Answer(h.Restoration(ctx))
}

func (h handlers) trust(ctx context.Context, in *endpoint.NamePath) (*endpoint.Nothing, error) {
	return endpoint.Done(h.Trust(ctx, endpoint.ActorOf(ctx), in.Name))
}

// stream sends a file of known length: who gets fewer bytes knows it.
func stream(d *Download, err error) (*huma.StreamResponse, error) {
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		defer d.Close()
		c.SetHeader("Content-Type", "application/gzip")
		c.SetHeader("Content-Length", fmt.Sprint(d.Size))
		c.SetHeader("Content-Disposition", fmt.Sprintf("attachment; filename=%q", d.Name))
		c.SetStatus(http.StatusOK)
		_, _ = io.Copy(c.BodyWriter(), d) // the receiver counts
	}}, nil
}
