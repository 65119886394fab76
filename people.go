package sluice

import (
	"slices"
	"time"
)

// Role is what a person or token may do.
type Role string

// The roles, from all to little.
const (
	RoleOwner         Role = "owner"
	RoleAdministrator Role = "administrator"
	RoleManage        Role = "manage"
	RoleMonitor       Role = "monitor"
	RoleMember        Role = "member" // nothing but what roles in single integrations add
)

// Permission is something that a route asks for.
type Permission string

// The permissions.
const (
	PermNone            Permission = ""                 // anybody, logged in or not
	PermView            Permission = "view"             // see connections, flows, runs, errors
	PermEditConnections Permission = "connections.edit" // create, change, delete and test connections
	PermEditFlows       Permission = "flows.edit"
	PermRun             Permission = "runs.control"   // start, cancel and resume runs, retry errors
	PermQuery           Permission = "data.query"     // read and write records through a connection
	PermPeople          Permission = "people.edit"    // users, other people's tokens, audit log
	PermOperate         Permission = "server.operate" // backups, keys, metrics
	PermRestore         Permission = "server.restore" // restore a backup, which says who the users are
)

var rolePermissions = map[Role][]Permission{
	RoleOwner:         {PermView, PermEditConnections, PermEditFlows, PermRun, PermQuery, PermPeople, PermOperate, PermRestore},
	RoleAdministrator: {PermView, PermEditConnections, PermEditFlows, PermRun, PermQuery, PermPeople, PermOperate},
	RoleManage:        {PermView, PermEditConnections, PermEditFlows, PermRun, PermQuery},
	RoleMonitor:       {PermView},
}

// Roles returns every role, from all to little.
func Roles() []Role {
	return []Role{RoleOwner, RoleAdministrator, RoleManage, RoleMonitor, RoleMember}
}

// May reports whether the role holds the permission.
func (r Role) May(p Permission) bool {
	return p == PermNone || slices.Contains(rolePermissions[r], p)
}

// User is a person.
type User struct {
	ID        string    `json:"id"`
	Email     string    `json:"email"`
	Name      string    `json:"name"`
	Role      Role      `json:"role"`
	Password  string    `json:"-"` // argon2id hash; empty: nobody logs in by one
	CreatedAt time.Time `json:"created_at"`
	// Integrations holds roles in single integrations, manage or monitor, by name. They add to Role.
	Integrations map[string]Role `json:"integrations,omitempty"`
	SeenAt       time.Time       `json:"seen_at,omitzero"` // when a browser or a token last asked for them
}

// Token lets a program act as a person. Only the hash of its text is kept.
type Token struct {
	ID        string    `json:"id"`
	UserID    string    `json:"user_id"`
	Name      string    `json:"name"`
	Role      Role      `json:"role"` // a limit: the token does no more than its user may, at any time
	Hash      string    `json:"-"`    // SHA-256 of the text, hex
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	LastUsed  time.Time `json:"last_used,omitzero"`
	// Integrations are limits for single integrations, by name, where Role is less.
	Integrations map[string]Role `json:"integrations,omitempty"`
}

// Session is a log-in by browser. Only the hash of its cookie is kept.
type Session struct {
	ID      string
	UserID  string
	Hash    string // SHA-256 of the cookie's text, hex
	Agent   string // the browser, as it calls itself
	Remote  string
	BegunAt time.Time
	SeenAt  time.Time
	EndsAt  time.Time // at the latest
	Hint    []byte    // sealed; names the session to the provider where it was begun
}

// AuditEvent is a line of the audit log: who did what to what.
type AuditEvent struct {
	ID     int64     `json:"id"`
	At     time.Time `json:"at"`
	Actor  string    `json:"actor"`  // e-mail address, or "local" for the data folder's socket
	Action string    `json:"action"` // connection.update
	Noun   string    `json:"noun"`
	NounID string    `json:"noun_id"`
	Detail string    `json:"detail,omitempty"` // field names, never secrets
}
