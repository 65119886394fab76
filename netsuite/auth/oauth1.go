package auth

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// HMACSHA256 is the one signature method that NetSuite accepts; HMAC-SHA1 lost
// support with 2023.1 (Oracle help section_1534941088).
const HMACSHA256 = "HMAC-SHA256"

// ErrAlgorithm refuses any signature method but [HMACSHA256].
var ErrAlgorithm = errors.New("netsuite accepts HMAC-SHA256 signatures only (HMAC-SHA1 ended with 2023.1)")

// Signing is everything that an OAuth 1.0a signature depends on.
type Signing struct {
	Method string
	URL    string // as sent, query included

	// Realm is the account ID in realm form (1234567_SB1). It goes into the
	// header, not into the signature; NetSuite wants it on every API call.
	Realm string

	ConsumerKey    string
	ConsumerSecret Secret
	Token          string // token ID; empty in the first step of the three-step flow
	TokenSecret    Secret

	Nonce     string // at least 6 characters, never used before with this timestamp
	Timestamp int64  // Unix seconds; NetSuite accepts five minutes either way

	// Algorithm is HMAC-SHA256 or empty, which means the same.
	Algorithm string

	// Callback, Verifier and Role belong to the three-step flow. Each is
	// signed and sent where it is not empty.
	Callback, Verifier, Role string

	// Form holds the parameters of a form-encoded body, which are signed too.
	// NetSuite's APIs take JSON; leave it nil for them.
	Form url.Values
}

// Signed is a finished signature with the steps that led to it.
type Signed struct {
	BaseString string // the text that was signed; holds no secret
	Signature  string // base64, not percent-encoded
	Header     string // value of the Authorization header
}

// SignOAuth1 signs a request the way NetSuite's REST services and RESTlets
// check it: RFC 5849 section 3.4 with HMAC-SHA256, the query signed, the realm
// and a JSON body not (Oracle help section_1534939551, section_157651396916).
// It reports every problem of its argument at once.
func SignOAuth1(s Signing) (Signed, error) {
	u, err := s.check()
	if err != nil {
		return Signed{}, err
	}
	header := s.headerParams()
	params := slices.Clone(header)
	query, err := queryParams(u.RawQuery)
	if err != nil {
		return Signed{}, fmt.Errorf("sign %s %s: %w", s.Method, u.Redacted(), err)
	}
	params = append(params, query...)
	for name, values := range s.Form {
		for _, v := range values {
			params = append(params, param{name, v})
		}
	}
	base := baseString(s.Method, u, params)
	signature := sign(base, s.ConsumerSecret, s.TokenSecret)
	return Signed{
		BaseString: base,
		Signature:  signature,
		Header:     authorization(s.Realm, append(header, param{"oauth_signature", signature})),
	}, nil
}

func (s Signing) check() (*url.URL, error) {
	var problems []error
	report := func(bad bool, text string) {
		if bad {
			problems = append(problems, errors.New(text))
		}
	}
	u, err := url.Parse(s.URL)
	report(err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"), "url: an absolute http(s) URL is needed")
	report(s.Method == "", "method: missing")
	report(s.ConsumerKey == "", "consumer key: missing")
	report(s.ConsumerSecret.IsZero(), "consumer secret: missing")
	report(s.Token != "" && s.TokenSecret.IsZero(), "token secret: missing")
	report(len(s.Nonce) < 6, "nonce: NetSuite wants at least 6 characters")
	report(s.Timestamp <= 0, "timestamp: positive Unix seconds are needed")
	if s.Algorithm != "" && s.Algorithm != HMACSHA256 {
		problems = append(problems, fmt.Errorf("algorithm %q: %w", s.Algorithm, ErrAlgorithm))
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("oauth1: %w", errors.Join(problems...))
	}
	return u, nil
}

// headerParams lists the OAuth parameters in the order of the header.
func (s Signing) headerParams() []param {
	params := []param{{"oauth_consumer_key", s.ConsumerKey}}
	add := func(name, value string) {
		if value != "" {
			params = append(params, param{name, value})
		}
	}
	add("oauth_token", s.Token)
	add("oauth_nonce", s.Nonce)
	add("oauth_timestamp", strconv.FormatInt(s.Timestamp, 10))
	add("oauth_signature_method", HMACSHA256)
	add("oauth_version", "1.0")
	add("oauth_callback", s.Callback)
	add("oauth_verifier", s.Verifier)
	add("role", s.Role)
	return params
}

type param struct{ name, value string }

// queryParams decodes a raw query. Unlike url.ParseQuery it keeps a semicolon
// as part of the value, as the server does, and keeps the order.
func queryParams(raw string) ([]param, error) {
	var params []param
	for piece := range strings.SplitSeq(raw, "&") {
		if piece == "" {
			continue
		}
		name, value, _ := strings.Cut(piece, "=")
		n, err := url.QueryUnescape(name)
		if err != nil {
			return nil, fmt.Errorf("query: %w", err)
		}
		v, err := url.QueryUnescape(value)
		if err != nil {
			return nil, fmt.Errorf("query: %w", err)
		}
		params = append(params, param{n, v})
	}
	return params, nil
}

// baseString builds the signature base string of RFC 5849 section 3.4.1.
func baseString(method string, u *url.URL, params []param) string {
	encoded := make([]param, len(params))
	for i, p := range params {
		encoded[i] = param{escape(p.name), escape(p.value)}
	}
	slices.SortFunc(encoded, func(a, b param) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.value, b.value))
	})
	pairs := make([]string, len(encoded))
	for i, p := range encoded {
		pairs[i] = p.name + "=" + p.value
	}
	return strings.ToUpper(method) + "&" + escape(baseURL(u)) + "&" + escape(strings.Join(pairs, "&"))
}

