package suitetalk

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

func tokenConnection(base, token string, at time.Time) *sluice.Connection {
	return &sluice.Connection{ID: "1", Name: "ns", Kind: sluice.KindNetSuite, UpdatedAt: at,
		Settings: map[string]string{"account": "1234567", "base_url": base},
		Secrets: map[string]sluice.Secret{"consumer_key": sluice.NewSecret("made-up-ck"), "consumer_secret": sluice.NewSecret("made-up-cs"),
			"token_id": sluice.NewSecret(token), "token_secret": sluice.NewSecret("made-up-ts")}}
}

// A request that was on its way with a token which is replaced and revoked meanwhile
// is sent again with the new one. To see the test fail, leave signedBy out of
// signer.Rejected.
func TestRequestInFlightWhileTheLoginIsReplaced(t *testing.T) {
	at := time.Now()
	arrived, replaced := make(chan struct{}), make(chan struct{})
	var tokens []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Header.Get("Authorization"), `oauth_token="old%20one"`) {
			tokens = append(tokens, "old")
			close(arrived)
			<-replaced
			w.Header().Set("WWW-Authenticate", `OAuth realm="1234567", error="token_rejected", error_description="Invalid login attempt."`)
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"title":"Unauthorized","status":401,"o:errorDetails":[{"detail":"Invalid login attempt.","o:errorCode":"INVALID_LOGIN"}]}`)
			return
		}
		tokens = append(tokens, "new")
		_, _ = io.WriteString(w, `{"serverTime":"2026-03-01T10:00:00Z"}`)
	}))
	defer server.Close()
	c := New(Options{})
	held, err := c.client(tokenConnection(server.URL, "old one", at))
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := held.System.ServerTime(t.Context())
		ended <- err
	}()
	<-arrived
	now, err := c.client(tokenConnection(server.URL, "new", at.Add(time.Second)))
	if err != nil || now != held {
		t.Fatalf("after the change of login: another client %v, %v", now != held, err)
	}
	close(replaced)
	if err := <-ended; err != nil || strings.Join(tokens, " ") != "old new" {
		t.Errorf("sent with %v, %v", tokens, err)
	}
}

// Who read the connection before its login changed does not bring the old one back;
// what else changes makes another client.
func TestClientFollowsTheConnection(t *testing.T) {
	at := time.Now()
	c := New(Options{})
	first, err := c.client(tokenConnection("http://127.0.0.1:1", "new", at))
	if err != nil {
		t.Fatal(err)
	}
	if late, err := c.client(tokenConnection("http://127.0.0.1:1", "old", at.Add(-time.Second))); err != nil || late != first {
		t.Errorf("read before: another client %v, %v", late != first, err)
	}
	request, _ := http.NewRequest(http.MethodGet, "http://127.0.0.1:1", nil)
	if err := first.signer.Authenticate(t.Context(), request); err != nil || !strings.Contains(request.Header.Get("Authorization"), `oauth_token="new"`) {
		t.Errorf("signed %s, %v", request.Header.Get("Authorization"), err)
	}
	other := tokenConnection("http://127.0.0.1:1", "new", at.Add(time.Second))
	other.Settings["concurrency"] = "2"
	if cl, err := c.client(other); err != nil || cl == first || cl.limit != 2 {
		t.Errorf("another concurrency: %v, %v", cl == first, err)
	}
	other = tokenConnection("http://127.0.0.1:1", "", at.Add(2*time.Second))
	other.Settings["type"] = sluice.AuthTokenAuto
	if _, err := c.client(other); sluice.ErrorCode(err) != "connection.not_authorized" {
		t.Errorf("not authorized yet: %v", err)
	}
}
