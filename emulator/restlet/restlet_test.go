package restlet

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/emulator/session"
)

func scripts(t *testing.T) *Scripts {
	t.Helper()
	get := func(_ context.Context, r *Request) (any, error) { return r.Params, nil }
	post := func(_ context.Context, r *Request) (any, error) {
		var v map[string]any
		if r.ContentType == "text/plain" {
			return "got " + string(r.Body), nil
		}
		return v, r.Decode(&v)
	}
	x := &Scripts{}
	for _, s := range []Script{
		{ScriptID: "customscript_a", DeployID: "customdeploy_1", Get: get, Post: post},
		{ScriptID: "customscript_a", DeployID: "customdeploy_2", Get: get, Audience: []string{"7"}},
		{ScriptID: "customscript_b", DeployID: "customdeploy_1", Get: get, Unreleased: true},
	} {
		if err := x.Register(s); err != nil {
			t.Fatal(err)
		}
	}
	return x
}

func TestCalls(t *testing.T) {
	const invalid = `{"error":{"code":"SSS_INVALID_SCRIPTLET_ID","message":"That Suitelet is invalid, disabled, or no longer exists."}}`
	for _, row := range []struct {
		name, method, query, contentType, body string
		status                                 int
		want                                   string
	}{
		{"by script IDs", "GET", "script=customscript_a&deploy=customdeploy_1&x=1", "application/json", "", 200, `{"x":"1"}`},
		{"by internal IDs", "GET", "script=1&deploy=1", "application/json", "", 200, `{}`},
		{"mixed", "GET", "script=1&deploy=customdeploy_1", "application/json", "", 200, `{}`},
		{"an object as text", "GET", "script=1&deploy=1", "", "", 400, `{"error":{"code":"INVALID_RETURN_DATA_FORMAT","message":"Invalid data format. You should return text."}}`},
		{"a body of no type", "POST", "script=1&deploy=1", "", "{}", 415, `{"error":{"code":"INVALID_REQUEST","message":"A request with a body needs a Content-Type."}}`},
		{"unknown script", "GET", "script=9&deploy=1", "", "", 404, invalid},
		{"unknown deployment", "GET", "script=1&deploy=9", "", "", 404, invalid},
		{"no script", "GET", "", "", "", 404, invalid},
		{"unreleased", "GET", "script=2&deploy=1", "", "", 404, invalid},
		{"outside the audience", "GET", "script=1&deploy=2", "", "", 403, `{"error":{"code":"INSUFFICIENT_PERMISSION","message":"You do not have privileges to view this page."}}`},
		{"no entry point", "PUT", "script=1&deploy=1", "", "", 405, `{"error":{"code":"METHOD_NOT_ALLOWED","message":"The script does not support the method PUT."}}`},
		{"body on GET", "GET", "script=1&deploy=1", "application/json", "{}", 400, `{"error":{"code":"INVALID_REQUEST","message":"A GET request has no body."}}`},
		{"form", "POST", "script=1&deploy=1", "application/x-www-form-urlencoded", "a=1", 415, `{"error":{"code":"INVALID_REQUEST","message":"The content type application/x-www-form-urlencoded is not supported."}}`},
		{"broken JSON", "POST", "script=1&deploy=1", "application/json", "{", 400, `{"error":{"code":"INVALID_REQUEST","message":"The request body is not valid JSON."}}`},
		{"JSON", "POST", "script=1&deploy=1", "application/json; charset=utf-8", `{"a":1}`, 200, `{"a":1}`},
		{"text", "POST", "script=1&deploy=1", "text/plain", "hello", 200, "got hello"},
		{"error as text", "GET", "script=9&deploy=1", "text/plain", "", 404, "error code: SSS_INVALID_SCRIPTLET_ID\nerror message: That Suitelet is invalid, disabled, or no longer exists."},
		{"error as XML", "GET", "script=9&deploy=1", "application/xml", "", 404, "<error><code>SSS_INVALID_SCRIPTLET_ID</code><message>That Suitelet is invalid, disabled, or no longer exists.</message></error>"},
		{"too large", "POST", "script=1&deploy=1", "text/plain", strings.Repeat("x", maxBody+1), 400, "error code: INVALID_REQUEST\nerror message: The request body exceeds 10 MB."},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := httptest.NewRequest(row.method, Path+"?"+row.query, strings.NewReader(row.body))
			r.Header.Set("Content-Type", row.contentType)
			r = r.WithContext(session.With(r.Context(), &session.Session{RoleID: "3"}))
			w := httptest.NewRecorder()
			scripts(t).ServeHTTP(w, r)
			if got := w.Body.String(); w.Code != row.status || got != row.want {
				t.Errorf("%d %s\nwant %d %s", w.Code, got, row.status, row.want)
			}
			if got := w.Header().Get("Content-Type"); row.contentType == "text/plain" && got != "text/plain;charset=UTF-8" {
				t.Errorf("content type %s", got)
			}
		})
	}
}

func TestRegister(t *testing.T) {
	x := scripts(t)
	list := x.List()
	if len(list) != 3 || list[0].Script != 1 || list[0].Deployment != 1 || list[1].Deployment != 2 || list[2].Script != 2 {
		t.Errorf("%+v", list)
	}
	again := list[0]
	again.Script, again.Deployment, again.Name = 0, 0, "renamed"
	if err := x.Register(again); err != nil {
		t.Fatal(err)
	}
	if list = x.List(); len(list) != 3 || list[0].Name != "renamed" || list[0].Script != 1 || list[0].Deployment != 1 {
		t.Errorf("%+v", list)
	}
	for _, bad := range []Script{{}, {ScriptID: "s"}, {ScriptID: "s", DeployID: "d"}} {
		if x.Register(bad) == nil {
			t.Errorf("%+v accepted", bad)
		}
	}
	w := httptest.NewRecorder()
	x.ServeHTTP(w, httptest.NewRequest(http.MethodGet, Path+"?script=1&deploy=1", nil))
	if w.Code != http.StatusForbidden {
		t.Errorf("without a session: %d", w.Code)
	}
}
