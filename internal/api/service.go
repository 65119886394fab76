package api

import (
	"context"
	"net/http"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/attention"
	"github.com/sluicehq/sluice/internal/api/backup"
	"github.com/sluicehq/sluice/internal/api/channel"
	"github.com/sluicehq/sluice/internal/api/code"
	"github.com/sluicehq/sluice/internal/api/due"
	"github.com/sluicehq/sluice/internal/api/evaluation"
	"github.com/sluicehq/sluice/internal/api/flowcase"
	"github.com/sluicehq/sluice/internal/api/hook"
	"github.com/sluicehq/sluice/internal/api/key"
	"github.com/sluicehq/sluice/internal/api/licence"
	"github.com/sluicehq/sluice/internal/api/live"
	"github.com/sluicehq/sluice/internal/api/metadata"
	"github.com/sluicehq/sluice/internal/api/oidc"
	"github.com/sluicehq/sluice/internal/api/person"
	"github.com/sluicehq/sluice/internal/api/recorderror"
	"github.com/sluicehq/sluice/internal/api/restore"
	"github.com/sluicehq/sluice/internal/api/run"
	"github.com/sluicehq/sluice/internal/api/scope"
	"github.com/sluicehq/sluice/internal/api/search"
	"github.com/sluicehq/sluice/internal/api/setting"
	"github.com/sluicehq/sluice/internal/api/sunset"
	"github.com/sluicehq/sluice/internal/api/timing"
	"github.com/sluicehq/sluice/internal/api/trace"
	"github.com/sluicehq/sluice/internal/api/traffic"
)

// Services is everything the routes call. All fields are needed.
type Services struct {
	Connections    Connections
	ConnectionUses ConnectionUses
	Sunsets        sunset.Rules
	Trash          Trash
	ConsumerKeys   ConsumerKeys
	Integrations   Integrations
	Notices        Notices
	Doctor         Doctor
	Proofs         Proofs
	DebugLogs      DebugLogs
	Logins         Logins
	Authorizations Authorizations
	OAuth2         OAuth2
	Roles          Roles
	Flows          Flows
	Hooks          hook.Hooks
	Previews       Previews
	Plans          Plans
	Code           code.Rules
	Timings        timing.Rules
	Due            due.Rules
	Tests          flowcase.Rules
	Search         search.Rules
	Runs           run.Rules
	Live           live.Rules
	Traffic        traffic.Rules
	Errors         recorderror.Rules
	ErrorCounts    recorderror.Counter
	Attention      attention.Rules
	Traces         trace.Rules
	Channels       channel.Rules
	Backups        backup.Rules
	Restores       restore.Rules
	Keys           key.Rules
	Settings       setting.Rules
	Licences       licence.Rules
	Metrics        http.Handler // in the form of Prometheus
	Records        Records
	Users          person.Users
	Members        person.Members
	Sessions       person.Sessions
	Tokens         person.Tokens
	Audit          person.Audit
	Metadata       metadata.Rules
	Evaluations    evaluation.Rules
	Login          Login
	SignIn         oidc.Rules
	Links          Links
	Status         Status
	Access         scope.Access
}

// Connections are the rules round connections. Names stand for IDs too.
type Connections interface {
	ListConnections(ctx context.Context) ([]*sluice.Connection, error)
	Connection(ctx context.Context, name string) (*sluice.Connection, error)
	// CreateConnection registers the new one with an integration, if one is named.
	CreateConnection(ctx context.Context, by Actor, c *sluice.Connection, integration string) (*sluice.Connection, error)
	// UpdateConnection keeps every secret that c leaves out or gives as its
	// fingerprint, and removes one that c gives as empty text.
	UpdateConnection(ctx context.Context, by Actor, name string, c *sluice.Connection) (*sluice.Connection, error)
	// DeleteConnection moves a connection that nothing uses to the trash.
	DeleteConnection(ctx context.Context, by Actor, name string) error
	// ConnectionUse returns the names of the flows that use the connection.
	ConnectionUse(ctx context.Context, name string) ([]string, error)
}

// Doctor says what is wrong with NetSuite connections.
type Doctor interface {
	// Diagnose examines the path from the connection's settings to the account. It
	// causes two refused logins at most.
	Diagnose(ctx context.Context, by Actor, name string) (*sluice.Diagnosis, error)
	// ExplainCode says what a code of NetSuite's Login Audit Trail means.
	ExplainCode(code string) (*sluice.CodeExplanation, error)
}

