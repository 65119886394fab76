package emulator

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/failure"
	"github.com/sluicehq/sluice/emulator/fault"
	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/emulator/soap"
)

// maxBody is the largest request body (Oracle help, chapter_161251386312).
const maxBody = 104 << 20

// exchange is one request on its way through the account: failure rules, login,
// concurrency gate, latency, service.
type exchange struct {
	*Emulator
	w     *watched
	r     *http.Request
	route *route
	plan  failure.Plan
	entry RequestEntry
	open  bool // the request needs no login although its service does
}

// Handler returns the handler of all services of the account.
func (e *Emulator) Handler() http.Handler { return e }

// ServeHTTP answers one request.
func (e *Emulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, controlPrefix) {
		e.serveControl(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	x := &exchange{
		Emulator: e, w: &watched{ResponseWriter: w}, r: r, route: e.find(r),
		plan: e.failures.Decide(failure.Of(r)),
	}
	x.entry = RequestEntry{
		ID: operationID(), Time: e.clock.Now(), Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery,
		Effect: x.plan.Effect, Rule: x.plan.Rule,
	}
	began := time.Now()
	defer func() {
		x.entry.Status, x.entry.Duration = x.w.status, time.Since(began)
		e.requests.add(x.entry)
	}()
	x.setHeaders()
	if x.route.alone {
		x.route.handler.ServeHTTP(x.w, r)
		return
	}
	x.run()
}

// setHeaders sets what NetSuite sends with every answer.
func (x *exchange) setHeaders() {
	h := x.w.Header()
	h.Set("Date", x.clock.Now().UTC().Format(http.TimeFormat))
	h.Set("X-N-OperationId", x.entry.ID)
	h.Set("NS_RTIMER_COMPOSITE", "0:"+hex.EncodeToString([]byte("sluice-emulator"))+":80")
	h.Set("Set-Cookie", "NS_ROUTING_VERSION=LAGGING; path=/")
}

func operationID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// run passes the request through the stages.
func (x *exchange) run() {
	switch x.plan.Effect {
	case failure.DropBefore:
		cut()
	case failure.Unavailable:
		x.refuse(fault.New(http.StatusServiceUnavailable, fault.UnexpectedError, "The service is temporarily unavailable."))
		return
	}
	x.world.RLock()
	leave, ok := x.enter()
	if !ok {
		x.world.RUnlock()
		return
	}
	done := func() { leave(); x.world.RUnlock() }
	if x.plan.Effect == failure.CommitLate {
		x.commitLate(done)
	}
	defer done()
	x.clock.Sleep(x.think(), x.hurried())
	x.work()
}

// think returns how long the account hesitates before the work.
func (x *exchange) think() time.Duration {
	if x.opts.Latency == nil {
		return x.plan.Slow
	}
	return x.plan.Slow + x.opts.Latency(x.r)
}

// enter logs in and takes a place in the account's pool, or answers why not.
// Only requests that are logged in take a place: the pool is counted per
// account and integration, which nobody knows before.
func (x *exchange) enter() (leave func(), ok bool) {
	leave = func() {}
	if x.route.api == account.SOAP {
		if !x.readSOAP() {
			return nil, false
		}
	}
	if x.route.login && !x.open {
		s, refused := x.login()
		if refused != nil {
			x.entry.Refusal = refused.Detail
			x.refuseLogin(refused)
			return nil, false
		}
		x.entry.User, x.entry.Role, x.entry.Integration = s.EmployeeName, s.RoleName, s.IntegrationID
		x.r = x.r.WithContext(session.With(x.r.Context(), s))
		if leave, ok = x.gate.Enter(s.IntegrationID); !ok {
			x.refuseLimit()
			return nil, false
		}
	}
	switch x.plan.Effect {
	case failure.TooMany:
		x.refuseLimit()
	case failure.ServerError:
		x.refuseUnexpected()
	default:
		return leave, true
	}
	leave()
	return nil, false
}

// refuseLimit says in the API's way that the pool is full (Oracle help, bridgehead_1525252812).
func (x *exchange) refuseLimit() {
	x.entry.Limited = true
	const text = "Concurrent request limit exceeded. Request blocked."
	if x.route.api == account.SOAP {
		soap.WriteFault(x.w, soap.Version(x.r), soap.Blocked())
		return
	}
	if x.route.api == account.REST {
		x.refuse(fault.New(http.StatusTooManyRequests, fault.ConcurrencyLimit, text))
		return
	}
	x.refuse(fault.New(http.StatusBadRequest, fault.RequestLimit, text))
}

func (x *exchange) refuseUnexpected() {
	if x.route.api == account.SOAP {
		soap.WriteFault(x.w, soap.Version(x.r), soap.Unexpected(x.entry.ID))
		return
	}
	x.refuse(fault.New(http.StatusInternalServerError, fault.UnexpectedError, "An unexpected error occurred. Error ID: %s", x.entry.ID))
}

func (x *exchange) refuse(f *fault.Fault) {
	if x.route.api == account.SOAP { // a gateway's answer: no SOAP
		http.Error(x.w, f.Details[0].Detail, f.Status)
		return
	}
	if x.route.api == account.REST {
		fault.Write(x.w, f)
		return
	}
	fault.WriteRESTlet(x.w, x.r.Header.Get("Content-Type"), f)
}

// work runs the service and spoils the answer if the plan says so. NetSuite
// finishes what it has begun: the service does not see the client go away.
func (x *exchange) work() {
	r := x.r.WithContext(failure.With(context.WithoutCancel(x.r.Context()), x.plan))
	switch x.plan.Effect {
	case failure.DropAfter:
		x.route.handler.ServeHTTP(newKept(x.w.Header()), r)
		cut()
	case failure.Truncate:
		answer := newKept(x.w.Header())
		x.route.handler.ServeHTTP(answer, r)
		answer.sendHalf(x.w)
		cut()
	default:
		x.route.handler.ServeHTTP(x.w, r)
	}
}

// commitLate takes the request, cuts the connection, and does the work when the
// delay is over. The place in the pool stays taken until then.
func (x *exchange) commitLate(done func()) {
	body, err := io.ReadAll(x.r.Body)
	if err != nil {
		done()
		cut()
	}
	r := x.r.WithContext(context.WithoutCancel(x.r.Context()))
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer, wait, hurry := newKept(x.w.Header()), x.think()+x.plan.Late, x.hurried()
	x.late.begin()
	go func() {
		defer x.late.end()
		defer done()
		defer func() {
			if p := recover(); p != nil {
				x.opts.Log.Error("emulator: late request panicked", "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
			}
		}()
		x.clock.Sleep(wait, hurry)
		x.route.handler.ServeHTTP(answer, r)
	}()
	cut()
}

// cut ends the request by closing its connection.
func cut() { panic(http.ErrAbortHandler) }

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client is gone if this fails
}
