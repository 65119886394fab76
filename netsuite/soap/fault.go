package soap

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice/netsuite"
)

// The classes of failure that SOAP has besides those of package netsuite, for
// errors.Is.
var (
	// ErrSearchLost: NetSuite has dropped the pages of a search or job (it does
	// after 15 minutes without use). Start it again.
	ErrSearchLost = errors.New("netsuite soap: the search's pages are gone")
	// ErrChanged: another write came between. Read the record and apply the
	// change again.
	ErrChanged = errors.New("netsuite soap: the record has been changed meanwhile")
	// ErrTooLarge: too many records or bytes in one request. Lists are divided
	// without being asked.
	ErrTooLarge = errors.New("netsuite soap: too much for one request")
	// ErrNotFinished: the asynchronous job still runs.
	ErrNotFinished = errors.New("netsuite soap: the job is not finished")
)

// maintenance is how long to wait where an account is down for maintenance.
const maintenance = time.Minute

var classes = []struct {
	class error
	codes []string
}{
	{netsuite.ErrConcurrency, []string{
		"WS_REQUEST_BLOCKED", "WS_CONCUR_SESSION_DISALLWD", "EXCEEDED_MAX_CONCUR_RQST", "CONCURRENCY_LIMIT_EXCEEDED",
		"WS_EXCEEDED_CONCUR_USERS_ALLWD", "SSS_REQUEST_LIMIT_EXCEEDED", "EXCEEDED_CONCURRENT_REQUEST_LIMIT",
	}},
	{netsuite.ErrUnavailable, []string{"ACCT_TEMP_UNAVAILABLE"}},
	{ErrSearchLost, []string{"INVALID_JOB_ID", "INVALID_JOBID", "INVALID_SEARCH_MORE"}},
	{errSession, []string{"INVALID_SESSION", "SESSION_TIMED_OUT", "WS_LOG_IN_REQD"}},
	{ErrChanged, []string{"RCRD_HAS_BEEN_CHANGED", "CANT_UPDATE_RECRD_HAS_CHANGED", "RCRD_EDITED_SINCE_RETRIEVED"}},
	{ErrTooLarge, []string{"MAX_RCRDS_EXCEEDED", "EXCEEDED_RQST_SIZE_LIMIT"}},
	{ErrNotFinished, []string{"JOB_NOT_COMPLETE"}},
	{netsuite.ErrLogin, []string{
		"INVALID_LOGIN", "INVALID_LOGIN_ATTEMPT", "INVALID_LOGIN_CREDENTIALS", "INVALID_ACCT", "LOGIN_DISABLED", "INVALID_ROLE",
		"USER_DISABLED", "TWO_FA_REQD", "ROLE_REQUIRED", "PSWD_REQD", "EMAIL_ADDRS_REQD",
	}},
	{netsuite.ErrPermission, []string{
		"INSUFFICIENT_PERMISSION", "WS_PERMISSION_REQD", "PERMISSION_VIOLATION", "OI_PERMISSION_REQD", "WS_FEATURE_REQD", "OI_FEATURE_REQD",
	}},
	{netsuite.ErrNotFound, []string{"RCRD_DSNT_EXIST"}},
	{netsuite.ErrDuplicate, []string{
		"DUP_RCRD", "DUP_ENTITY", "DUP_ITEM", "UNIQUE_CUST_ID_REQD", "DUP_ENTITY_NAME", "DUP_ACCT_NAME", "NONUNIQUE_ID",
	}},
	{netsuite.ErrServer, []string{"UNEXPECTED_ERROR"}},
}

// timeouts are the codes that an answer cut by NetSuite's clock may have: records
// that were done are told as usual, the one at hand is unknown, and the rest was
// not processed (Oracle help section_4078474279, which names no codes).
var timeouts = []string{"", "UNEXPECTED_ERROR", "ABORT_SEARCH_EXCEEDED_MAX_TIME", "SEARCH_TIMED_OUT", "EXCEEDED_MAX_TIME", "OPERATION_NOT_FINISHED"}

// errSession is a refusal of a session that a passport never had.
var errSession = errors.New("netsuite soap: session refused")

// elements are the classes that the name of a fault's element tells where its
// code tells none. The code goes first: UNEXPECTED_ERROR has been seen in an
// invalidCredentialsFault (NetSweet/netsuite issue 323).
var elements = map[string]error{
	"exceededConcurrentRequestLimitFault": netsuite.ErrConcurrency,
	"exceededRequestLimitFault":           netsuite.ErrConcurrency,
	"exceededRecordCountFault":            ErrTooLarge,
	"exceededRequestSizeFault":            ErrTooLarge,
	"insufficientPermissionFault":         netsuite.ErrPermission,
	"invalidAccountFault":                 netsuite.ErrLogin,
	"invalidCredentialsFault":             netsuite.ErrLogin,
	"invalidSessionFault":                 errSession,
	"invalidVersionFault":                 netsuite.ErrInvalid,
	"unexpectedErrorFault":                netsuite.ErrServer,
}

