// Package release tells which NetSuite release accounts have, and what it makes of
// versions of SOAP web services.
package release

import (
	"fmt"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
)

// At returns the NetSuite release that accounts have at a time, such as
// 2026.1. Oracle brings a release to accounts over months, the first of a year from
// February to April, the second from August to October, and does not publish when
// each account gets it; the middles of these phases, the 15th of March and of
// September, stand for all.
func At(t time.Time) string {
	t = t.UTC()
	year, half := t.Year(), 1
	switch first, second := time.Date(year, time.March, 15, 0, 0, 0, 0, time.UTC), time.Date(year, time.September, 15, 0, 0, 0, 0, time.UTC); {
	case t.Before(first):
		year, half = year-1, 2
	case !t.Before(second):
		half = 2
	}
	return fmt.Sprintf("%d.%d", year, half)
}

// Supports reports whether a NetSuite release supports the version. Releases have
// four digits and one, so that their texts are in order.
func Supports(release string, v sluice.WSDLVersion) bool { return release <= v.SupportedThrough }

// Ends reports whether a NetSuite release has the version no more.
func Ends(release string, v sluice.WSDLVersion) bool { return release >= v.GoneWith }

// Span returns the months over which accounts get a release, such as "February to
// April 2027" for 2027.1; "" for a text that names no release.
func Span(release string) string {
	year, half, _ := strings.Cut(release, ".")
	switch half {
	case "1":
		return "February to April " + year
	case "2":
		return "August to October " + year
	}
	return ""
}

// Next returns the release after another: 2027.1 after 2026.2. Of a text that names no
// release it returns "".
func Next(release string) string {
	var year, half int
	if n, err := fmt.Sscanf(release, "%4d.%1d", &year, &half); n != 2 || err != nil {
		return ""
	}
	if half == 1 {
		return fmt.Sprintf("%d.2", year)
	}
	return fmt.Sprintf("%d.1", year+1)
}

// WSDL returns what a NetSuite release makes of a WSDL version, and whether it supports it.
func WSDL(release string, v sluice.WSDLVersion) (note string, supported bool) {
	switch supported = Supports(release, v); {
	case Ends(release, v):
		return "NetSuite " + release + " has no SOAP web services any more", supported
	case !supported:
		return fmt.Sprintf("NetSuite %s does not support it any more; it answers until %s", release, v.GoneWith), supported
	case v.Version == sluice.LatestWSDL:
		return fmt.Sprintf("Recommended: the newest, supported through NetSuite %s", v.SupportedThrough), supported
	}
	return fmt.Sprintf("Supported through NetSuite %s", v.SupportedThrough), supported
}

// Outdated returns what is wrong with a connection's WSDL version at a NetSuite release;
// "" for a version that it supports, and for connections that have none.
func Outdated(release string, c *sluice.Connection) string {
	if c.Kind != sluice.KindNetSuite {
		return ""
	}
	for _, v := range sluice.WSDLVersions() {
		if v.Version == c.Get("wsdl_version") {
			if note, supported := WSDL(release, v); !supported {
				return note
			}
		}
	}
	return ""
}
