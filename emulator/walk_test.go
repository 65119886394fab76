package emulator

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/bundle"
)

// bareAccount is an account as new, with a small sample company.
func bareAccount(o *Options) {
	o.Bare = true
	o.Company.Customers, o.Company.Items, o.Company.Orders, o.Company.Invoices = 2, 2, 1, 1
}

// enable ticks features on the subtab SuiteCloud.
func (b *browser) enable(labels ...string) {
	b.t.Helper()
	b.menu("Setup", "Company", "Enable Features")
	b.within("SuiteCloud", func() {
		for _, l := range labels {
			b.check(l)
		}
	})
	b.press("Save")
	b.mustSee("The features were saved.")
}

// webServices are what an account has on that is integrated already.
var webServices = []string{"Client SuiteScript", "Server SuiteScript", "SOAP Web Services", "REST Web Services", "SuiteAnalytics Workbook"}

// withBundle is where the documents of the bundle begin.
func (b *browser) withBundle() {
	b.t.Helper()
	b.menu("Customization", "SuiteBundler", "Search & Install Bundles")
	b.mustSee("Enable the required features first")
	b.enable(webServices...)
	b.menu("Customization", "SuiteBundler", "Search & Install Bundles")
	b.press("Install")
	if got := b.shown("Status"); got != "Installed" {
		b.fatal("status %q", got)
	}
}

// customize clones a locked role under a new name.
func (b *browser) customize(locked, name string) {
	b.t.Helper()
	b.menu("Setup", "Users/Roles", "Manage Roles")
	b.clickRow(locked, "Customize")
	b.fill("Name", name)
	b.press("Save")
	b.mustSee("The role was saved.")
}

// assign gives a role to the employee whose form is open.
func (b *browser) assign(role string) {
	b.t.Helper()
	b.within("Access", func() {
		b.check("Give Access")
		b.choose("Role", role)
		b.press("OK")
	})
	b.press("Save")
	b.title("Confirmation")
	b.mustSee("Employee successfully Saved")
}

// newToken fills in the page Access Token and returns what it shows once.
func (b *browser) newToken(application, user, role string) Credentials {
	b.t.Helper()
	b.title("Access Token")
	b.choose("Application Name", application)
	b.choose("User", user)
	b.choose("Role", role, user)
	b.press("Save")
	c := b.e.Credentials()
	c.TokenID, c.TokenSecret = b.shown("Token ID"), b.shown("Token Secret")
	b.open(b.at.RequestURI())
	b.title("Access Token")
	if b.sees(c.TokenSecret) || b.sees(c.TokenID) || b.shown("Token ID") != "" {
		b.fatal("the token is shown twice")
	}
	return c
}

// works fails the test where credentials do not log in, or may not read customers.
func (b *browser) works(c Credentials) {
	b.t.Helper()
	for _, path := range []string{"/rest/tokeninfo", "/services/rest/record/v1/customer?limit=1"} {
		r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.e.URL()+path, nil)
		if err != nil {
			b.t.Fatal(err)
		}
		sign(r, c, b.e.Clock().Now())
		if a := send(r); a.status != http.StatusOK {
			last, _ := b.e.Account().LastLogin()
			b.t.Errorf("%s: %+v, %+v", path, a, last)
		}
	}
}

// withKeys adds the keys of an integration record that its publisher knows.
func (b *browser) withKeys(c Credentials, name string) Credentials {
	for _, i := range b.e.Account().Setup().Integrations {
		if i.Name == name {
			c.ConsumerKey, c.ConsumerSecret = i.ConsumerKey, i.ConsumerSecret
		}
	}
	return c
}