// baseURL is the URL without query, fragment and default port, its scheme and
// host in lower case.
func baseURL(u *url.URL) string {
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	switch scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	return scheme + "://" + host + cmp.Or(u.EscapedPath(), "/")
}

// escape percent-encodes with the unreserved set of RFC 3986; url.QueryEscape
// differs from it in the space alone.
func escape(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

func sign(base string, consumer, token Secret) string {
	mac := hmac.New(sha256.New, []byte(escape(consumer.Reveal())+"&"+escape(token.Reveal())))
	mac.Write([]byte(base))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func authorization(realm string, params []param) string {
	var b strings.Builder
	b.WriteString("OAuth ")
	if realm != "" {
		params = append([]param{{"realm", realm}}, params...)
	}
	for i, p := range params {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, `%s="%s"`, p.name, escape(p.value))
	}
	return b.String()
}

// Passport is everything that the signature of a SOAP tokenPassport depends on.
type Passport struct {
	Account        string // realm form, exactly as in the element: 1234567_SB1
	ConsumerKey    string
	ConsumerSecret Secret
	Token          string
	TokenSecret    Secret
	Nonce          string // 6 to 64 letters and digits
	Timestamp      int64  // Unix seconds
	Algorithm      string // HMAC-SHA256 or empty, which means the same
}

// SignedPassport is a finished tokenPassport signature.
type SignedPassport struct {
	BaseString string
	Signature  string // base64
	Algorithm  string // value of the attribute of the same name
}

// SignPassport signs a SOAP tokenPassport: account, consumer key, token, nonce
// and timestamp joined by "&", no method, URL or body (Oracle help
// section_4395630653). It reports every problem of its argument at once.
func SignPassport(p Passport) (SignedPassport, error) {
	var problems []error
	for _, f := range []struct {
		name  string
		empty bool
	}{
		{"account", p.Account == ""}, {"consumer key", p.ConsumerKey == ""}, {"consumer secret", p.ConsumerSecret.IsZero()},
		{"token", p.Token == ""}, {"token secret", p.TokenSecret.IsZero()}, {"timestamp", p.Timestamp <= 0},
	} {
		if f.empty {
			problems = append(problems, fmt.Errorf("%s: missing", f.name))
		}
	}
	if len(p.Nonce) < 6 || len(p.Nonce) > 64 {
		problems = append(problems, errors.New("nonce: 6 to 64 characters are needed"))
	}
	if p.Algorithm != "" && p.Algorithm != HMACSHA256 {
		problems = append(problems, fmt.Errorf("algorithm %q: %w", p.Algorithm, ErrAlgorithm))
	}
	if len(problems) > 0 {
		return SignedPassport{}, fmt.Errorf("token passport: %w", errors.Join(problems...))
	}
	parts := []string{p.Account, p.ConsumerKey, p.Token, p.Nonce, strconv.FormatInt(p.Timestamp, 10)}
	for i := range parts {
		parts[i] = escape(parts[i])
	}
	base := strings.Join(parts, "&")
	return SignedPassport{BaseString: base, Signature: sign(base, p.ConsumerSecret, p.TokenSecret), Algorithm: HMACSHA256}, nil
}
