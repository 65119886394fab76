package channel

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/smtp"
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
)

// mail sends messages as one e-mail. E-mail servers are often in the house: private
// addresses are reached, link-local ones are not.
func (s *Sender) mail(ctx context.Context, c *sluice.Channel, list []*sluice.Message) error {
	letter, err := s.letter(c, list)
	if err != nil {
		return err
	}
	conn, err := s.dialer(true).DialContext(ctx, "tcp", net.JoinHostPort(c.Host, strconv.Itoa(c.Port)))
	if err != nil {
		return unreachable("the e-mail server", err)
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline) // a connection that has none ends with its dialog
	}
	secure := &tls.Config{}
	if s.TLS != nil {
		secure = s.TLS.Clone()
	}
	secure.ServerName, secure.MinVersion = c.Host, tls.VersionTLS12
	if c.TLS == sluice.TLSImplicit {
		conn = tls.Client(conn, secure)
	}
	if err := dialog(conn, c, secure, letter); err != nil {
		return mailProblem(err)
	}
	return nil
}

// dialog is the talk with the server (RFC 5321).
func dialog(conn net.Conn, c *sluice.Channel, secure *tls.Config, letter []byte) error {
	client, err := smtp.NewClient(conn, c.Host)
	if err != nil {
		return err
	}
	defer client.Close()
	if c.TLS == sluice.TLSStart {
		if ok, _ := client.Extension("STARTTLS"); !ok {
			return sluice.Errorf("channel.no_tls", "the e-mail server offers no STARTTLS").Fix("Use tls and its port, usually 465")
		}
		if err := client.StartTLS(secure); err != nil {
			return err
		}
	}
	if c.User != "" {
		if err := client.Auth(smtp.PlainAuth("", c.User, c.Secret.Reveal(), c.Host)); err != nil {
			return err
		}
	}
	if err := client.Mail(c.From); err != nil {
		return err
	}
	for _, to := range c.To {
		if err := client.Rcpt(to); err != nil {
			return err
		}
	}
	w, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(letter); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_ = client.Quit() // the letter is taken by then
	return nil
}

// letter writes the e-mail. What the text holds cannot become a header: it is encoded.
func (s *Sender) letter(c *sluice.Channel, list []*sluice.Message) ([]byte, error) {
	var out bytes.Buffer
	domain := c.From[strings.LastIndexByte(c.From, '@')+1:]
	for _, h := range [][2]string{{"From", "Sluice <" + c.From + ">"}, {"To", strings.Join(c.To, ", ")}, {"Subject", mime.QEncoding.Encode("utf-8", subject(list))},
		{"Date", s.Clock().Format(time.RFC1123Z)}, {"Message-ID", "<" + deliveryID(c, list) + "@" + domain + ">"}, {"Auto-Submitted", "auto-generated"},
		{"MIME-Version", "1.0"}, {"Content-Type", "text/plain; charset=utf-8"}, {"Content-Transfer-Encoding", "quoted-printable"}} {
		fmt.Fprintf(&out, "%s: %s\r\n", h[0], h[1])
	}
	out.WriteString("\r\n")
	w := quotedprintable.NewWriter(&out)
	_, err := w.Write([]byte(strings.ReplaceAll(s.text(list), "\n", "\r\n")))
	return out.Bytes(), errors.Join(err, w.Close())
}

func subject(list []*sluice.Message) string {
	text := list[0].Event.Message
	if len(list) > 1 {
		text = fmt.Sprintf("%d notices", len(list))
	}
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r < ' ' }), " ")
	if r := []rune(text); len(r) > 120 {
		text = string(r[:119]) + "…"
	}
	return "Sluice: " + text
}

// text writes messages for people.
func (s *Sender) text(list []*sluice.Message) string {
	var out strings.Builder
	for _, m := range list {
		e := &m.Event
		fmt.Fprintf(&out, "%s\n", e.Message)
		if e.Remedy != "" {
			fmt.Fprintf(&out, "  What to do: %s\n", e.Remedy)
		}
		if e.Count > 0 {
			fmt.Fprintf(&out, "  Records: %d\n", e.Count)
		}
		if m.Repeats > 1 {
			fmt.Fprintf(&out, "  It has happened %d times since %s\n", m.Repeats, m.FirstAt.UTC().Format(time.RFC1123))
		}
		fmt.Fprintf(&out, "  At: %s\n", e.At.UTC().Format(time.RFC1123))
		if link := s.link(e); link != "" {
			fmt.Fprintf(&out, "  %s\n", link)
		}
		out.WriteString("\n")
	}
	return out.String()
}

// unreachable says that nobody answered, keeping an own reason.
func unreachable(what string, err error) error {
	if own, ok := errors.AsType[*sluice.Error](err); ok {
		return own
	}
	return sluice.Errorf("channel.unreachable", "%s cannot be reached: %w", what, err).Fix("Check the address and the network")
}

func mailProblem(err error) error {
	if own, ok := errors.AsType[*sluice.Error](err); ok {
		return own
	}
	return sluice.Errorf("channel.refused", "the e-mail server did not take the message: %w", err).Fix("Check host, port, TLS, user and password, and that the server takes mail from this sender")
}
