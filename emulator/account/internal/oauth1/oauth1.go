// Package oauth1 reads OAuth 1.0 requests and computes their signatures, by RFC
// 5849 and the vectors that Oracle prints. It shares nothing with any client.
package oauth1

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Param is one decoded protocol, query or form parameter.
type Param struct{ Name, Value string }

var errHeader = errors.New("malformed Authorization header")

// ParseHeader reads the parameters of an OAuth Authorization header (RFC 5849,
// section 3.5.1): name="value" pairs, percent-encoded, in any order, separated
// by commas with or without white space. The scheme is already cut off.
func ParseHeader(h string) ([]Param, error) {
	var out []Param
	for rest := strings.Trim(h, " \t"); rest != ""; {
		name, after, ok := strings.Cut(rest, "=")
		if !ok || !strings.HasPrefix(after, `"`) {
			return nil, errHeader
		}
		value, after, ok := strings.Cut(after[1:], `"`)
		if !ok {
			return nil, errHeader
		}
		p, err := decode(strings.TrimRight(name, " \t"), value)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
		rest = strings.TrimLeft(after, " \t")
		if rest == "" {
			break
		}
		if rest[0] != ',' {
			return nil, errHeader
		}
		if rest = strings.TrimLeft(rest[1:], " \t"); rest == "" {
			return nil, errHeader // a comma with nothing behind it
		}
	}
	return out, nil
}

// decode undoes percent-encoding; "+" stays, unlike in a query.
func decode(name, value string) (Param, error) {
	n, err := url.PathUnescape(name)
	if err != nil || n == "" || strings.ContainsAny(name, "\", \t") {
		return Param{}, errHeader
	}
	v, err := url.PathUnescape(value)
	if err != nil {
		return Param{}, errHeader
	}
	return Param{n, v}, nil
}

// SignedParams returns what is signed besides the header: the query and, of a
// form, the body, which is read and put back.
func SignedParams(r *http.Request) ([]Param, error) {
	out, err := formParams(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	if t, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); t != "application/x-www-form-urlencoded" || r.Body == nil {
		return out, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), r.Body))
	form, err := formParams(string(body))
	return append(out, form...), err
}

func formParams(raw string) ([]Param, error) {
	var out []Param
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		n, err := url.QueryUnescape(name)
		if err != nil {
			return nil, err
		}
		v, err := url.QueryUnescape(value)
		if err != nil {
			return nil, err
		}
		out = append(out, Param{n, v})
	}
	return out, nil
}

// BaseString builds the signature base string of RFC 5849, section 3.4.1, from
// the method, the base URL and all decoded parameters. It leaves
// realm and oauth_signature out.
func BaseString(method, baseURL string, params []Param) string {
	var pairs []Param
	for _, p := range params {
		if p.Name != "realm" && p.Name != "oauth_signature" {
			pairs = append(pairs, Param{Escape(p.Name), Escape(p.Value)})
		}
	}
	slices.SortFunc(pairs, func(a, b Param) int {
		if c := strings.Compare(a.Name, b.Name); c != 0 {
			return c
		}
		return strings.Compare(a.Value, b.Value)
	})
	joined := make([]string, len(pairs))
	for i, p := range pairs {
		joined[i] = p.Name + "=" + p.Value
	}
	return strings.ToUpper(method) + "&" + Escape(baseURL) + "&" + Escape(strings.Join(joined, "&"))
}

// Escape percent-encodes all but RFC 3986's unreserved characters.
func Escape(s string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(digits[c>>4])
		b.WriteByte(digits[c&15])
	}
	return b.String()
}

// Signature returns base64(HMAC-SHA256) over base with the two secrets.
func Signature(base, consumerSecret, tokenSecret string) string {
	mac := hmac.New(sha256.New, []byte(Escape(consumerSecret)+"&"+Escape(tokenSecret)))
	mac.Write([]byte(base))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// SignedURL returns scheme, host and path as the client signed them: as
// received, or below public where that is set. The path stays as it was sent.
func SignedURL(r *http.Request, public *url.URL) string {
	scheme, host, prefix := "http", r.Host, ""
	switch {
	case public != nil:
		scheme, host, prefix = public.Scheme, public.Host, strings.TrimSuffix(public.EscapedPath(), "/")
	case r.URL.Scheme != "": // absolute form, through a proxy
		scheme = r.URL.Scheme
	case r.TLS != nil:
		scheme = "https"
	}
	return originOf(scheme, host) + prefix + r.URL.EscapedPath()
}

// originOf joins scheme and host in lower case without the scheme's own port.
func originOf(scheme, host string) string {
	scheme, host = strings.ToLower(scheme), strings.ToLower(host)
	if h, port, err := net.SplitHostPort(host); err == nil && (scheme == "http" && port == "80" || scheme == "https" && port == "443") {
		host = h
		if strings.Contains(h, ":") {
			host = "[" + h + "]"
		}
	}
	return scheme + "://" + host
}
