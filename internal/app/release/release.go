// Package release tells which NetSuite release accounts have, and what it makes of
// versions of SOAP web services.
package release

import (
	"fmt"
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