// TestWalkAutomatic follows Celigo's "NetSuite documentation: Authentication".
func TestWalkAutomatic(t *testing.T) {
	e := Start(t, bareAccount)
	b := asAdministrator(t, e)
	b.withBundle()
	b.enable("Token-based Authentication")
	b.customize(bundle.FullAccessRole, "IntegratorRole")
	b.menu("Lists", "Employees", "Employees")
	b.clickRow("Office Employee", "Edit")
	b.fill("Password", "facade-Password-2")
	b.fill("Confirm Password", "facade-Password-2")
	b.assign("IntegratorRole")
	b.menu("Setup", "Company", "Integration", "SOAP Web Services Preferences")
	if got := b.shown("Account ID"); got != e.Credentials().Account {
		t.Errorf("account ID %q", got)
	}
	c := b.withKeys(e.Credentials(), bundle.Applications[0])
	request := threeStep(t, e, c, "/rest/requesttoken", [2]string{"oauth_callback", "http://localhost:9/cb"})
	fresh := browse(t, e)
	fresh.open(account.ConsentPath + "?oauth_token=" + request.Get("oauth_token") + "&state=abc")
	fresh.title("Login")
	fresh.mustSee(bundle.Applications[0] + " asks for access")
	fresh.logIn("employee@example.com", "facade-Password-2")
	fresh.title("Allow Access")
	fresh.press("Allow")
	back := fresh.at.Query()
	if fresh.at.Host != "localhost:9" || back.Get("state") != "abc" || back.Get("entity") != "2" || back.Get("company") != c.Account {
		t.Fatalf("back at %s", fresh.at)
	}
	c.TokenID, c.TokenSecret = request.Get("oauth_token"), request.Get("oauth_token_secret")
	access := threeStep(t, e, c, "/rest/accesstoken", [2]string{"oauth_verifier", back.Get("oauth_verifier")})
	c.TokenID, c.TokenSecret = access.Get("oauth_token"), access.Get("oauth_token_secret")
	b.works(c)
}

// threeStep does step 1 or 3 of the three-step flow.
func threeStep(t testing.TB, e *Emulator, c Credentials, path string, more ...[2]string) url.Values {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.URL()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	sign(r, c, e.Clock().Now(), more...)
	a := send(r)
	v, err := url.ParseQuery(strings.TrimSpace(a.body))
	if a.status != http.StatusOK || err != nil {
		last, _ := e.Account().LastLogin()
		t.Fatalf("%s: %+v, %+v", path, a, last)
	}
	return v
}

// TestWalkOwnIntegration follows eOne's page of the SmartConnect connector.
func TestWalkOwnIntegration(t *testing.T) {
	e := Start(t, bareAccount)
	b := asAdministrator(t, e)
	b.enable("TOKEN-BASED AUTHENTICATION")
	b.menu("Setup", "Integration", "Manage Integrations")
	b.click("New")
	b.fill("Name", "SmartConnect")
	b.check("TOKEN-BASED AUTHENTICATION")
	b.press("Save")
	c := e.Credentials()
	c.ConsumerKey, c.ConsumerSecret = b.shown("Consumer Key / Client ID"), b.shown("Consumer Secret / Client Secret")
	b.open(b.at.RequestURI())
	if b.shown("Consumer Secret / Client Secret") != "" || b.sees(c.ConsumerSecret) || b.sees(c.ConsumerKey) {
		t.Error("the consumer secret is shown twice")
	}
	b.menu("Setup", "Users/Roles", "Manage Roles")
	b.click("New Role")
	b.within("Setup", func() {
		for _, p := range b.choices("Permission") {
			if strings.HasSuffix(p, " Web Services") {
				t.Errorf("%s is offered while its feature is off", p)
			}
		}
	})
	b.enable("SOAP Web Services", "REST Web Services")
	b.menu("Setup", "Users/Roles", "Manage Roles")
	b.click("New Role")
	b.fill("Name", "SmartConnectRole")
	for _, p := range [][2]string{{"Lists", "Employee Record"}, {"Lists", "Employees"}, {"Lists", "Customers"}, {"Setup", "User Access Tokens"},
		{"Setup", "SOAP Web Services"}, {"Setup", "REST Web Services"}, {"Setup", "Custom Event Fields"}} {
		b.within(p[0], func() {
			b.choose("Permission", p[1])
			b.choose("Level", "Full")
			b.press("Add")
		})
	}
	b.press("Save")
	if got := b.shown("Internal ID"); got != "1001" { // lower ones are NetSuite's
		t.Errorf("the first role of one's own has the ID %s", got)
	}
	b.menu("Lists", "Employees", "Employees")
	b.clickRow("Office Employee", "Edit")
	b.assign("SmartConnectRole")
	b.menu("Setup", "Users/Roles", "Access Tokens")
	b.click("New Access Token")
	token := b.newToken("SmartConnect", "Office Employee", "SmartConnectRole")
	c.TokenID, c.TokenSecret = token.TokenID, token.TokenSecret
	b.menu("Setup", "Company", "Company Information")
	c.Account = b.shown("Account ID")
	b.works(c)
}

