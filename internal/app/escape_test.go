package app

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/client"
)

// Ways out of an integration that members may try: each is refused, and changes nothing.
func TestMembersStayInTheirIntegration(t *testing.T) {
	v := newVillage(t)
	shared := v.local
	_, err := shared.CreateConnection(t.Context(), client.ConnectionInput{Name: "nobody-files", Kind: sluice.KindFiles, Settings: map[string]string{"dir": t.TempDir()}})
	noError(t, err)
	_, err = shared.CreateConnection(t.Context(), client.ConnectionInput{Name: "both-files", Kind: sluice.KindFiles, Settings: map[string]string{"dir": t.TempDir()}, Integration: "shop"})
	noError(t, err)
	_, err = shared.RegisterConnection(t.Context(), "stock", "both-files")
	noError(t, err)
	flow := func(name, integration, from, to string) string {
		return fmt.Sprintf(villageFlow, name, integration, from, to)
	}
	put := func(name, text string) (string, string, string) {
		return "PUT", "/api/v1/flows/" + name, fmt.Sprintf(`{"text":%q}`, text)
	}
	type attempt struct{ name, method, path, body string }
	var list []attempt
	add := func(name, method, path, body string) { list = append(list, attempt{name, method, path, body}) }
	addPut := func(name string) func(string, string, string) {
		return func(method, path, body string) { add(name, method, path, body) }
	}
	addPut("moving a flow to another integration")(put("shop-flow", flow("shop-flow", "stock", "shop-files", "shop-files")))
	addPut("moving a flow to the default integration")(put("shop-flow", strings.Replace(flow("shop-flow", "shop", "shop-files", "shop-files"), "integration: shop\n", "", 1)))
	addPut("reading through a connection of others")(put("shop-flow", flow("shop-flow", "shop", "stock-files", "shop-files")))
	addPut("writing through a connection of others")(put("new-flow", flow("new-flow", "shop", "shop-files", "stock-files")))
	addPut("reading through a connection of nobody's")(put("new-flow", flow("new-flow", "shop", "nobody-files", "shop-files")))
	addPut("a flow in the integration of others")(put("new-flow", flow("new-flow", "stock", "shop-files", "shop-files")))
	addPut("a flow in an integration that comes to be by its name")(put("new-flow", flow("new-flow", "hidden", "shop-files", "shop-files")))
	addPut("the name of a flow of others")(put("stock-flow", flow("stock-flow", "shop", "shop-files", "shop-files")))
	foreign := fmt.Sprintf(`{"text":%q}`, flow("draft", "shop", "stock-files", "shop-files"))
	add("previewing what reads through a connection of others", "POST", "/api/v1/flows/preview", foreign)
	add("running it dry", "POST", "/api/v1/dry-run", foreign)
	add("running a flow of others dry", "POST", "/api/v1/dry-run", `{"flow":"stock-flow"}`)
	add("cloning to a connection of others", "POST", "/api/v1/flows/shop-flow/clone", `{"name":"copy","connections":{"shop-files":"stock-files"}}`)
	add("replacing by a connection of others", "POST", "/api/v1/connections/shop-files/replace", `{"with":"stock-files"}`)
	add("applying a flow of others", "POST", "/api/v1/apply", fmt.Sprintf(`{"flows":[{"path":"a.yaml","text":%q}]}`, flow("stock-flow", "stock", "stock-files", "stock-files")+"# more\n"))
	add("applying a flow through others' connections", "POST", "/api/v1/apply", fmt.Sprintf(`{"flows":[{"path":"a.yaml","text":%q}]}`, flow("new-flow", "shop", "stock-files", "shop-files")))
	add("applying a connection", "POST", "/api/v1/apply", `{"connections":[{"path":"c.yaml","name":"mine","kind":"files","settings":{"dir":"/"}}]}`)
	add("applying a connection of others", "POST", "/api/v1/apply", `{"connections":[{"path":"c.yaml","name":"stock-files","kind":"files","settings":{"dir":"/"}}]}`)
	add("applying an integration that has others' connections", "POST", "/api/v1/apply", `{"integrations":[{"path":"i.yaml","name":"shop","connections":["shop-files","stock-files"]}]}`)
	add("registering a connection of others", "PUT", "/api/v1/integrations/shop/connections/stock-files", "")
	add("registering a connection of nobody's", "PUT", "/api/v1/integrations/shop/connections/nobody-files", "")
	add("registering by changing the integration", "PUT", "/api/v1/integrations/shop", `{"name":"shop","connections":["shop-files","stock-files"]}`)
	add("renaming the integration to what others may do more in", "PUT", "/api/v1/integrations/shop", `{"name":"office","connections":["shop-files"]}`)
	add("changing a connection that others have too", "PUT", "/api/v1/connections/both-files", `{"name":"both-files","kind":"files","settings":{"dir":"/"}}`)
	add("reading the debug log of a connection that others have too", "GET", "/api/v1/connections/both-files/debug", "")
	add("trying the secrets of a connection of others elsewhere", "POST", "/api/v1/connections/check", fmt.Sprintf(`{"id":%q,"name":"x","kind":"files","settings":{"dir":"/"}}`, v.connection(t, "stock-files").ID))
	add("trying those of one that others have too", "POST", "/api/v1/connections/check", fmt.Sprintf(`{"id":%q,"name":"x","kind":"files","settings":{"dir":"/"}}`, v.connection(t, "both-files").ID))
	add("a connection without an integration", "POST", "/api/v1/connections", `{"name":"mine","kind":"files","settings":{"dir":"/"}}`)
	add("a connection for others", "POST", "/api/v1/connections", `{"name":"mine","kind":"files","settings":{"dir":"/"},"integration":"stock"}`)
	add("a role for oneself", "PUT", "/api/v1/integrations/stock/people/inside@example.com", `{"role":"manage"}`)
	add("a role in the own integration", "PUT", "/api/v1/integrations/shop/people/watching@example.com", `{"role":"manage"}`)
	add("a token that does more", "POST", "/api/v1/tokens", `{"name":"x","role":"administrator"}`)
	add("a token for another integration", "POST", "/api/v1/tokens", `{"name":"x","integrations":{"stock":"monitor"}}`)
	add("a token for somebody else", "POST", "/api/v1/tokens", `{"name":"x","user":"outside@example.com"}`)
	add("the sessions of somebody else", "GET", "/api/v1/sessions?user=outside@example.com", "")
	before := v.everything(t)
	for _, a := range list {
		status, body := v.answer(t, v.inside, a.method, a.path, a.body)
		if status < 400 || status >= 500 {
			t.Errorf("%s: %d %s", a.name, status, body)
		}
		if after := v.everything(t); after != before {
			t.Fatalf("%s changed what is stored, though it was answered with %d:\n%s\n%s", a.name, status, before, after)
		}
	}
}

