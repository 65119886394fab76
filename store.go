package sluice

import (
	"context"
	"time"
)

// Stores only store: rules live above them. Methods return *Error with
// CodeNotFound for what is not there and CodeConflict for what is there already.

// SealedConnection is a connection as the store sees it: Secrets is empty, Sealed
// holds their ciphertexts by field name.
type SealedConnection struct {
	Connection
	Sealed map[string][]byte
	// Base is, for one that is to be changed, the UpdatedAt that the change was made from:
	// where the store has another, it is refused as CodeConnectionChanged. Zero means any.
	Base time.Time
}

// ConnectionStore keeps connections.
type ConnectionStore interface {
	CreateConnection(ctx context.Context, c *SealedConnection) error
	UpdateConnection(ctx context.Context, c *SealedConnection) error
	// SetConnectionStatus changes the status only.
	SetConnectionStatus(ctx context.Context, id string, s ConnectionStatus, detail string, at time.Time) error
	// SetConnectionIdentity changes the identity only.
	SetConnectionIdentity(ctx context.Context, id string, i *Identity) error
	// Connection finds one by ID or name.
	Connection(ctx context.Context, idOrName string) (*SealedConnection, error)
	Connections(ctx context.Context) ([]*SealedConnection, error)
	DeleteConnection(ctx context.Context, id string) error
}

// DeletedConnection is a connection that can still be restored.
type DeletedConnection struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Kind      string    `json:"kind"`
	DeletedAt time.Time `json:"deleted_at"`
	DeletedBy string    `json:"deleted_by"`
	PurgeAt   time.Time `json:"purge_at"` // when it goes for good
}

// TrashStore keeps deleted connections for a while.
type TrashStore interface {
	// TrashConnection takes a connection away, keeping all of it.
	TrashConnection(ctx context.Context, d DeletedConnection) error
	// RestoreConnection brings it back under a name: CodeConflict where that is taken.
	RestoreConnection(ctx context.Context, id, name string) error
	DeletedConnections(ctx context.Context) ([]*DeletedConnection, error)
	// PurgeConnections removes those whose time is over, with their debug logs.
	PurgeConnections(ctx context.Context, now time.Time) (int, error)
}

// ConsumerKeyStore keeps consumer keys.
type ConsumerKeyStore interface {
	CreateConsumerKey(ctx context.Context, k *SealedConsumerKey) error
	UpdateConsumerKey(ctx context.Context, k *SealedConsumerKey) error
	// ConsumerKey finds one by ID or name.
	ConsumerKey(ctx context.Context, idOrName string) (*SealedConsumerKey, error)
	ConsumerKeys(ctx context.Context) ([]*SealedConsumerKey, error)
	DeleteConsumerKey(ctx context.Context, id string) error
}

// IntegrationStore keeps integrations.
type IntegrationStore interface {
	CreateIntegration(ctx context.Context, i *Integration) error
	UpdateIntegration(ctx context.Context, i *Integration) error
	// Integration finds one by ID or name.
	Integration(ctx context.Context, idOrName string) (*Integration, error)
	Integrations(ctx context.Context) ([]*Integration, error)
	DeleteIntegration(ctx context.Context, id string) error
}

// NoticeStore keeps notices.
type NoticeStore interface {
	// OpenNotice stores a notice unless one with its code and thing is open; it
	// reports whether it did.
	OpenNotice(ctx context.Context, n *Notice) (bool, error)
	// CloseNotices closes the open notices of a thing with one of the codes; no codes means all.
	CloseNotices(ctx context.Context, nounID string, codes []string, by string, at time.Time) error
	// CloseNotice closes one by ID.
	CloseNotice(ctx context.Context, id int64, by string, at time.Time) error
	// Notices returns notices, newest first.
	Notices(ctx context.Context, open bool, limit int) ([]*Notice, error)
}

// AuthorizationStore keeps authorizations.
type AuthorizationStore interface {
	CreateAuthorization(ctx context.Context, a *SealedAuthorization) error
	// TakeAuthorization returns the pending authorization with that hash of its state
	// and uses it up: the next call finds nothing.
	TakeAuthorization(ctx context.Context, stateHash string) (*SealedAuthorization, error)
	// FinishAuthorization stores state, error, identity and end.
	FinishAuthorization(ctx context.Context, a *Authorization) error
	Authorization(ctx context.Context, id string) (*Authorization, error)
	// PurgeAuthorizations removes those that ended before the time.
	PurgeAuthorizations(ctx context.Context, before time.Time) error
}

