// Package address takes requests apart: where they come from, whom they are for, and
// whether they change something.
package address

import (
	"net"
	"net/http"
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
