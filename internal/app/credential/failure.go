package credential

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/guide"
	"github.com/sluicehq/sluice/netsuite/auth"
)

// place names a step of the guide as the place of an error.
func place(step string) string { return "guide/" + step }

// refusal is one way in which NetSuite refuses the three-step flow.
type refusal struct {
	code, detail  string // ours; the Detail of the Login Audit Trail (Oracle help, subsect_156934879823)
	step          string // of the guide
	message, cure string
	start, end    bool // the step of the flow in which it can happen
}

const (
	manageIntegrations = "Setup > Integration > Manage Integrations"
	ourFault           = "Nothing to set up: report it, with Sluice's version"
)

// refusals are all that is known, the most frequent first.
func refusals(callback string) []refusal {
	const integration = guide.StepIntegrationRecord
	return []refusal{
		{"authorization.unknown_consumer_key", "UnknownIntegration", integration, "no integration record of this account has the consumer key",
			"Copy consumer key and secret of the integration record into the connection, or choose another iClient (" + manageIntegrations + ")", true, true},
		{"authorization.flow_not_allowed", "AuthorizationFlowRequired", integration, "the box TBA: Authorization Flow of the integration record is not ticked",
			"Tick it on " + manageIntegrations + ", and enter the callback URL " + recordCallback(callback), true, true},
		{"authorization.wrong_callback", "InvalidCallback", integration, "the callback URL " + callback + " is not the one on the integration record",
			"Enter " + recordCallback(callback) + " as Callback URL on " + manageIntegrations, true, false},
		{"authorization.consumer_secret", "InvalidSignature", integration, "the consumer secret is wrong",
			"Copy the consumer secret again, or use Reset Credentials on the integration record", true, true},
		{"authorization.integration_blocked", "IntegrationBlocked", integration, "the integration record is blocked, or waits for approval",
			"Set its State to Enabled on " + manageIntegrations, true, true},
		{"authorization.feature_off", "FeatureDisabled", guide.StepEnableFeatures, "the feature Token-based Authentication is off",
			"Tick it on Setup > Company > Enable Features > SuiteCloud", true, true},
		{"authorization.wrong_verifier", "InvalidVerifier", guide.StepAccessToken, "the verifier is not the one that NetSuite gave on its consent page",
			"Begin again, and press Allow. If it happens again, something between browser and server changes addresses", false, true},
		{"authorization.request_expired", "TokenRejected", guide.StepAccessToken, "NetSuite does not take its request token any more: it is too old, or was used",
			"Begin again, and log in without a long pause", false, true},
		{"authorization.user_or_role", "EntityOrRoleDisabled", guide.StepUserRole, "the user or the role that logged in cannot use tokens",
			"Choose another role on the consent page (Change Role), or give the role Log in using Access Tokens", false, true},
		{"authorization.clock", "InvalidTimestamp", guide.StepClock, "this machine's clock is more than five minutes from NetSuite's", "Set the clock by NTP", true, true},
		{"authorization.request", "MissingRequiredParameter NonceRejected NonceUsed UnknownAlgorithm VersionRejected parameter_rejected", "",
			"NetSuite did not accept the form of the request", ourFault, true, true},
	}
}

// recordCallback is what to enter on the integration record for a callback: with
// any port where it is this machine (Oracle help, bridgehead_4249032125).
func recordCallback(callback string) string {
	if strings.HasPrefix(callback, "http://localhost:") {
		return "http://localhost:*"
	}
	return callback
}

func (x *refusal) problem() sluice.Problem {
	return sluice.Problem{Code: x.code, Path: place(x.step), Message: x.message, Remedy: x.cure}
}

func (x *refusal) err(cause error) *sluice.Error {
	e := &sluice.Error{Code: x.code, Message: x.message, Remedy: x.cure, Err: cause}
	if x.step != "" {
		e.Where = place(x.step)
	}
	return e
}

// startFailure says why NetSuite gave no request token.
func startFailure(err error, callback string, now time.Time) error {
	return flowFailure(err, refusals(callback), func(x *refusal) bool { return x.start }, now)
}