// words are what NetSuite tells by text alone, in the order in which it counts.
var words = []struct {
	class error
	text  *regexp.Regexp
}{
	{netsuite.ErrLogin, regexp.MustCompile(`(?i)ambiguous authentication|invalid login`)},
	{netsuite.ErrUnavailable, regexp.MustCompile(`(?i)account.*(currently|temporarily) unavailable`)},
	{netsuite.ErrConcurrency, regexp.MustCompile(`(?i)concurrent request limit|only one request may be made`)},
	// A request that cannot be read is refused before anything is done.
	{netsuite.ErrInvalid, regexp.MustCompile(`SAX(Parse)?Exception|is not a legal value for|not found on \{|account-specific domains`)},
	{netsuite.ErrServer, regexp.MustCompile(`(?i)\bjavax?\.[a-z]|internal server error|unexpected error`)},
}

// classOf finds the class of what NetSuite told. missing is the class of a key
// that names nothing: for a get or delete it is the record that is missing, for
// a write a field of it.
func classOf(code, element, message string, missing error) error {
	if outOfTime(code, message) {
		return netsuite.ErrUnavailable
	}
	for _, c := range classes {
		if slices.Contains(c.codes, code) {
			return c.class
		}
	}
	if code == "INVALID_KEY_OR_REF" && missing != nil {
		return missing
	}
	for _, w := range words {
		if (code == "" || code == "USER_ERROR" && w.class == netsuite.ErrLogin) && w.text.MatchString(message) {
			return w.class
		}
	}
	if class, ok := elements[element]; ok && code != "USER_ERROR" {
		return class
	}
	switch {
	case strings.Contains(message, "already exists"):
		return netsuite.ErrDuplicate
	case slices.Contains(timeouts, code):
		return netsuite.ErrServer // nothing that is known: nothing is certain
	}
	return netsuite.ErrInvalid
}

// outOfTime reports a record that was not begun when NetSuite's time for the request was over.
func outOfTime(code, message string) bool {
	return slices.Contains(timeouts, code) && notProcessed.MatchString(message)
}

var notProcessed = regexp.MustCompile(`(?i)\bnot (been |yet )?processed\b`)

// classified makes a fault of the netsuite package.
func (r *request) classified(f fault) *netsuite.Fault {
	class := classOf(f.code, f.element, f.message, r.missing)
	out := &netsuite.Fault{
		Code: f.code, Title: cmp.Or(f.element, f.faulted), Category: class,
		Details: []netsuite.FaultDetail{{Code: f.code, Detail: f.message}},
	}
	switch class {
	case errSession:
		// Once, with a fresh passport: no session is meant at all.
		out.Category = netsuite.ErrUnavailable
		if r.sessions++; r.sessions > 1 {
			out.Category = netsuite.ErrLogin
		}
	case netsuite.ErrUnavailable:
		if !outOfTime(f.code, f.message) { // NetSuite is there, and had no time left
			out.RetryAfter = maintenance
		}
	}
	return out
}

// Detail is one thing that NetSuite says of a record or request.
type Detail struct {
	Type    string // ERROR, WARN or INFO
	Code    string
	Message string
	// AfterSubmitFailed: the record was saved, and a script that ran after it failed.
	AfterSubmitFailed bool
}

// Status is how a request or one record of it went.
type Status struct {
	Success bool
	Details []Detail
}

// status reads the status at hand. Details come in any order of their children,
// and on success as well: a detail without a code is no error.
func (a *answer) status() (*Status, error) {
	e, err := a.element()
	if err != nil {
		return nil, err
	}
	s := &Status{Success: e.Attr("isSuccess") == "true" || e.Attr("isSuccess") == "1"}
	for i := range e.Children {
		d := &e.Children[i]
		if d.Name != "statusDetail" {
			continue
		}
		s.Details = append(s.Details, Detail{
			Type: cmp.Or(d.Attr("type"), "ERROR"), Code: strings.TrimSpace(d.Value("code")), Message: strings.TrimSpace(d.Value("message")),
			AfterSubmitFailed: strings.TrimSpace(d.Value("afterSubmitFailed")) == "true",
		})
	}
	return s, nil
}

// scriptFailed reports a record that was saved although the status says failure.
func (s *Status) scriptFailed() bool {
	return slices.ContainsFunc(s.Details, func(d Detail) bool { return d.AfterSubmitFailed })
}

// warnings are the details that are neither empty nor what made it fail.
func (s *Status) warnings() []Detail {
	failed := !s.Success && !s.scriptFailed()
	return slices.DeleteFunc(slices.Clone(s.Details), func(d Detail) bool {
		return d.Code == "" && d.Message == "" || failed && d.Type == "ERROR"
	})
}

// judge returns what a status says besides success, and its failure as an error
// like that of a fault. A missing status is a failure of which nothing is known.
func (r *request) judge(s *Status) (warnings []Detail, err error) {
	if s == nil {
		return nil, missingIn(r, "status")
	}
	if s.Success {
		return s.warnings(), nil
	}
	out := r.classified(s.first())
	out.Operation, out.Status, out.OperationID, out.Title, out.Details = r.operation, 200, r.nsID, "", nil
	for _, d := range s.Details {
		out.Details = append(out.Details, netsuite.FaultDetail{Code: d.Code, Detail: d.Message})
	}
	return s.warnings(), out
}

// first is the detail that a failure is judged by: the first error, else
// whatever comes first.
func (s *Status) first() fault {
	i := slices.IndexFunc(s.Details, func(d Detail) bool { return d.Type == "ERROR" })
	if len(s.Details) == 0 {
		return fault{}
	}
	d := s.Details[max(i, 0)]
	return fault{code: d.Code, message: d.Message}
}
