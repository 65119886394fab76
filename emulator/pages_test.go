package emulator

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/bundle"
	"github.com/sluicehq/sluice/emulator/session"
)

const (
	integrationEmail = "integration@example.com"
	featuresPage     = "/app/setup/features.nl"
)

// asIntegrationUser opens the pages as the seeded integration user, whose role
// gets permissions on top.
func asIntegrationUser(t *testing.T, e *Emulator, permissions ...string) *browser {
	t.Helper()
	for _, p := range permissions {
		if err := e.Account().SetPermission(account.IntegrationRole, p, session.Full); err != nil {
			t.Fatal(err)
		}
	}
	b := browse(t, e)
	b.open("/")
	b.logIn(integrationEmail, account.SeedPassword)
	b.title("Home")
	return b
}

func lastDetail(e *Emulator) string {
	last, _ := e.Account().LastLogin()
	return last.Detail
}

func TestLoginPage(t *testing.T) {
	e := Start(t, bare)
	b := browse(t, e)
	b.open(featuresPage + "?tab=SuiteCloud")
	b.title("Login")
	for n := range 5 {
		b.logIn(integrationEmail, "wrong")
		if b.status != http.StatusUnauthorized || lastDetail(e) != "InvalidCredentials" {
			t.Fatalf("attempt %d: %d %s", n, b.status, lastDetail(e))
		}
	}
	b.logIn(integrationEmail, account.SeedPassword)
	if b.status != http.StatusUnauthorized || lastDetail(e) != "temporary_locked" {
		t.Errorf("locked: %d %s", b.status, lastDetail(e))
	}
	if a := call(t, e, http.MethodGet, "/rest/tokeninfo", ""); a.status != http.StatusUnauthorized || lastDetail(e) != "temporary_locked" {
		t.Errorf("the lock of the login page does not count for tokens: %+v", a)
	}
	admin := asAdministrator(t, e)
	admin.menu("Setup", "Users/Roles", "Manage Users")
	admin.click("Integration User")
	admin.mustSee("Locked until")
	admin.press("Unlock")
	b.logIn(integrationEmail, account.SeedPassword)
	if b.status != http.StatusForbidden || b.at.RequestURI() != featuresPage+"?tab=SuiteCloud" {
		b.fatal("after the login: not the page that was asked for")
	}
	b.press("Log Out")
	b.title("Login")
	b.open(featuresPage)
	b.title("Login")
	if last, _ := e.Account().LastLogin(); last.Status != account.Success || last.User != "Integration User" || last.RequestURI != "/pages/customerlogin.jsp" {
		t.Errorf("trail %+v", last)
	}
}

// A login page that was opened before another login still logs in.
func TestLoginPageOfBefore(t *testing.T) {
	e := Start(t, bare)
	b := asAdministrator(t, e)
	before := browse(t, e)
	before.open("/pages/customerlogin.jsp")
	before.client.Jar = b.client.Jar
	before.logIn(integrationEmail, account.SeedPassword)
	before.title("Home")
	before.mustSee("Integration User Sluice Integration")
}

// Nothing but pages of the account comes after the login.
func TestLoginRedirect(t *testing.T) {
	e := Start(t, bare)
	for _, to := range []string{"https://example.com/app/", "//example.com/app/x", "/\\example.com", "/_emulator/account", "javascript:alert(1)"} {
		b := browse(t, e)
		b.open("/pages/customerlogin.jsp?redirect=" + url.QueryEscape(to))
		b.logIn(e.Admin().Email, e.Admin().Password)
		b.title("Home")
	}
}

