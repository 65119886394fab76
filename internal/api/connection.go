package api

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
)

// ConnectionInput is a connection as people write it. What the server sets may be
// sent back as it was read; it is not looked at.
type ConnectionInput struct {
	Name     string                   `json:"name"`
	Kind     string                   `json:"kind"`
	Settings map[string]string        `json:"settings,omitempty"`
	Secrets  map[string]sluice.Secret `json:"secrets,omitempty" doc:"Written, never read back. In a change: left out or given as the fingerprint means keep, empty text means remove."`

	Base string `json:"base,omitempty" doc:"When changing: the revision of the connection that the change was made from. Where what people edit has changed since, nothing is stored (connection.changed). Left out: any"`

	Integration string `json:"integration,omitempty" doc:"When creating: the integration to register the connection with"`

	ID         string                  `json:"id,omitempty" doc:"Set by the server"`
	Identity   *sluice.Identity        `json:"identity,omitempty" doc:"Set by the server"`
	Previous   *sluice.PreviousLogin   `json:"previous,omitempty" doc:"Set by the server"`
	Candidate  *sluice.CandidateLogin  `json:"candidate,omitempty" doc:"Set by the server"`
	DebugUntil time.Time               `json:"debug_until,omitzero" doc:"Set by the server"`
	Status     sluice.ConnectionStatus `json:"status,omitempty" doc:"Set by the server"`
	Detail     string                  `json:"detail,omitempty" doc:"Set by the server"`
	CheckedAt  time.Time               `json:"checked_at,omitzero" doc:"Set by the server"`
	CreatedAt  time.Time               `json:"created_at,omitzero" doc:"Set by the server"`
	UpdatedAt  time.Time               `json:"updated_at,omitzero" doc:"Set by the server"`
	Revision   string                  `json:"revision,omitempty" doc:"Set by the server"`
}

func (in *ConnectionInput) connection() *sluice.Connection {
	return &sluice.Connection{Name: in.Name, Kind: in.Kind, Settings: in.Settings, Secrets: in.Secrets, Revision: in.Base}
}

func (a *API) listKinds(context.Context, *noInput) (*reply[List[sluice.Kind]], error) {
	return listing(sluice.Kinds(), nil)
}

func (a *API) listConnections(ctx context.Context, _ *noInput) (*reply[List[*sluice.Connection]], error) {
	return listing(a.services.Connections.ListConnections(ctx))
}

func (a *API) getConnection(ctx context.Context, in *NamePath) (*reply[*sluice.Connection], error) {
	return answer(a.services.Connections.Connection(ctx, in.Name))
}

func (a *API) createConnection(ctx context.Context, in *struct{ Body ConnectionInput }) (*reply[*sluice.Connection], error) {
	return answer(a.services.Connections.CreateConnection(ctx, actorOf(ctx), in.Body.connection(), in.Body.Integration))
}

type connectionChange struct {
	NamePath
	Body ConnectionInput
}

func (a *API) updateConnection(ctx context.Context, in *connectionChange) (*reply[*sluice.Connection], error) {
	return answer(a.services.Connections.UpdateConnection(ctx, actorOf(ctx), in.Name, in.Body.connection()))
}

func (a *API) deleteConnection(ctx context.Context, in *NamePath) (*nothing, error) {
	return done(a.services.Connections.DeleteConnection(ctx, actorOf(ctx), in.Name))
}

func (a *API) diagnose(ctx context.Context, in *NamePath) (*reply[*sluice.Diagnosis], error) {
	return answer(a.services.Doctor.Diagnose(ctx, actorOf(ctx), in.Name))
}

// codePath is the path parameter of a code.
type codePath struct {
	Code string `path:"code" doc:"As the column Detail shows it, in any spelling"`
}

func (a *API) explainCode(_ context.Context, in *codePath) (*reply[*sluice.CodeExplanation], error) {
	return answer(a.services.Doctor.ExplainCode(in.Code))
}

func (a *API) connectionUse(ctx context.Context, in *NamePath) (*reply[List[string]], error) {
	return listing(a.services.Connections.ConnectionUse(ctx, in.Name))
}
