// Package channel holds the rules round channels, and tells through them what has
// happened: each event once in a while, however often it happens, and none lost.
package channel

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/api/channel"
	"github.com/sluicehq/sluice/internal/app/audit"
)

// Store is what channels need of the store.
type Store interface {
	sluice.ChannelStore
	sluice.OutboxStore
}

// Sealer seals and opens secrets.
type Sealer interface {
	Seal(secret sluice.Secret, place string) ([]byte, error)
	Unseal(sealed []byte, place string) (sluice.Secret, error)
}

// Channels holds the rules round channels.
type Channels struct {
	Store  Store
	Sealer Sealer
	Sender *Sender
	Audit  *audit.Log
	Clock  func() time.Time
}

func place(id string) string { return "channel/" + id + "/secret" }

// open returns a channel with its secret.
func (c *Channels) open(s *sluice.SealedChannel) (*sluice.Channel, error) {
	out := s.Channel
	if len(s.Sealed) == 0 {
		return &out, nil
	}
	var err error
	out.Secret, err = c.Sealer.Unseal(s.Sealed, place(s.ID))
	return &out, err
}

func (c *Channels) seal(in *sluice.Channel) (*sluice.SealedChannel, error) {
	out := &sluice.SealedChannel{Channel: *in}
	out.Secret = sluice.Secret{}
	if in.Secret.Empty() {
		return out, nil
	}
	var err error
	out.Sealed, err = c.Sealer.Seal(in.Secret, place(in.ID))
	return out, err
}

