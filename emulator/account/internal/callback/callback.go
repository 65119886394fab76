// Package callback compares the callback URLs of the three-step flow.
package callback

import (
	"net/url"
	"regexp"
	"strings"
)

var domainWildcard = regexp.MustCompile(`^https://\*(\.[^/]+)(/.*)?$`)

// Matches compares a callback with the one on the integration record:
// exactly, but for http://localhost:* (any port) and * as the first label of a
// domain (Oracle help, bridgehead_4249032125).
func Matches(record, callback string) bool {
	if record == "" {
		return false
	}
	if record == callback {
		return true
	}
	if path, ok := strings.CutPrefix(record, "http://localhost:*"); ok {
		u, err := url.Parse(callback)
		return err == nil && u.Scheme == "http" && u.Hostname() == "localhost" && u.User == nil && u.Fragment == "" &&
			(path == "" || strings.TrimPrefix(callback, "http://"+u.Host) == path)
	}
	if m := domainWildcard.FindStringSubmatch(record); m != nil {
		u, err := url.Parse(callback)
		if err != nil || u.Scheme != "https" || u.User != nil {
			return false
		}
		_, parent, _ := strings.Cut(u.Host, ".")
		return "."+parent == m[1] && strings.TrimPrefix(callback, "https://"+u.Host) == m[2]
	}
	return false
}
