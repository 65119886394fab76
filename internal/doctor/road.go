package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
)

// maxSkew is how far clocks may be apart (Oracle help, subsect_156935170194),
// less what the Date header, in whole seconds, and the way leave open.
const maxSkew = 5*time.Minute - 5*time.Second

// reachTimeout bounds the request that needs no login.
const reachTimeout = 20 * time.Second

// knownHost is a host of NetSuite's that exists for all accounts.
const knownHost = "system.netsuite.com"

// road is what one request without a login found out about the way.
type road struct {
	host string
	traced
	status       int
	date         time.Time
	netsuite     bool // the answer has a header that NetSuite sets
	began, ended time.Time
}

// traced is what the transport tells while it connects.
type traced struct {
	addresses []string
	resolved  bool
	connected bool
	tls       *tls.ConnectionState
	tlsErr    error
}

// tracer collects what the transport tells. It dials in goroutines of its own,
// which may outlive the request.
type tracer struct {
	mu sync.Mutex
	traced
}

func (t *tracer) update(change func(*traced)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change(&t.traced)
}

// soFar returns what is known by now.
func (t *tracer) soFar() traced {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := t.traced
	out.addresses = slices.Clone(out.addresses)
	return out
}

func (t *tracer) hooks() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		DNSDone: func(d httptrace.DNSDoneInfo) {
			t.update(func(r *traced) {
				r.resolved = d.Err == nil
				for _, a := range d.Addrs {
					r.addresses = append(r.addresses, a.String())
				}
			})
		},
		ConnectDone:      func(_, _ string, err error) { t.update(func(r *traced) { r.connected = r.connected || err == nil }) },
		GotConn:          func(httptrace.GotConnInfo) { t.update(func(r *traced) { r.connected = true }) },
		TLSHandshakeDone: func(s tls.ConnectionState, err error) { t.update(func(r *traced) { r.tls, r.tlsErr = &s, err }) },
	}
}

// reach asks the host for its options, which needs no login and counts as none,
// and judges name, connection, encryption and clock by it.
func (e *examination) reach(ctx context.Context) {
	base := e.endpoints().SuiteTalk
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.User != nil {
		e.broken(e.stage("name"), *decided("connection.base_url", "The base URL is no address of a service", stepBaseURL,
			"It has a query or a user, or no host", "Give an address such as http://localhost:8080, or take the setting away"))
		return
	}
	r := &road{host: u.Hostname()}
	err = e.travel(ctx, r, base+"/services/rest/")
	e.judgeName(ctx, r, err)
	if e.verdict == nil {
		e.judgeConnection(r, err)
	}
	if e.verdict == nil {
		e.judgeEncryption(r, u.Scheme, err)
	}
	if e.verdict == nil {
		e.judgeClock(r, base, err)
	}
}

// travel sends the request and notes how far it came.
func (e *examination) travel(ctx context.Context, r *road, address string) error {
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	trace := new(tracer)
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace.hooks()), http.MethodOptions, address, nil)
	if err != nil {
		return err
	}
	hc := *e.HTTPClient
	hc.Jar, hc.CheckRedirect = nil, func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	r.began = e.clock()
	resp, err := hc.Do(req)
	r.ended, r.traced = e.clock(), trace.soFar()
	if err != nil {
		return err
	}
	_ = resp.Body.Close()
	r.status = resp.StatusCode
	r.date, _ = http.ParseTime(resp.Header.Get("Date"))
	r.netsuite = resp.Header.Get("X-N-OperationId") != "" || resp.Header.Get("NS_RTIMER_COMPOSITE") != ""
	return nil
}

func (e *examination) judgeName(ctx context.Context, r *road, err error) {
	s := e.stage("name")
	unknown, wrong := errors.AsType[*net.DNSError](err)
	if !wrong {
		s.State = sluice.StageOK
		switch {
		case net.ParseIP(r.host) != nil:
			s.note("the name "+r.host, "is an address")
		case r.resolved:
			s.note("the name "+r.host, strings.Join(r.addresses, ", "))
		default:
			s.note("the name "+r.host, "looked up by a proxy, or before")
		}
		return
	}
	s.note("the name "+r.host, unknown.Err)
	_, lookupErr := e.LookupHost(ctx, knownHost)
	if lookupErr == nil {
		s.note("the name "+knownHost, "is known")
	} else {
		s.note("the name "+knownHost, "is not known either")
	}
	network := sluice.Candidate{Step: stepNetwork, Why: "This machine cannot look up names of the internet", Fix: "Give the machine a name service (DNS), or the proxy that it needs"}
	v := sluice.Verdict{Code: "connection.name_unknown", Summary: "There is no host " + r.host}
	switch {
	case !e.own():
		v.Steps = []sluice.Candidate{{Step: stepBaseURL, Why: "The base URL names a host that does not exist here", Fix: "Correct the base URL, or take it away"}}
		if lookupErr != nil {
			v.Steps = append(v.Steps, network)
			v.Question = "Does another program on this machine reach the host?"
		}
	case lookupErr != nil:
		v.Summary, v.Steps = "No name of NetSuite's can be looked up", []sluice.Candidate{network}
	default:
		v.Steps = []sluice.Candidate{{Step: stepAccount, Why: "NetSuite has no host for this account ID, other names of NetSuite's are known", Fix: "Copy the account ID from Setup > Company > Company Information"}}
	}
	e.broken(s, v)
}