// ListChannels returns all channels by name, secrets as fingerprints.
func (c *Channels) ListChannels(ctx context.Context) ([]*sluice.Channel, error) {
	stored, err := c.Store.Channels(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]*sluice.Channel, len(stored))
	for i, s := range stored {
		if list[i], err = c.open(s); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Channel returns a channel.
func (c *Channels) Channel(ctx context.Context, name string) (*sluice.Channel, error) {
	s, err := c.Store.Channel(ctx, name)
	if err != nil {
		return nil, err
	}
	return c.open(s)
}

// CreateChannel stores a channel.
func (c *Channels) CreateChannel(ctx context.Context, by api.Actor, in *sluice.Channel) (*sluice.Channel, error) {
	ch := *in
	ch.ID, ch.CreatedAt = strings.ToLower(rand.Text()[:16]), c.Clock().UTC()
	ch.UpdatedAt = ch.CreatedAt
	if err := check(&ch); err != nil {
		return nil, err
	}
	s, err := c.seal(&ch)
	if err != nil {
		return nil, err
	}
	if err := c.Store.CreateChannel(ctx, s); err != nil {
		return nil, err
	}
	c.Audit.Note(ctx, by, "create", "channel", ch.Name, "")
	return &ch, nil
}

// UpdateChannel changes a channel, and keeps a secret that is left out or given as its
// fingerprint.
func (c *Channels) UpdateChannel(ctx context.Context, by api.Actor, name string, in *sluice.Channel) (*sluice.Channel, error) {
	old, err := c.Channel(ctx, name)
	if err != nil {
		return nil, err
	}
	ch := *in
	ch.ID, ch.CreatedAt, ch.UpdatedAt = old.ID, old.CreatedAt, c.Clock().UTC()
	if ch.Secret.Empty() || ch.Secret.Reveal() == old.Secret.String() {
		ch.Secret = old.Secret
	}
	if err := check(&ch); err != nil {
		return nil, err
	}
	s, err := c.seal(&ch)
	if err != nil {
		return nil, err
	}
	if err := c.Store.UpdateChannel(ctx, s); err != nil {
		return nil, err
	}
	c.Audit.Note(ctx, by, "update", "channel", ch.Name, "")
	return &ch, nil
}

// DeleteChannel removes a channel.
func (c *Channels) DeleteChannel(ctx context.Context, by api.Actor, name string) error {
	s, err := c.Store.Channel(ctx, name)
	if err != nil {
		return err
	}
	if err := c.Store.DeleteChannel(ctx, s.ID); err != nil {
		return err
	}
	c.Audit.Note(ctx, by, "delete", "channel", s.Name, "")
	return nil
}

// TestChannel sends a test message now.
func (c *Channels) TestChannel(ctx context.Context, by api.Actor, name string) (*channel.Sent, error) {
	ch, err := c.Channel(ctx, name)
	if err != nil {
		return nil, err
	}
	now := c.Clock().UTC()
	test := &sluice.Message{Repeats: 1, FirstAt: now, Event: sluice.Event{Code: sluice.EventTest, Noun: "channel", NounID: ch.ID, Name: ch.Name, At: now,
		Message: "This is a test of the channel " + ch.Name, Remedy: "Nothing to do: messages arrive"}}
	c.Audit.Note(ctx, by, "test", "channel", ch.Name, "")
	if err := c.Sender.Send(ctx, ch, []*sluice.Message{test}); err != nil {
		return nil, err
	}
	to := ch.URL
	if ch.Kind == sluice.ChannelEmail {
		to = strings.Join(ch.To, ", ")
	}
	return &channel.Sent{To: to, Message: test.Event.Message}, nil
}

// ListMessages returns what a channel has told and is to tell.
func (c *Channels) ListMessages(ctx context.Context, name string, before int64, limit int) ([]*sluice.Message, error) {
	s, err := c.Store.Channel(ctx, name)
	if err != nil {
		return nil, err
	}
	return c.Store.Messages(ctx, s.ID, before, limit)
}

// check says everything that is wrong with a channel.
func check(c *sluice.Channel) error {
	problems := sluice.CheckName("name", c.Name)
	add := func(path, message, remedy string) {
		problems = append(problems, sluice.Problem{Code: "channel.invalid", Path: path, Message: message, Remedy: remedy})
	}
	switch c.Kind {
	case sluice.ChannelWebhook:
		checkWebhook(c, add)
	case sluice.ChannelEmail:
		checkEmail(c, add)
	default:
		add("kind", fmt.Sprintf("the kind is %q", c.Kind), "Use webhook or email")
	}
	for i, code := range c.Events {
		if !slices.Contains(sluice.Events(), code) {
			add(fmt.Sprintf("events[%d]", i), fmt.Sprintf("there is no event %q", code), "Use some of "+strings.Join(sluice.Events(), ", "))
		}
	}
	for path, text := range map[string]string{"quiet": c.Quiet, "digest": c.Digest} {
		if d, err := sluice.ParseDuration(text); text != "" && (err != nil || d > 31*24*time.Hour) {
			add(path, fmt.Sprintf("%s is %q, not a duration of a month at most", path, text), "Write it as 15m, 1h or 24h")
		}
	}
	return sluice.Problems("channel.invalid", "the channel cannot be stored", problems)
}

func checkWebhook(c *sluice.Channel, add func(path, message, remedy string)) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		add("url", "the URL is not an http:// or https:// address without a login", "Write it as https://example.com/hooks/sluice")
	}
	if len(c.Secret.Reveal()) < 16 {
		add("secret", "the secret has fewer than 16 characters", "Make a random one; the receiver checks the signature with it")
	}
}

func checkEmail(c *sluice.Channel, add func(path, message, remedy string)) {
	if c.Host == "" || strings.ContainsAny(c.Host, " /:@\r\n") {
		add("host", "the host is not the name of an e-mail server", "Write it as smtp.example.com")
	}
	if c.Port < 1 || c.Port > 65535 {
		add("port", "the port is not one", "Use 465 with tls and 587 with starttls")
	}
	if !slices.Contains([]string{sluice.TLSImplicit, sluice.TLSStart, sluice.TLSNone}, c.TLS) {
		add("tls", fmt.Sprintf("tls is %q", c.TLS), "Use tls, starttls or none")
	}
	if c.TLS == sluice.TLSNone && c.User != "" {
		add("user", "a login would go over the network in the clear", "Use tls or starttls")
	}
	if len(c.To) == 0 {
		add("to", "nobody gets the messages", "Give e-mail addresses")
	}
	for path, address := range addresses(c) {
		if a, err := mail.ParseAddress(address); err != nil || a.Address != address || strings.ContainsAny(address, "\r\n") {
			add(path, fmt.Sprintf("%q is not an e-mail address", address), "Write it as ann@example.com")
		}
	}
}

// addresses returns a channel's addresses by their paths.
func addresses(c *sluice.Channel) map[string]string {
	all := map[string]string{"from": c.From}
	for i, to := range c.To {
		all[fmt.Sprintf("to[%d]", i)] = to
	}
	return all
}
