// Package soap is SuiteTalk's SOAP service of the emulated account: the
// operations of NetSuite's WSDL over the records that REST and SuiteQL work on.
package soap

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sluicehq/sluice/emulator/failure"
	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/emulator/soap/envelope"
	"github.com/sluicehq/sluice/emulator/soap/mapping"
	"github.com/sluicehq/sluice/emulator/soap/search"
	"github.com/sluicehq/sluice/emulator/soap/wsdl"
)

// Limits are the concurrency limits that the governance operations tell.
type Limits struct {
	Account, Unallocated int
	Integration          int
	Own                  bool // the integration has a share of its own
}

// Options configure a Service.
type Options struct {
	Store  *record.Store
	Now    func() time.Time // the account's clock
	Limits func(*session.Session) Limits
	// Saved are the saved searches of the account.
	Saved *search.Saved
	// BaseURL is the address of the account for a request.
	BaseURL func(*http.Request) string
	Log     *slog.Logger
}

// Service answers SOAP requests that Read has read and that are logged in.
type Service struct {
	Options
	shapes   *wsdl.Schema
	searches searches
	jobs     jobs
	// descriptions are the WSDLs by version and address.
	descriptions sync.Map
}

// New returns a service.
func New(o Options) (*Service, error) {
	shapes, err := wsdl.Load()
	if err != nil {
		return nil, err
	}
	return &Service{Options: o, shapes: shapes}, nil
}

// call is one request at work.
type call struct {
	*Service
	*Request
	ctx    context.Context
	r      *http.Request
	ses    *session.Session
	mapper *mapping.Mapper
	plan   failure.Plan
	nsID   string
	core   *wsdl.Area
	msgs   *wsdl.Area
	// onEntry is called after each entry of a list, for the progress of a job.
	onEntry func()
}

// operation answers with the content of its response element.
type operation func(*call) (*envelope.Element, error)

// operations are those that answer; the others of the WSDL are refused.
var operations = map[string]operation{
	"getAll": (*call).getAll, "getSavedSearch": (*call).getSavedSearch, "getCustomizationId": (*call).getCustomizationID,
	"getSelectValue": (*call).getSelectValue, "getDeleted": (*call).getDeleted, "getItemAvailability": (*call).getItemAvailability,
	"attach": (*call).attach, "detach": (*call).detach, "initialize": (*call).initialize, "initializeList": (*call).initializeList,
	"getAccountGovernanceInfo": (*call).getAccountGovernanceInfo, "getIntegrationGovernanceInfo": (*call).getIntegrationGovernanceInfo,
	"asyncAddList": (*call).submit, "asyncUpdateList": (*call).submit, "asyncUpsertList": (*call).submit, "asyncDeleteList": (*call).submit,
	"asyncGetList": (*call).submit, "asyncInitializeList": (*call).submit, "asyncSearch": (*call).submit,
	"checkAsyncStatus": (*call).checkAsyncStatus, "getAsyncResult": (*call).getAsyncResult,
	"getServerTime": (*call).getServerTime, "getDataCenterUrls": (*call).getDataCenterURLs,
	"get": (*call).get, "getList": (*call).getList,
	"add": single(addRecord), "update": single(updateRecord), "upsert": single(upsertRecord),
	"addList": list(addRecord), "updateList": list(updateRecord), "upsertList": list(upsertRecord),
	"delete": (*call).delete, "deleteList": (*call).deleteList,
	"search": (*call).search, "searchMoreWithId": (*call).searchMoreWithID,
}

// ServeHTTP answers a request.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := From(r.Context())
	if q == nil {
		WriteFault(w, Version(r), Unexpected("the request was not read"))
		return
	}
	c := &call{
		Service: s, Request: q, ctx: r.Context(), r: r, ses: session.From(r.Context()), plan: failure.From(r.Context()),
		core: s.shapes.Area("platformCore"), msgs: s.shapes.Area("platformMsgs"),
	}
	c.nsID = s.id(c.ses)
	c.mapper = &mapping.Mapper{Shapes: s.shapes, Version: q.Version, Store: s.Store, Session: c.ses}
	answer, err := c.run()
	if err != nil {
		c.fail(w, err)
		return
	}
	c.write(w, answer)
}

