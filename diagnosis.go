package sluice

import "time"

// Diagnosis is what the doctor found out about a NetSuite connection: the path
// from its settings to the account, and what is wrong on it.
type Diagnosis struct {
	Connection   string       `json:"connection"`
	Path         []Stage      `json:"path"` // in the order of the probes
	Verdict      Verdict      `json:"verdict"`
	FailedLogins int          `json:"failed_logins"` // logins that NetSuite refused on the way, two at most; five lock a user
	At           time.Time    `json:"at"`
	Took         Milliseconds `json:"took_ms"`
}

// Stage is one part of the path.
type Stage struct {
	Name     string     `json:"name"` // settings, name, connection, encryption, clock, login, rest, suiteql, restlets, permissions, time-zone, limits
	State    StageState `json:"state"`
	Findings []Finding  `json:"findings,omitempty"`
}

// StageState says whether a part of the path holds.
type StageState string

// The states of a stage.
const (
	StageOK      StageState = "ok"
	StageBroken  StageState = "broken"
	StageUnknown StageState = "unknown" // NetSuite does not tell
	StageSkipped StageState = "skipped" // nothing was asked
)

// Finding is one piece of evidence. Secrets in it are masked.
type Finding struct {
	Asked  string `json:"asked"`  // GET https://…/rest/tokeninfo
	Answer string `json:"answer"` // HTTP 401 INVALID_LOGIN_ATTEMPT
}

// VerdictHealthy is the code of a verdict that found nothing wrong.
const VerdictHealthy = "connection.healthy"

// Verdict names what to do. Where NetSuite's answers decide, there is one
// candidate. Where they do not, there are as few as the answers leave, the most
// likely first, and one question whose answer decides.
type Verdict struct {
	Code    string      `json:"code"` // connection.healthy, connection.login_refused, …
	Summary string      `json:"summary"`
	Steps   []Candidate `json:"steps,omitempty"`
	// Question is empty where the answers decide.
	Question string `json:"question,omitempty"`
	// Connections are all those that the verdict holds for, when there are others.
	Connections []string `json:"connections,omitempty"`
}

// Candidate is a step of the set-up that may be the cause.
type Candidate struct {
	Step string `json:"step,omitempty"` // ID of the guide's step; empty where nothing is to be set up
	Why  string `json:"why"`
	Fix  string `json:"fix"`
}

// CodeExplanation says what a code means: a Detail of NetSuite's Login Audit
// Trail, or a code of one of its answers.
type CodeExplanation struct {
	Code     string        `json:"code"` // as asked for
	Meanings []CodeMeaning `json:"meanings"`
}

// CodeMeaning is what a code means in one protocol.
type CodeMeaning struct {
	Protocol string   `json:"protocol"` // token-based authentication, three-step flow, OAuth 2.0, answers
	Codes    []string `json:"codes"`    // its spellings
	Cause    string   `json:"cause"`
	Fix      string   `json:"fix"`
	Step     string   `json:"step,omitempty"` // ID of the guide's step; empty where none helps
}
