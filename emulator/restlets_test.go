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
	"github.com/sluicehq/sluice/internal/reference"
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

// The errors of RESTlets that others recorded arise here from their causes, with
// their bodies. Words that nobody has seen are not compared.
func TestRecordedRESTletErrors(t *testing.T) {
	text := reference.Read(t, "fixtures/rest/errors/restlet-errors.json")
	type body struct {
		Error struct{ Code, Message string }
	}
	var recorded []struct {
		What string
		HTTP any
		Body body
	}
	if err := json.Unmarshal(text, &recorded); err != nil {
		t.Fatal(err)
	}
	e := Start(t, bare)
	path, _ := echo(t, e)
	causes := map[string]func() answer{
		"RESTlet error, application/json": func() answer {
			return call(t, e, http.MethodGet, restlet.Path+"?script=customscript_none&deploy=1", "")
		},
		"RESTlet over concurrency limit": func() answer {
			if err := e.Gate().SetLimit(1); err != nil {
				t.Fatal(err)
			}
			leave, ok := e.Gate().Enter("1")
			if !ok {
				t.Fatal("the pool is full")
			}
			defer leave()
			return call(t, e, http.MethodGet, path, "")
		},
		"RESTlet bad OAuth header": func() answer {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.URL()+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			c := e.Credentials()
			c.TokenSecret = strings.Repeat("0", 64)
			sign(r, c, e.Clock().Now())
			return send(r)
		},
	}
	for _, want := range recorded {
		cause := causes[want.What]
		if cause == nil {
			t.Errorf("%s: no cause here", want.What)
			continue
		}
		a := cause()
		var got body
		if err := json.Unmarshal([]byte(a.body), &got); err != nil {
			t.Errorf("%s: %v in %s", want.What, err, a.body)
		}
		if want.Body.Error.Message == "UNVERIFIED TEXT" {
			got.Error.Message = want.Body.Error.Message
		}
		if got != want.Body || !slicesHas(want.HTTP, a.status) {
			t.Errorf("%s: %d %s\nwant %v %+v", want.What, a.status, a.body, want.HTTP, want.Body)
		}
	}
}

// slicesHas reports whether a recorded status, one or a list, is what came.
func slicesHas(recorded any, status int) bool {
	list, ok := recorded.([]any)
	if !ok {
		list = []any{recorded}
	}
	for _, one := range list {
		if n, ok := one.(float64); ok && int(n) == status {
			return true
		}
	}
	return false
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
