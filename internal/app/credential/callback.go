package credential

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
)

// callbackPath is the path of the server's own callback.
const callbackPath = "/oauth/callback"

// hashState binds the state to the browser that began, where one did: in another
// one the hash is another, and nothing is found or used up.
func hashState(state string, binding sluice.Secret) string {
	sum := sha256.Sum256([]byte(state + "\n" + binding.Reveal()))
	return hex.EncodeToString(sum[:])
}

// callback returns the address that NetSuite sends the browser to: the caller's own
// on this machine, or the server's.
func (r *Rules) callback(s api.AuthorizationStart) (string, error) {
	if s.Callback != "" {
		u, err := url.Parse(s.Callback)
		if err != nil || u.Scheme != "http" || u.Hostname() != "localhost" || u.Port() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			return "", sluice.Errorf("authorization.callback_address", "the callback %q cannot be used", s.Callback).At("callback").
				Fix("Give http://localhost:PORT/…, which NetSuite takes with any port where the integration record says http://localhost:*; 127.0.0.1 is not exempt")
		}
		return s.Callback, nil
	}
	base := r.URL()
	if base == "" {
		return "", sluice.Errorf("authorization.no_callback", "this server has no address that NetSuite could send a browser to").At("callback").
			Fix("Start it with --listen, or give a callback of your own: sluice connection authorize does")
	}
	u, err := url.Parse(base)
	if err != nil {
		return "", err
	}
	if s.Host != "" && !strings.EqualFold(s.Host, u.Hostname()) {
		return "", sluice.Errorf("authorization.other_address", "this page was opened at %s, and NetSuite sends the browser to %s, where it is not known", s.Host, base).
			Fix("Open Sluice at " + base + " and begin again there")
	}
	return base + callbackPath, nil
}

// maxReturn bounds the address of a page.
const maxReturn = 2000

// checkReturn refuses everything but a page of this server.
func checkReturn(path string) error {
	u, err := url.Parse(path)
	if path == "" || len(path) <= maxReturn && err == nil && u.Scheme == "" && u.Host == "" && u.User == nil && strings.HasPrefix(path, "/") &&
		!strings.HasPrefix(path, "//") && !strings.ContainsAny(path, "\\\t\r\n#") {
		return nil
	}
	return sluice.Errorf("authorization.return", "%q is not a page of this server", path).At("return").Fix("Give a path, such as /connections/netsuite")
}
