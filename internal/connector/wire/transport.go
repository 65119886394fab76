// Package wire watches what connections exchange with other systems, for their
// debug logs: secrets are masked before anything is handed on.
package wire

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
)

// MaxBody is how much of a body a debug log keeps, in bytes.
const MaxBody = 64 << 10

// Tap takes what connections exchange with other systems while their debug logs are on.
type Tap interface {
	// Open reports whether a connection's debug log is on now.
	Open(connectionID string) bool
	// Record takes one exchange, its secrets masked. It never waits.
	Record(e sluice.DebugEntry)
}

// slack is read of a body beyond what is kept, so that a secret at the cut is seen whole.
const slack = 8 << 10

// Watch says whose exchanges are watched, and who takes them.
type Watch struct {
	Connection string // its ID
	Tap        Tap
	Name       string  // the connection's, for Traffic
	Traffic    Traffic // of databases; nil for nobody
	Mask       *Mask
	Clock      func() time.Time // nil means time.Now
}

// Transport returns next, watched, and kept from effects in rehearsals. While the
// debug log is off it costs nothing but the questions.
func Transport(next http.RoundTripper, w Watch) http.RoundTripper {
	if w.Clock == nil {
		w.Clock = time.Now
	}
	if w.Tap != nil {
		next = &transport{next, w}
	}
	return &stage{next, w.Mask}
}

type transport struct {
	next http.RoundTripper
	Watch
}

// RoundTrip sends the request and, where the log is on, keeps what goes over the wire.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if !t.Tap.Open(t.Connection) {
		return t.next.RoundTrip(r)
	}
	x := &exchange{transport: t, request: r, began: t.Clock()}
	sent := r.Clone(r.Context())
	if r.Body != nil && r.Body != http.NoBody {
		sent.Body = &copied{ReadCloser: r.Body, keep: &x.out}
	}
	response, err := t.next.RoundTrip(sent)
	if err != nil {
		x.end(err)
		return nil, err
	}
	x.response = response
	response.Body = &copied{ReadCloser: response.Body, keep: &x.in, ended: x.end}
	return response, nil
}

// CloseIdleConnections passes on what http.Client asks of its transport.
func (t *transport) CloseIdleConnections() {
	if c, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// kept is the beginning of a body.
type kept struct {
	mu    sync.Mutex // a transport may still send while the answer is there
	text  bytes.Buffer
	total int
}

func (k *kept) add(p []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.total += len(p)
	if room := MaxBody + slack - k.text.Len(); room > 0 {
		k.text.Write(p[:min(len(p), room)])
	}
}

// show returns the body as the log keeps it.
func (k *kept) show(m *Mask) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	text := m.Text(k.text.String())
	if k.total <= MaxBody && len(text) <= MaxBody {
		return text
	}
	end := min(len(text), MaxBody)
	if k.total > k.text.Len() { // a secret may be cut in two at the end of what was kept
		end = min(end, max(0, len(text)-slack))
	}
	return text[:end] + fmt.Sprintf("\n… cut: %d bytes in all", k.total)
}

// copied keeps the beginning of what is read from a body.
type copied struct {
	io.ReadCloser
	keep  *kept
	once  sync.Once
	ended func(error) // called once, at the end of the body or when it is closed
}

func (c *copied) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.keep.add(p[:n])
	if err == io.EOF {
		c.end(nil)
	} else if err != nil {
		c.end(err)
	}
	return n, err
}

func (c *copied) Close() error {
	err := c.ReadCloser.Close()
	c.end(nil)
	return err
}

func (c *copied) end(err error) {
	if c.ended != nil {
		c.once.Do(func() { c.ended(err) })
	}
}

// exchange is one request and its answer.
type exchange struct {
	*transport
	request  *http.Request
	response *http.Response
	began    time.Time
	out, in  kept
}

func (x *exchange) end(err error) {
	m := x.Mask
	e := sluice.DebugEntry{ConnectionID: x.Connection, At: x.began.UTC(), Method: x.request.Method, URL: m.URL(x.request.URL),
		Took: sluice.Milliseconds(x.Clock().Sub(x.began).Milliseconds())}
	sent, got := x.out.show(m), ""
	if x.response != nil {
		got = x.in.show(m)
	}
	if x.givesTokens() {
		sent, got = hidden(sent), hidden(got)
	}
	e.Request = m.header(x.request.Header) + "\n" + sent
	if x.response != nil {
		e.Status, e.Response = x.response.StatusCode, m.header(x.response.Header)+"\n"+got
	}
	if err != nil {
		e.Error = m.Text(err.Error())
	}
	x.Tap.Record(e)
}

// tokenPaths are the endings of addresses that give out, or take, tokens in bodies.
var tokenPaths = []string{"/requesttoken", "/accesstoken", "/issuetoken", "/revoketoken", "/token", "/oauth2/v1/token"}

// givesTokens reports an exchange with a token endpoint, told by its address or by
// the form that OAuth 2.0 has clients send.
func (x *exchange) givesTokens() bool {
	for _, end := range tokenPaths {
		if strings.HasSuffix(x.request.URL.Path, end) {
			return true
		}
	}
	form := strings.HasPrefix(x.request.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
	x.out.mu.Lock()
	defer x.out.mu.Unlock()
	return form && bytes.Contains(x.out.text.Bytes(), []byte("grant_type="))
}

func hidden(body string) string {
	if body == "" {
		return ""
	}
	return "[masked: a token endpoint's body]"
}