// DebugStore keeps debug logs.
type DebugStore interface {
	// SetDebugUntil changes only when a connection's debug log ends.
	SetDebugUntil(ctx context.Context, connectionID string, until time.Time) error
	AppendDebug(ctx context.Context, entries []DebugEntry) error
	// DebugEntries returns the entries below an ID (0 means all), newest first.
	DebugEntries(ctx context.Context, connectionID string, before int64, limit int) ([]*DebugEntry, error)
	// DeleteDebug removes a connection's entries older than a time.
	DeleteDebug(ctx context.Context, connectionID string, before time.Time) error
	// TrimDebug removes all but a connection's newest entries.
	TrimDebug(ctx context.Context, connectionID string, keep int) error
}

// FlowStore keeps flows with all their revisions.
type FlowStore interface {
	// SaveFlow stores a new revision, giving it FlowID (for a new name) and Number. Where
	// its Base is not the newest revision, it is CodeFlowChanged.
	SaveFlow(ctx context.Context, r *FlowRevision) error
	// SaveFlows is SaveFlow for several flows: all are stored, or none.
	SaveFlows(ctx context.Context, list []*FlowRevision) error
	SetFlowEnabled(ctx context.Context, flowID string, enabled bool) error
	// Flow returns the newest revision, by flow ID or name.
	Flow(ctx context.Context, idOrName string) (*FlowRevision, error)
	// FlowRevision returns one revision; number 0 means the newest.
	FlowRevision(ctx context.Context, flowID string, number int) (*FlowRevision, error)
	Flows(ctx context.Context) ([]*FlowRevision, error)
	DeleteFlow(ctx context.Context, flowID string) error
}

// CodeStore looks back over what is kept as code.
type CodeStore interface {
	// FlowRevisions returns a flow's revisions below a number (0 means all), newest first.
	FlowRevisions(ctx context.Context, flowID string, before, limit int) ([]*FlowRevision, error)
	// LedgerCounts returns how many records the ledger has of each import step of a flow.
	LedgerCounts(ctx context.Context, flowID string) (map[string]int64, error)
}

// RunFilter selects runs, newest first.
type RunFilter struct {
	FlowID    string
	FlowIDs   []string // nil means all flows, an empty list none
	States    []RunState
	Since     time.Time // made at this time or later; zero means all
	Until     time.Time // made before this time; zero means all
	StartedBy string    // as Run.CreatedBy; empty means all
	Before    int64     // IDs below this one; 0 means all
	Limit     int       // 0 means 100
}

// RunOutcome is what charts tell of a run.
type RunOutcome struct {
	CreatedAt time.Time
	State     RunState
	Counts    Counts
}

// HistoryStore looks back over runs.
type HistoryStore interface {
	// RunOutcomes calls each with the outcomes of the oldest f.Limit runs, in order of time.
	RunOutcomes(ctx context.Context, f RunFilter, each func(RunOutcome)) error
}

// RunStore keeps runs and who owns them.
type RunStore interface {
	// CreateRun stores a queued run with its ID, and pages where it retries errors,
	// whose state turns to retrying. A flow has one unended manual run at a time:
	// CodeAlreadyActive otherwise.
	CreateRun(ctx context.Context, r *Run, pages []Page) error
	Run(ctx context.Context, id int64) (*Run, error)
	Runs(ctx context.Context, f RunFilter) ([]*Run, error)
	// ClaimRun gives the oldest run that is queued, or running with a lease that
	// ended before now, to owner under a new fence. It returns nil when there is none.
	// One run of a flow is worked at a time: they share its ledger.
	ClaimRun(ctx context.Context, owner string, now, leaseUntil time.Time) (*Run, error)
	// RenewLease moves the end of the lease of a run, or of a claimed page. It returns
	// whether somebody asked to cancel the run.
	RenewLease(ctx context.Context, f Fence, until time.Time) (cancelAsked bool, err error)
	// AskCancel marks the run; a queued one is cancelled at once.
	AskCancel(ctx context.Context, id int64, at time.Time) error
	// ResumeRun queues a failed or cancelled run again.
	ResumeRun(ctx context.Context, id int64) error
}

