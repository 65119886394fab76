package rest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/emulator/session"
)

// Paths and answers: Oracle help, article_0113084334.
func TestAttachAndDetach(t *testing.T) {
	a := newAccount(t)
	customer := a.create("customer", `{"companyName":"Attached","externalId":"JOHN_DOE42"}`)
	contact := a.create("contact", `{"entityId":"To attach","externalId":"user1"}`)
	order := a.create("salesOrder", `{"entity":"`+customer+`","item":{"items":[{"item":"1","rate":1}]}}`)
	attached := func() string {
		var out []string
		body := a.get("customer/" + customer)
		for i, c := range column(body, "contactRoles", "contact", "id") {
			out = append(out, c+" "+fmt.Sprint(at(body, "contactRoles", "items", i, "role", "id")))
		}
		return strings.Join(out, ", ")
	}
	for _, c := range []struct {
		request, body string
		status        int
		want          string
	}{
		{"POST customer/" + customer + "/!attach/contact/" + contact, `{"role":{"id":"-10"}}`, 204, contact + " -10"},
		{"POST customer/" + customer + "/!attach/contact/" + contact, ``, 204, contact + " -10"},
		{"POST customer/eid:JOHN_DOE42/!ATTACH/contact/eid:user1", `{"role":{"id":-20}}`, 204, contact + " -20"},
		{"POST customer/" + customer + "/!attach/contact/" + contact, `{"role":{"externalId":"family"}}`, 400, contact + " -20"},
		{"POST customer/" + customer + "/!attach/contact/" + contact, `{"rule":"x"}`, 400, contact + " -20"},
		{"POST customer/" + customer + "/!attach/contact/999999", `{}`, 404, contact + " -20"},
		{"POST customer/" + customer + "/!attach/vendor/" + contact, `{}`, 400, contact + " -20"},
		{"POST customer/" + customer + "/!attach/file/398", ``, 404, contact + " -20"},
		{"POST customer/999999/!attach/contact/" + contact, ``, 404, contact + " -20"},
		{"POST contact/" + contact + "/!attach/contact/" + contact, ``, 400, contact + " -20"},
		{"GET customer/" + customer + "/!attach/contact/" + contact, ``, 405, contact + " -20"},
		{"POST customer/" + customer + "/!attach/contact", ``, 400, contact + " -20"},
		{"PATCH customer/" + customer, `{"contactRoles":{"items":[]}}`, 204, contact + " -20"},
		{"POST customer/" + customer + "/!detach/contact/eid:user1", ``, 204, ""},
		{"POST customer/" + customer + "/!detach/contact/" + contact, ``, 400, ""},
		{"POST salesOrder/" + order + "/!attach/contact/" + contact, ``, 204, ""},
		{"POST salesOrder/" + order + "/!detach/contact/" + contact, ``, 204, ""},
	} {
		res := a.do(c.request, c.body)
		if got := attached(); res.status != c.status || got != c.want || strings.HasPrefix(c.request, "POST") && res.header.Get("Location") != "" {
			t.Errorf("%s %s: %d %v, attached %q, want %d, %q", c.request, c.body, res.status, res.body, got, c.status, c.want)
		}
	}
	a.do("POST customer/"+customer+"/!attach/contact/"+contact, "")
	if res := a.do("DELETE contact/"+contact, ""); res.status != 204 || attached() != "" {
		t.Errorf("the contact is gone: %d, attached %q", res.status, attached())
	}
	contact = a.create("contact", `{"entityId":"Another"}`)
	a.ses.Administrator = false
	for level, want := range map[session.Level]int{session.View: 403, session.Edit: 204} {
		a.ses.Permissions = map[string]session.Level{"LIST_CUSTJOB": level, "LIST_CONTACT": session.View}
		if res := a.do("POST customer/"+customer+"/!attach/contact/"+contact, ""); res.status != want {
			t.Errorf("level %s: %d %v", level, res.status, res.body)
		}
	}
}
