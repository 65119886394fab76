package app

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/internal/client"
)

var (
	formPattern  = regexp.MustCompile(`(?s)<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>`)
	inputPattern = regexp.MustCompile(`<input[^>]*>`)
	attribute    = func(tag, name string) string {
		m := regexp.MustCompile(`\b` + name + `="([^"]*)"`).FindStringSubmatch(tag)
		if m == nil {
			return ""
		}
		return html.UnescapeString(m[1])
	}
)

// walk follows NetSuite's pages as a person does: logs in where a page asks for a
// password, and takes the decision where one asks for it. It returns where the
// browser is in the end, and what it sees there.
func (b *browser) walk(address, email, password, role, decision string) (*url.URL, int, string) {
	b.t.Helper()
	b.http.CheckRedirect = nil
	resp, err := b.http.Get(address)
	for range 5 {
		if err != nil {
			b.t.Fatal(err)
		}
		page := readAll(b.t, resp)
		forms := formPattern.FindAllStringSubmatch(page, -1)
		i := slices.IndexFunc(forms, func(f []string) bool {
			return strings.Contains(f[2], `type="password"`) || strings.Contains(f[2], `name="decision"`)
		})
		if i < 0 || resp.StatusCode != http.StatusOK {
			return resp.Request.URL, resp.StatusCode, page
		}
		form, values := forms[i], url.Values{}
		for _, tag := range inputPattern.FindAllString(form[2], -1) {
			if attribute(tag, "type") == "hidden" {
				values.Set(attribute(tag, "name"), attribute(tag, "value"))
			}
		}
		if strings.Contains(form[2], `type="password"`) {
			values.Set("email", email)
			values.Set("password", password)
		} else {
			values.Set("role", role)
			values.Set("decision", decision)
		}
		action, parseErr := resp.Request.URL.Parse(html.UnescapeString(form[1]))
		if parseErr != nil {
			b.t.Fatal(parseErr)
		}
		resp, err = b.http.PostForm(action.String(), values)
	}
	b.t.Fatal("NetSuite's pages do not end")
	return nil, 0, ""
}

func readAll(t *testing.T, resp *http.Response) string {
	t.Helper()
	defer resp.Body.Close()
	var b strings.Builder
	if _, err := io.Copy(&b, resp.Body); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A person goes through NetSuite's own pages: log-in, consent, and back.
func TestAuthorizeThroughNetSuitesPages(t *testing.T) {
	s := start(t)
	emu, input := automatic(t, "netsuite", func(o *emulator.Options) { o.AccountID = "1234567" })
	_, err := s.local.CreateConnection(t.Context(), input)
	s.must(t, err)
	admin := emu.Admin()
	person := s.browse(t, sluice.RoleManage)
	for _, c := range []struct{ decision, state, code, page string }{
		{"deny", "failed", "authorization.denied", "somebody pressed Deny"},
		{"allow", "granted", "", "The connection is authorized"},
	} {
		var a client.Authorization
		person.send("POST", "/api/v1/connections/netsuite/authorize", `{}`, http.StatusOK, &a)
		at, status, page := person.walk(a.URL, admin.Email, admin.Password, account.AdministratorRole, c.decision)
		if at.Path != "/oauth/callback" || !strings.Contains(page, c.page) || (status == http.StatusOK) != (c.code == "") {
			t.Fatalf("%s: %d at %s: %s", c.decision, status, at.Path, page)
		}
		ended, err := s.local.GetAuthorization(t.Context(), a.ID)
		s.must(t, err)
		if ended.State != c.state || ended.Error != nil && ended.Error.Code != c.code {
			t.Errorf("%s: %+v", c.decision, ended)
		}
	}
	conn, err := s.local.GetConnection(t.Context(), "netsuite")
	s.must(t, err)
	if conn.Status != "online" || conn.Identity.Account != "1234567" || conn.Identity.RoleID != account.AdministratorRole {
		t.Errorf("%+v, identity %+v", conn, conn.Identity)
	}
	jar, _ := cookiejar.New(nil)
	late := &browser{t: t, http: &http.Client{Jar: jar}, base: person.base}
	if _, status, _ := late.walk(emu.URL()+account.ConsentPath+"?oauth_token=made-up", admin.Email, admin.Password, "", "allow"); status != http.StatusBadRequest {
		t.Errorf("a request token that is not known: %d", status)
	}
}
