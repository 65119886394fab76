package store

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/postgrestest"
	"github.com/sluicehq/sluice/internal/store/storetest"
)

// Each testdata/rows-vN.sql holds rows as version N of the tables stored them. They
// are never written anew: data folders in the wild look like them. After a migration
// to version N, -update adds the file for N.
var update = flag.Bool("update", false, "write the rows file of the newest version")

const newestVersion = 14

// tables, parents first, with a column that orders their rows.
var tables = [][2]string{{"connections", "id"}, {"flows", "id"}, {"flow_revisions", "number"}, {"runs", "id"}, {"pages", "number"}, {"ledger", "key"},
	{"record_errors", "id"}, {"users", "id"}, {"tokens", "id"}, {"audit_events", "id"}, {"settings", "name"}, {"deleted_connections", "id"},
	{"consumer_keys", "id"}, {"integrations", "id"}, {"registrations", "connection_id"}, {"notices", "id"}, {"authorizations", "id"}, {"debug_entries", "id"}, {"watermarks", "flow_id"}, {"schedules", "flow_id"},
	{"inboxes", "flow_id"}, {"deliveries", "seq"}, {"delivery_ids", "id"}, {"channels", "id"}, {"messages", "id"}, {"subjects", "subject"}, {"sign_ins", "state_hash"}, {"removed_users", "email"}, {"flow_tests", "number"}, {"sessions", "id"}}

// story is one of each noun, as it is stored and must come back.
type story struct {
	Connection *sluice.SealedConnection
	Flow       *sluice.FlowRevision
	Run        *sluice.Run
	Page       *sluice.Page
	Ledger     map[string]sluice.LedgerEntry
	Error      *sluice.RecordError
	User       *sluice.User
	Token      *sluice.Token
	Audit      *sluice.AuditEvent
	Setting    string
	// Since version 3.
	Trash         *sluice.DeletedConnection
	Restored      *sluice.SealedConnection // what is in the trash
	ConsumerKey   *sluice.SealedConsumerKey
	Integration   *sluice.Integration
	Notice        *sluice.Notice
	Authorization *sluice.SealedAuthorization
	Debug         *sluice.DebugEntry
	// Since version 4.
	Watermark *sluice.Watermark
	Schedule  *sluice.FlowSchedule
	// Since version 8.
	Delivery *sluice.Delivery
	// Since version 8 as well.
	Channel *sluice.SealedChannel
	Message *sluice.Message
	// Since version 13.
	Session *sluice.Session
	Subject *sluice.Subject
	SignIn  *sluice.SignIn
	Removed bool // bob@example.com
	Tests   *sluice.FlowTests
}

// storyOf is what rows of a version hold.
func storyOf(version int) *story {
	g := goldenStory()
	if version < 13 {
		g.User.Integrations, g.Token.Integrations, g.Session = nil, nil, nil
		g.User.SeenAt = time.Time{}
		g.Subject, g.SignIn, g.Removed = nil, nil, false
		g.Tests = nil
	}
	if version < 8 {
		g.Run.Exports = nil
		for key, entry := range g.Ledger {
			entry.Answer = ""
			g.Ledger[key] = entry
		}
		g.Delivery = nil
		g.Error.Trace, g.Error.Tags, g.Error.Assignee, g.Error.Reason = "", nil, "", ""
		g.Channel, g.Message = nil, nil
	}
	if version < 4 {
		g.Run.Window, g.Watermark, g.Schedule = nil, nil, nil
		g.Flow.Flow.Schedule = nil
	}
	if version < 3 {
		g.Connection.Identity, g.Connection.Previous, g.Connection.Candidate, g.Connection.DebugUntil = nil, nil, nil, time.Time{}
		g.Trash, g.Restored, g.ConsumerKey, g.Integration, g.Notice, g.Authorization, g.Debug = nil, nil, nil, nil, nil, nil, nil
	}
	return g
}

