package doctor_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/restlet"
	"github.com/sluicehq/sluice/internal/connector/suitetalk"
	"github.com/sluicehq/sluice/internal/doctor"
)

// world is an emulated account, a plain HTTP proxy before it, and a connection
// that works until a test breaks something.
type world struct {
	t     *testing.T
	emu   *emulator.Emulator
	proxy *proxy
	conn  *sluice.Connection
	subj  doctor.Subject
	skew  time.Duration // of the doctor's clock
}

func newWorld(t *testing.T, m2m, describe bool, change ...emulator.Option) *world {
	t.Helper()
	emu := emulator.Start(t, append(change, func(o *emulator.Options) { o.Empty, o.DescribeTokenErrors = true, describe })...)
	w := &world{t: t, emu: emu, proxy: newProxy(t)}
	w.conn = w.tokenConnection("netsuite")
	if m2m {
		w.conn = w.certificateConnection("netsuite")
	}
	w.subj = doctor.Subject{
		HTTPClient: w.proxy.client(), Clock: func() time.Time { return emu.Clock().Now().Add(w.skew) },
		LookupHost: func(context.Context, string) ([]string, error) { return []string{"192.0.2.1"}, nil },
	}
	return w
}

func (w *world) tokenConnection(name string) *sluice.Connection {
	c := w.emu.Credentials()
	return &sluice.Connection{Name: name, Kind: sluice.KindNetSuite, Status: sluice.StatusOffline,
		Settings: map[string]string{"account": c.Account, "type": sluice.AuthToken, "base_url": c.BaseURL},
		Secrets: map[string]sluice.Secret{"consumer_key": sluice.NewSecret(c.ConsumerKey), "consumer_secret": sluice.NewSecret(c.ConsumerSecret),
			"token_id": sluice.NewSecret(c.TokenID), "token_secret": sluice.NewSecret(c.TokenSecret)}}
}

func (w *world) certificateConnection(name string) *sluice.Connection {
	c := w.emu.M2M()
	return &sluice.Connection{Name: name, Kind: sluice.KindNetSuite, Status: sluice.StatusOffline,
		Settings: map[string]string{"account": w.emu.Credentials().Account, "type": sluice.AuthOAuth2M2M, "certificate_id": c.CertificateID, "base_url": w.emu.URL()},
		Secrets:  map[string]sluice.Secret{"client_id": sluice.NewSecret(c.ClientID), "private_key": sluice.NewSecret(c.PrivateKey)}}
}

// must ends the test when the account refuses a change.
func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) role(change func(*account.Role)) {
	w.must(w.emu.Account().EditRole(account.IntegrationRole, change))
}

func (w *world) integration(change func(*account.IntegrationRecord)) {
	w.must(w.emu.Account().EditIntegration(account.SeedIntegration, change))
}

func (w *world) employee(change func(*account.Employee)) {
	w.must(w.emu.Account().EditEmployee(account.IntegrationUser, change))
}

func (w *world) feature(id string) { w.must(w.emu.Account().SetFeature(id, false)) }

func (w *world) permission(id string) {
	w.must(w.emu.Account().RemovePermission(account.IntegrationRole, id))
}

func (w *world) secret(field, value string) { w.conn.Secrets[field] = sluice.NewSecret(value) }

func (w *world) reveal(field string) string { return w.conn.Secrets[field].Reveal() }

// wrong turns a key into another one of the same form.
func (w *world) wrong(field string) {
	old := w.reveal(field)
	w.secret(field, strings.Repeat("facade00", 8)[:len(old)])
}

// sibling adds a second token of the same user, and a connection that uses it.
func (w *world) sibling(name string) {
	token, err := w.emu.Account().AddToken(account.AccessToken{IntegrationID: account.SeedIntegration, EmployeeID: account.IntegrationUser, RoleID: account.IntegrationRole})
	w.must(err)
	c := w.tokenConnection(name)
	c.Secrets["token_id"], c.Secrets["token_secret"] = sluice.NewSecret(token.Token), sluice.NewSecret(token.Secret)
	w.subj.Siblings = append(w.subj.Siblings, c)
}

// refresh is what refreshing a sandbox leaves of its logins: nothing.
func (w *world) refresh() {
	w.must(w.emu.Account().Edit(func(s *account.Setup) error {
		s.Tokens, s.Certificates = nil, nil
		return nil
	}))
}

// script deploys a RESTlet that flows call.
func (w *world) script(audience ...string) {
	w.must(w.emu.RegisterRESTlet(restlet.Script{ScriptID: "customscript_stock", DeployID: "customdeploy_stock", Audience: audience,
		Get: func(context.Context, *restlet.Request) (any, error) { return map[string]string{"stock": "7"}, nil }}))
}