// Flows are the rules round flows.
type Flows interface {
	ListFlows(ctx context.Context) ([]*sluice.FlowRevision, error)
	Flow(ctx context.Context, name string) (*sluice.FlowRevision, error)
	// PutFlow stores a text as the newest revision of the flow with that name.
	PutFlow(ctx context.Context, by Actor, name string, text FlowText) (*sluice.FlowRevision, error)
	DeleteFlow(ctx context.Context, by Actor, name string) error
	SetFlowEnabled(ctx context.Context, by Actor, name string, enabled bool) (*sluice.FlowRevision, error)
	// CheckFlow says all that is wrong with the text, references to connections included.
	CheckFlow(ctx context.Context, text string) ([]sluice.Problem, error)
	// FlowSchema returns the JSON Schema of a flow file.
	FlowSchema() []byte
}

// Previews shows what a flow would do, writing nothing.
type Previews interface {
	// PreviewFlow reads records of the named flow, or of text when it is not empty, or
	// takes those that are given.
	PreviewFlow(ctx context.Context, by Actor, name, text string, o PreviewOptions) (*Preview, error)
}

// Plans compares a set of files with what is stored.
type Plans interface {
	// Plan says what Apply would do.
	Plan(ctx context.Context, by Actor, set FileSet) (*Plan, error)
	// Apply stores the whole set, or nothing of it when there is a problem.
	Apply(ctx context.Context, by Actor, set FileSet) (*Plan, error)
}

// Records reads and writes single records through a NetSuite connection.
type Records interface {
	SuiteQL(ctx context.Context, by Actor, connection string, q SuiteQLQuery) (*Rows, error)
	ListRecords(ctx context.Context, by Actor, connection, kind string, q RecordQuery) (*RecordPage, error)
	GetRecord(ctx context.Context, by Actor, connection, kind, id string, expand bool) (sluice.Record, error)
	CreateRecord(ctx context.Context, by Actor, connection, kind string, r sluice.Record) (*RecordRef, error)
	UpdateRecord(ctx context.Context, by Actor, connection, kind, id string, w RecordWrite) (*RecordRef, error)
	UpsertRecord(ctx context.Context, by Actor, connection, kind, externalID string, w RecordWrite) (*RecordRef, error)
	DeleteRecord(ctx context.Context, by Actor, connection, kind, id string) error
}

// Login says who somebody is.
type Login interface {
	// ActorByToken returns who an API token acts for.
	ActorByToken(ctx context.Context, token sluice.Secret) (Actor, error)
	// ActorByUser returns the actor for a user who logged in before.
	ActorByUser(ctx context.Context, userID string) (Actor, error)
	// LogIn checks a password. It slows down whoever fails too often, by e-mail
	// address and by remote address.
	LogIn(ctx context.Context, email string, password sluice.Secret, remote string) (*sluice.User, error)
	// UpdateMe changes the actor's own name or password. For a new password the old
	// one is needed; failures are slowed down as LogIn's are.
	UpdateMe(ctx context.Context, by Actor, c OwnChange, remote string) (*sluice.User, error)
	// SetupOpen reports whether the one-time link with that token can still be used.
	SetupOpen(ctx context.Context, token sluice.Secret) (bool, error)
	// SetUp makes the owner and uses the link up.
	SetUp(ctx context.Context, token sluice.Secret, u NewUser) (*sluice.User, error)
}

// Links are the one-time links by which people set a password.
type Links interface {
	// LinkOpen returns whose password the link sets, and CodeNotFound when it cannot be used.
	LinkOpen(ctx context.Context, token sluice.Secret) (*sluice.User, error)
	// UseLink sets the password and uses the link up.
	UseLink(ctx context.Context, token, password sluice.Secret) (*sluice.User, error)
}

// Status says how the server is.
type Status interface {
	Health(ctx context.Context) Health
	Version() Version
}

// Health is the answer of the health route.
type Health struct {
	OK         bool             `json:"ok"`
	OpenErrors map[string]int64 `json:"open_errors,omitempty" doc:"Open record errors by flow. Only for who is logged in."`
	At         time.Time        `json:"at"`
}

// Version says which build answers.
type Version struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty" doc:"Of the source; followed by + where that had been changed"`
	Go      string `json:"go"`
}