func TestRoleChoice(t *testing.T) {
	e := Start(t, bare)
	for _, r := range []account.Role{{Name: "Clerk"}, {Name: "Machine", WebServicesOnly: true}, {Name: "Old", Inactive: true}} {
		saved, err := e.Account().AddRole(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Account().EditEmployee(account.IntegrationUser, func(x *account.Employee) { x.Roles = append(x.Roles, saved.ID) }); err != nil {
			t.Fatal(err)
		}
	}
	b := browse(t, e)
	b.open("/")
	b.logIn(integrationEmail, account.SeedPassword)
	b.title("Choose Role")
	if b.sees("Machine") || b.sees("Old") {
		t.Error("a role for web services, or an inactive one, is offered for the pages")
	}
	b.open("/app/center/card.nl")
	b.title("Choose Role")
	b.check("Clerk")
	b.press("Continue")
	b.title("Home")
	b.mustSee("Integration User Clerk")
	if err := e.Account().EditEmployee(account.IntegrationUser, func(x *account.Employee) { x.Access = false }); err != nil {
		t.Fatal(err)
	}
	b.open("/app/center/card.nl")
	b.title("Login")
}

// A role sees and changes what its permissions say, by the menu and by address.
func TestPagePermissions(t *testing.T) {
	pages := []struct {
		path, title, permission string
	}{
		{featuresPage, "Enable Features", "ADMI_ENABLEFEATURES"},
		{featuresPage, "Enable Features", "ADMI_SETUPCOMPANY"},
		{"/app/common/otherlists/company.nl", "Company Information", "ADMI_COMPANY"},
		{"/app/setup/webservicespreferences.nl", "SOAP Web Services Preferences", "ADMI_WEBSERVICESSETUP"},
		{"/app/common/integration/integrapplist.nl", "Integrations", "ADMI_INTEGRAPP"},
		{"/app/common/integration/integrapp.nl", "New Integration", "ADMI_INTEGRAPP"},
		{"/app/setup/rolelist.nl", "Manage Roles", "ADMI_MANAGEROLES"},
		{"/app/setup/role.nl", "New Role", "ADMI_MANAGEROLES"},
		{"/app/setup/listusers.nl", "Manage Users", "ADMI_MANAGEUSERS"},
		{"/app/common/entity/employeelist.nl", "Employees", "LIST_EMPLOYEE"},
		{"/app/common/entity/employee.nl?id=2", "Employee", "LIST_EMPLOYEE"},
		{"/app/setup/accesstokens.nl", "Access Tokens", "ADMI_MANAGE_OAUTH_TOKENS"},
		{"/app/setup/accesstoken.nl", "Access Token", "ADMI_MANAGE_OWN_OAUTH_TOKENS"},
		{"/app/setup/oauth2clientcredentials.nl", "OAuth 2.0 Client Credentials (M2M) Setup", "ADMI_MANAGE_OAUTH2"},
		{"/app/setup/oauth2clientcredential.nl", "Create New Mapping", "ADMI_MANAGE_OAUTH2"},
		{"/app/setup/loginaudittrail.nl", "Login Audit Trail", "ADMI_AUDITLOGIN"},
		{"/app/bundler/bundlelist.nl", "Search & Install Bundles", "ADMI_BUNDLER"},
		{"/app/emulator/sandbox.nl", "", ""},
		{"/app/emulator/tokenendpoints.nl", "", ""},
	}
	e := Start(t, bare)
	for _, p := range pages {
		if err := e.Account().EditRole(account.IntegrationRole, func(r *account.Role) { r.Permissions = nil }); err != nil {
			t.Fatal(err)
		}
		b := asIntegrationUser(t, e)
		b.open(p.path)
		if b.status != http.StatusForbidden {
			t.Errorf("%s without permission: %d", p.path, b.status)
		}
		if p.permission == "" {
			continue
		}
		b = asIntegrationUser(t, e, p.permission)
		b.open(p.path)
		b.title(p.title)
		if b.status != http.StatusOK {
			t.Errorf("%s with %s: %d", p.path, p.permission, b.status)
		}
	}
	stranger := browse(t, e)
	for _, p := range pages {
		stranger.open(p.path)
		stranger.title("Login")
	}
}

// View shows a page and does not let change it.
func TestViewDoesNotEdit(t *testing.T) {
	e := Start(t, bare)
	b := asIntegrationUser(t, e)
	if err := e.Account().SetPermission(account.IntegrationRole, "ADMI_ENABLEFEATURES", session.View); err != nil {
		t.Fatal(err)
	}
	b.open(featuresPage)
	b.press("Save")
	if b.status != http.StatusForbidden {
		t.Errorf("saved with View: %d", b.status)
	}
}

// A form must come from a page of the same login, and from this site.
func TestForeignForms(t *testing.T) {
	e := Start(t, bare)
	b := asAdministrator(t, e)
	for name, change := range map[string]func(*http.Request, url.Values){
		"no token":       func(_ *http.Request, v url.Values) { v.Del("_token") },
		"another token":  func(_ *http.Request, v url.Values) { v.Set("_token", rand.Text()) },
		"another site":   func(r *http.Request, _ url.Values) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"another origin": func(r *http.Request, _ url.Values) { r.Header.Set("Origin", "https://example.com") },
	} {
		b.open(featuresPage)
		forms := b.page.all(func(n *node) bool { return n.attr["class"] == "page" })
		v := b.values(forms[0])
		v.Del("TBA")
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.URL()+featuresPage, nil)
		if err != nil {
			t.Fatal(err)
		}
		change(r, v)
		r.Body = io.NopCloser(strings.NewReader(v.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := b.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusForbidden || !e.Account().Setup().Features[account.FeatureTBA] {
			t.Errorf("%s: %d", name, resp.StatusCode)
		}
	}
}

// Who may make tokens for whom (Oracle help, bridgehead_4248124361).
func TestWhoMakesTokens(t *testing.T) {
	e := Start(t, bare)
	must(e.Account().AddEmployee(account.Employee{ID: "77", Name: "Third Person", Access: true, Roles: []string{account.IntegrationRole, account.AdministratorRole}}))
	before := e.Account().Setup()
	for _, row := range []struct {
		name        string
		admin       bool
		permissions []string
		user, role  string
		want        bool
	}{
		{"administrator for another", true, nil, "2", account.IntegrationRole, true},
		{"administrator for itself", true, nil, "1", account.AdministratorRole, true},
		{"administrator for another administrator", true, nil, "77", account.AdministratorRole, false},
		{"administrator for an administrator in another role", true, nil, "77", account.IntegrationRole, true},
		{"User Access Tokens for itself", false, []string{account.PermissionUserTokens}, "2", account.IntegrationRole, true},
		{"User Access Tokens for another", false, []string{account.PermissionUserTokens}, "77", account.IntegrationRole, false},
		{"Access Token Management for another", false, []string{"ADMI_MANAGE_OAUTH_TOKENS"}, "77", account.IntegrationRole, true},
		{"Access Token Management for itself", false, []string{"ADMI_MANAGE_OAUTH_TOKENS"}, "2", account.IntegrationRole, false},
		{"Access Token Management for an administrator", false, []string{"ADMI_MANAGE_OAUTH_TOKENS"}, "1", account.AdministratorRole, false},
		{"a role the user does not hold", true, nil, "2", account.AdministratorRole, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			must(0, e.Account().Reset(before))
			var b *browser
			if row.admin {
				b = asAdministrator(t, e)
			} else {
				b = asIntegrationUser(t, e, row.permissions...)
			}
			b.open("/app/setup/accesstoken.nl")
			b.choose("Application Name", "Sluice")
			b.filled["user"], b.filled["role"] = []string{row.user}, []string{row.user + "/" + row.role}
			b.press("Save")
			if made := len(e.Account().Setup().Tokens) > len(before.Tokens); made != row.want {
				t.Errorf("made: %v; %s", made, b.page.words())
			}
			if !row.want && b.status != http.StatusUnprocessableEntity {
				t.Errorf("status %d", b.status)
			}
		})
	}
}

func TestTokenPage(t *testing.T) {
	e := Start(t, bare)
	b := asAdministrator(t, e)
	b.menu("Setup", "Users/Roles", "New access token")
	c := b.newToken("Sluice", "Integration User", "Sluice Integration")
	b.mustSee("Sluice - Integration User, Sluice Integration")
	use := func() int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.URL()+"/rest/tokeninfo", nil)
		if err != nil {
			t.Fatal(err)
		}
		sign(r, c, e.Clock().Now())
		return send(r).status
	}
	for _, step := range []struct {
		button string
		want   int
	}{{"", 200}, {"Make Inactive", 401}, {"Make Active", 200}, {"Revoke", 401}} {
		if step.button != "" {
			b.press(step.button)
		}
		if got := use(); got != step.want {
			t.Errorf("after %q: %d, want %d", step.button, got, step.want)
		}
	}
	b.menu("Setup", "Users/Roles", "Access Tokens")
	b.mustSee("Revoked")
	b.enableNot("Token-based Authentication")
	b.open("/app/setup/accesstokens.nl")
	b.mustSee("The feature 'Token-based Authentication' must be enabled")
}

