// Package address takes requests apart: where they come from, whom they are for, and
// whether they change something.
package address

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// Host returns the name in a Host header: in lower case, without port and brackets.
func Host(hostport string) string {
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		hostport = h
	}
	return strings.ToLower(strings.Trim(hostport, "[]"))
}

// Remote returns the host of a remote address.
func Remote(addr string) string {
	if host, _, err := net.SplitHostPort(addr); err == nil {
		return host
	}
	return addr
}

// Changes reports whether requests with the method change something.
func Changes(method string) bool {
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions
}

// SameOrigin reports whether a request can come from the server's own pages, or from
// a program: one that was let in by a cookie has to prove it. public is the server's
// own address, "" where that is not set.
func SameOrigin(r *http.Request, public string, cookie bool) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return false
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return !cookie || r.Header.Get("Sec-Fetch-Site") != ""
	}
	if public != "" && origin == public {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && strings.EqualFold(u.Host, r.Host)
}