// id is a document ID of NetSuite's form: WEBSERVICES_, the account, digits with
// the date, and a hexadecimal number.
func (s *Service) id(ses *session.Session) string {
	account := "0"
	if ses != nil {
		account = ses.AccountID
	}
	now := s.Now()
	b := make([]byte, 6)
	for i := range b {
		b[i] = byte(rand.Uint32()) // a label, not a secret
	}
	return fmt.Sprintf("WEBSERVICES_%s_%s%d_%s", account, now.Format("01022006"), now.UnixNano()%1e12, hex.EncodeToString(b))
}

func (c *call) run() (*envelope.Element, error) {
	do := operations[c.Operation]
	if do == nil {
		return nil, refuse("unexpectedErrorFault", "USER_ERROR", "The operation %s is not available in this account.", c.Operation)
	}
	if c.prefs.scripts && c.ses != nil && !c.ses.Allows("ADMI_WEBSERVICESSETUP", session.Full) {
		return nil, refuse("insufficientPermissionFault", "INSUFFICIENT_PERMISSION",
			"You need the Set Up SOAP Web Services permission at level Full for the preference runServerSuiteScriptAndTriggerWorkflows.")
	}
	return do(c)
}

// fail answers with a SOAP fault.
func (c *call) fail(w http.ResponseWriter, err error) {
	f := (*Fault)(nil)
	if !errors.As(err, &f) {
		c.Log.Error("emulator: SOAP request failed", "operation", c.Operation, "error", err)
		f = Unexpected(c.nsID)
	}
	WriteFault(w, c.Version, f)
}

// write answers with the response element around content. Answers vary in how
// they write namespaces; an operation that came without a namespace is answered
// without one.
func (c *call) write(w http.ResponseWriter, content *envelope.Element) {
	area := c.msgs
	if c.Bare {
		area = nil
	}
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(c.nsID)) // never fails
	out := envelope.Writer{Version: c.Version, Style: envelope.StyleOf(sum.Sum64())}
	header := envelope.New(c.msgs, "documentInfo", envelope.Text(c.msgs, "nsId", c.nsID))
	message := out.Envelope(header, envelope.New(area, c.Operation+"Response", content))
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(message)))
	_, _ = w.Write(message) // the client is gone if this fails
}

// child returns the request's element of that name.
func (c *call) child(name string) *envelope.Node { return c.body.Child(name) }

func (c *call) coreText(name, text string) *envelope.Element {
	return envelope.Text(c.core, name, text)
}

func (c *call) coreInt(name string, n int) *envelope.Element {
	return envelope.Text(c.core, name, strconv.Itoa(n))
}

// getServerTime tells the time in GMT.
func (c *call) getServerTime() (*envelope.Element, error) {
	now := c.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	return envelope.New(c.core, "getServerTimeResult", c.success(), c.coreText("serverTime", now)), nil
}

// getDataCenterURLs tells the domains of the account, all of which are the
// emulator; of another account too, as NetSuite answers with its default
// addresses then.
func (c *call) getDataCenterURLs() (*envelope.Element, error) {
	if c.child("account").Value() == "" {
		return envelope.New(c.core, "getDataCenterUrlsResult", c.failure("DATA_REQD", "The account is required.")), nil
	}
	base := strings.TrimSuffix(c.BaseURL(c.r), "/")
	urls := envelope.New(c.core, "dataCenterUrls", c.coreText("restDomain", base), c.coreText("webservicesDomain", base), c.coreText("systemDomain", base))
	return envelope.New(c.core, "getDataCenterUrlsResult", c.success(), urls), nil
}
