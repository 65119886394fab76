// Package restore has the routes by which an owner restores a backup on a running server:
// it is brought to the server first, which says what it holds, and then confirmed.
package restore

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Rules are the rules round restoring.
type Rules interface {
	// Restore says which backup waits to be confirmed, and what became of the last one.
	Restore(ctx context.Context) (*State, error)
	// Stage takes a backup in and checks the whole of it; one that waited before goes.
	Stage(ctx context.Context, by endpoint.Actor, name string, backup io.Reader) (*Staged, error)
	// StageKept does so with one of the scheduled backups.
	StageKept(ctx context.Context, by endpoint.Actor, name string) (*Staged, error)
	// Unstage removes the backup that waits.
	Unstage(ctx context.Context, by endpoint.Actor) error
	// Confirm has the server stop its work, restore the backup that waits, and begin anew.
	Confirm(ctx context.Context, by endpoint.Actor, c Confirmation) (*State, error)
}

// State is where a restore has got to.
type State struct {
	Staged *Staged `json:"staged,omitempty" doc:"The backup that waits to be confirmed"`
	Begun  bool    `json:"begun" doc:"It was confirmed: the server stops its work, restores, and answers again when it has. Nobody is logged in then"`
	Failed *Failed `json:"failed,omitempty" doc:"Why the last restore did not happen; all is as it was before"`
}

// Failed says why a restore did not happen.
type Failed struct {
	At      time.Time `json:"at"`
	Source  string    `json:"source" doc:"What the backup was called"`
	Code    string    `json:"code"`
	Message string    `json:"message"`
	Remedy  string    `json:"remedy,omitempty"`
}

// Staged is a backup that was found to be whole and waits to be confirmed.
type Staged struct {
	ID        string    `json:"id" doc:"Goes into the confirmation"`
	Source    string    `json:"source" doc:"What the backup is called"`
	Size      int64     `json:"size" doc:"Bytes"`
	MadeAt    time.Time `json:"made_at" doc:"All of it is as it was then"`
	Program   string    `json:"program" doc:"The version of Sluice that wrote it"`
	Database  string    `json:"database" doc:"The kind of database that it was made of"`
	ExpiresAt time.Time `json:"expires_at" doc:"It is removed then, unless it is confirmed"`
	Confirm   string    `json:"confirm" doc:"What has to be typed to confirm"`
	Replaces  string    `json:"replaces" doc:"What becomes of what is there now: kept beside it, or dropped" enum:"kept,dropped"`

	Rows     map[string]int64 `json:"rows" nullable:"false" doc:"How many rows it holds of each table"`
	Flows    int64            `json:"flows"`
	Enabled  int64            `json:"flows_enabled" doc:"Flows that were enabled; they come back disabled"`
	Runs     int64            `json:"runs"`
	Working  int64            `json:"runs_in_work" doc:"Runs that had not ended; they come back held"`
	Missing  []uint32         `json:"missing_keys,omitempty" doc:"Keys that its secrets need and this server does not have"`
	WithKeys bool             `json:"with_keys" doc:"It holds its keys, under a passphrase"`
	Login    Login            `json:"login"`
}

// Login says whether who asks can log in when the backup is restored.
type Login struct {
	Known    bool        `json:"known" doc:"There is such a user in the backup"`
	Role     sluice.Role `json:"role,omitempty" doc:"The role they had then"`
	Password string      `json:"password" doc:"The password that they had then: the same as now, another, or none" enum:"same,other,none"`
	Provider bool        `json:"provider" doc:"They could log in through an identity provider then"`
	Owners   []string    `json:"owners" nullable:"false" doc:"E-mail addresses of the owners in the backup, the first twenty"`
}

// Confirmation says that a backup is to be restored.
type Confirmation struct {
	ID         string `json:"id" doc:"Of the backup that waits"`
	Confirm    string `json:"confirm" doc:"What the backup that waits says has to be typed"`
	Passphrase string `json:"passphrase,omitempty" maxLength:"1024" doc:"Opens the keys in the backup"`
	WithoutKey bool   `json:"without_key,omitempty" doc:"Restore although secrets will not open: they have to be entered again"`
}

// Routes returns the rows of the route table.
func Routes(tag string, rules Rules) []endpoint.Row {
	const owner, root = sluice.PermRestore, "/api/v1/restore"
	h, t := handlers{rules}, endpoint.Table{Tag: tag}
	t.Add("GET", root, owner, "restoreState", "Which backup waits to be restored? Owners only", endpoint.Of(h.state))
	t.Add("POST", root, owner, "stageBackup", "Bring a backup that is to be restored, as the body; it is checked, and waits to be confirmed", uploading(endpoint.Of(h.stage)))
	t.Add("POST", root+"/kept/{name}", owner, "stageKeptBackup", "Have a scheduled backup wait to be restored", endpoint.Of(h.stageKept))
	t.Add("DELETE", root, owner, "unstageBackup", "Remove the backup that waits to be restored", endpoint.Of(h.unstage))
	t.Add("POST", root+"/confirm", owner, "confirmRestore", "Restore the backup that waits: the server stops its work and begins anew", endpoint.Of(h.confirm))
	return t.Rows
}

// uploading describes a body that is no JSON, and leaves reading it to the handler.
func uploading(connect endpoint.Connect) endpoint.Connect {
	return func(api huma.API, o huma.Operation, problem func(context.Context, error) error) {
		o.RequestBody = &huma.RequestBody{Required: true, Description: "The backup's file", Content: map[string]*huma.MediaType{
			"application/gzip": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}}
		o.SkipValidateBody, o.DefaultStatus = true, http.StatusOK
		connect(api, o, problem)
	}
}

type handlers struct{ Rules }

func (h handlers) state(ctx context.Context, _ *endpoint.NoInput) (*endpoint.Reply[*State], error) {
	return endpoint.Answer(h.Restore(ctx))
}

// patience is how long a sender may take between two pieces of a backup.
const patience = time.Minute

// upload is a body that is read as it comes.
type upload struct {
	Name   string `query:"name" maxLength:"200" doc:"What the backup is called, for people and the audit log"`
	stream *stream
}

type stream struct {
	io.Reader
	until func(time.Time) error
}

// Resolve implements huma.Resolver.
func (u *upload) Resolve(c huma.Context) []error {
	u.stream = &stream{c.BodyReader(), c.SetReadDeadline}
	return nil
}

// Read reads on, and gives the sender time for the next piece: the server's bound on the
// time of a whole request is too short for a large file.
func (s *stream) Read(to []byte) (int, error) {
	_ = s.until(time.Now().Add(patience)) // where there is none, there is no bound
	return s.Reader.Read(to)
}

func (h handlers) stage(ctx context.Context, in *upload) (*endpoint.Reply[*Staged], error) {
	return endpoint.Answer(h.Stage(ctx, endpoint.ActorOf(ctx), in.Name, in.stream))
}

func (h handlers) stageKept(ctx context.Context, in *endpoint.NamePath) (*endpoint.Reply[*Staged], error) {
	return endpoint.Answer(h.StageKept(ctx, endpoint.ActorOf(ctx), in.Name))
}

func (h handlers) unstage(ctx context.Context, _ *endpoint.NoInput) (*endpoint.Nothing, error) {
	return endpoint.Done(h.Unstage(ctx, endpoint.ActorOf(ctx)))
}

type confirmBody struct{ Body Confirmation }

func (h handlers) confirm(ctx context.Context, in *confirmBody) (*endpoint.Reply[*State], error) {
	return endpoint.Answer(h.Confirm(ctx, endpoint.ActorOf(ctx), in.Body))
}