func (b *browser) enableNot(label string) {
	b.t.Helper()
	b.menu("Setup", "Company", "Enable Features")
	b.uncheck(label)
	b.press("Save")
}

func TestLockedRoles(t *testing.T) {
	e := Start(t, bareAccount)
	b := asAdministrator(t, e)
	b.withBundle()
	for _, name := range []string{"Administrator", bundle.FullAccessRole, bundle.ETailRole, bundle.JIRARole, bundle.CashAppRole} {
		i := slices.IndexFunc(e.Account().Setup().Roles, func(r account.Role) bool { return r.Name == name })
		if i < 0 {
			t.Fatalf("no role %s", name)
		}
		id := e.Account().Setup().Roles[i].ID
		b.open("/app/setup/role.nl?e=T&id=" + id)
		b.mustSee("This role is locked")
		b.open("/app/setup/role.nl")
		b.fill("Name", "Taken")
		b.filled["id"] = []string{id}
		b.press("Save")
		if b.status != http.StatusForbidden || e.Account().Setup().Role(id).Name != name {
			t.Errorf("%s was edited: %d", name, b.status)
		}
	}
	b.customize("Administrator", "NearlyAll")
	roles := e.Account().Setup().Roles
	clone := roles[len(roles)-1]
	if clone.Administrator || clone.Locked || !clone.TwoFactor || clone.Permissions["TRAN_SALESORD"] != session.Full || len(clone.Permissions) < 600 {
		t.Errorf("clone of the administrator: %v %v %v, %d permissions", clone.Administrator, clone.Locked, clone.TwoFactor, len(clone.Permissions))
	}
	b.customize(bundle.JIRARole, "JIRAClone")
	roles = e.Account().Setup().Roles
	clone = roles[len(roles)-1]
	if clone.Locked || clone.Bundle != "" || clone.TwoFactor || clone.Permissions["LIST_ISSUE"] != session.Full {
		t.Errorf("clone %+v", clone)
	}
	b.menu("Setup", "Users/Roles", "Manage Roles")
	b.clickRow("JIRAClone", "Edit")
	b.within("Lists", func() {
		b.choose("Level of Issues", "View")
		b.press("Remove Cases")
	})
	b.press("Save")
	if p := e.Account().Setup().Role(clone.ID).Permissions; p["LIST_ISSUE"] != session.View || p["LIST_CASE"] != session.None {
		t.Errorf("LIST_ISSUE %v, LIST_CASE %v", p["LIST_ISSUE"], p["LIST_CASE"])
	}
}