// Fence is the ownership under which a worker writes. A write whose fence is not
// the run's newest returns CodeFenced and changes nothing.
type Fence struct {
	RunID  int64
	Number int64
	Page   int64 // the claimed page whose fence it is, 0 for the run's own
}

// RunProgress is what a worker stores of a run together with pages.
type RunProgress struct {
	Counts  Counts
	Exports []ExportCounts
	Steps   []StepCounts
	Totals  []OutcomeTotals
	// Inbox is how far the flow's inbox was read with the pages that are stored; nil
	// leaves it. What was read leaves the inbox in the same transaction.
	Inbox *InboxMark
}

// PageResult is what a worked page leaves behind, stored in one transaction; the
// page itself goes.
type PageResult struct {
	Page    int64
	Entries []LedgerEntry
	// Errors holds the records that failed. One with an ID was being retried: it is
	// open again with the new failure and one more retry. The others are new, one for
	// each (run, step, seq).
	Errors   []RecordError
	Resolved []int64 // record errors that a retry resolved
	// Keys are the keys of all records of the page. Open errors that earlier runs of
	// the flow left for them are resolved: what this run found out is newer.
	Keys []string
	// Traces are the trace keys of the page's records that got through. Open errors that
	// earlier runs of the flow left under them are resolved.
	Traces []string
	// Touches are what imports did with the records, for who traces one later.
	Touches []TouchPage
	Advance Advance // of the run's progress
	At      time.Time
}

// PageStore keeps a run's pages and what working them brought. All methods that
// write check the fence in the same transaction: the run's, or, for what working a
// claimed page brings, that of the page.
type PageStore interface {
	// AppendPages stores pages with the cursor behind them.
	AppendPages(ctx context.Context, f Fence, pages []Page, cursor []byte, exportDone bool, advance Advance) error
	// PendingPages returns the numbers of the pages that are not done, in order.
	PendingPages(ctx context.Context, runID int64) ([]int64, error)
	Page(ctx context.Context, runID, number int64) (*Page, error)
	CompletePage(ctx context.Context, f Fence, r *PageResult) error
	// EndRun sets the final state. A run with pages cannot be completed: CodeConflict.
	// Those of a failed or cancelled one stay, since it can be resumed.
	EndRun(ctx context.Context, f Fence, state RunState, cause *Error, at time.Time) error
}

// WatermarkStore keeps how far delta exports have got.
type WatermarkStore interface {
	// SetWindow stores what the run's delta export reads.
	SetWindow(ctx context.Context, f Fence, w *Window) error
	// MoveWatermark moves a watermark that is still at mark (zero: there is none of this
	// source), and leaves one alone that a person has moved meanwhile. A run with pages
	// has not delivered what it read: CodeConflict.
	MoveWatermark(ctx context.Context, f Fence, mark time.Time, w *Watermark) error
	// Watermark returns CodeNotFound when there is none.
	Watermark(ctx context.Context, flowID, export string) (*Watermark, error)
	// Watermarks returns those of a flow, or all when flowID is empty.
	Watermarks(ctx context.Context, flowID string) ([]*Watermark, error)
	// PutWatermark sets one, DeleteWatermark takes one away, whatever it was.
	PutWatermark(ctx context.Context, w *Watermark) error
	DeleteWatermark(ctx context.Context, flowID, export string) error
}

// FlowSchedule is a flow's schedule and when it is due.
type FlowSchedule struct {
	FlowID   string    `json:"flow_id"`
	FlowName string    `json:"flow"`
	Revision int       `json:"revision"` // of the flow, which a run gets
	Schedule Schedule  `json:"schedule"`
	Paused   bool      `json:"paused"`        // by a person; Schedule.Paused is the file's
	Next     time.Time `json:"next,omitzero"` // zero: not yet reckoned
	Last     time.Time `json:"last,omitzero"` // when it last came due
	Enabled  bool      `json:"enabled"`       // the flow may run
}

// Firing moves a schedule on, and makes the run that was due.
type Firing struct {
	FlowID string
	Due    time.Time // what Next was when it was read; another process may have moved it since
	Next   time.Time
	Last   time.Time // zero leaves it
	Run    *Run      // nil when none is made
	// Overlap lets the run be queued beside one that has not ended.
	Overlap bool
	// Missed is told when it is set: nobody was there at the due time.
	Missed *Event
}

