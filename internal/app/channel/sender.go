package channel

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/reach"
)

// patience is how long a receiver may take.
const patience = 20 * time.Second

// Sender sends messages out of the house.
type Sender struct {
	// Private lets webhooks reach private addresses and this machine itself.
	Private bool
	// URL is the server's own address for people, for links; empty without one.
	URL func() string
	// TLS is what e-mail servers are reached with; nil means the system's authorities.
	TLS   *tls.Config
	Clock func() time.Time
}

// Send sends messages together. Errors say what a person can do.
func (s *Sender) Send(ctx context.Context, c *sluice.Channel, list []*sluice.Message) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if c.Kind == sluice.ChannelEmail {
		return s.mail(ctx, c, list)
	}
	return s.post(ctx, c, list)
}

// delivery is the body of a webhook.
type delivery struct {
	ID      string   `json:"id"` // the same when it is sent again
	Channel string   `json:"channel"`
	SentAt  string   `json:"sent_at"`
	Notices []notice `json:"notices"`
}

// notice is one event of a webhook's body.
type notice struct {
	sluice.Event
	Repeats int64     `json:"repeats"` // how often it has happened since it was told last
	FirstAt time.Time `json:"first_at"`
	URL     string    `json:"url,omitempty"`
}

// Headers of a webhook. The signature is hex(HMAC-SHA256(secret, timestamp + "." + body)).
const (
	headerTimestamp = "Sluice-Timestamp"
	headerSignature = "Sluice-Signature"
	headerDelivery  = "Sluice-Delivery"
)

func (s *Sender) post(ctx context.Context, c *sluice.Channel, list []*sluice.Message) error {
	now := s.Clock().UTC()
	d := delivery{ID: deliveryID(c, list), Channel: c.Name, SentAt: now.Format(time.RFC3339)}
	for _, m := range list {
		d.Notices = append(d.Notices, notice{Event: m.Event, Repeats: m.Repeats, FirstAt: m.FirstAt, URL: s.link(&m.Event)})
	}
	body, err := json.Marshal(d)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	stamp := strconv.FormatInt(now.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(c.Secret.Reveal()))
	_, _ = io.WriteString(mac, stamp+"."+string(body)) // a hash takes everything
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Sluice")
	req.Header.Set(headerTimestamp, stamp)
	req.Header.Set(headerSignature, "v1="+hex.EncodeToString(mac.Sum(nil)))
	req.Header.Set(headerDelivery, d.ID)
	client := &http.Client{Transport: s.transport(), CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	if err != nil {
		return unreachable("the webhook", err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // what it says does not matter
	switch {
	case resp.StatusCode/100 == 2:
		return nil
	case resp.StatusCode/100 == 3:
		return sluice.Errorf("channel.redirect", "the webhook answered %s", resp.Status).Fix("Give the address that it redirects to: a signed message is not handed on")
	}
	return sluice.Errorf("channel.refused", "the webhook answered %s", resp.Status).Fix("See the receiver's log")
}

// deliveryID names messages that are sent together, so that the receiver knows them
// when they come again.
func deliveryID(c *sluice.Channel, list []*sluice.Message) string {
	sum := sha256.New()
	_, _ = fmt.Fprint(sum, c.ID)
	for _, m := range list {
		_, _ = fmt.Fprint(sum, " ", m.ID, " ", m.FirstAt.UnixMicro())
	}
	return hex.EncodeToString(sum.Sum(nil)[:12])
}

// transport goes straight to the receiver: through a proxy nobody would see which
// address is reached in the end.
func (s *Sender) transport() *http.Transport {
	return &http.Transport{DialContext: s.dialer(s.Private).DialContext, TLSHandshakeTimeout: patience, DisableKeepAlives: true}
}

// dialer looks at the address that a name has turned into, just before it is reached.
func (s *Sender) dialer(private bool) *net.Dialer {
	return reach.Dialer(patience, func(a netip.Addr) error { return reachable(a, private) })
}

// reachable refuses addresses that no message is meant for.
func reachable(a netip.Addr, private bool) error {
	switch reach.ClassOf(a) {
	case reach.Never:
		return refused(a, "")
	case reach.Private:
		if !private {
			return refused(a, "Start the server with --webhooks-reach-private if channels may send to the local network")
		}
	}
	return nil
}

func refused(a netip.Addr, remedy string) error {
	if remedy == "" {
		remedy = "Give the address of a receiver; link-local and metadata addresses are never reached"
	}
	return sluice.Errorf("channel.address", "messages are not sent to the address %s", a).Fix(remedy)
}

// link is the page that shows more of an event.
func (s *Sender) link(e *sluice.Event) string {
	base := ""
	if s.URL != nil {
		base = s.URL()
	}
	switch {
	case base == "":
		return ""
	case e.Code == sluice.EventErrorsOpened || e.Code == sluice.NoticeErrorsFull:
		return base + "/errors?flow=" + e.Name
	case e.RunID != 0:
		return fmt.Sprintf("%s/runs/%d", base, e.RunID)
	case e.Noun == "flow":
		return base + "/flows/" + e.Name
	case e.Noun == "connection":
		return base + "/connections/" + e.Name
	}
	return base + "/"
}
