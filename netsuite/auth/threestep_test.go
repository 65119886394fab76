package auth

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// The server checks signatures with SignOAuth1's published vectors behind it;
// here it matters what is sent where, and with which secrets.
func TestThreeStepFlow(t *testing.T) {
	at := time.Unix(1800000000, 0)
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := Signing{Method: "POST", URL: server.URL + r.URL.Path, Realm: "1234567", ConsumerKey: "made-up-key", ConsumerSecret: NewSecret("made-up-secret"),
			Nonce: "made-up-nonce", Timestamp: at.Unix()}
		switch r.URL.Path {
		case "/rest/requesttoken":
			s.Callback, s.Role = "http://localhost:8080/callback", "3"
			fmt.Fprint(w, " oauth_token=req&oauth_token_secret=req-secret&oauth_callback_confirmed=true\n")
		case "/rest/accesstoken":
			s.Token, s.TokenSecret, s.Verifier = "req", NewSecret("req-secret"), "verified"
			fmt.Fprint(w, "oauth_token=tok&oauth_token_secret=tok-secret")
		}
		if want, err := SignOAuth1(s); err != nil || r.Header.Get("Authorization") != want.Header || r.ContentLength != 0 {
			t.Errorf("%s sent %s\nwant %s, %v", r.URL, r.Header.Get("Authorization"), want.Header, err)
		}
	}))
	defer server.Close()
	flow := ThreeStep{RESTlets: server.URL + "/", App: "https://1234567.app.netsuite.com", Realm: "1234567", ConsumerKey: "made-up-key",
		ConsumerSecret: NewSecret("made-up-secret"), Clock: func() time.Time { return at }, Nonce: func() string { return "made-up-nonce" }}
	request, err := flow.Request(t.Context(), "http://localhost:8080/callback", "3")
	if err != nil {
		t.Fatal(err)
	}
	if got := flow.LoginURL(request.Token, "state1"); got != "https://1234567.app.netsuite.com/app/login/secure/authorizetoken.nl?oauth_token=req&state=state1" {
		t.Errorf("login URL %s", got)
	}
	callback, err := ParseCallback(url.Values{"oauth_token": {"req"}, "oauth_verifier": {"verified"}, "state": {"state1"}, "company": {"1234567"}, "role": {"3"}, "entity": {"38"}}, "req", "state1")
	if err != nil || callback.Company != "1234567" || callback.Role != "3" || callback.Entity != "38" {
		t.Fatalf("%+v, %v", callback, err)
	}
	token, err := flow.Exchange(t.Context(), request, callback)
	if err != nil || token.Token != "tok" || token.Secret.Reveal() != "tok-secret" {
		t.Errorf("token %v, %v", token.Token, err)
	}
}

func TestParseCallbackRefuses(t *testing.T) {
	good := url.Values{"oauth_token": {"req"}, "oauth_verifier": {"v"}, "state": {"s"}}
	for _, c := range []struct {
		change       string
		value, token string
		want         error
	}{
		{"oauth_token", "other", "req", ErrCallback},
		{"state", "other", "req", ErrCallback},
		{"oauth_verifier", "", "req", ErrDenied},
		{"oauth_token", "", "", ErrCallback},
	} {
		q := url.Values{}
		for k, v := range good {
			q[k] = v
		}
		q.Set(c.change, c.value)
		if _, err := ParseCallback(q, c.token, "s"); !errors.Is(err, c.want) {
			t.Errorf("%s=%q: %v", c.change, c.value, err)
		}
	}
}

func TestThreeStepRefusals(t *testing.T) {
	for _, c := range []struct {
		status     int
		body, want string
	}{
		{401, `{"error":{"code":"INVALID_LOGIN_ATTEMPT","message":"Invalid login attempt."}}`, "INVALID_LOGIN_ATTEMPT"},
		{405, ``, "Authorization Flow"},
		{302, ``, "302"},
		{200, `oauth_token=a&oauth_token_secret=b`, "confirm"},
		{200, `oauth_callback_confirmed=true`, "no token"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			fmt.Fprint(w, c.body)
		}))
		defer server.Close()
		_, err := ThreeStep{RESTlets: server.URL, ConsumerKey: "k", ConsumerSecret: NewSecret("made-up")}.Request(t.Context(), "http://localhost:1/c", "")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%d %s: %v", c.status, c.body, err)
		}
		var refused *TokenError
		if errors.As(err, &refused) != (c.status != 200) {
			t.Errorf("%d: %T", c.status, err)
		}
	}
}