// exchangeFailure says why NetSuite made no token.
func exchangeFailure(err error, now time.Time) error {
	return flowFailure(err, refusals(""), func(x *refusal) bool { return x.end }, now)
}

// flowFailure reads a refusal. Whether NetSuite says its reason or answers all alike
// is not published: where it does not, all that it can be is told, each with its cure.
func flowFailure(err error, known []refusal, possible func(*refusal) bool, now time.Time) error {
	answer, ok := errors.AsType[*auth.TokenError](err)
	if !ok {
		return sluice.Errorf("authorization.unreachable", "NetSuite did not answer as it should: %w", err).At(place(guide.StepNetwork)).
			Fix("Try again; if it stays so, let the doctor look at the way to NetSuite")
	}
	for i := range known {
		if x := &known[i]; x.names(answer) {
			return x.err(err)
		}
	}
	if answer.Status >= http.StatusInternalServerError || answer.Status == http.StatusTooManyRequests {
		return sluice.Errorf("authorization.unavailable", "NetSuite cannot do it now: %w", err).Fix("Try again in a few minutes")
	}
	if skew := now.Sub(answer.ServerTime); !answer.ServerTime.IsZero() && skew.Abs() > 4*time.Minute {
		for i := range known {
			if known[i].code == "authorization.clock" {
				e := known[i].err(err)
				e.Message = fmt.Sprintf("this machine's clock is %s from NetSuite's, and five minutes are the most that it takes", skew.Abs().Round(10*time.Second))
				return e
			}
		}
	}
	e := sluice.Errorf("authorization.refused", "NetSuite refused and does not say why: %w", err).
		Fix("The Login Audit Trail names the reason, in the column Detail: Setup > Users/Roles > User Management > View Login Audit Trail. sluice doctor --explain-code explains it")
	for i := range known {
		if x := &known[i]; possible(x) && x.step != "" {
			e.Problems = append(e.Problems, x.problem())
		}
	}
	return e
}

// names reports whether NetSuite's answer is this refusal. NetSuite answers 405
// with nothing else where the flow is not allowed.
func (x *refusal) names(answer *auth.TokenError) bool {
	if answer.Status == http.StatusMethodNotAllowed {
		return x.code == "authorization.flow_not_allowed"
	}
	for detail := range strings.FieldsSeq(x.detail) {
		for _, told := range []string{answer.Code, answer.Description} {
			if first, _, _ := strings.Cut(told, " "); first != "" && plain(first) == plain(detail) {
				return true
			}
		}
	}
	return false
}

// plain leaves letters and digits: NetSuite writes both NonceUsed and nonce_used.
func plain(code string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return unicode.ToLower(c)
		}
		return -1
	}, code)
}

// callbackFailure says what is wrong with the answer in the browser.
func callbackFailure(err error) error {
	if errors.Is(err, auth.ErrDenied) {
		return sluice.Errorf("authorization.denied", "the connection was not allowed: somebody pressed Deny").At(place(guide.StepAccessToken)).
			Fix("Begin again, and press Allow on NetSuite's page")
	}
	return sluice.Errorf("authorization.answer", "the answer does not belong to the request: %w", err).At(place(guide.StepAccessToken)).Fix("Begin again")
}

func expired() *sluice.Error {
	return sluice.Errorf("authorization.expired", "the authorization was not finished within %.0f minutes", authorizationLife.Minutes()).
		At(place(guide.StepAccessToken)).Fix("Begin again, and log in without a long pause")
}

func unknownState() *sluice.Error {
	return sluice.Errorf("authorization.unknown_state", "this answer belongs to no authorization that waits for one: it was used already, or was begun in another browser or at another address").
		At(place(guide.StepAccessToken)).Fix("Begin again in Sluice, and stay in the same browser. If the connection is Online, all is done")
}

// forPeople returns the error as it can be kept for people, and whether it is one of theirs.
func forPeople(err error) (*sluice.Error, bool) {
	if e, ok := errors.AsType[*sluice.Error](err); ok {
		return e, true
	}
	return sluice.Errorf("authorization.failed", "the authorization could not be finished").Fix("Begin again; the server's log says what went wrong"), false
}
