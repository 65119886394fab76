package emulator

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/restlet"
)

// echo registers a RESTlet that counts its calls.
func echo(t testing.TB, e *Emulator) (path string, calls func() int) {
	t.Helper()
	counted := make(chan struct{}, 10_000)
	f := func(_ context.Context, r *restlet.Request) (any, error) {
		counted <- struct{}{}
		switch r.Params["throw"] {
		case "code":
			return nil, &restlet.Error{Code: "MY_CODE", Message: "mine"}
		case "plain":
			return nil, errors.New("boom")
		}
		return map[string]any{"method": r.Method, "params": r.Params, "body": string(r.Body), "user": r.Session.EmployeeName}, nil
	}
	if err := e.RegisterRESTlet(restlet.Script{ScriptID: "customscript_echo", DeployID: "customdeploy_echo", Name: "Echo", Get: f, Post: f}); err != nil {
		t.Fatal(err)
	}
	return restlet.Path + "?script=customscript_echo&deploy=customdeploy_echo", func() int { return len(counted) }
}

func TestStart(t *testing.T) {
	e := Start(t, bare)
	a := call(t, e, http.MethodGet, "/rest/tokeninfo", "")
	want := `{"companyId":"1234567_SB1","companyName":"Sluice Sample Company","roleId":1001,"roleName":"Sluice Integration","entityId":2}` + "\n"
	if a.err != nil || a.status != http.StatusOK || a.body != want {
		t.Fatalf("%+v", a)
	}
	if a.header.Get("X-N-Operationid") == "" || a.header.Get("NS_RTIMER_COMPOSITE") == "" || a.header.Get("Set-Cookie") != "NS_ROUTING_VERSION=LAGGING; path=/" {
		t.Errorf("headers %v", a.header)
	}
}

func TestRESTlet(t *testing.T) {
	e := Start(t, bare)
	path, _ := echo(t, e)
	a := call(t, e, http.MethodPost, path+"&x=1", `{"a":1}`)
	if a.status != http.StatusOK || a.body != `{"body":"{\"a\":1}","method":"POST","params":{"x":"1"},"user":"Integration User"}` {
		t.Errorf("%+v", a)
	}
	for query, want := range map[string]string{
		"&throw=code":  `{"error":{"code":"MY_CODE","message":"mine"}}`,
		"&throw=plain": `{"error":{"code":"UNEXPECTED_ERROR","message":"boom"}}`,
	} {
		if a := call(t, e, http.MethodGet, path+query, ""); a.status != http.StatusBadRequest || a.body != want {
			t.Errorf("%s: %+v", query, a)
		}
	}
}

func TestClockInDate(t *testing.T) {
	e := Start(t, bare)
	e.Clock().Set(time.Date(2030, 5, 6, 7, 8, 9, 0, time.UTC))
	e.Clock().Stop()
	a := call(t, e, http.MethodGet, "/rest/tokeninfo", "")
	if a.status != http.StatusOK || a.header.Get("Date") != "Mon, 06 May 2030 07:08:0"+a.header.Get("Date")[24:] {
		t.Errorf("%+v", a)
	}
}
