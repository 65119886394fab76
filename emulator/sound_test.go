package emulator

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/emulator/account"
)

// every page of the account, with what an administrator sees on it.
var everyPage = []string{
	"/app/center/card.nl", "/app/login/secure/changerole.nl", "/pages/nllogoutnoback.jsp", "/pages/customerlogin.jsp",
	featuresPage, "/app/common/otherlists/company.nl", "/app/setup/webservicespreferences.nl",
	"/app/common/integration/integrapplist.nl", "/app/common/integration/integrapp.nl", "/app/common/integration/integrapp.nl?id=1",
	"/app/common/integration/integrapp.nl?id=1&e=T", "/app/setup/rolelist.nl", "/app/setup/role.nl", "/app/setup/role.nl?id=1001",
	"/app/setup/role.nl?id=1001&e=T", "/app/setup/role.nl?from=1001", "/app/setup/listusers.nl", "/app/common/entity/employeelist.nl",
	"/app/common/entity/employee.nl", "/app/common/entity/employee.nl?id=2", "/app/common/entity/employee.nl?id=2&e=T",
	"/app/setup/accesstokens.nl", "/app/setup/accesstoken.nl", "/app/setup/accesstoken.nl?id=1",
	"/app/setup/oauth2clientcredentials.nl", "/app/setup/oauth2clientcredential.nl", "/app/setup/oauth2clientcredential.nl?id=" + account.SeedCertificate,
	"/app/setup/loginaudittrail.nl", "/app/bundler/bundlelist.nl", "/app/emulator/sandbox.nl", "/app/emulator/tokenendpoints.nl",
}

// TestPagesAreSound looks at what holds on every page: its headers, one heading,
// a label for each field, no script or style inside, the account in the header,
// and names that people choose as text.
func TestPagesAreSound(t *testing.T) {
	const evil = `<script>alert("x")</script>`
	e := Start(t, bare)
	must(0, e.Account().EditIntegration("1", func(i *account.IntegrationRecord) { i.Name, i.Description = evil, evil }))
	must(0, e.Account().EditRole("1001", func(r *account.Role) { r.Name = evil }))
	must(0, e.Account().EditEmployee("2", func(x *account.Employee) { x.Name, x.Email = evil, `"><b>@example.com` }))
	b := asAdministrator(t, e)
	secrets := e.Account().Setup().Integrations[0].ConsumerSecret + " " + e.Account().Setup().Tokens[0].Secret + " " + e.Account().Setup().Employees[0].Password
	for _, path := range everyPage {
		b.open(path)
		if b.status != http.StatusOK {
			t.Errorf("%s: %d", path, b.status)
		}
		b.checkSound(path)
		for secret := range strings.FieldsSeq(secrets) {
			if b.sees(secret) {
				t.Errorf("%s shows a secret", path)
			}
		}
	}
	r := must(http.NewRequestWithContext(t.Context(), http.MethodGet, e.URL()+"/pages/customerlogin.jsp", nil))
	header := send(r).header
	if csp := header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'self'") || strings.Contains(csp, "unsafe") ||
		header.Get("Cache-Control") != "no-store" || header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers %v", header)
	}
}

func (b *browser) checkSound(path string) {
	b.t.Helper()
	if n := len(b.page.named("h1")); n != 1 {
		b.t.Errorf("%s: %d headings", path, n)
	}
	for _, landmark := range []string{"header", "main", "footer"} {
		if len(b.page.named(landmark)) != 1 {
			b.t.Errorf("%s: no %s", path, landmark)
		}
	}
	if h := b.page.named("header")[0].words(); !strings.Contains(h, "Emulated account 1234567_SB1") {
		b.t.Errorf("%s: header %q", path, h)
	}
	for _, s := range b.page.named("script", "style", "b") {
		if s.attr["src"] == "" {
			b.t.Errorf("%s: an element %s that nobody wrote: %s", path, s.name, s.words())
		}
	}
	labels := b.page.named("label")
	ids := map[string]bool{}
	for _, n := range b.page.all(func(n *node) bool { return n.attr["id"] != "" }) {
		if ids[n.attr["id"]] {
			b.t.Errorf("%s: two elements %s", path, n.attr["id"])
		}
		ids[n.attr["id"]] = true
	}
	for _, n := range b.page.named("input", "select", "textarea") {
		if n.attr["type"] == "hidden" || n.parent.name == "label" {
			continue
		}
		if !slices.ContainsFunc(labels, func(l *node) bool { return l.attr["for"] == n.attr["id"] && l.words() != "" }) {
			b.t.Errorf("%s: no label for %s", path, n.attr["name"])
		}
		if by := n.attr["aria-describedby"]; by != "" && !ids[by] {
			b.t.Errorf("%s: nothing describes %s", path, n.attr["name"])
		}
	}
}