// diagnose runs the doctor and holds what is true of every examination.
func (w *world) diagnose() *sluice.Diagnosis {
	w.t.Helper()
	w.subj.Connection = w.conn
	d := doctor.Diagnose(w.t.Context(), w.subj)
	if seen := w.proxy.refused(); seen > 2 || d.FailedLogins > 2 || w.subj.Seen == nil && seen != d.FailedLogins {
		w.t.Errorf("the proxy saw %d refused logins, the doctor says %d", seen, d.FailedLogins)
	}
	text, err := json.Marshal(d)
	w.must(err)
	for _, c := range append(w.subj.Siblings, w.conn) {
		for field, secret := range c.Secrets {
			if s := secret.Reveal(); len(s) > 8 && strings.Contains(string(text), s) {
				w.t.Errorf("the diagnosis shows %s of %s", field, c.Name)
			}
		}
	}
	for _, path := range w.proxy.seen() {
		if !strings.HasPrefix(path, "/services/rest/") && !strings.HasPrefix(path, "/services/NetSuitePort_") && !strings.HasPrefix(path, "/rest/") && path != "/app/site/hosting/restlet.nl" {
			w.t.Errorf("the doctor asked for %s, which is none of NetSuite's services", path)
		}
	}
	return d
}

// failure is the error of a use of the connection beside the proxy.
func (w *world) failure() error {
	evidence := suitetalk.New(suitetalk.Options{Clock: w.emu.Clock().Now}).Test(w.t.Context(), w.conn)
	if evidence.OK {
		w.t.Fatal("the connection works")
	}
	return evidence.Error
}

// proxy passes requests on and counts those whose login was refused.
type proxy struct {
	server *httptest.Server
	// answer stands in for the account where it returns true.
	answer func(w http.ResponseWriter, r *http.Request) bool

	mu     sync.Mutex
	paths  []string
	logins int
}

func newProxy(t *testing.T) *proxy {
	p := &proxy{}
	forward := &httputil.ReverseProxy{Rewrite: func(*httputil.ProxyRequest) {}}
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		if p.answer == nil || !p.answer(answer, r) {
			forward.ServeHTTP(answer, r)
		}
		p.note(r, answer.Code)
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = io.Copy(w, answer.Body)
	}))
	t.Cleanup(p.server.Close)
	return p
}

// note counts as a refused login what NetSuite would write into its trail as one.
func (p *proxy) note(r *http.Request, status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paths = append(p.paths, r.URL.Path)
	endpoint := strings.HasSuffix(r.URL.Path, account.TokenPath) || strings.HasPrefix(r.URL.Path, "/rest/")
	if status == http.StatusUnauthorized || endpoint && status == http.StatusBadRequest {
		p.logins++
	}
}

func (p *proxy) refused() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.logins
}

func (p *proxy) seen() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.paths...)
}

func (p *proxy) client() *http.Client {
	u, _ := url.Parse(p.server.URL)
	return &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(u)}}
}

// refuse answers requests of a path, the first n of them, as NetSuite refuses a login.
func (w *world) refuse(path string, n int, after time.Duration) {
	w.proxy.answer = func(rw http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != path || n == 0 {
			return false
		}
		n--
		w.emu.Clock().Advance(after)
		w.reply(rw, http.StatusUnauthorized, `{"error":{"code":"INVALID_LOGIN_ATTEMPT","message":"Invalid login attempt."}}`)
		return true
	}
}

// says answers requests whose path has a prefix.
func (w *world) says(prefix string, status int, body string) {
	w.proxy.answer = func(rw http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, prefix) || r.Method == http.MethodOptions {
			return false
		}
		w.reply(rw, status, body)
		return true
	}
}

func (w *world) reply(rw http.ResponseWriter, status int, body string) {
	rw.Header().Set("Content-Type", "application/json")
	rw.Header().Set("Date", w.emu.Clock().Now().UTC().Format(http.TimeFormat))
	rw.Header().Set("X-N-OperationId", "made-up-operation")
	rw.WriteHeader(status)
	_, _ = io.WriteString(rw, body)
}

// selfSigned is an address that answers with a certificate nobody vouches for.
func (w *world) selfSigned() string {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it would tell of the refused handshake
	s.StartTLS()
	w.t.Cleanup(s.Close)
	return s.URL
}

func ecPEM(t *testing.T, seed uint64) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(account.SeedKey(seed))
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}
