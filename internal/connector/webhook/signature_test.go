package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

func connection(settings map[string]string, secrets ...string) *sluice.Connection {
	c := &sluice.Connection{Name: "hook", Kind: sluice.KindWebhook, Settings: settings, Secrets: map[string]sluice.Secret{"secret": sluice.NewSecret(secrets[0])}}
	if len(secrets) > 1 {
		c.Secrets["previous_secret"] = sluice.NewSecret(secrets[1])
	}
	return c
}

func sum(secret, text string) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// TestPublishedVectors checks the value that GitHub publishes to test implementations
// by (docs.github.com, Validating webhook deliveries).
func TestPublishedVectors(t *testing.T) {
	c := connection(map[string]string{"preset": sluice.PresetGitHub}, "It's a Secret to Everybody")
	h := header("X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", "X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958")
	id, err := Verify(c, h, []byte("Hello, World!"), noon)
	if err != nil || id != "72d3162e-cc78-11e3-81ab-4c9367dc0958" {
		t.Errorf("%q, %v", id, err)
	}
}

func TestSignatures(t *testing.T) {
	const body = `{"id": "evt_1"}`
	at := func(d time.Duration) string { return fmt.Sprint(noon.Add(d).Unix()) }
	stripe := func(when, secret string) http.Header {
		return header("Stripe-Signature", "t="+when+",v1="+strings.Repeat("00", 32)+",v1="+hex.EncodeToString(sum(secret, when+"."+body))+",v0=aa")
	}
	long := sha512.New
	mac := hmac.New(long, []byte("s"))
	mac.Write([]byte(body))
	generic := map[string]string{"header": "X-Sig", "timestamp_header": "X-Time", "encoding": "base64"}
	signed := func(when string) http.Header {
		return header("X-Sig", base64.StdEncoding.EncodeToString(sum("s", when+"."+body)), "X-Time", when)
	}
	for name, c := range map[string]struct {
		conn   *sluice.Connection
		header http.Header
		id     string // of a delivery that is accepted
		why    string // one is not
	}{
		"shopify":                  {connection(map[string]string{"preset": "shopify"}, "s"), header("X-Shopify-Hmac-Sha256", base64.StdEncoding.EncodeToString(sum("s", body)), "X-Shopify-Webhook-Id", "w1"), "w1", ""},
		"shopify, other secret":    {connection(map[string]string{"preset": "shopify"}, "x"), header("X-Shopify-Hmac-Sha256", base64.StdEncoding.EncodeToString(sum("s", body))), "", "is not that of the connection's secret"},
		"shopify, previous secret": {connection(map[string]string{"preset": "shopify"}, "new", "s"), header("X-Shopify-Hmac-Sha256", base64.StdEncoding.EncodeToString(sum("s", body))), "", ""},
		"no signature":             {connection(map[string]string{"preset": "shopify"}, "s"), header(), "", "there is no header X-Shopify-Hmac-Sha256"},
		"not base64":               {connection(map[string]string{"preset": "shopify"}, "s"), header("X-Shopify-Hmac-Sha256", "§"), "", "no signature that can be read"},
		"github with SHA-1 alone":  {connection(map[string]string{"preset": "github"}, "s"), header("X-Hub-Signature", "sha1=00"), "", "there is no header X-Hub-Signature-256"},
		"github, cut":              {connection(map[string]string{"preset": "github"}, "s"), header("X-Hub-Signature-256", "sha256="+hex.EncodeToString(sum("s", body)[:31])), "", "is not that of"},
		"stripe":                   {connection(map[string]string{"preset": "stripe"}, "s"), stripe(at(0), "s"), "evt_1", ""},
		"stripe, clocks apart":     {connection(map[string]string{"preset": "stripe"}, "s"), stripe(at(4*time.Minute), "s"), "evt_1", ""},
		"stripe, replayed":         {connection(map[string]string{"preset": "stripe"}, "s"), stripe(at(-6*time.Minute), "s"), "", "the signed time is 6m0s off"},
		"stripe, other secret":     {connection(map[string]string{"preset": "stripe"}, "x"), stripe(at(0), "s"), "", "is not that of"},
		"stripe, no time":          {connection(map[string]string{"preset": "stripe"}, "s"), header("Stripe-Signature", "v1=00"), "", "has no time"},
		"generic, sha512":          {connection(map[string]string{"header": "X-Sig", "algorithm": "hmac-sha512", "prefix": "v0=", "delivery_header": "X-Id"}, "s"), header("X-Sig", "v0="+hex.EncodeToString(mac.Sum(nil)), "X-Id", "7"), "7", ""},
		"generic, no prefix":       {connection(map[string]string{"header": "X-Sig", "prefix": "v0="}, "s"), header("X-Sig", hex.EncodeToString(sum("s", body))), "", "does not begin with"},
		"generic, time signed":     {connection(generic, "s"), signed(at(0)), hex.EncodeToString(sum("s", at(0)+"."+body)), ""},
		"generic, time not signed": {connection(generic, "s"), header("X-Sig", base64.StdEncoding.EncodeToString(sum("s", body)), "X-Time", at(0)), "", "is not that of"},
		"generic, late":            {connection(generic, "s"), signed(at(-time.Hour)), "", "the signed time is 1h0m0s off"},
		"generic, no number":       {connection(generic, "s"), signed("noon"), "", "is not a number of seconds"},
		"an odd ID":                {connection(map[string]string{"header": "X-Sig", "delivery_header": "X-Id"}, "s"), header("X-Sig", hex.EncodeToString(sum("s", body)), "X-Id", strings.Repeat("é", 200)), "sha256:" + hex.EncodeToString(sha(strings.Repeat("é", 200))), ""},
	} {
		id, err := Verify(c.conn, c.header, []byte(body), noon)
		switch {
		case c.why == "" && (err != nil || id != c.id):
			t.Errorf("%s: ID %q, %v", name, id, err)
		case c.why != "" && (sluice.ErrorCode(err) != CodeSignature || !strings.Contains(err.Error(), c.why)):
			t.Errorf("%s: %v", name, err)
		}
	}
}

func sha(text string) []byte {
	s := sha256.Sum256([]byte(text))
	return s[:]
}

// FuzzVerify feeds headers and bodies that strangers send: without the secret none is accepted.
func FuzzVerify(f *testing.F) {
	f.Add("stripe", "t=1,v1=00", "", `{"id": 1}`)
	f.Add("github", "sha256=00", "x", "{}")
	f.Fuzz(func(t *testing.T, preset, signature, id, body string) {
		c := connection(map[string]string{"preset": preset, "header": "X-Signature", "delivery_header": "X-Id", "encoding": "base64"}, "made-up-and-never-told")
		h := http.Header{}
		for _, name := range []string{"X-Signature", "Stripe-Signature", "X-Hub-Signature-256", "X-Shopify-Hmac-Sha256"} {
			h[name] = []string{signature}
		}
		h["X-Id"] = []string{id}
		if _, err := Verify(c, h, []byte(body), noon); sluice.ErrorCode(err) != CodeSignature {
			t.Fatalf("accepted: %v", err)
		}
	})
}
