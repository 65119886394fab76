package netsuite

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice/netsuite/internal/faultbody"
)

// FaultDetail is one entry of o:errorDetails.
type FaultDetail struct {
	Code       string // INVALID_CONTENT
	Detail     string // NetSuite's own words
	Path       string // o:errorPath, into the request body: item.items[0].item
	QueryParam string // o:errorQueryParam
	Header     string // o:errorHeader
}

// Fault is a refusal or failure that NetSuite answered with.
type Fault struct {
	Operation string // what was being done: "get customer"
	Method    string
	URL       string // secrets masked
	Attempt   int    // 1 for the first

	Status  int    // HTTP status
	Code    string // the first detail's code, else the answer's own
	Title   string
	Details []FaultDetail

	OperationID string        // X-N-OperationId, which Oracle support asks for
	Challenge   string        // WWW-Authenticate
	RetryAfter  time.Duration // Retry-After in digits; NetSuite documents none
	Elapsed     time.Duration // from request to answer

	// ServerTime is the answer's Date header, LocalTime the client's clock
	// when it came: signatures are good for five minutes either way.
	ServerTime, LocalTime time.Time

	// Category overrides what Class finds, for a protocol whose status tells
	// less than its body: SOAP answers every fault with HTTP 500.
	Category error

	// Doubt: an attempt before the one that ended so may have been applied.
	Doubt bool

	// Snippet is the beginning of a body that was none of NetSuite's error forms.
	Snippet string

	call callKind
}

// callKind is what the meaning of a status depends on.
type callKind struct {
	get    bool // one record is read by its ID
	script bool // a RESTlet runs
	query  bool // SuiteQL
}

// Error gives operation, status, code and NetSuite's own words.
func (f *Fault) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "netsuite: %s: HTTP %d", f.Operation, f.Status)
	if f.Code != "" {
		b.WriteString(" " + f.Code)
	}
	if text := cmp.Or(f.Message(), f.Title, f.Snippet, http.StatusText(f.Status)); text != "" {
		b.WriteString(": " + text)
	}
	if f.OperationID != "" {
		b.WriteString(" (operation " + f.OperationID + ")")
	}
	return b.String()
}

// Message joins the details' texts.
func (f *Fault) Message() string {
	texts := make([]string, 0, len(f.Details))
	for _, d := range f.Details {
		if d.Detail != "" {
			texts = append(texts, d.Detail)
		}
	}
	return strings.Join(texts, "; ")
}

// Is reports whether target is the fault's class.
func (f *Fault) Is(target error) bool { return target == f.Class() }

// Skew estimates how far the local clock is ahead of NetSuite's. It is false
// where the answer had no date.
func (f *Fault) Skew() (ahead time.Duration, ok bool) {
	if f.ServerTime.IsZero() || f.LocalTime.IsZero() {
		return 0, false
	}
	return f.LocalTime.Sub(f.ServerTime), true
}

// LateLogin reports a login refusal that took half a minute or more: far over
// its concurrency limit an account has been seen to refuse logins of good
// credentials after about a minute (julbrs/netsuite-api-client issue 26). It is
// not retried, since five refused logins lock a user.
func (f *Fault) LateLogin() bool {
	return f.Class() == ErrLogin && f.Elapsed >= 30*time.Second
}

var (
	concurrencyCodes = []string{"CONCURRENCY_LIMIT_EXCEEDED", "SSS_REQUEST_LIMIT_EXCEEDED", "WS_REQUEST_BLOCKED", "WS_CONCUR_SESSION_DISALLWD"}
	loginCodes       = []string{"INVALID_LOGIN", "INVALID_LOGIN_ATTEMPT", "INVALID_LOGIN_CREDENTIALS", "TWO_FA_REQD", "USER_DISABLED", "LOGIN_DISABLED"}
	permissionCodes  = []string{"INSUFFICIENT_PERMISSION", "WS_PERMISSION_REQD", "PERMISSION_VIOLATION", "OI_PERMISSION_REQD"}
	notFoundCodes    = []string{"NONEXISTENT_ID", "RCRD_DSNT_EXIST", "SSS_INVALID_SCRIPTLET_ID"}
	duplicateCodes   = []string{"DUP_ENTITY", "DUP_RCRD", "DUP_ITEM", "UNIQUE_CUST_ID_REQD", "DUP_ENTITY_NAME", "DUP_ACCT_NAME"}

	// unreadableTable is how SuiteQL says that the role may not read a table.
	unreadableTable = regexp.MustCompile(`Record '[^']*' was not found\.`)
)

// Class returns the class of the fault: one of ErrLogin, ErrPermission,
// ErrNotFound, ErrConcurrency, ErrDuplicate, ErrServer, ErrInvalid.
//
// NetSuite's codes decide where there are any. Three things it tells in words
// only: "already exists" (code USER_ERROR), a table that the role may not read,
// and a transaction that does not exist or is of another type, which is a 400.
func (f *Fault) Class() error {
	has := func(codes []string) bool { return slices.ContainsFunc(codes, f.hasCode) }
	message := f.Message()
	switch {
	case f.Category != nil:
		return f.Category
	case f.Status == http.StatusTooManyRequests || has(concurrencyCodes):
		return ErrConcurrency
	case f.Status == http.StatusUnauthorized || has(loginCodes):
		return ErrLogin
	case f.Status >= 500 || f.hasCode("UNEXPECTED_ERROR"):
		return ErrServer
	case f.Status == http.StatusForbidden || has(permissionCodes):
		return ErrPermission
	case f.call.query && unreadableTable.MatchString(message):
		return ErrPermission
	case f.Status == http.StatusNotFound || has(notFoundCodes):
		return ErrNotFound
	case f.call.get && strings.Contains(message, "Transaction type specified is incorrect"):
		return ErrNotFound
	case has(duplicateCodes) || strings.Contains(message, "already exists"):
		return ErrDuplicate
	}
	return ErrInvalid
}

func (f *Fault) hasCode(code string) bool {
	return f.Code == code || slices.ContainsFunc(f.Details, func(d FaultDetail) bool { return d.Code == code })
}

// certainty implements Applied for faults; the rules are written there.
func (f *Fault) certainty() Certainty {
	class := f.Class()
	switch {
	case f.Doubt:
		return Unknown
	case class == ErrConcurrency || class == ErrLogin:
		return NotApplied
	case class == ErrServer || f.Status == http.StatusRequestTimeout:
		return Unknown
	case f.call.script && f.Status == http.StatusBadRequest:
		if f.hasCode("SSS_INVALID_SCRIPTLET_ID") || f.hasCode("INVALID_REQUEST") {
			return NotApplied
		}
		return Unknown
	}
	return NotApplied
}

// newFault decodes the answer of a failed exchange. body may have been cut.
func newFault(status int, header http.Header, body []byte) *Fault {
	f := &Fault{
		Status:      status,
		OperationID: header.Get("X-N-OperationId"),
		Challenge:   header.Get("WWW-Authenticate"),
	}
	f.ServerTime, _ = http.ParseTime(header.Get("Date"))
	if seconds, err := strconv.Atoi(header.Get("Retry-After")); err == nil && seconds > 0 {
		f.RetryAfter = min(time.Duration(seconds)*time.Second, time.Hour)
	}
	told := faultbody.Parse(body)
	f.Code, f.Title, f.Snippet = told.Code, told.Title, told.Snippet
	for _, d := range told.Details {
		f.Details = append(f.Details, FaultDetail(d))
	}
	return f
}