func TestIntegrationPage(t *testing.T) {
	e := Start(t, bareAccount)
	b := asAdministrator(t, e)
	b.menu("Setup", "Integration", "SOAP Web Services Preferences")
	b.check("Require Approval during Auto-Installation of Integration")
	b.press("Save")
	b.withBundle()
	b.menu("Setup", "Integration", "Manage Integrations")
	b.mustSee("Waiting for Approval")
	b.click(bundle.Applications[0])
	b.press("Approve")
	if got := b.shown("State"); got != "Enabled" {
		t.Errorf("state %q", got)
	}
	if b.sees("Reset Credentials") {
		t.Error("the keys of a bundle's record can be reset")
	}
	b.menu("Setup", "Integration", "New integration")
	b.check("TBA: Authorization Flow")
	b.check("Client Credentials (Machine to Machine) Grant")
	b.check("Authorization Code Grant")
	b.press("Save")
	for _, want := range []string{"value for Name", "Callback URL", "Redirect URI", "at least one Scope"} {
		b.mustSee(want)
	}
	b.fill("Name", "Mine")
	b.fill("Callback URL", "http://localhost:*")
	b.fill("Redirect URI", "https://example.com/cb")
	b.check("RESTlets")
	b.press("Save")
	key := b.shown("Consumer Key / Client ID")
	b.press("Reset Credentials")
	if again := b.shown("Consumer Key / Client ID"); len(again) != 64 || again == key {
		t.Errorf("keys %q and %q", key, again)
	}
	b.click("Edit")
	b.choose("State", "Blocked")
	b.press("Save")
	list := e.Account().Setup().Integrations
	if i := list[len(list)-1]; i.State != account.Blocked || !i.AuthorizationFlow || i.ConsumerKey == key || i.ConsumerKey == "" {
		t.Errorf("record %+v", i)
	}
}

