// Package person has the routes round people: users and their roles, sessions, API tokens
// and the audit log.
package person

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Users are the rules round users.
type Users interface {
	ListUsers(ctx context.Context) ([]*Person, error)
	// Person returns a user with what is theirs.
	Person(ctx context.Context, idOrEmail string) (*Person, error)
	CreateUser(ctx context.Context, by endpoint.Actor, u NewUser) (*CreatedUser, error)
	UpdateUser(ctx context.Context, by endpoint.Actor, idOrEmail string, c UserChange) (*sluice.User, error)
	// DeleteUser deletes a user with their tokens and sessions, and leaves their errors to nobody.
	DeleteUser(ctx context.Context, by endpoint.Actor, idOrEmail string) error
	// OfferLink makes a one-time link by which a user sets a password; the one before ends.
	OfferLink(ctx context.Context, by endpoint.Actor, idOrEmail string) (*Link, error)
}

// Members are the rules round who may do something in one integration.
type Members interface {
	Members(ctx context.Context, integration string) ([]Member, error)
	// SetMember gives a user a role in an integration; RoleMember takes it away.
	SetMember(ctx context.Context, by endpoint.Actor, integration, idOrEmail string, role sluice.Role) (*sluice.User, error)
}

// NewUser is a user to create.
type NewUser struct {
	Email        string                 `json:"email"`
	Name         string                 `json:"name"`
	Role         sluice.Role            `json:"role" enum:"owner,administrator,manage,monitor,member" doc:"What the person may do everywhere; member: nothing but what integrations say"`
	Integrations map[string]sluice.Role `json:"integrations,omitempty" doc:"Roles in single integrations, manage or monitor, by the integration's name; they add to the role"`
	Password     sluice.Secret          `json:"password,omitzero" doc:"At least 12 characters; when left out, the answer has a one-time link by which the person sets one"`
}

// CreatedUser is a user who was created, with the link for whoever got no password.
type CreatedUser struct {
	sluice.User
	Link *Link `json:"link,omitempty"`
}

// Link is a one-time link by which a person sets a password.
type Link struct {
	URL    string    `json:"url" doc:"Shown this once"`
	EndsAt time.Time `json:"ends_at"`
}

// UserChange is a change of a user; what is left out stays.
type UserChange struct {
	Name         string                  `json:"name,omitempty"`
	Role         sluice.Role             `json:"role,omitempty" enum:"owner,administrator,manage,monitor,member"`
	Integrations *map[string]sluice.Role `json:"integrations,omitempty" doc:"All roles in single integrations: those that are not given end"`
	Password     sluice.Secret           `json:"password,omitzero" doc:"At least 12 characters; the person's sessions end"`
}

// OwnChange is a change of one's own account; what is left out stays.
type OwnChange struct {
	Name        string        `json:"name,omitempty"`
	Password    sluice.Secret `json:"password,omitzero" doc:"At least 12 characters; your other sessions end"`
	OldPassword sluice.Secret `json:"old_password,omitzero" doc:"Needed for a new password"`
}

// Person is a user with what is theirs.
type Person struct {
	sluice.User
	SignIn       []string  `json:"sign_in" nullable:"false" doc:"By what the person logs in: password"`
	InvitedUntil time.Time `json:"invited_until,omitzero" doc:"Until when a one-time link works that nobody has used"`
	Sessions     int       `json:"sessions" doc:"Browsers that are logged in"`
	Tokens       int       `json:"tokens" doc:"API tokens that act for the person"`
	Assigned     int       `json:"assigned" doc:"Open record errors that are assigned to the person; only of a single one"`
}

// Member is somebody who may do something in an integration.
type Member struct {
	ID    string      `json:"id"`
	Email string      `json:"email"`
	Name  string      `json:"name"`
	Role  sluice.Role `json:"role" doc:"In the integration, all in all"`
	Own   sluice.Role `json:"own,omitempty" doc:"The role in this integration itself; absent where it comes from the account-wide role alone"`
	Floor sluice.Role `json:"floor" doc:"The account-wide role"`
}

