package wire

import (
	"crypto/tls"
	"net/http"

	"github.com/sluicehq/sluice/internal/connector/reach"
)

// HTTP1 returns a transport for so many requests at one time, to addresses that the rule
// allows. It speaks HTTP/1.1 only: where each request has a connection of its own, one
// that breaks leaves the outcome of one request unknown.
func HTTP1(limit int, rule reach.Rule) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	t.MaxIdleConnsPerHost = limit + 1
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	return rule.Guard(t)
}