// everything is what is stored of flows, connections and integrations.
func (v *village) everything(t *testing.T) string {
	t.Helper()
	owner := &client.Client{Base: v.local.Base, HTTP: v.local.HTTP}
	files, err := owner.Pull(t.Context())
	noError(t, err)
	users, err := owner.ListUsers(t.Context())
	noError(t, err)
	roles := ""
	for _, u := range users.Items {
		roles += fmt.Sprint(u.Email, u.Role, u.Integrations, u.Tokens)
	}
	return fmt.Sprint(files, roles)
}

// What members may do in their integration, and the ways of doing it that cross none.
func TestMembersWorkInTheirIntegration(t *testing.T) {
	v := newVillage(t)
	ctx := t.Context()
	made, err := v.inside.CreateConnection(ctx, client.ConnectionInput{Name: "mine", Kind: sluice.KindFiles, Settings: map[string]string{"dir": t.TempDir()}, Integration: "shop"})
	noError(t, err)
	_, err = v.inside.PutFlow(ctx, "mine-flow", client.FlowText{Text: fmt.Sprintf(villageFlow, "mine-flow", "shop", "mine", "shop-files")})
	noError(t, err)
	_, err = v.inside.Apply(ctx, client.FileSet{Flows: []client.FlowFile{{Path: "a.yaml", Text: fmt.Sprintf(villageFlow, "applied", "shop", "mine", "mine")}}})
	noError(t, err)
	if _, err := v.outside.GetConnection(ctx, made.ID); err == nil {
		t.Error("another integration's member sees the new connection by its ID")
	}
	noError(t, v.inside.AssignErrors(ctx, client.ErrorAssignment{IDs: []int64{v.failed}, Assignee: "inside@example.com"}))

	// The errors of two integrations together: all, or none.
	other := v.recordError(t, "stock-flow", v.ended(t, "stock-flow"))
	err = v.inside.ResolveErrors(ctx, client.ErrorResolution{IDs: []int64{v.failed, other}})
	wantCode(t, err, sluice.CodeNotFound)
	_, err = v.inside.RetryErrors(ctx, client.ErrorIDs{IDs: []int64{v.failed, other}})
	wantCode(t, err, sluice.CodeNotFound)
	if e, err := v.local.GetError(ctx, v.failed); err != nil || e.State != "open" || e.Assignee != "inside@example.com" {
		t.Errorf("own error %+v, %v", e, err)
	}
	if e, err := v.watching.GetError(ctx, v.failed); err != nil || e.ID != v.failed {
		t.Errorf("who watches sees %+v, %v", e, err)
	}
	_, err = v.inside.StartRun(ctx, "mine-flow")
	noError(t, err)
	wantCode(t, v.watching.ResolveErrors(ctx, client.ErrorResolution{IDs: []int64{v.failed}}), sluice.CodeForbidden)
}