func TestEmployeePage(t *testing.T) {
	e := Start(t, bareAccount)
	b := asAdministrator(t, e)
	b.menu("Lists", "Employees", "New employee")
	b.fill("First Name", "Robot")
	b.fill("Last Name", "One")
	b.fill("Email", "robot@example.com")
	b.fill("Password", "short")
	b.check("Give Access")
	b.press("Save")
	b.mustSee("The two passwords differ.")
	b.fill("Password", "short")
	b.fill("Confirm Password", "short")
	b.press("Save")
	b.mustSee("at least 10 characters")
	b.press("Save")
	b.title("Confirmation")
	x, err := e.Records().Get(session.With(t.Context(), must(e.Account().SessionFor("1", "3"))), "employee", b.shown("Internal ID"))
	if err != nil || x == nil {
		t.Errorf("no employee record: %v", err)
	}
	b.menu("Lists", "Employees", "Employees")
	b.clickRow("administrator@example.com", "Edit")
	b.press("Remove Administrator")
	b.press("Save")
	b.mustSee("needs an active administrator")
	b.menu("Lists", "Employees", "Employees")
	b.clickRow("Sales Three", "Edit") // an employee record that is no user yet
	b.fill("Email", "robot@example.com")
	b.check("Give Access")
	b.press("Save")
	b.mustSee("Another employee has that email address.")
	b.fill("Email", "three@example.com")
	b.press("Save")
	b.title("Confirmation")
	if x := e.Account().Setup().Employee("3"); x == nil || !x.Access {
		t.Errorf("user %+v", x)
	}
}