func goldenStory() *story {
	at := func(minute int) time.Time { return time.Date(2026, 3, 4, 12, minute, 0, 123456000, time.UTC) }
	record := sluice.Record{"amount": json.Number("12345678901234567890.10"), "none": nil, "yes": true, "name": "Å <&>",
		"lines": []any{map[string]any{"rate": json.Number("1.0")}, "x"}}
	entry := sluice.LedgerEntry{FlowID: "flow1", Step: "import", Key: "A-1", RunID: 1, Page: 1, Seq: 1, State: sluice.LedgerDelivered, Operation: sluice.Add,
		ExternalID: "sluice-a", TargetID: "4711", Digest: "d1", Before: "3 lines", Answer: `{"id":"4711"}`, SettlesAt: at(20), UpdatedAt: at(3)}
	packed := entry
	packed.Key, packed.State, packed.TargetID = "nul\x00 broken\xff", sluice.LedgerIntended, ""
	return &story{
		Connection: &sluice.SealedConnection{Connection: sluice.Connection{ID: "conn1", Name: "production", Kind: sluice.KindNetSuite,
			Settings: map[string]string{"account": "1234567_SB1"}, Status: sluice.StatusOffline, Detail: "refused", CheckedAt: at(1), CreatedAt: at(0), UpdatedAt: at(1),
			Identity:   &sluice.Identity{Account: "1234567_SB1", RoleID: "1001", RoleName: "Web", EntityID: "7", EntityName: "A person", TimeZone: "Europe/Berlin", At: at(1)},
			Previous:   &sluice.PreviousLogin{Type: "token", Settings: map[string]string{"type": "token"}, ChangedAt: at(0), ProvenAt: at(1)},
			Candidate:  &sluice.CandidateLogin{Type: "oauth2-m2m", Settings: map[string]string{"certificate_id": "x"}, MadeAt: at(1), TriedAt: at(2), Error: &sluice.Error{Code: "c", Message: "m"}},
			DebugUntil: at(16)},
			Sealed: map[string][]byte{"token_secret": {1, 0, 0xff}}},
		Flow: &sluice.FlowRevision{FlowID: "flow1", Number: 1, Text: "name: orders # kept\n", Enabled: true, CreatedAt: at(0), CreatedBy: "ann@example.com", Flow: sluice.Flow{
			Name: "orders", Description: "d", Integration: "i", Totals: []sluice.Total{{Name: "amount", Value: "this.amount"}}, Pages: sluice.Paging{Size: 50, Parallel: 2, Ordered: true},
			Schedule: &sluice.Schedule{Cron: "30 * * * *", Zone: "Europe/Berlin", Missed: sluice.MissedSkip, Overlap: true},
			Export:   sluice.Export{Connection: "files", CSV: &sluice.CSVExport{Path: "o.csv", Join: []sluice.Join{{Path: "l.csv", On: map[string]string{"id": "order"}, As: "lines"}}}, Key: []string{"id"}},
			Steps: []sluice.Step{{Filter: &sluice.Filter{If: "this.total > 0", Reason: "empty"}}, {Map: "root = this"},
				{Name: "import", Import: &sluice.Import{Connection: "production", Operation: sluice.Add, NetSuite: &sluice.NetSuiteImport{Record: "salesOrder"}}}}}},
		Run: &sluice.Run{ID: 1, FlowID: "flow1", FlowName: "orders", Revision: 1, Kind: sluice.RunManual, State: sluice.RunFailed, Fence: 1, Window: &sluice.Window{From: at(0), Until: at(2), Mark: at(1)}, Cursor: []byte{0, 9}, ExportDone: true,
			Counts: sluice.Counts{Read: 4, Rows: 9, Written: 1, Unchanged: 1, Excluded: 1, Failed: 1}, Exports: []sluice.ExportCounts{{Export: "export", Read: 4, Rows: 9, Filtered: 1, Done: true}}, Steps: []sluice.StepCounts{{Step: "import", Kind: "import", In: 3, Created: 1, Written: 1}},
			Totals:    []sluice.OutcomeTotals{{Name: "amount", Read: "10.10", Written: "1.00", Unchanged: "2.00", Excluded: "3.00", Failed: "4.10"}},
			Error:     &sluice.Error{Code: "store.disk_full", Message: "full", Where: "w", Remedy: "r", Problems: []sluice.Problem{{Code: "c", Path: "steps[1]", Line: 2, Message: "m"}}},
			CreatedBy: "local", CreatedAt: at(0), StartedAt: at(1), FinishedAt: at(4)},
		Page: &sluice.Page{RunID: 1, Number: 2, Items: []sluice.Item{{Seq: 3, Key: "A-3", Origin: "o.csv rows 5-9", Rows: 5, Record: record, ErrorID: 7},
			{Seq: 4, Key: "", Rows: 1, Refused: &sluice.Error{Code: "csv.too_many_fields", Message: "9 fields", Where: "o.csv row 10"}}}},
		Ledger: map[string]sluice.LedgerEntry{entry.Key: entry, packed.Key: packed},
		Error: &sluice.RecordError{ID: 1, FlowID: "flow1", FlowName: "orders", RunID: 1, Step: "import", Seq: 2, Key: "A-2", Origin: "o.csv row 4", Rows: 1, Code: "INVALID_KEY_OR_REF",
			Classification: sluice.ClassReference, Message: "Invalid entity", Where: "entity", Remedy: "Create it", Record: record, Request: "{}", Response: "bad\xff",
			State: sluice.ErrorResolved, Trace: "SO-2", Tags: []string{"late"}, Assignee: "ann@example.com", Reason: "by hand", CreatedAt: at(3), FailedAt: at(3), ResolvedAt: at(5), ResolvedBy: "ann@example.com"},
		User:    &sluice.User{ID: "user1", Email: "Ann@example.com", Name: "A person", Role: sluice.RoleOwner, Password: "$argon2id$made-up", CreatedAt: at(0), Integrations: map[string]sluice.Role{"shop": sluice.RoleManage}, SeenAt: at(7)},
		Session: &sluice.Session{ID: "session1", UserID: "user1", Hash: "ff00", Agent: "A browser", Remote: "::1", BegunAt: at(6), SeenAt: at(7), EndsAt: at(50), Hint: []byte{0, 0xff}},
		Token:   &sluice.Token{ID: "token1", UserID: "user1", Name: "ci", Role: sluice.RoleMonitor, Hash: "00ff", CreatedAt: at(0), ExpiresAt: at(59), LastUsed: at(2), Integrations: map[string]sluice.Role{"shop": sluice.RoleMonitor}},
		Audit:   &sluice.AuditEvent{ID: 1, At: at(0), Actor: "local", Action: "connection.create", Noun: "connection", NounID: "conn1", Detail: "name"},
		Setting: "value",
		Subject: &sluice.Subject{Issuer: "https://id.example.com", Subject: "s1\x00", UserID: "user1", Email: "Ann@example.com", LinkedAt: at(1)},
		SignIn:  &sluice.SignIn{StateHash: "00aa", Return: "/flows", UserID: "user1", ExpiresAt: at(10)},
		Removed: true,
		Trash:   &sluice.DeletedConnection{ID: "conn2", Name: "old", Kind: sluice.KindFiles, DeletedAt: at(2), DeletedBy: "ann@example.com", PurgeAt: at(42)},
		Restored: &sluice.SealedConnection{Connection: sluice.Connection{ID: "conn2", Name: "old", Kind: sluice.KindFiles, Settings: map[string]string{"dir": "/srv"},
			Status: sluice.StatusOnline, CheckedAt: at(1), CreatedAt: at(0), UpdatedAt: at(0)}, Sealed: map[string][]byte{"x": {1, 0xff}}},
		ConsumerKey: &sluice.SealedConsumerKey{ConsumerKey: sluice.ConsumerKey{ID: "key1", Name: "iclient", Account: "1234567", Application: "Sluice", CreatedAt: at(0), UpdatedAt: at(1)},
			Sealed: map[string][]byte{"consumer_key": {1}, "consumer_secret": {0, 0xff}}},
		Integration: &sluice.Integration{ID: "integration1", Name: "shop", Title: "Shop", Description: "d", Application: "shopify", Connections: []string{"production"}, CreatedAt: at(0), UpdatedAt: at(1)},
		Notice: &sluice.Notice{ID: 1, Code: sluice.NoticeOffline, Noun: "connection", NounID: "conn1", Name: "production", Message: "offline", Remedy: "r", At: at(1),
			ClosedAt: at(2), ClosedBy: "ann@example.com"},
		Authorization: &sluice.SealedAuthorization{Authorization: sluice.Authorization{ID: "auth1", ConnectionID: "conn1", Connection: "production", State: sluice.AuthorizationPending,
			URL: "https://example.com", Callback: "http://localhost:8080/oauth/callback", Return: "/", Error: &sluice.Error{Code: "c", Message: "m"}, Identity: &sluice.Identity{Account: "1", At: at(0)},
			StartedBy: "local", StartedAt: at(0), ExpiresAt: at(10), FinishedAt: at(3)}, StateHash: "00aa", RequestToken: "r", Sealed: map[string][]byte{"secret": {1}}},
		Debug: &sluice.DebugEntry{ID: 1, ConnectionID: "conn1", At: at(1), Method: "GET", URL: "https://example.com", Status: 200, Took: 12, Request: "a\n\nb", Response: "c\xff", Error: "e"},
		Channel: &sluice.SealedChannel{Channel: sluice.Channel{ID: "channel1", Name: "ops", Kind: sluice.ChannelEmail, Host: "smtp.example.com", Port: 587, TLS: sluice.TLSStart, User: "u",
			From: "sluice@example.com", To: []string{"ann@example.com"}, Events: []string{sluice.EventRunFailed}, Integrations: []string{"shop"}, Quiet: "2h", Digest: "24h", CreatedAt: at(0), UpdatedAt: at(1)},
			Sealed: []byte{1, 0, 0xff}},
		Message: &sluice.Message{ID: 1, ChannelID: "channel1", Repeats: 1, FirstAt: at(4), DueAt: at(9), State: sluice.MessageSent, SentAt: at(9), Event: sluice.Event{
			Code: sluice.EventRunFailed, Noun: "flow", NounID: "flow1", Name: "orders", Message: "Run 1 of the flow orders failed: full", Remedy: "Resume it when the cause is gone: sluice run resume 1", RunID: 1, At: at(4)}},
		Tests:     &sluice.FlowTests{FlowID: "flow1", Number: 1, Text: "cases: [] # none yet\n", Files: map[string]string{"pages/1.json": "{}"}, CreatedAt: at(6), CreatedBy: "ann@example.com"},
		Watermark: &sluice.Watermark{FlowID: "flow1", Export: sluice.ExportName, At: at(2), Source: "00ff", RunID: 1, UpdatedAt: at(3), UpdatedBy: "ann@example.com"},
		Delivery:  &sluice.Delivery{FlowID: "flow1", Seq: 1, ID: "w-1", ReceivedAt: at(9), Headers: map[string]string{"X-Topic": "orders/create"}, Body: []byte(`{"id": 1.10}`)},
		Schedule: &sluice.FlowSchedule{FlowID: "flow1", FlowName: "orders", Revision: 1, Enabled: true, Next: at(30),
			Schedule: sluice.Schedule{Cron: "30 * * * *", Zone: "Europe/Berlin", Missed: sluice.MissedSkip, Overlap: true}},
	}
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// tell stores the story.
func tell(t *testing.T, s *DB, g *story) {
	t.Helper()
	ctx, run, flow := t.Context(), *g.Run, *g.Flow
	_, err := s.writer.ExecContext(ctx, "INSERT INTO flows (id, name, enabled, newest) VALUES ('flow1', 'x', '1', '0')")
	must(t, err, s.CreateConnection(ctx, g.Connection), s.SaveFlow(ctx, &flow), s.CreateRun(ctx, &run, nil))
	_, err = s.ClaimRun(ctx, "worker", g.Run.StartedAt, g.Run.FinishedAt)
	must(t, err)
	f := sluice.Fence{RunID: run.ID, Number: g.Run.Fence}
	first := sluice.Page{Number: 1}
	progress := sluice.RunProgress{Counts: run.Counts, Exports: run.Exports, Steps: run.Steps, Totals: run.Totals}
	fresh := *g.Error
	fresh.ID = 0 // it is new: the store gives it its ID
	result := &sluice.PageResult{Page: 1, Errors: []sluice.RecordError{fresh}, Advance: storetest.To(progress), At: g.Error.CreatedAt}
	for _, e := range g.Ledger {
		result.Entries = append(result.Entries, e)
	}
	must(t, s.SetWindow(ctx, f, g.Run.Window), s.AppendPages(ctx, f, []sluice.Page{first, *g.Page}, run.Cursor, true, storetest.To(progress)), s.CompletePage(ctx, f, result),
		s.EndRun(ctx, f, g.Run.State, g.Run.Error, g.Run.FinishedAt),
		s.CreateUser(ctx, g.User), s.CreateToken(ctx, g.Token), s.PutSession(ctx, g.Session, time.Hour), s.AppendAudit(ctx, g.Audit))
	_, err = s.SwapSetting(ctx, "name", "", g.Setting)
	must(t, err, s.CreateConnection(ctx, g.Restored), s.TrashConnection(ctx, *g.Trash), s.CreateConsumerKey(ctx, g.ConsumerKey), s.CreateIntegration(ctx, g.Integration))
	_, err = s.OpenNotice(ctx, g.Notice)
	must(t, err, s.CloseNotice(ctx, 1, g.Notice.ClosedBy, g.Notice.ClosedAt), s.CreateAuthorization(ctx, g.Authorization), s.AppendDebug(ctx, []sluice.DebugEntry{*g.Debug}), s.PutWatermark(ctx, g.Watermark))
	_, err = s.Fire(ctx, []sluice.Firing{{FlowID: "flow1", Next: g.Schedule.Next}})
	must(t, err)
	_, err = s.Receive(ctx, g.Delivery, &sluice.Run{FlowID: "flow1", FlowName: "orders", Kind: sluice.RunWebhook, CreatedAt: g.Delivery.ReceivedAt})
	must(t, err, s.CreateChannel(ctx, g.Channel))
	_, err = s.RouteEvents(ctx, g.Message.DueAt, 10, func(e *sluice.Event) []sluice.Way {
		if e.Code == g.Message.Event.Code {
			return []sluice.Way{{ChannelID: g.Channel.ID}}
		}
		return nil
	})
	_, beginErr := s.BeginSignIn(ctx, g.SignIn, g.SignIn.ExpiresAt.Add(-time.Minute), 1)
	bob := sluice.User{ID: "user2", Email: "Bob@example.com"}
	must(t, s.LinkSubject(ctx, g.Subject), beginErr, s.CreateUser(ctx, &bob), s.DeleteUser(ctx, bob.ID))
	must(t, err, s.EndMessages(ctx, []int64{1}, sluice.MessageEnd{State: sluice.MessageSent, At: g.Message.SentAt, DueAt: g.Message.DueAt}))
	tests := *g.Tests
	must(t, err, s.SaveFlowTests(ctx, &tests), s.EndMessages(ctx, []int64{1}, sluice.MessageEnd{State: sluice.MessageSent, At: g.Message.SentAt, DueAt: g.Message.DueAt}))
}

// read reads the story back.
func read(t *testing.T, s *DB) *story {
	t.Helper()
	ctx, g := t.Context(), goldenStory()
	keys := []string{}
	for key := range g.Ledger {
		keys = append(keys, key)
	}
	var got story
	errs := make([]error, 10)
	got.Connection, errs[0] = s.Connection(ctx, "production")
	got.Flow, errs[1] = s.Flow(ctx, "orders")
	got.Run, errs[2] = s.Run(ctx, 1)
	got.Page, errs[3] = s.Page(ctx, 1, 2)
	got.Ledger, errs[4] = s.LedgerEntries(ctx, "flow1", "import", keys)
	got.Error, errs[5] = s.RecordError(ctx, 1)
	got.User, errs[6] = s.User(ctx, "ann@example.com")
	got.Token, errs[7] = s.TokenByHash(ctx, g.Token.Hash, g.Token.LastUsed)
	got.Setting, errs[8] = s.Setting(ctx, "name")
	events, err := s.Audit(ctx, sluice.AuditFilter{Limit: 1})
	errs[9] = err
	must(t, errs...)
	if len(events) == 1 {
		got.Audit = events[0]
	}
	readNewer(t, s, &got)
	return &got
}

// readNewer reads what older versions do not have. What is absent stays nil.
func readNewer(t *testing.T, s *DB, got *story) {
	t.Helper()
	ctx := t.Context()
	optional := func(err error) {
		if sluice.ErrorCode(err) != sluice.CodeNotFound {
			must(t, err)
		}
	}
	var err error
	got.ConsumerKey, err = s.ConsumerKey(ctx, "iclient")
	optional(err)
	got.Integration, err = s.Integration(ctx, "shop")
	optional(err)
	got.Authorization, err = s.TakeAuthorization(ctx, "00aa")
	optional(err)
	got.Trash, err = onlyOne(s.DeletedConnections(ctx))
	must(t, err)
	got.Notice, err = onlyOne(s.Notices(ctx, false, 0))
	must(t, err)
	got.Debug, err = onlyOne(s.DebugEntries(ctx, "conn1", 0, 0))
	must(t, err)
	got.Watermark, err = s.Watermark(ctx, "flow1", sluice.ExportName)
	optional(err)
	got.Schedule, err = s.Schedule(ctx, "flow1")
	optional(err)
	got.Delivery, err = onlyOne(s.Waiting(ctx, "flow1", 0, 0))
	optional(err)
	got.Channel, err = s.Channel(ctx, "ops")
	optional(err)
	got.Subject, err = onlyOne(s.SubjectsOf(ctx, "user1"))
	must(t, err)
	got.SignIn, err = s.TakeSignIn(ctx, "00aa")
	optional(err)
	got.Removed, err = s.UserRemoved(ctx, "bob@example.com")
	must(t, err)
	got.Message, err = onlyOne(s.Messages(ctx, "channel1", 0, 0))
	must(t, err)
	got.Tests, err = s.FlowTests(ctx, "flow1", 0)
	optional(err)
	got.Session, err = onlyOne(s.Sessions(ctx, ""))
	must(t, err)
	if got.Trash != nil {
		must(t, s.RestoreConnection(ctx, got.Trash.ID, got.Trash.Name))
		got.Restored, err = s.Connection(ctx, got.Trash.ID)
		must(t, err)
	}
}

// onlyOne returns the only element of a list, nil where it has none or several.
func onlyOne[T any](list []*T, err error) (*T, error) {
	if err != nil || len(list) != 1 {
		return nil, err
	}
	return list[0], nil
}

// dump writes all rows as INSERT statements that both databases take, once bytesOf
// has turned bytes into the database's own form.
func dump(t *testing.T, s *DB) string {
	t.Helper()
	var b strings.Builder
	for _, table := range tables {
		found, err := s.reader.QueryContext(t.Context(), "SELECT * FROM "+table[0]+" ORDER BY "+table[1])
		must(t, err)
		columns, err := found.Columns()
		must(t, err)
		for found.Next() {
			values, targets := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				targets[i] = &values[i]
			}
			must(t, found.Scan(targets...))
			texts := make([]string, len(values))
			for i, v := range values {
				texts[i] = literal(v)
			}
			fmt.Fprintf(&b, "INSERT INTO %s (%s) VALUES\n  (%s);\n", table[0], strings.Join(columns, ", "), strings.Join(texts, ", "))
		}
		must(t, found.Err(), found.Close())
	}
	return b.String()
}