// A role in an integration is held by its name: one that is deleted takes its roles away,
// so that another of the same name is nobody's; one that is renamed keeps them.
func TestRolesFollowTheIntegration(t *testing.T) {
	v := newVillage(t)
	ctx := t.Context()
	_, err := v.local.CreateIntegration(ctx, client.IntegrationInput{Name: "spare"})
	noError(t, err)
	visitor := v.member(t, "visitor", "spare", "manage")
	_, err = v.local.UpdateIntegration(ctx, "spare", client.IntegrationInput{Name: "renamed"})
	noError(t, err)
	if me, err := visitor.Me(ctx); err != nil || me.Integrations["renamed"] != "manage" || len(me.Integrations) != 1 {
		t.Errorf("after renaming %+v, %v", me, err)
	}
	noError(t, v.local.DeleteIntegration(ctx, "renamed"))
	_, err = v.local.CreateIntegration(ctx, client.IntegrationInput{Name: "renamed"})
	noError(t, err)
	if me, err := visitor.Me(ctx); err != nil || len(me.Integrations) != 0 {
		t.Errorf("another integration of the name is still theirs: %+v, %v", me, err)
	}
}

// What a token does shrinks with its person's roles, and never grows past its limit.
func TestTokensShrinkWithTheirPerson(t *testing.T) {
	v := newVillage(t)
	ctx := t.Context()
	read, err := v.inside.CreateToken(ctx, client.NewToken{Name: "reads", Integrations: map[string]string{"shop": "monitor"}})
	noError(t, err)
	limited := &client.Client{Base: v.URL(), Token: read.Text}
	status := func(c *client.Client, method, path string) int {
		s, _ := v.answer(t, c, method, path, "{}")
		return s
	}
	if got := status(limited, "POST", "/api/v1/flows/shop-flow/disable"); got != http.StatusForbidden {
		t.Errorf("a token that only reads disables a flow: %d", got)
	}
	if _, err := limited.CreateToken(ctx, client.NewToken{Name: "more", Role: "manage"}); err == nil {
		t.Error("a token has made one that does more")
	}
	same, err := limited.CreateToken(ctx, client.NewToken{Name: "same"})
	noError(t, err)
	_, err = v.local.SetMember(ctx, "stock", "inside@example.com", client.Membership{Role: "manage"})
	noError(t, err)
	for _, c := range []*client.Client{limited, {Base: v.URL(), Token: same.Text}} {
		if got := status(c, "GET", "/api/v1/flows/stock-flow"); got != http.StatusNotFound {
			t.Errorf("a token for the shop sees stock: %d", got)
		}
	}
	if got := status(v.inside, "GET", "/api/v1/flows/stock-flow"); got != http.StatusOK {
		t.Errorf("a token for all that its person may: %d", got)
	}
	_, err = v.local.SetMember(ctx, "shop", "inside@example.com", client.Membership{Role: "member"})
	noError(t, err)
	for _, c := range []*client.Client{limited, v.inside} {
		if got := status(c, "GET", "/api/v1/flows/shop-flow"); got != http.StatusNotFound {
			t.Errorf("the person may not any more, the token may: %d", got)
		}
	}
}

// A stored connection's folder is not what the check of a form's reaches.
func TestCheckOfAnOwnForm(t *testing.T) {
	v := newVillage(t)
	id := v.connection(t, "shop-files").ID
	if status, body := v.answer(t, v.inside, "POST", "/api/v1/connections/check", fmt.Sprintf(`{"id":%q,"name":"x","kind":"files","settings":{"dir":%q}}`, id, filepath.ToSlash(t.TempDir()))); status != http.StatusOK {
		t.Errorf("%d %s", status, body)
	}
}
