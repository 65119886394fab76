package sluice

import "time"

// Identity is who NetSuite says that a connection is.
type Identity struct {
	Account    string    `json:"account"` // realm form
	RoleID     string    `json:"role_id,omitempty"`
	RoleName   string    `json:"role_name,omitempty"`
	EntityID   string    `json:"entity_id,omitempty"`
	EntityName string    `json:"entity_name,omitempty"`
	TimeZone   string    `json:"timezone,omitempty"`
	At         time.Time `json:"at"` // when NetSuite said it
}

// PreviousLogin is the authentication that a connection had before its type was
// changed. It is kept until it is dropped, and comes back with one step.
type PreviousLogin struct {
	Type     string            `json:"type"`
	Settings map[string]string `json:"settings,omitempty"` // the fields that belong to the type
	// Secrets are the secrets of the type, shown as fingerprints.
	Secrets map[string]Secret `json:"secrets,omitempty"`
	// Identity is who the connection was with it.
	Identity  *Identity `json:"identity,omitempty"`
	ChangedAt time.Time `json:"changed_at"`
	// ProvenAt is when the new authentication first worked. Before that it cannot be dropped.
	ProvenAt time.Time `json:"proven_at,omitzero"`
}

// Authorization is one pass through NetSuite's three-step flow: from Save &
// authorize to the answer in the browser. It works once, until it ends.
type Authorization struct {
	ID           string             `json:"id"`
	ConnectionID string             `json:"connection_id"`
	Connection   string             `json:"connection"` // name
	State        AuthorizationState `json:"state"`
	// URL is NetSuite's page, where a person logs in and allows or denies.
	URL string `json:"url,omitempty"`
	// Callback is the address that NetSuite sends the browser to.
	Callback string `json:"callback"`
	// Return is the page of ours that the browser goes to in the end.
	Return     string    `json:"return,omitempty"`
	Error      *Error    `json:"error,omitempty"`
	Identity   *Identity `json:"identity,omitempty"`
	StartedBy  string    `json:"started_by"`
	StartedAt  time.Time `json:"started_at"`
	ExpiresAt  time.Time `json:"expires_at"`
	FinishedAt time.Time `json:"finished_at,omitzero"`
}

// AuthorizationState is how far an authorization has got.
type AuthorizationState string

// The states of an authorization.
const (
	AuthorizationPending AuthorizationState = "pending" // somebody is at NetSuite's page
	AuthorizationGranted AuthorizationState = "granted"
	AuthorizationFailed  AuthorizationState = "failed" // denied, expired, refused: Error says which
)

// SealedAuthorization is an authorization as the store sees it. StateHash is the
// SHA-256 of the state parameter, hex; Sealed holds the request token's secret.
type SealedAuthorization struct {
	Authorization
	StateHash    string
	RequestToken string
	Sealed       map[string][]byte
}