func (e *examination) judgeConnection(r *road, err error) {
	s := e.stage("connection")
	if err == nil || r.connected {
		s.State = sluice.StageOK
		s.note("a connection to "+r.host, "is there")
		return
	}
	s.note("a connection to "+r.host, reason(err))
	v := *decided("connection.unreachable", "Nobody answers at "+r.host, stepNetwork, reason(err), "Let this machine reach the host: firewall, proxy, route")
	if !e.own() {
		v.Steps[0].Step, v.Steps[0].Fix = stepBaseURL, "Start what should answer there, correct the base URL, or take it away"
	}
	e.broken(s, v)
}

func (e *examination) judgeEncryption(r *road, scheme string, err error) {
	s := e.stage("encryption")
	if scheme == "http" {
		s.State = sluice.StageOK
		s.note("TLS", "none: the base URL is http://")
		return
	}
	if r.tlsErr == nil && (err == nil || r.tls != nil) {
		s.State = sluice.StageOK
		if r.tls != nil {
			s.note("TLS", tls.VersionName(r.tls.Version)+", certificate good")
		}
		return
	}
	if r.tlsErr != nil {
		err = r.tlsErr
	}
	s.note("TLS", reason(err))
	e.broken(s, e.tlsVerdict(err))
}

// tlsVerdict tells a host that speaks no TLS, a certificate out of its time, and
// one that nobody vouches for.
func (e *examination) tlsVerdict(err error) sluice.Verdict {
	const code, summary = "connection.tls", "No encrypted connection comes about"
	outOfTime, isTime := errors.AsType[x509.CertificateInvalidError](err)
	_, isPlain := errors.AsType[tls.RecordHeaderError](err)
	isPlain = isPlain || strings.Contains(reason(err), "server gave HTTP response to HTTPS client")
	_, otherName := errors.AsType[x509.HostnameError](err)
	switch {
	case isTime && outOfTime.Reason == x509.Expired && e.own():
		return *decided(code, summary, stepClock, reason(err), "Set this machine's clock: NetSuite's certificates are in their time")
	case (isPlain || otherName || isTime) && !e.own():
		return *decided(code, summary, stepBaseURL, reason(err), "Correct the base URL: scheme, host and port")
	}
	return *decided(code, summary, stepNetwork, reason(err), "Something between here and NetSuite, usually a proxy, replaces the certificate: let it pass *.netsuite.com, or trust its authority")
}

func (e *examination) judgeClock(r *road, base string, err error) {
	s := e.stage("clock")
	asked := "OPTIONS " + base + "/services/rest/"
	if err != nil {
		s.note(asked, reason(err))
		v := *decided("connection.unreachable", "The host takes the connection and does not answer", stepNetwork, reason(err), "Let this machine reach the host: firewall, proxy, route")
		if !e.own() {
			v.Steps[0].Step, v.Steps[0].Fix = stepBaseURL, "Correct the base URL: what answers there is no service"
		}
		e.broken(s, v)
		return
	}
	if r.status == http.StatusProxyAuthRequired {
		s.note(asked, "HTTP 407")
		e.broken(s, *decided("connection.unreachable", "The proxy wants a login", stepNetwork, "HTTP 407 Proxy Authentication Required", "Give the proxy's login with its address"))
		return
	}
	if r.date.IsZero() {
		s.State = sluice.StageUnknown
		s.note(asked, fmt.Sprintf("HTTP %d without a date", r.status))
		return
	}
	ours := r.began.Add(r.ended.Sub(r.began) / 2)
	ahead := ours.Sub(r.date.Add(time.Second / 2)) // dates are cut to whole seconds
	s.note(asked, fmt.Sprintf("HTTP %d; our clock is %s", r.status, apart(ahead)))
	if ahead.Abs() <= maxSkew {
		s.State = sluice.StageOK
		return
	}
	e.broken(s, *decided("connection.clock_skew", "This machine's clock is "+apart(ahead)+", and NetSuite takes five minutes at most", stepClock,
		"Every signature is out of its time", "Set the clock by NTP, on this machine or the one that it runs on"))
}

// apart says how far our clock is from NetSuite's.
func apart(ahead time.Duration) string {
	size := ahead.Abs().Round(time.Second)
	switch {
	case size <= 2*time.Second:
		return "the same as NetSuite's"
	case ahead > 0:
		return size.String() + " ahead of NetSuite's"
	}
	return size.String() + " behind NetSuite's"
}

// reason is an error's text without the address, which the finding names.
func reason(err error) string {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	return err.Error()
}