func literal(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case []byte:
		return fmt.Sprintf("X'%X'", v)
	}
	return "'" + strings.ReplaceAll(fmt.Sprint(v), "'", "''") + "'"
}

var sqliteBytes = regexp.MustCompile(`X'([0-9A-F]*)'`)

// bytesOf turns SQLite's notation for bytes into the dialect's.
func bytesOf(d *dialect, rows string) string {
	if d.name == postgresName {
		return sqliteBytes.ReplaceAllString(rows, `'\x$1'`)
	}
	return rows
}

func rowsFile(version int) string {
	return filepath.Join("testdata", fmt.Sprintf("rows-v%d.sql", version))
}

// TestOldRowsLoad puts rows as older versions stored them into tables of that
// version, migrates, and reads them.
func TestOldRowsLoad(t *testing.T) {
	for version := 1; version <= newestVersion; version++ {
		rows, err := os.ReadFile(rowsFile(version))
		if errors.Is(err, fs.ErrNotExist) && version > 4 && version < newestVersion {
			continue // no release had it
		}
		must(t, err)
		for _, database := range []string{"sqlite", postgresName} {
			t.Run(fmt.Sprintf("v%d/%s", version, database), func(t *testing.T) {
				s := openEmpty(t, database)
				migrator, err := s.migrator()
				must(t, err)
				_, err = migrator.UpTo(t.Context(), int64(version))
				must(t, err)
				_, err = s.writer.ExecContext(t.Context(), bytesOf(s.dialect, string(rows)))
				must(t, err, s.migrate(t.Context()))
				got, want := read(t, s), storyOf(version)
				for i := range reflect.TypeFor[story]().NumField() {
					name := reflect.TypeFor[story]().Field(i).Name
					a, b := reflect.ValueOf(got).Elem().Field(i).Interface(), reflect.ValueOf(want).Elem().Field(i).Interface()
					if !reflect.DeepEqual(a, b) {
						t.Errorf("%s:\n got %+v\nwant %+v", name, a, b)
					}
				}
			})
		}
	}
}

