package app

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/client"
)

// reaches says of each route, by hand, what people with a role in one integration alone
// have of it: those that are not here are about one thing, which members of its
// integration may see or change by their role there, and which is not there for others.
var reaches = map[string]string{
	// About whoever asks, or the same for everybody.
	"me": "own", "updateMe": "own", "listTokens": "own", "createToken": "own", "deleteToken": "own", "listSessions": "own", "endSession": "own", "endSessions": "own",
	"listLinks": "own", "unlink": "own", "listKinds": "own", "listWSDLVersions": "own", "flowSchema": "own", "listApplications": "own", "explainCode": "own", "upcomingTimes": "own", "listLicences": "own", "getLicence": "own",
	// What belongs to others is left out, or refused by what the body says.
	"listFlows": "listed", "checkFlow": "listed", "evaluate": "listed", "previewText": "listed", "dryRun": "listed", "pull": "listed", "plan": "listed", "apply": "listed", "guide": "listed", "sunset": "listed",
	"trace": "listed", "listConnections": "listed", "createConnection": "listed", "checkConnection": "listed", "listConsumerKeys": "listed", "getConsumerKey": "listed", "consumerKeyUse": "listed",
	"listIntegrations": "listed", "listNotices": "listed", "search": "listed", "listRuns": "listed", "runHistory": "listed", "listErrors": "listed", "countErrors": "listed", "exportErrors": "listed", "attention": "listed",
	"retryErrors": "listed", "resolveErrors": "listed", "reopenErrors": "listed", "assignErrors": "listed", "tagErrors": "listed",
	// For people with an account-wide role alone.
	"restoreState": "account", "stageBackup": "account", "stageKeptBackup": "account", "unstageBackup": "account", "confirmRestore": "account",
	"listBackups": "account", "makeBackup": "account", "takeBackup": "account", "takeBackupWithKey": "account", "downloadBackup": "account", "restoration": "account", "trustFlow": "account",
	"GET /metrics": "account", "listKeys": "account", "rotateKey": "account", "dropKeys": "account", "getSettings": "account", "putSettings": "account", "getExcess": "account", "getServer": "account",
	"listDeletedConnections": "account", "restoreConnection": "account", "createConsumerKey": "account", "updateConsumerKey": "account", "deleteConsumerKey": "account",
	"createIntegration": "account", "deleteIntegration": "account", "concurrency": "account", "listChannels": "account", "createChannel": "account", "getChannel": "account",
	"updateChannel": "account", "deleteChannel": "account", "testChannel": "account", "listMessages": "account", "listEvents": "account", "listUsers": "account", "createUser": "account",
	"getUser": "account", "updateUser": "account", "deleteUser": "account", "offerLink": "account", "listAudit": "account", "GET /api/v1/audit/export": "account",
}

// village is a server with two integrations and a person for each, and things in the first.
type village struct {
	*server
	inside, watching, outside *client.Client
	run, failed, notice       int64
}

const villageFlow = "name: %s\nintegration: %s\nexport:\n  connection: %s\n  csv: {path: in.csv}\nsteps:\n  - import:\n      connection: %s\n      csv: {path: out.csv, columns: [id]}\n"

