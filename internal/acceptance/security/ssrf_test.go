package security

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app"
	"github.com/sluicehq/sluice/internal/app/oidc"
	"github.com/sluicehq/sluice/internal/client"
)

// connection returns one of each kind that goes over HTTP, to an address.
func connection(name, kind, address string) client.ConnectionInput {
	c := client.ConnectionInput{Name: name, Kind: kind, Settings: map[string]string{"base_url": address}, Secrets: map[string]string{}}
	if kind == sluice.KindNetSuite {
		c.Settings["account"], c.Settings["type"] = "1234567", "token"
		for _, field := range []string{"consumer_key", "consumer_secret", "token_id", "token_secret"} {
			c.Secrets[field] = "made-up-" + field
		}
	}
	return c
}

// The address is judged when it is dialed. To see it fail, return nil from reach.Rule's Allow.
func TestMetadataAddressesAreNeverReached(t *testing.T) {
	s := start(t, func(c *app.Config) { c.PrivateWebhooks = true })
	for i, address := range []string{"http://169.254.169.254/latest/meta-data", "http://[fd00:ec2::254]/", "http://[::ffff:169.254.169.254]/", "http://100.100.100.200/",
		"http://[fe80::1]/", "http://0.0.0.0:80/", "http://[64:ff9b::a9fe:a9fe]/", "http://[2002:a9fe:a9fe::1]/"} {
		for _, kind := range []string{sluice.KindHTTP, sluice.KindNetSuite} {
			if kind == sluice.KindNetSuite && i > 0 {
				break // the client of NetSuite tries again for seconds before it gives up
			}
			name := fmt.Sprintf("%s-%d", kind, i)
			_, err := s.local.CreateConnection(t.Context(), connection(name, kind, address))
			must(t, err)
			e, err := s.local.TestConnection(t.Context(), name, client.TestConnectionQuery{})
			if err == nil && (e.OK || e.Error == nil || e.Error.Code != "connection.address") {
				t.Errorf("%s to %s: %+v %+v", kind, address, e, e.Error)
			} else if err != nil && !strings.Contains(err.Error(), "no connection reaches the address") {
				t.Errorf("%s to %s: %v", kind, address, err)
			}
		}
		name := fmt.Sprintf("channel-%d", i)
		_, err := s.local.CreateChannel(t.Context(), client.Channel{Name: name, Kind: sluice.ChannelWebhook, URL: address, Secret: "made-up secret of a channel"})
		must(t, err)
		if _, err := s.local.TestChannel(t.Context(), name); err == nil || !strings.Contains(err.Error(), "channel.address") {
			t.Errorf("a channel to %s: %v", address, err)
		}
	}
	// Logging in to NetSuite in the browser begins with a request of the server's own.
	auto := connection("automatic", sluice.KindNetSuite, "http://169.254.169.254")
	auto.Settings["type"] = "token-auto"
	delete(auto.Secrets, "token_id")
	delete(auto.Secrets, "token_secret")
	_, err := s.local.CreateConnection(t.Context(), auto)
	must(t, err)
	if _, err := s.local.StartAuthorization(t.Context(), "automatic", client.AuthorizationStart{Callback: "http://localhost:1/"}); err == nil {
		t.Error("an authorization begins at a metadata address")
	}
	if d, err := s.local.Diagnose(t.Context(), "automatic"); err == nil && strings.Contains(fmt.Sprint(*d), "ami-id") {
		t.Error("the doctor tells what a metadata address says")
	}
}

func TestIssuersAtMetadataAddressesAreNotReached(t *testing.T) {
	s := start(t, func(c *app.Config) { c.OIDC = oidc.Config{Issuer: "https://169.254.169.254", ClientID: "sluice"} })
	if got := s.send("POST", "/api/v1/oidc/begin", "{}"); got.StatusCode != http.StatusBadGateway {
		t.Errorf("%d %s", got.StatusCode, got.body)
	}
	if !strings.Contains(s.log.String(), "never reached") {
		t.Error("the log does not say that the address is never reached")
	}
}

// victim counts who comes.
func victim(t *testing.T) (*httptest.Server, *atomic.Int64) {
	t.Helper()
	var hits atomic.Int64
	v := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		hits.Add(1)
		_, _ = w.Write([]byte(`{"secret": "of the house"}`))
	}))
	t.Cleanup(v.Close)
	return v, &hits
}

func TestRedirectsLeadNowhereElse(t *testing.T) {
	s := start(t, func(c *app.Config) { c.PrivateWebhooks = true })
	v, hits := victim(t)
	for _, status := range []int{301, 302, 303, 307, 308} {
		away := httptest.NewServer(http.RedirectHandler(v.URL, status))
		name := fmt.Sprintf("away-%d", status)
		_, err := s.local.CreateConnection(t.Context(), connection(name, sluice.KindHTTP, away.URL))
		must(t, err)
		e, err := s.local.TestConnection(t.Context(), name, client.TestConnectionQuery{})
		if err == nil && e.OK {
			t.Errorf("%d: %+v", status, e)
		}
		_, err = s.local.CreateChannel(t.Context(), client.Channel{Name: name, Kind: sluice.ChannelWebhook, URL: away.URL, Secret: "made-up secret of a channel"})
		must(t, err)
		if _, err := s.local.TestChannel(t.Context(), name); err == nil {
			t.Errorf("%d: a channel's message is handed on", status)
		}
		away.Close()
	}
	if hits.Load() != 0 {
		t.Errorf("%d requests went where a redirect led", hits.Load())
	}
}

// Private addresses are where most systems stand. A server that is told so keeps away from
// them, by the address that a name turns into. To see it fail, leave PublicOnly out of Allow.
func TestConnectionsThatStayPublic(t *testing.T) {
	for _, stay := range []bool{false, true} {
		s := start(t, func(c *app.Config) { c.Reach.PublicOnly = stay })
		v, hits := victim(t)
		for i, address := range []string{v.URL, strings.Replace(v.URL, "127.0.0.1", "localhost", 1), strings.Replace(v.URL, "127.0.0.1", "[::ffff:127.0.0.1]", 1)} {
			name := fmt.Sprintf("inside-%d", i)
			_, err := s.local.CreateConnection(t.Context(), connection(name, sluice.KindHTTP, address))
			must(t, err)
			before := hits.Load()
			_, _ = s.local.TestConnection(t.Context(), name, client.TestConnectionQuery{}) // the victim counts
			if reached := hits.Load() > before; reached == stay {
				t.Errorf("staying public is %v, and %s was reached: %v", stay, address, reached)
			}
		}
	}
}