// TestRowsAreStoredAsBefore compares what this build stores with the newest rows
// file: another form needs a new version.
func TestRowsAreStoredAsBefore(t *testing.T) {
	s := openEmpty(t, "sqlite")
	must(t, s.migrate(t.Context()))
	tell(t, s, goldenStory())
	got := dump(t, s)
	if *update {
		must(t, os.WriteFile(rowsFile(newestVersion), []byte(got), 0o600))
	}
	want, err := os.ReadFile(rowsFile(newestVersion))
	must(t, err)
	// Go's compressor may change; what it compressed is checked by its digest on reading.
	compressed := regexp.MustCompile(`X'01[0-9A-F]{40,}', `)
	gotLines, wantLines := strings.Split(compressed.ReplaceAllString(got, ""), "\n"), strings.Split(compressed.ReplaceAllString(string(want), ""), "\n")
	if !slices.Equal(gotLines, wantLines) {
		t.Errorf("rows are stored as\n%s\nwant\n%s", strings.Join(gotLines, "\n"), strings.Join(wantLines, "\n"))
	}
	versions, err := migrations.ReadDir("migrations/sqlite")
	must(t, err)
	if newest := versions[len(versions)-1].Name(); !strings.HasPrefix(newest, fmt.Sprintf("%05d_", newestVersion)) {
		t.Errorf("the newest migration is %s; add testdata for it and name it in newestVersion", newest)
	}
}

// openEmpty opens a database without tables.
func openEmpty(t *testing.T, database string) *DB {
	t.Helper()
	address := filepath.Join(t.TempDir(), "sluice.db")
	if database == postgresName {
		address = postgrestest.URL(t)
	}
	s, err := open(t.Context(), address)
	must(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