// ScheduleStore keeps when flows are due. SaveFlow keeps it in step with the flow.
type ScheduleStore interface {
	Schedule(ctx context.Context, flowID string) (*FlowSchedule, error)
	// DueSchedules returns schedules of enabled flows that are not paused and are due,
	// or not yet reckoned, the longest due first.
	DueSchedules(ctx context.Context, now time.Time, limit int) ([]*FlowSchedule, error)
	// Fire applies firings whose schedule is still where it was read, in one
	// transaction, and returns the runs that it made. Several processes that fire the
	// same due time make one run.
	Fire(ctx context.Context, firings []Firing) ([]*Run, error)
	// PauseSchedule stops or goes on; a schedule that goes on is reckoned anew.
	PauseSchedule(ctx context.Context, flowID string, paused bool) error
}

// LedgerStore keeps the ledger.
type LedgerStore interface {
	// LedgerEntries returns the entries that exist, by key.
	LedgerEntries(ctx context.Context, flowID, step string, keys []string) (map[string]LedgerEntry, error)
	// SaveIntents stores entries before their requests are sent, and known outcomes
	// of a page that could not be finished. It keeps the state that each entry carries.
	SaveIntents(ctx context.Context, f Fence, entries []LedgerEntry) error
}

// PeopleStore keeps users, tokens and the audit log.
type PeopleStore interface {
	CreateUser(ctx context.Context, u *User) error
	User(ctx context.Context, idOrEmail string) (*User, error)
	Users(ctx context.Context) ([]*User, error)
	// UpdateUser changes name, roles and password.
	UpdateUser(ctx context.Context, u *User) error
	DeleteUser(ctx context.Context, id string) error
	AppendAudit(ctx context.Context, e *AuditEvent) error
	Audit(ctx context.Context, f AuditFilter) ([]*AuditEvent, error)
}

// UserLockStore keeps changes of users apart that come at one time, from several servers too.
type UserLockStore interface {
	// LockUser holds off other changes of a user, by ID or e-mail address, and of all owners
	// until the transaction of ctx ends (Atomically). What is read after it is as it stays.
	// An empty text stands for all users.
	LockUser(ctx context.Context, idOrEmail string) error
}

// AuditFilter selects lines of the audit log, newest first.
type AuditFilter struct {
	Noun   string // connection; empty means all
	NounID string // as the line names the thing; empty means all
	Actor  string
	Action string    // connection.update; one that ends in a dot means all of the noun
	Text   string    // stands in actor, thing or detail, in any case
	Since  time.Time // not before
	Until  time.Time // before
	Before int64     // IDs below this one; 0 means all
	Limit  int       // 0 means 100
}

// TokenStore keeps API tokens.
type TokenStore interface {
	CreateToken(ctx context.Context, t *Token) error
	// TokenByHash finds a token by the hash of its text and notes its use.
	TokenByHash(ctx context.Context, hash string, at time.Time) (*Token, error)
	Tokens(ctx context.Context, userID string) ([]*Token, error)
	DeleteToken(ctx context.Context, id string) error
}

// SettingStore keeps single values: the key check, the hash of the one-time owner link.
type SettingStore interface {
	Setting(ctx context.Context, name string) (string, error) // "" when it was never set
	// SwapSetting sets the value when it is still old, and reports whether it was.
	SwapSetting(ctx context.Context, name, old, value string) (bool, error)
}

// Atomic stores several things together.
type Atomic interface {
	// Atomically stores all that f stores with the context it is given, or none of it
	// where f fails; f sees there what it has stored. It may run f more than once.
	Atomically(ctx context.Context, f func(ctx context.Context) error) error
}

// Store is all of them.
type Store interface {
	Atomic
	CodeStore
	FlowTestStore
	ConnectionStore
	FlowStore
	RunStore
	PageStore
	LedgerStore
	ErrorStore
	ErrorCareStore
	TouchStore
	ChannelStore
	OutboxStore
	PeopleStore
	UserLockStore
	TokenStore
	SettingStore
	TrashStore
	ConsumerKeyStore
	IntegrationStore
	NoticeStore
	AuthorizationStore
	SignInStore
	DebugStore
	WatermarkStore
	ScheduleStore
	InboxStore
	ShareStore
	BudgetStore
	SignalStore
	SessionStore
	TrafficStore
	HistoryStore
	RetentionStore
	Close() error
}
