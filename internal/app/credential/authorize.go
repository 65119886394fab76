package credential

import (
	"cmp"
	"context"
	"crypto/rand"
	"maps"
	"net/url"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/guide"
	"github.com/sluicehq/sluice/internal/keyring"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
)

const (
	// authorizationLife is how long a person has for NetSuite's pages. How long
	// NetSuite itself keeps a request token is not published.
	authorizationLife = 10 * time.Minute
	// authorizationKept is how long the outcome can be asked for.
	authorizationKept = 24 * time.Hour
	// anyAccount is where the flow begins while the account is not known (Oracle
	// help, section_156338994830 and section_156536698849).
	anyAccount = "https://system.netsuite.com"
	// stateLength is the length of a state: what rand.Text returns.
	stateLength = 26
	// requestSecret is the name under which the request token's secret is sealed.
	requestSecret = "request_secret"
)

// StartAuthorization asks NetSuite for a request token and returns the address of
// the page on which a person logs in and allows the connection.
func (r *Rules) StartAuthorization(ctx context.Context, by api.Actor, name string, s api.AuthorizationStart) (*sluice.Authorization, error) {
	conn, err := r.netsuiteConnection(ctx, name)
	if err != nil {
		return nil, err
	}
	callback, err := r.callback(s)
	if err != nil {
		return nil, err
	}
	if err := checkReturn(s.Return); err != nil {
		return nil, err
	}
	target, _, err := r.target(ctx, conn)
	if err != nil {
		return nil, err
	}
	flow, err := r.flow(target)
	if err != nil {
		return nil, err
	}
	request, err := flow.Request(ctx, callback, "")
	if err != nil {
		return nil, startFailure(err, callback, r.now())
	}
	a := &sluice.Authorization{ID: rand.Text(), ConnectionID: conn.ID, Connection: conn.Name, State: sluice.AuthorizationPending,
		Callback: callback, Return: s.Return, StartedBy: by.Name, StartedAt: r.now()}
	a.ExpiresAt = a.StartedAt.Add(authorizationLife)
	state := rand.Text()
	if err := r.remember(ctx, a, request, hashState(state, s.Binding)); err != nil {
		return nil, err
	}
	r.Audit(ctx, by, "authorize.start", "connection", conn.Name, callback)
	// The address holds the state: it is told this once and kept nowhere.
	a.URL = flow.LoginURL(request.Token, state)
	return a, nil
}

// remember stores the authorization, so that any server of the store can finish it.
func (r *Rules) remember(ctx context.Context, a *sluice.Authorization, request auth.TokenPair, stateHash string) error {
	sealed, err := r.Keys.Seal(sluice.NewSecret(request.Secret.Reveal()), requestPlace(a))
	if err != nil {
		return err
	}
	if err := r.Authorizations.PurgeAuthorizations(ctx, a.StartedAt.Add(-authorizationKept)); err != nil {
		return err
	}
	return r.Authorizations.CreateAuthorization(ctx, &sluice.SealedAuthorization{Authorization: *a,
		StateHash: stateHash, RequestToken: request.Token, Sealed: map[string][]byte{requestSecret: sealed}})
}

func requestPlace(a *sluice.Authorization) string {
	return keyring.Place(a.ConnectionID, "authorization/"+a.ID)
}

// target returns what is to be authorized, with the consumer key that it uses: the
// candidate where that is of the type, else the connection. It reports which.
func (r *Rules) target(ctx context.Context, conn *sluice.Connection) (_ *sluice.Connection, candidate bool, err error) {
	out := conn
	switch {
	case conn.Candidate != nil && conn.Candidate.Type == sluice.AuthTokenAuto:
		out, candidate = asCandidate(conn), true
	case conn.Get("type") != sluice.AuthTokenAuto:
		return nil, false, sluice.Errorf("authorization.wrong_type", "the connection %s is not of the type Token Based Auth (Automatic)", conn.Name).
			Fix("Change its type first: sluice connection edit " + conn.Name + " --set type=token-auto")
	}
	usable, err := r.Connections.Usable(ctx, out)
	return usable, candidate, err
}

// flow returns the three-step flow for a connection, whose account need not be known.
func (r *Rules) flow(conn *sluice.Connection) (auth.ThreeStep, error) {
	f := auth.ThreeStep{RESTlets: anyAccount, App: anyAccount, ConsumerKey: conn.Secrets["consumer_key"].Reveal(),
		ConsumerSecret: auth.NewSecret(conn.Secrets["consumer_secret"].Reveal()), HTTPClient: r.HTTPClient, Clock: r.Clock}
	if text := conn.Get("account"); text != "" {
		id, err := netsuite.ParseAccountID(text)
		if err != nil {
			return f, sluice.Errorf("connection.account_id", "%q is not a NetSuite account ID", text).At("settings.account").
				Fix("Copy it from Setup > Company > Company Information, or leave it empty: the log-in tells it")
		}
		f.Realm = id.Realm()
		ends := id.Endpoints()
		f.RESTlets, f.App = ends.RESTlets, ends.App
	}
	base := conn.Get("base_url")
	f.RESTlets = strings.TrimRight(cmp.Or(conn.Get("restlet_url"), base, f.RESTlets), "/")
	f.App = strings.TrimRight(cmp.Or(conn.Get("app_url"), base, f.App), "/")
	return f, nil
}

