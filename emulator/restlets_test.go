package emulator

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/emulator/restlet"
	"github.com/sluicehq/sluice/emulator/script"
	"github.com/sluicehq/sluice/emulator/session"
)

const scriptTags = "/** @NApiVersion 2.1\n * @NScriptType Restlet */\n"

// A script is deployed by a control request and called as clients call it.
func TestDeployedScript(t *testing.T) {
	e := Start(t, bare)
	deploy := func(source string) answer {
		body, err := json.Marshal(map[string]any{"scriptId": "customscript_sum", "deployId": "customdeploy_sum", "name": "Sum", "source": source})
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.URL()+"/_emulator/restlets", strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		return send(r)
	}
	if a := deploy(scriptTags + "define([], () => ({}))"); a.status != http.StatusBadRequest || !strings.Contains(a.body, "MUST_IMPLEMENT") {
		t.Errorf("%+v", a)
	}
	a := deploy(scriptTags + `define(['N/query', 'N/log', 'N/scriptTypes/restlet'], (query, log, restlet) => ({
		get: (p) => ({ sum: Number(p.a) + Number(p.b) }),
		post: (body) => typeof body === 'string' ? body + '!' : query.runSuiteQL({ query: 'SELECT COUNT(*) AS n FROM script' }).asMappedResults(),
		put: () => restlet.createResponse({ content: '<p>hi</p>', contentType: 'text/html' }) }))`)
	if a.status != http.StatusOK || !strings.Contains(a.body, `"scriptId":"customscript_sum"`) {
		t.Fatalf("%+v", a)
	}
	const path = restlet.Path + "?script=customscript_sum&deploy=1"
	for _, row := range []struct{ method, query, media, body, want string }{
		{"GET", "&a=1&b=2", "application/json", "", `200 application/json;charset=UTF-8 {"sum":3}`},
		{"GET", "&a=1&b=2", "", "", `400 application/json;charset=UTF-8 {"error":{"code":"INVALID_RETURN_DATA_FORMAT","message":"Invalid data format. You should return text."}}`},
		{"POST", "", "text/plain", "hello", "200 text/plain;charset=UTF-8 hello!"},
		{"POST", "", "application/json", "{}", `200 application/json;charset=UTF-8 [{"n":1}]`},
		{"PUT", "", "application/json", "{}", "200 text/html;charset=UTF-8 <p>hi</p>"},
		{"DELETE", "", "application/json", "", `405 application/json;charset=UTF-8 {"error":{"code":"METHOD_NOT_ALLOWED","message":"The script does not support the method DELETE."}}`},
	} {
		r, err := http.NewRequestWithContext(t.Context(), row.method, e.URL()+path+row.query, strings.NewReader(row.body))
		if err != nil {
			t.Fatal(err)
		}
		sign(r, e.Credentials(), e.Clock().Now())
		if row.media != "" {
			r.Header.Set("Content-Type", row.media)
		}
		a := send(r)
		if got := strings.Join([]string{strconv.Itoa(a.status), a.header.Get("Content-Type"), a.body}, " "); got != row.want {
			t.Errorf("%s: %s\nwant %s", row.method, got, row.want)
		}
	}
}

// A closing account ends what scripts do.
func TestCloseEndsScripts(t *testing.T) {
	e := Start(t, bare)
	ran := make(chan struct{}, 1)
	if err := e.DeployScript(script.Deployment{ScriptID: "customscript_loop", DeployID: "customdeploy_loop"}, scriptTags+`define([], () => ({ get: () => { for (;;) {} } }))`); err != nil {
		t.Fatal(err)
	}
	list := e.RESTlets()
	ctx := session.With(t.Context(), &session.Session{Administrator: true})
	go func() {
		_, err := list[0].Get(ctx, &restlet.Request{Method: http.MethodGet})
		if err == nil || !strings.Contains(err.Error(), "stops its work") {
			t.Errorf("%v", err)
		}
		ran <- struct{}{}
	}()
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	<-ran
}
