package wire

import (
	"cmp"
	"encoding/json"
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/sluicehq/sluice"
)

// masked stands where a secret was.
const masked = "[masked]"

// minSecret is the shortest secret that is looked for in texts: shorter ones would
// be found in every other word.
const minSecret = 4

// Mask hides a connection's secrets. It is safe for concurrent use.
type Mask struct {
	stored atomic.Pointer[strings.Replacer]

	mu    sync.Mutex
	texts map[string]bool
}

// NewMask returns the mask of a connection's stored secrets: those of its login,
// the one before and the one to come.
func NewMask(c *sluice.Connection) *Mask {
	m := &Mask{texts: map[string]bool{}}
	m.Learn(c)
	return m
}

// Learn makes the mask hide the connection's secrets too, besides those before.
func (m *Mask) Learn(c *sluice.Connection) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.add(c.Secrets)
	if c.Previous != nil {
		m.add(c.Previous.Secrets)
	}
	if c.Candidate != nil {
		m.add(c.Candidate.Secrets)
	}
	// The longest first: a secret that begins with another is masked whole.
	list := slices.SortedFunc(maps.Keys(m.texts), func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	var pairs []string
	for _, text := range list {
		pairs = append(pairs, text, masked)
	}
	m.stored.Store(strings.NewReplacer(pairs...))
}

func (m *Mask) add(secrets map[string]sluice.Secret) {
	for _, s := range secrets {
		for _, text := range spellings(s.Reveal()) {
			m.texts[text] = true
		}
	}
}

// spellings are the forms in which a secret can stand in a text.
func spellings(secret string) []string {
	if len(secret) < minSecret {
		return nil
	}
	quoted, _ := json.Marshal(secret) // a string can always be written
	return []string{secret, url.QueryEscape(secret), url.PathEscape(secret), strings.Trim(string(quoted), `"`), html.EscapeString(secret)}
}

// telling are members and parameters that hold a secret by their name, wherever it
// came from: access tokens are not stored.
var telling = regexp.MustCompile(`(?i)("(?:access_token|refresh_token|id_token|client_secret|client_assertion|assertion|password|api_?key|oauth_token_secret|token_?secret|consumer_?secret)"\s*:\s*")((?:[^"\\]|\\.)*)`)

var tellingPair = regexp.MustCompile(`(?i)((?:^|[?&\s])(?:access_token|refresh_token|id_token|client_secret|client_assertion|assertion|password|api_?key|key|token|consumer_?key|oauth_[a-z_]+|token_?secret|consumer_?secret)=)([^&\s"]*)`)

// passport is what a SOAP request proves its sender by: the login's IDs, and the signature
// that is good for this request alone.
var passport = regexp.MustCompile(`(<(?:\w+:)?(?:consumerKey|token|signature)(?:\s[^>]*)?>)[^<]*`)

// Sent hides what is secret in a request's body that is shown in full.
func (m *Mask) Sent(body string) string {
	const name = "tokenPassport"
	before, rest, ok := strings.Cut(m.stored.Load().Replace(body), name)
	if !ok {
		return before
	}
	held, after, closed := strings.Cut(rest, name)
	held = before + name + passport.ReplaceAllString(held, "${1}"+masked)
	if !closed { // the text was cut
		return held
	}
	return held + name + after
}

// Text hides what is secret in a body or message.
func (m *Mask) Text(text string) string {
	text = m.Sent(text)
	text = telling.ReplaceAllString(text, "${1}"+masked)
	return tellingPair.ReplaceAllString(text, "${1}"+masked)
}

// URL writes an address without user and secrets.
func (m *Mask) URL(u *url.URL) string {
	plain := *u
	plain.User = nil
	return m.Text(plain.String())
}

// header writes headers as lines, in order.
func (m *Mask) header(h http.Header) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			b.WriteString(name + ": " + m.headerValue(name, value) + "\n")
		}
	}
	return b.String()
}

func (m *Mask) headerValue(name, value string) string {
	switch http.CanonicalHeaderKey(name) {
	case "Authorization", "Proxy-Authorization":
		return authorization(value)
	case "Cookie", "Set-Cookie":
		return masked
	}
	return m.Text(value)
}

var authorizationParam = regexp.MustCompile(`([A-Za-z_]+)="([^"]*)"`)

// authorization leaves of a login its scheme and the names of its parameters. The
// IDs of key and token show as fingerprints, so that one can tell which they were.
func authorization(value string) string {
	scheme, rest, _ := strings.Cut(value, " ")
	params := authorizationParam.FindAllStringSubmatch(rest, -1)
	if !strings.EqualFold(scheme, "OAuth") || params == nil {
		return scheme + " " + masked
	}
	var parts []string
	for _, p := range params {
		name, part := p[1], p[1]
		if name == "oauth_token" || name == "oauth_consumer_key" {
			id, err := url.PathUnescape(p[2])
			if err != nil {
				id = p[2]
			}
			part += "=" + sluice.NewSecret(id).String()
		}
		parts = append(parts, part)
	}
	return scheme + " " + strings.Join(parts, ", ")
}