// Authorization returns how far an authorization has got.
func (r *Rules) Authorization(ctx context.Context, id string) (*sluice.Authorization, error) {
	a, err := r.Authorizations.Authorization(ctx, id)
	if err != nil {
		return nil, err
	}
	if a.State == sluice.AuthorizationPending && !r.now().Before(a.ExpiresAt) {
		a.State, a.Error = sluice.AuthorizationFailed, expired()
	}
	return a, nil
}

// AnswerAuthorization takes NetSuite's answer, which works once.
func (r *Rules) AnswerAuthorization(ctx context.Context, in api.AuthorizationAnswer) (*sluice.Authorization, error) {
	if err := r.checkStarter(ctx, in); err != nil {
		return nil, err
	}
	state := in.Query.Get("state")
	if len(state) != stateLength { // whoever guesses does not get as far as the store
		return nil, unknownState()
	}
	taken, err := r.Authorizations.TakeAuthorization(ctx, hashState(state, in.Binding))
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		return nil, unknownState()
	}
	if err != nil {
		return nil, err
	}
	// From here on the answer is used up: the browser's going away must not lose the token.
	ctx = context.WithoutCancel(ctx)
	a, by := &taken.Authorization, api.Actor{Name: taken.StartedBy}
	who, failure := r.finish(ctx, by, taken, in.Query, state)
	a.State, a.Identity, a.FinishedAt = sluice.AuthorizationGranted, who, r.now()
	detail, told := string(a.State), true
	if failure != nil {
		a.State, a.Identity = sluice.AuthorizationFailed, nil
		a.Error, told = forPeople(failure)
		detail = a.Error.Code
	}
	if err := r.Authorizations.FinishAuthorization(ctx, a); err != nil {
		return nil, err
	}
	r.Audit(ctx, by, "authorize", "connection", a.Connection, detail)
	if !told {
		return nil, failure
	}
	return a, nil
}

// checkStarter lets nobody hand over the answer to another one's authorization.
func (r *Rules) checkStarter(ctx context.Context, in api.AuthorizationAnswer) error {
	if in.By == nil {
		return nil
	}
	a, err := r.Authorizations.Authorization(ctx, in.ID)
	if err != nil {
		return err
	}
	if a.StartedBy != in.By.Name {
		return sluice.Errorf(sluice.CodeForbidden, "the authorization was started by somebody else").Fix("Start one of your own")
	}
	return nil
}

// finish turns the answer into a token and puts it to use.
func (r *Rules) finish(ctx context.Context, by api.Actor, a *sluice.SealedAuthorization, query url.Values, state string) (*sluice.Identity, error) {
	if !r.now().Before(a.ExpiresAt) {
		return nil, expired()
	}
	callback, err := auth.ParseCallback(query, a.RequestToken, state)
	if err != nil {
		return nil, callbackFailure(err)
	}
	secret, err := r.Keys.Unseal(a.Sealed[requestSecret], requestPlace(&a.Authorization))
	if err != nil {
		return nil, err
	}
	conn, err := r.Connections.Connection(ctx, a.ConnectionID)
	if err != nil {
		return nil, err
	}
	target, _, err := r.target(ctx, conn)
	if err != nil {
		return nil, err
	}
	account, err := accountOf(target, callback.Company)
	if err != nil {
		return nil, err
	}
	target.Settings = maps.Clone(target.Settings)
	target.Settings["account"] = account.Realm()
	flow, err := r.flow(target)
	if err != nil {
		return nil, err
	}
	pair, err := flow.Exchange(ctx, auth.TokenPair{Token: a.RequestToken, Secret: auth.NewSecret(secret.Reveal())}, callback)
	if err != nil {
		return nil, exchangeFailure(err, r.now())
	}
	who := &sluice.Identity{Account: account.Realm(), RoleID: callback.Role, EntityID: callback.Entity, At: r.now()}
	return r.accept(ctx, by, conn.ID, pair, who)
}

// accountOf returns the account that NetSuite answered for, which has to be the
// connection's own where that has one.
func accountOf(conn *sluice.Connection, company string) (netsuite.AccountID, error) {
	var given netsuite.AccountID
	if text := conn.Get("account"); text != "" {
		var err error
		if given, err = netsuite.ParseAccountID(text); err != nil {
			return given, err
		}
	}
	if company == "" && !given.IsZero() {
		return given, nil
	}
	told, err := netsuite.ParseAccountID(company)
	if err != nil {
		return told, sluice.Errorf("authorization.answer", "NetSuite's answer names no account that could be one").At(place(guide.StepAccountID)).
			Fix("Enter the account ID in the connection and begin again")
	}
	if !given.IsZero() && given != told {
		return told, sluice.Errorf("authorization.wrong_account", "the log-in was to the account %s, the connection is for %s; nothing was stored", told.Realm(), given.Realm()).
			At(place(guide.StepAccountID)).Fix("Log in to " + given.Realm() + ", or correct the connection's account ID. A browser that is logged in to another account stays there: log out of NetSuite first")
	}
	return told, nil
}