// Membership is a role in an integration.
type Membership struct {
	Role sluice.Role `json:"role" enum:"manage,monitor,member" doc:"member takes the role in the integration away"`
}

// Tag heads the routes in the documentation.
const Tag = "People"

const users = "/api/v1/users"

// UserRoutes returns the rows of the route table round users.
func UserRoutes(rules Users, members Members) []endpoint.Row {
	const people = sluice.PermPeople
	h, m, t := userHandlers{rules}, memberHandlers{members}, endpoint.Table{Tag: Tag}
	t.Add("GET", users, people, "listUsers", "List users", endpoint.Of(h.list))
	t.Add("POST", users, people, "createUser", "Create a user, with a password or a one-time link to set one", endpoint.Of(h.create))
	t.Add("GET", users+"/{id}", people, "getUser", "Show a user with what is theirs", endpoint.Of(h.get))
	t.Add("PUT", users+"/{id}", people, "updateUser", "Change a user's name, roles or password", endpoint.Of(h.update))
	t.Add("DELETE", users+"/{id}", people, "deleteUser", "Delete a user with all tokens and sessions; their record errors are nobody's then", endpoint.Of(h.remove))
	t.Add("POST", users+"/{id}/link", people, "offerLink", "Make a one-time link by which the user sets a password", endpoint.Of(h.link))
	t.Add("GET", "/api/v1/integrations/{name}/people", sluice.PermView, "listMembers", "Who may do what in an integration", endpoint.Of(m.list))
	t.Add("PUT", "/api/v1/integrations/{name}/people/{user}", people, "setMember", "Give a user a role in an integration, or take it away", endpoint.Of(m.set))
	return t.Rows
}

type userHandlers struct{ Users }

func (h userHandlers) list(ctx context.Context, _ *endpoint.NoInput) (*endpoint.Reply[endpoint.List[*Person]], error) {
	return endpoint.Listing(h.ListUsers(ctx))
}

func (h userHandlers) create(ctx context.Context, in *struct{ Body NewUser }) (*endpoint.Reply[*CreatedUser], error) {
	return endpoint.Answer(h.CreateUser(ctx, endpoint.ActorOf(ctx), in.Body))
}

func (h userHandlers) get(ctx context.Context, in *endpoint.IDPath) (*endpoint.Reply[*Person], error) {
	return endpoint.Answer(h.Person(ctx, in.ID))
}

type userChange struct {
	endpoint.IDPath
	Body UserChange
}

func (h userHandlers) update(ctx context.Context, in *userChange) (*endpoint.Reply[*sluice.User], error) {
	return endpoint.Answer(h.UpdateUser(ctx, endpoint.ActorOf(ctx), in.ID, in.Body))
}

func (h userHandlers) remove(ctx context.Context, in *endpoint.IDPath) (*endpoint.Nothing, error) {
	return endpoint.Done(h.DeleteUser(ctx, endpoint.ActorOf(ctx), in.ID))
}

func (h userHandlers) link(ctx context.Context, in *endpoint.IDPath) (*endpoint.Reply[*Link], error) {
	return endpoint.Answer(h.OfferLink(ctx, endpoint.ActorOf(ctx), in.ID))
}

type memberHandlers struct{ Members }

func (h memberHandlers) list(ctx context.Context, in *endpoint.NamePath) (*endpoint.Reply[endpoint.List[Member]], error) {
	return endpoint.Listing(h.Members.Members(ctx, in.Name))
}

func (h memberHandlers) set(ctx context.Context, in *struct {
	endpoint.NamePath
	User string `path:"user" doc:"E-mail address or ID"`
	Body Membership
}) (*endpoint.Reply[*sluice.User], error) {
	return endpoint.Answer(h.SetMember(ctx, endpoint.ActorOf(ctx), in.Name, in.User, in.Body.Role))
}
