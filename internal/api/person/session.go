package person

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Sessions are the rules round who is logged in by browser.
type Sessions interface {
	// ListSessions returns the actor's sessions or, for who may edit people, another user's.
	ListSessions(ctx context.Context, by endpoint.Actor, user string) ([]Session, error)
	// EndSession ends one that the actor may see.
	EndSession(ctx context.Context, by endpoint.Actor, id string) error
	// EndSessions ends all of a user's but the one that asks.
	EndSessions(ctx context.Context, by endpoint.Actor, user string) (int64, error)
}

// Session is a browser that is logged in.
type Session struct {
	ID      string    `json:"id"`
	User    string    `json:"user" doc:"E-mail address"`
	Device  string    `json:"device" doc:"What the browser says of itself: Firefox on Linux"`
	Remote  string    `json:"remote" doc:"The address that it logged in from"`
	BegunAt time.Time `json:"begun_at"`
	SeenAt  time.Time `json:"seen_at" doc:"To the minute"`
	EndsAt  time.Time `json:"ends_at" doc:"At the latest; earlier when it is not used"`
	Current bool      `json:"current,omitempty" doc:"The one that asks"`
}

// Ended says how many sessions were ended.
type Ended struct {
	Ended int64 `json:"ended"`
}

// Tokens are the rules round API tokens.
type Tokens interface {
	// ListTokens returns the actor's tokens, or everybody's for who may edit people.
	ListTokens(ctx context.Context, by endpoint.Actor) ([]*Token, error)
	CreateToken(ctx context.Context, by endpoint.Actor, t NewToken) (*IssuedToken, error)
	DeleteToken(ctx context.Context, by endpoint.Actor, id string) error
}

// Token is an API token with the address of whom it acts for.
type Token struct {
	sluice.Token
	User string `json:"user" doc:"E-mail address of whom the token acts for"`
}

// NewToken is an API token to make.
type NewToken struct {
	Name         string                 `json:"name" doc:"What the token is for"`
	Role         sluice.Role            `json:"role,omitempty" enum:"owner,administrator,manage,monitor,member" doc:"The most that the token does, wherever its user may; all that the user may when this and integrations are left out"`
	Integrations map[string]sluice.Role `json:"integrations,omitempty" doc:"The most that the token does in single integrations, manage or monitor, by name; in all others it does what role says, nothing when that is left out"`
	// ExpiresIn is how long the token works.
	ExpiresIn string `json:"expires_in,omitempty" doc:"Such as 720h; without it the token works until it is deleted"`
	User      string `json:"user,omitempty" doc:"E-mail address of whom the token acts for; yourself when left out"`
}

// IssuedToken is a token with its text, which is not kept.
type IssuedToken struct {
	sluice.Token
	Text string `json:"text" doc:"Shown this once: sluice_…"`
}

// SessionRoutes returns the rows of the route table round sessions and tokens.
func SessionRoutes(sessions Sessions, tokens Tokens) []endpoint.Row {
	const view = sluice.PermView
	s, k, t := sessionHandlers{sessions}, tokenHandlers{tokens}, endpoint.Table{Tag: Tag}
	t.Add("GET", "/api/v1/sessions", view, "listSessions", "List the browsers in which you, or somebody else, are logged in", endpoint.Of(s.list))
	t.Add("DELETE", "/api/v1/sessions/{id}", view, "endSession", "End a session", endpoint.Of(s.end))
	t.Add("POST", "/api/v1/sessions/end", view, "endSessions", "End all of your other sessions, or all of somebody else's", endpoint.Of(s.endAll))
	t.Add("GET", "/api/v1/tokens", view, "listTokens", "List your API tokens, or everybody's", endpoint.Of(k.list))
	t.Add("POST", "/api/v1/tokens", view, "createToken", "Make an API token; its text is shown this once", endpoint.Of(k.create))
	t.Add("DELETE", "/api/v1/tokens/{id}", view, "deleteToken", "Delete an API token", endpoint.Of(k.remove))
	return t.Rows
}

type sessionHandlers struct{ Sessions }

type sessionQuery struct {
	User string `query:"user" doc:"E-mail address or ID; yourself when left out"`
}

func (h sessionHandlers) list(ctx context.Context, in *sessionQuery) (*endpoint.Reply[endpoint.List[Session]], error) {
	return endpoint.Listing(h.ListSessions(ctx, endpoint.ActorOf(ctx), in.User))
}

func (h sessionHandlers) end(ctx context.Context, in *endpoint.IDPath) (*endpoint.Nothing, error) {
	return endpoint.Done(h.EndSession(ctx, endpoint.ActorOf(ctx), in.ID))
}

func (h sessionHandlers) endAll(ctx context.Context, in *sessionQuery) (*endpoint.Reply[Ended], error) {
	n, err := h.EndSessions(ctx, endpoint.ActorOf(ctx), in.User)
	return endpoint.Answer(Ended{n}, err)
}

type tokenHandlers struct{ Tokens }

func (h tokenHandlers) list(ctx context.Context, _ *endpoint.NoInput) (*endpoint.Reply[endpoint.List[*Token]], error) {
	return endpoint.Listing(h.ListTokens(ctx, endpoint.ActorOf(ctx)))
}

func (h tokenHandlers) create(ctx context.Context, in *struct{ Body NewToken }) (*endpoint.Reply[*IssuedToken], error) {
	return endpoint.Answer(h.CreateToken(ctx, endpoint.ActorOf(ctx), in.Body))
}

func (h tokenHandlers) remove(ctx context.Context, in *endpoint.IDPath) (*endpoint.Nothing, error) {
	return endpoint.Done(h.DeleteToken(ctx, endpoint.ActorOf(ctx), in.ID))
}
