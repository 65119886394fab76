// Package address takes the addresses of requests apart.
package address

import (
	"net"
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