// Who may edit employees but not their access sees and changes the rest alone.
func TestEmployeeWithoutAccessTab(t *testing.T) {
	e := Start(t, bare)
	b := asIntegrationUser(t, e, "LIST_EMPLOYEE")
	edit := "/app/common/entity/employee.nl?e=T&id=2"
	b.open(edit)
	if b.sees("Give Access") {
		t.Error("the subtab Access is there")
	}
	b.filled["role"], b.filled["giveaccess"], b.filled["password"] = []string{account.AdministratorRole}, nil, []string{"facade-Password-3"}
	b.fill("Last Name", "Renamed")
	b.press("Save")
	b.title("Confirmation")
	x := e.Account().Setup().Employee("2")
	if x.Name != "Integration Renamed" || !x.Access || !slices.Equal(x.Roles, []string{account.IntegrationRole}) || !x.CheckPassword(account.SeedPassword) {
		t.Errorf("employee %+v", x)
	}
	b = asIntegrationUser(t, e, "LIST_EMPLOYEE", "LIST_EMPLOYEE_ACCESS")
	b.open(edit)
	b.within("Access", func() {
		b.choose("Role", "Administrator")
		b.press("OK")
	})
	b.press("Save")
	b.mustSee("Only an administrator may make another one.")
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestCompanyInformation(t *testing.T) {
	e := Start(t, bare)
	b := asAdministrator(t, e)
	b.menu("Setup", "Company", "Company Information")
	b.choose("Time Zone", "Asia/Tokyo")
	b.choose("Date Format", "DD.MM.YYYY")
	b.press("Save")
	if p := e.Account().Setup().Preferences; p.TimeZone != "Asia/Tokyo" || p.DateFormat != "DD.MM.YYYY" {
		t.Errorf("preferences %+v", p)
	}
	b.filled["timezone"] = []string{"Mars/Olympus"}
	b.press("Save")
	b.mustSee("time zone")
	b.filled["dateformat"] = []string{"X"}
	b.press("Save")
	b.mustSee("one of the formats")
}

func selfSigned(t *testing.T, days int) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	from := time.Now().Add(-time.Hour)
	x := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: from, NotAfter: from.AddDate(0, 0, days)}
	der, err := x509.CreateCertificate(rand.Reader, x, x, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func TestCertificatePage(t *testing.T) {
	e := Start(t, bare)
	b := asAdministrator(t, e)
	b.menu("Setup", "Integration", "OAuth 2.0 Client Credentials (M2M) Setup")
	b.click("Create New")
	b.press("Save")
	for _, want := range []string{"value for Entity", "value for Application", "Certificate:"} {
		b.mustSee(want)
	}
	b.choose("Entity", "Integration User")
	b.choose("Role", "Sluice Integration", "Integration User")
	b.choose("Application", "Sluice")
	b.fill("Or paste the certificate", selfSigned(t, 3000))
	b.press("Save")
	id := b.shown("Certificate ID")
	c := e.Account().Setup().Certificate(id)
	if c == nil || c.NotAfter.Sub(c.NotBefore) > 2*366*24*time.Hour || b.shown("State") != "Active" {
		t.Fatalf("certificate %q: %+v", id, c)
	}
	b.press("Revoke")
	if b.shown("State") != "Revoked" {
		b.fatal("not revoked")
	}

	b.open("/app/setup/oauth2clientcredential.nl")
	forms := b.page.all(func(n *node) bool { return n.attr["class"] == "page" })
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, v := range map[string]string{"_token": b.values(forms[0]).Get("_token"), "user": "2", "role": "2/" + account.IntegrationRole,
		"application": "1", "action": "save"} {
		_ = m.WriteField(name, v)
	}
	f, err := m.CreateFormFile("certificate", "sluice.crt")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(f, selfSigned(t, 300))
	_ = m.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.URL()+"/app/setup/oauth2clientcredential.nl", &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", m.FormDataContentType())
	resp, err := b.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK || len(e.Account().Setup().Certificates) != 3 {
		t.Errorf("upload: %d, %d certificates", resp.StatusCode, len(e.Account().Setup().Certificates))
	}
}

func TestTrailPage(t *testing.T) {
	e := Start(t, bare)
	call(t, e, http.MethodGet, "/rest/tokeninfo", "")
	if err := e.Account().SetFeature(account.FeatureREST, false); err != nil {
		t.Fatal(err)
	}
	call(t, e, http.MethodGet, "/services/rest/record/v1/customer", "")
	b := asAdministrator(t, e)
	b.menu("Setup", "Users/Roles", "User Management", "View Login Audit Trail")
	rows := b.page.named("tr")
	if len(rows) != 4 || !strings.Contains(rows[1].words(), "Account Administrator") || !strings.Contains(rows[2].words(), "FeatureDisabled") {
		b.fatal("%d rows", len(rows))
	}
	for _, want := range []string{"Sluice - Integration User, Sluice Integration", "/services/rest/record/v1/customer", "127.0.0.1"} {
		if !strings.Contains(rows[2].words(), want) {
			t.Errorf("no %s in %s", want, rows[2].words())
		}
	}
	b.choose("Status", "Failure")
	b.press("Filter")
	if rows := b.page.named("tr"); len(rows) != 2 {
		t.Errorf("%d rows of failures", len(rows)-1)
	}
	b.fill("Detail", "nothing like it")
	b.press("Filter")
	b.mustSee("No entries.")
}
