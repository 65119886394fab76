// Package webhook is the connector of systems that send records by themselves: it
// knows how they sign what they send, and reads what was received from a flow's inbox.
package webhook

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/place"
)

// CodeSignature is the code of a delivery whose signature is not the sender's.
const CodeSignature = "webhook.signature"

// scheme is how a system signs and names what it sends.
type scheme struct {
	header    string // of the signature
	prefix    string // before it
	hash      func() hash.Hash
	decode    func(string) ([]byte, error)
	timestamp string // header of the signed time; empty where none is signed
	tolerance time.Duration
	stripe    bool   // one header has the time and the signatures
	delivery  string // header of the delivery's ID; empty where there is none
	id        string // place of the delivery's ID in the body
}

// schemeOf returns how a connection's system signs:
//
//	Shopify  X-Shopify-Hmac-Sha256: base64 of the body's HMAC; X-Shopify-Webhook-Id stays the same when a delivery is repeated
//	GitHub   X-Hub-Signature-256: sha256=hex; X-GitHub-Delivery
//	Stripe   Stripe-Signature: t=seconds,v1=hex,…; signed is the time, a dot and the body; the ID is the event's
//
// (shopify.dev/docs/apps/build/webhooks, docs.github.com/webhooks, docs.stripe.com/webhooks).
func schemeOf(c *sluice.Connection) scheme {
	s := scheme{hash: sha256.New, decode: hex.DecodeString}
	switch c.Get("preset") {
	case sluice.PresetShopify:
		s.header, s.decode, s.delivery = "X-Shopify-Hmac-Sha256", base64.StdEncoding.DecodeString, "X-Shopify-Webhook-Id"
		return s
	case sluice.PresetGitHub:
		s.header, s.prefix, s.delivery = "X-Hub-Signature-256", "sha256=", "X-GitHub-Delivery"
		return s
	case sluice.PresetStripe:
		s.header, s.stripe, s.id = "Stripe-Signature", true, "id"
		s.tolerance, _ = time.ParseDuration(c.Get("tolerance")) // which Check has read
		return s
	}
	s.header, s.prefix, s.timestamp, s.delivery = c.Get("header"), c.Get("prefix"), c.Get("timestamp_header"), c.Get("delivery_header")
	s.tolerance, _ = time.ParseDuration(c.Get("tolerance"))
	if c.Get("algorithm") == "hmac-sha512" {
		s.hash = sha512.New
	}
	if c.Get("encoding") == "base64" {
		s.decode = base64.StdEncoding.DecodeString
	}
	return s
}

// Verify checks the signature of a delivery over its body as it came, and returns the
// delivery's ID, which is empty where the system gives none. The reason why a delivery
// is refused is for people inside: its sender is told none.
func Verify(c *sluice.Connection, h http.Header, body []byte, now time.Time) (id string, err error) {
	s := schemeOf(c)
	sent, at, err := s.read(h)
	if err != nil {
		return "", err
	}
	signed := body
	if at != "" {
		signed = append([]byte(at+"."), body...)
	}
	if !s.matches(c, sent, signed) {
		return "", refused("the signature in %s is not that of the connection's secret", s.header).Fix("Compare the secret with the other system's, and the connection's preset with the system")
	}
	if at != "" {
		if err := s.fresh(at, now); err != nil {
			return "", err
		}
	}
	switch {
	case s.delivery != "":
		return plainID(h.Get(s.delivery)), nil
	case s.id != "":
		return plainID(idIn(body, s.id)), nil
	case at != "": // the same time and body are the same delivery
		return plainID(hex.EncodeToString(sent[0])), nil
	}
	return "", nil
}

func refused(format string, args ...any) *sluice.Error {
	return sluice.Errorf(CodeSignature, format, args...)
}

// read finds the signatures and the signed time in the headers.
func (s scheme) read(h http.Header) (sent [][]byte, at string, err error) {
	text := strings.TrimSpace(h.Get(s.header))
	if text == "" {
		return nil, "", refused("there is no header %s", s.header).Fix("Have the other system sign what it sends, or correct the connection's settings")
	}
	texts := []string{text}
	switch {
	case s.stripe:
		texts = nil
		for part := range strings.SplitSeq(text, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
			switch name {
			case "t":
				at = value
			case "v1":
				texts = append(texts, value)
			}
		}
		if at == "" {
			return nil, "", refused("the header %s has no time", s.header)
		}
	case s.timestamp != "":
		if at = strings.TrimSpace(h.Get(s.timestamp)); at == "" {
			return nil, "", refused("there is no header %s", s.timestamp).Fix("Correct the connection's timestamp header")
		}
	}
	for _, text := range texts {
		rest, ok := strings.CutPrefix(text, s.prefix)
		if !ok {
			return nil, "", refused("the signature in %s does not begin with %q", s.header, s.prefix).Fix("Correct the connection's prefix")
		}
		if sum, err := s.decode(rest); err == nil {
			sent = append(sent, sum)
		}
	}
	if len(sent) == 0 {
		return nil, "", refused("the header %s has no signature that can be read", s.header).Fix("Correct the connection's encoding and prefix")
	}
	return sent, at, nil
}

// matches compares in constant time.
func (s scheme) matches(c *sluice.Connection, sent [][]byte, signed []byte) bool {
	for _, name := range []string{"secret", "previous_secret"} {
		secret := c.Secrets[name]
		if secret.Empty() {
			continue
		}
		mac := hmac.New(s.hash, []byte(secret.Reveal()))
		mac.Write(signed)
		sum := mac.Sum(nil)
		for _, theirs := range sent {
			if hmac.Equal(sum, theirs) {
				return true
			}
		}
	}
	return false
}

// fresh refuses what was signed too long ago: it may be sent by somebody who has seen it.
func (s scheme) fresh(at string, now time.Time) error {
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return refused("the signed time %q is not a number of seconds", at)
	}
	if age := now.Sub(time.Unix(seconds, 0)); age.Abs() > s.tolerance {
		return refused("the signed time is %s off, the tolerance is %s", age.Round(time.Second), s.tolerance).Fix("Check both clocks; a delivery that is sent again later has to be signed anew")
	}
	return nil
}

var plain = regexp.MustCompile(`^[\x21-\x7e]{1,200}$`)

// plainID is an ID as it is kept: a digest of one that is long or odd.
func plainID(id string) string {
	if id == "" || plain.MatchString(id) {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// idIn reads the ID from a body.
func idIn(body []byte, where string) string {
	v, err := decode(body)
	if err != nil {
		return ""
	}
	switch id, _ := place.At(v, where); t := id.(type) {
	case string:
		return t
	case json.Number:
		return t.String()
	}
	return ""
}

// decode reads a body, whose numbers keep their digits.
func decode(body []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	if decoder.More() {
		return nil, fmt.Errorf("webhook: more than one value")
	}
	return v, nil
}