func newVillage(t *testing.T) *village {
	s := start(t, func(c *Config) { c.Idle = true })
	ctx := t.Context()
	v := &village{server: s}
	for _, name := range []string{"shop", "stock"} {
		_, err := s.local.CreateIntegration(ctx, client.IntegrationInput{Name: name})
		noError(t, err)
		_, err = s.local.CreateConnection(ctx, client.ConnectionInput{Name: name + "-files", Kind: sluice.KindFiles, Settings: map[string]string{"dir": t.TempDir()}, Integration: name})
		noError(t, err)
		_, err = s.local.PutFlow(ctx, name+"-flow", client.FlowText{Text: fmt.Sprintf(villageFlow, name+"-flow", name, name+"-files", name+"-files")})
		noError(t, err)
	}
	v.inside, v.watching, v.outside = v.member(t, "inside", "shop", "manage"), v.member(t, "watching", "shop", "monitor"), v.member(t, "outside", "stock", "manage")
	v.run = v.ended(t, "shop-flow")
	v.failed = v.recordError(t, "shop-flow", v.run)
	_, err := s.core.store.OpenNotice(ctx, &sluice.Notice{Code: sluice.NoticeOffline, Noun: "connection", NounID: v.connection(t, "shop-files").ID, Name: "shop-files", Message: "offline", At: time.Now()})
	noError(t, err)
	list, err := s.local.ListNotices(ctx, client.ListNoticesQuery{Open: true})
	noError(t, err)
	v.notice = list.Items[0].ID
	return v
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (v *village) connection(t *testing.T, name string) *sluice.SealedConnection {
	t.Helper()
	c, err := v.core.store.Connection(t.Context(), name)
	noError(t, err)
	return c
}

// member makes a person who has a role in one integration and none beyond.
func (s *server) member(t *testing.T, name, integration, role string) *client.Client {
	t.Helper()
	email := name + "@example.com"
	_, err := s.local.CreateUser(t.Context(), client.NewUser{Email: email, Name: name, Role: "member", Integrations: map[string]string{integration: role}, Password: "correct horse battery"})
	noError(t, err)
	token, err := s.local.CreateToken(t.Context(), client.NewToken{Name: "test", User: email})
	noError(t, err)
	return &client.Client{Base: s.URL(), Token: token.Text}
}

// ended makes a run of a flow that is not worked any more.
func (v *village) ended(t *testing.T, flow string) int64 {
	t.Helper()
	f, err := v.core.store.Flow(t.Context(), flow)
	noError(t, err)
	r := &sluice.Run{FlowID: f.FlowID, FlowName: flow, Revision: 1, Kind: sluice.RunManual, State: sluice.RunQueued, CreatedBy: "local", CreatedAt: time.Now().UTC()}
	noError(t, v.core.store.CreateRun(t.Context(), r, nil))
	noError(t, v.core.store.AskCancel(t.Context(), r.ID, time.Now().UTC()))
	return r.ID
}

// recordError makes an open record error of a run.
func (v *village) recordError(t *testing.T, flow string, run int64) int64 {
	t.Helper()
	ctx, store := t.Context(), v.core.store
	noError(t, store.ResumeRun(ctx, run))
	claimed, err := store.ClaimRun(ctx, "test", time.Now(), time.Now().Add(time.Hour))
	noError(t, err)
	same := func(p sluice.RunProgress) (sluice.RunProgress, error) { return p, nil }
	fence := sluice.Fence{RunID: run, Number: claimed.Fence}
	noError(t, store.AppendPages(ctx, fence, []sluice.Page{{Number: 1}}, nil, true, same))
	noError(t, store.CompletePage(ctx, fence, &sluice.PageResult{Page: 1, At: time.Now().UTC(), Advance: same,
		Errors: []sluice.RecordError{{FlowID: claimed.FlowID, FlowName: flow, RunID: run, Step: "import", Seq: 1, Key: "A-1", Code: "X", Classification: sluice.ClassValue, Message: "bad", State: sluice.ErrorOpen, Record: sluice.Record{"id": "A-1"}, Rows: 1, CreatedAt: time.Now().UTC()}}}))
	noError(t, store.EndRun(ctx, fence, sluice.RunFailed, sluice.Errorf("x", "y"), time.Now().UTC()))
	list, err := store.RecordErrors(ctx, sluice.ErrorFilter{RunID: run})
	noError(t, err)
	return list[0].ID
}

// addressed is a route with an address that names things of the first integration.
type addressed struct {
	endpoint
	reach string
	least sluice.Role
}

func (v *village) addressed(t *testing.T) []addressed {
	t.Helper()
	var list []addressed
	for _, r := range v.api.Routes() {
		id := r.Operation
		if id == "" {
			id = r.Method + " " + r.Path
		}
		if needs[id] == "" {
			continue
		}
		name := "shop-flow"
		switch {
		case strings.HasPrefix(r.Path, "/api/v1/connections/"):
			name = "shop-files"
		case strings.HasPrefix(r.Path, "/api/v1/integrations/"):
			name = "shop"
		}
		number := fmt.Sprint(v.run)
		switch {
		case strings.HasPrefix(r.Path, "/api/v1/errors/"):
			number = fmt.Sprint(v.failed)
		case strings.HasPrefix(r.Path, "/api/v1/notices/"):
			number = fmt.Sprint(v.notice)
		}
		path := strings.NewReplacer("{name}", name, "{connection}", "shop-files", "{id}", number, "{type}", "customer", "{external_id}", "X", "{code}", "token_rejected", "{number}", "1", "{user}", "absent").Replace(r.Path)
		reach := reaches[id]
		if reach == "" {
			reach = "thing"
		}
		list = append(list, addressed{endpoint{r.Method, path, id}, reach, needs[id]})
	}
	// What takes things away comes last, so that there is something for the rows before.
	slices.SortStableFunc(list, func(a, b addressed) int {
		return strings.Compare(fmt.Sprint(a.method == "DELETE")+a.id, fmt.Sprint(b.method == "DELETE")+b.id)
	})
	return list
}

// TestRoutesKeepMembersToTheirIntegration asks every route as a member of the integration
// that its address is about, as one who only watches it, and as a member of another one.
func TestRoutesKeepMembersToTheirIntegration(t *testing.T) {
	v := newVillage(t)
	for id := range reaches {
		if needs[id] == "" {
			t.Errorf("%s is no route, or a public one", id)
		}
	}
	status := func(a addressed, c *client.Client) int { return a.call(t, v.server, bearer(c.Token)) }
	routes := v.addressed(t)
	for _, a := range routes { // who may change nothing first
		outside, watching := status(a, v.outside), status(a, v.watching)
		manages := a.least == sluice.RoleManage
		switch a.reach {
		case "own":
			if outside == http.StatusForbidden || watching == http.StatusForbidden || outside == http.StatusUnauthorized {
				t.Errorf("%s: %d and %d for people who ask about themselves", a.id, outside, watching)
			}
		case "account":
			if outside != http.StatusForbidden || watching != http.StatusForbidden {
				t.Errorf("%s: %d and %d for people without an account-wide role", a.id, outside, watching)
			}
		case "listed":
			if outside == http.StatusForbidden || (watching == http.StatusForbidden) != manages {
				t.Errorf("%s: %d for who manages another integration, %d for who watches", a.id, outside, watching)
			}
		default:
			if a.id == "getAuthorization" || a.id == "answerAuthorization" {
				continue // there is none; see TestAuthorizationsOfOthers
			}
			if outside != http.StatusNotFound {
				t.Errorf("%s: %d for a member of another integration, want what is not there", a.id, outside)
			}
			if refused := watching == http.StatusForbidden; refused != (a.least != sluice.RoleMonitor) || watching == http.StatusNotFound && a.id == "getFlow" {
				t.Errorf("%s: %d for who only watches the integration", a.id, watching)
			}
		}
	}
	for _, a := range routes {
		if a.reach == "own" || a.id == "deleteToken" {
			continue
		}
		inside := status(a, v.inside)
		if refused := inside == http.StatusForbidden; refused != (a.reach == "account" || a.least == sluice.RoleAdministrator) {
			t.Errorf("%s: %d for who manages the integration", a.id, inside)
		}
	}
}

// answer sends a request and returns status and body.
func (v *village) answer(t *testing.T, c *client.Client, method, path, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, v.URL()+path, strings.NewReader(body))
	noError(t, err)
	r.Header.Set("Authorization", "Bearer "+c.Token)
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	noError(t, err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	noError(t, err)
	return resp.StatusCode, string(text)
}

// That a thing of others exists shows in no answer: it is word for word that of a thing
// which does not, but for the name.
func TestOthersThingsAreNotThere(t *testing.T) {
	v := newVillage(t)
	for _, pair := range [][2]string{
		{"/api/v1/flows/shop-flow", "/api/v1/flows/absent"}, {"/api/v1/connections/shop-files", "/api/v1/connections/absent"}, {"/api/v1/integrations/shop", "/api/v1/integrations/absent"},
		{fmt.Sprintf("/api/v1/runs/%d", v.run), "/api/v1/runs/999999"}, {fmt.Sprintf("/api/v1/errors/%d", v.failed), "/api/v1/errors/999999"},
		{"/api/v1/runs?flow=shop-flow", "/api/v1/runs?flow=absent"}, {"/api/v1/errors?flow=shop-flow", "/api/v1/errors?flow=absent"}, {"/api/v1/guide?flow=shop-flow", "/api/v1/guide?flow=absent"},
	} {
		last := func(path string) string { return path[strings.LastIndexAny(path, "/=")+1:] }
		status, body := v.answer(t, v.outside, "GET", pair[0], "")
		statusOfNone, bodyOfNone := v.answer(t, v.outside, "GET", pair[1], "")
		known := strings.NewReplacer(last(pair[0]), "X").Replace(cut(body))
		none := strings.NewReplacer(last(pair[1]), "X").Replace(cut(bodyOfNone))
		if status != http.StatusNotFound || status != statusOfNone || known != none {
			t.Errorf("%s: %d %s\n%s: %d %s", pair[0], status, known, pair[1], statusOfNone, none)
		}
	}
}

// cut takes the request's ID out of an answer.
func cut(body string) string {
	before, _, _ := strings.Cut(body, `"request_id"`)
	return before
}

// Lists hold what is the actor's, and nothing else of it.
func TestListsHoldWhatIsTheActors(t *testing.T) {
	v := newVillage(t)
	for _, path := range []string{"/api/v1/flows", "/api/v1/connections", "/api/v1/integrations", "/api/v1/runs", "/api/v1/errors", "/api/v1/errors/summary", "/api/v1/errors/export?format=csv",
		"/api/v1/notices", "/api/v1/attention", "/api/v1/files", "/api/v1/trace?key=A-1", "/api/v1/run-history", "/api/v1/sunset", "/api/v1/health", "/api/v1/tokens", "/api/v1/sessions"} {
		all, text := v.answer(t, v.inside, "GET", path, "")
		if all != http.StatusOK {
			t.Errorf("%s: %d %s", path, all, text)
		}
		if strings.Contains(text, "stock") {
			t.Errorf("%s shows a member of the shop what is in stock: %s", path, text)
		}
		if _, text := v.answer(t, v.outside, "GET", path, ""); strings.Contains(text, "shop") || strings.Contains(text, "A-1") && !strings.Contains(path, "A-1") {
			t.Errorf("%s shows a member of the stock what is in the shop: %s", path, text)
		}
	}
	errs, err := v.inside.ListErrors(t.Context(), client.ListErrorsQuery{})
	if err != nil || len(errs.Items) != 1 {
		t.Errorf("own errors %v, %v", errs, err)
	}
	if groups, err := v.inside.ListIntegrations(t.Context()); err != nil || len(groups.Items) != 1 || groups.Items[0].Name != "shop" {
		t.Errorf("own integrations %+v, %v", groups, err)
	}
}
