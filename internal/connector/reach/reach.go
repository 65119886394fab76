// Package reach says which network addresses the server's own requests go to. It looks
// at the address that a name has turned into, just before it is dialed: a name that
// answers otherwise the second time gains nothing.
package reach

import (
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// Class is what kind of address one is.
type Class int

// The classes of addresses.
const (
	// Public addresses are those of the Internet.
	Public Class = iota
	// Private addresses are those of a house and of this machine.
	Private
	// Never are those that no request of ours is meant for: link-local ones, at which
	// clouds tell a machine's credentials, other metadata addresses, multicast, none at all.
	Never
)

// metadata are addresses outside of the link-local range at which clouds tell a
// machine's credentials: AWS over IPv6, Alibaba, Oracle.
var metadata = []netip.Addr{netip.MustParseAddr("fd00:ec2::254"), netip.MustParseAddr("100.100.100.200"), netip.MustParseAddr("192.0.0.192")}

// inner are ranges that are private without netip saying so: shared address space (RFC
// 6598), benchmarks (RFC 2544), and special ones (RFC 6890).
var inner = []netip.Prefix{netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("64:ff9b:1::/48")}

// holding are IPv6 ranges that hold an IPv4 address, and at which byte (RFC 6052, 3056):
// a gateway hands on to that one.
var holding = map[netip.Prefix]int{netip.MustParsePrefix("64:ff9b::/96"): 12, netip.MustParsePrefix("2002::/16"): 2}

// ClassOf says what kind of address one is.
func ClassOf(a netip.Addr) Class {
	a = a.Unmap().WithZone("")
	if !a.IsValid() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() || slices.Contains(metadata, a) {
		return Never
	}
	if a.IsPrivate() || a.IsLoopback() || slices.ContainsFunc(inner, func(p netip.Prefix) bool { return p.Contains(a) }) {
		return Private
	}
	for p, at := range holding {
		if p.Contains(a) {
			whole := a.As16()
			return max(Private, ClassOf(netip.AddrFrom4([4]byte(whole[at:at+4]))))
		}
	}
	return Public
}

// keepAlive is that of http.DefaultTransport.
const keepAlive = 30 * time.Second

// Dialer returns a dialer that reaches the addresses that allowed has no error for.
func Dialer(timeout time.Duration, allowed func(netip.Addr) error) *net.Dialer {
	return &net.Dialer{Timeout: timeout, KeepAlive: keepAlive, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		return allowed(to.Addr())
	}}
}
