package doctor

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite"
)

// Subject is what is examined.
type Subject struct {
	Connection *sluice.Connection // with its secrets
	// Siblings are the other connections of the same account, with their secrets.
	// They tell a token that is lost from a sandbox that was refreshed.
	Siblings []*sluice.Connection
	// IClients are the consumer keys that the connection could have besides its own.
	IClients []string
	// Seen is the error of a login that failed just now. A refusal counts as the first.
	Seen error
	// Refusals is how many requests NetSuite has refused for concurrency of late.
	Refusals int
	// Needs is what flows do with the connection.
	Needs []Need
	// RESTlets are scripts that flows call. Each is called once, by GET.
	RESTlets []netsuite.Script
	// TimeZone is the zone (IANA name) that flows count on; empty for none.
	TimeZone string

	HTTPClient *http.Client     // nil: one of its own
	Clock      func() time.Time // nil: time.Now
	Slots      netsuite.Slots   // the account's budget of requests; nil: none is kept
	// LookupHost resolves names, to tell an unknown host from a machine without a
	// name service; nil: the machine's own.
	LookupHost func(ctx context.Context, host string) ([]string, error)
}

// stageNames are the parts of the path in the order of the probes.
var stageNames = [...]string{"settings", "name", "connection", "encryption", "clock", "login", "rest", "suiteql", "restlets", "permissions", "time-zone", "limits"}

// maxFailedLogins is how many refused logins an examination causes at most: five
// lock the user for 30 minutes (Oracle help, subsect_156935170194).
const maxFailedLogins = 2

// attemptTimeout lets an overloaded account's late refusal arrive, which comes
// after about a minute (see netsuite.Fault.LateLogin).
const attemptTimeout = 90 * time.Second

// Diagnose examines a NetSuite connection. It changes nothing in the account. It
// never returns nil; what cannot be found out is part of the diagnosis.
func Diagnose(ctx context.Context, s Subject) *sluice.Diagnosis {
	e := newExamination(s)
	start := e.clock()
	for _, probe := range []func(context.Context){
		func(context.Context) { e.checkSettings() },
		e.reach, e.login, e.probeREST, e.probeSuiteQL, e.probeRESTlets, e.probeNeeds,
		func(context.Context) { e.compareZone() }, e.readLimits,
	} {
		if e.verdict == nil {
			probe(ctx)
		}
	}
	d := &sluice.Diagnosis{Connection: e.conn.Name, FailedLogins: e.failed, At: start.UTC(),
		Took: sluice.Milliseconds(e.clock().Sub(start).Milliseconds())}
	for _, st := range e.path {
		d.Path = append(d.Path, st.Stage)
	}
	d.Verdict = e.healthy()
	if e.verdict != nil {
		d.Verdict = e.nameIClients(*e.verdict)
	}
	return d
}

// examination is one run of the probes.
type examination struct {
	Subject
	conn    *sluice.Connection
	clock   func() time.Time
	account netsuite.AccountID
	client  *netsuite.Client
	mask    *strings.Replacer

	path       [len(stageNames)]*stage
	verdict    *sluice.Verdict // of the first part that is broken
	failed     int             // refused logins
	suspicions []sluice.Candidate
	restAnswer *answer // of the login by REST, where that was needed
	zone       string  // UTC offset of the session: -08:00
	zoneNow    time.Time
}

func newExamination(s Subject) *examination {
	e := &examination{Subject: s, conn: s.Connection, clock: s.Clock}
	if e.clock == nil {
		e.clock = time.Now
	}
	if e.LookupHost == nil {
		e.LookupHost = net.DefaultResolver.LookupHost
	}
	if e.HTTPClient == nil {
		e.HTTPClient = &http.Client{Transport: http.DefaultTransport}
	}
	e.mask = masking(append([]*sluice.Connection{s.Connection}, s.Siblings...))
	for i, name := range stageNames {
		e.path[i] = &stage{Stage: sluice.Stage{Name: name, State: sluice.StageSkipped}, mask: e.mask}
	}
	return e
}

// masking hides the connections' secrets wherever a foreign text repeats them.
func masking(conns []*sluice.Connection) *strings.Replacer {
	var texts []string
	for _, c := range conns {
		for _, secret := range c.Secrets {
			if text := secret.Reveal(); len(text) >= 4 {
				texts = append(texts, text)
			}
		}
	}
	// The longest first: one that begins with another is masked whole.
	slices.SortFunc(texts, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	var pairs []string
	for _, text := range slices.Compact(texts) {
		pairs = append(pairs, text, "[masked]")
	}
	return strings.NewReplacer(pairs...)
}

// stage is a part of the path while it is examined.
type stage struct {
	sluice.Stage
	mask *strings.Replacer
}

// note adds a finding.
func (s *stage) note(asked, answer string) {
	s.Findings = append(s.Findings, sluice.Finding{Asked: s.mask.Replace(asked), Answer: s.mask.Replace(answer)})
}

func (e *examination) stage(name string) *stage {
	for _, s := range e.path {
		if s.Name == name {
			return s
		}
	}
	panic("doctor: no stage " + name)
}

// broken ends the examination with a verdict.
func (e *examination) broken(s *stage, v sluice.Verdict) {
	s.State = sluice.StageBroken
	v.Summary = e.mask.Replace(v.Summary)
	for i := range v.Steps {
		v.Steps[i].Why = e.mask.Replace(v.Steps[i].Why)
	}
	e.verdict = &v
}

func (e *examination) healthy() sluice.Verdict {
	v := sluice.Verdict{Code: sluice.VerdictHealthy, Summary: "The connection works, as far as NetSuite tells"}
	for _, c := range e.suspicions { // the login proved them wrong
		v.Summary += ". " + c.Why + ", and yet the login was good"
	}
	return v
}

// endpoints returns the addresses of the services.
func (e *examination) endpoints() netsuite.Endpoints {
	base := e.conn.Get("base_url")
	return e.account.Endpoints().Override(netsuite.Endpoints{SuiteTalk: base, RESTlets: base, App: base, Discovery: base}).
		Override(netsuite.Endpoints{SuiteTalk: e.conn.Get("suitetalk_url"), RESTlets: e.conn.Get("restlet_url"), App: e.conn.Get("app_url")})
}

// own reports whether the connection goes to the account's own hosts.
func (e *examination) own() bool {
	return e.conn.Get("base_url") == "" && e.conn.Get("suitetalk_url") == "" && e.conn.Get("restlet_url") == ""
}