// TestWalkManual follows Celigo's document "enable TBA".
func TestWalkManual(t *testing.T) {
	e := Start(t, bareAccount)
	b := asAdministrator(t, e)
	b.withBundle()
	b.enable("TOKEN-BASED AUTHENTICATION")
	b.customize(bundle.FullAccessRole, "Celigo integrator Clone")
	b.mustSee("letters and digits")
	b.menu("Setup", "Users/Roles", "Manage Users")
	b.click("Office Employee")
	b.title("Employee")
	b.click("Edit")
	b.within("Access", func() {
		b.check("Give Access")
		b.choose("Role", "Celigo integrator Clone") // without OK: Save takes it too
	})
	b.press("Save")
	b.title("Confirmation")
	b.menu("Setup", "Users/Roles", "New access token")
	b.works(b.withKeys(b.newToken(bundle.Applications[0], "Office Employee", "Celigo integrator Clone"), bundle.Applications[0]))
}

func (b *browser) fillNewRole(name string, permissions ...string) {
	b.t.Helper()
	b.click("New Role")
	b.fill("Name", name)
	b.check("Web Services Only Role")
	for _, p := range permissions {
		b.within("Setup", func() {
			b.choose("Permission", p)
			b.choose("Level", "Full")
			b.press("Add")
		})
	}
	b.within("Lists", func() { b.choose("Permission", "Customers") })
	b.press("Save")
}

// TestWalkWebServices follows Workato's page of 2017.
func TestWalkWebServices(t *testing.T) {
	e := Start(t, bareAccount)
	b := asAdministrator(t, e)
	b.enable(append(webServices, "Token-based Authentication")...)
	b.menu("Setup", "Integration", "Manage Integrations")
	b.click("New")
	b.fill("Name", "Workato")
	b.choose("State", "Enabled")
	b.check("Token-based Authentication")
	b.press("Save")
	c := e.Credentials()
	c.ConsumerKey, c.ConsumerSecret = b.shown("Consumer Key / Client ID"), b.shown("Consumer Secret / Client Secret")
	b.menu("Setup", "Users/Roles", "Manage Roles")
	b.fillNewRole("WorkatoRole", "SOAP Web Services", "REST Web Services", "Log in using Access Tokens", "Set Up Company")
	b.menu("Setup", "Users/Roles", "Manage Users")
	b.click("Office Employee")
	b.click("Edit")
	b.assign("WorkatoRole")
	b.menu("Setup", "Users/Roles", "New access token")
	token := b.newToken("Workato", "Office Employee", "WorkatoRole")
	c.TokenID, c.TokenSecret = token.TokenID, token.TokenSecret
	b.menu("Setup", "Integration", "Web Services Preferences")
	c.Account = b.shown("Account ID")
	b.works(c)
}

// TestWalkFromBasic follows Celigo's page on changing from basic, for an
// e-commerce app.
func TestWalkFromBasic(t *testing.T) {
	e := Start(t, bareAccount)
	b := asAdministrator(t, e)
	b.withBundle()
	b.enable("TOKEN-BASED AUTHENTICATION")
	b.customize(bundle.ETailRole, "ShopRole")
	b.menu("Setup", "Users/Roles", "Manage Users")
	b.click("Office Employee")
	b.click("Edit")
	b.assign("ShopRole")
	b.menu("Setup", "Users/Roles", "Access Tokens")
	b.click("New Access Token")
	b.works(b.withKeys(b.newToken(bundle.Applications[1], "Office Employee", "ShopRole"), bundle.Applications[1]))
	for i, role := range []string{bundle.FullAccessRole, bundle.JIRARole, bundle.CashAppRole} {
		b.customize(role, fmt.Sprint("Clone", i))
	}
}
