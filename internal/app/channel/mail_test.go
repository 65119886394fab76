package channel_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"net"
	"net/http/httptest"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
)

// strongroom is an e-mail server that takes letters over TLS alone, after a login.
type strongroom struct {
	listener net.Listener
	config   *tls.Config
	roots    *x509.CertPool
	implicit bool
	done     chan struct{} // closed when the only dialog is over

	clear, secure []string // commands that came before TLS, and under it
	letter        []string
}

func newStrongroom(t *testing.T, implicit bool) *strongroom {
	t.Helper()
	certified := httptest.NewTLSServer(nil) // for its certificate, which is for 127.0.0.1
	defer certified.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	s := &strongroom{listener: l, config: &tls.Config{Certificates: certified.TLS.Certificates}, roots: x509.NewCertPool(), implicit: implicit, done: make(chan struct{})}
	s.roots.AddCert(certified.Certificate())
	go func() {
		defer close(s.done)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		if implicit {
			conn = tls.Server(conn, s.config)
		}
		s.talk(conn)
	}()
	return s
}

// talk answers commands until the other side leaves.
func (s *strongroom) talk(conn net.Conn) {
	text := textproto.NewConn(conn)
	say := func(line string) { _ = text.PrintfLine("%s", line) }
	under := s.implicit
	say("220 strongroom")
	for {
		line, err := text.ReadLine()
		if err != nil {
			return
		}
		if under {
			s.secure = append(s.secure, line)
		} else {
			s.clear = append(s.clear, line)
		}
		switch verb, _, _ := strings.Cut(line, " "); {
		case verb == "EHLO" && under:
			say("250-strongroom\r\n250 AUTH PLAIN")
		case verb == "EHLO":
			say("250-strongroom\r\n250 STARTTLS")
		case verb == "STARTTLS" && !under:
			say("220 go on")
			text, under = textproto.NewConn(tls.Server(conn, s.config)), true
		case verb == "AUTH":
			say("235 welcome")
		case verb == "MAIL" || verb == "RCPT":
			say("250 ok")
		case verb == "DATA":
			say("354 go on")
			s.letter, _ = text.ReadDotLines()
			say("250 taken")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("502 what?")
		}
	}
}

// over waits until the dialog is over.
func (s *strongroom) over(t *testing.T) {
	t.Helper()
	select {
	case <-s.done:
	case <-time.After(30 * time.Second):
		t.Fatal("the dialog does not end")
	}
}

// mailing returns a house with a channel to the server.
func mailing(t *testing.T, s *strongroom, roots *x509.CertPool) *house {
	t.Helper()
	h := newHouse(t)
	h.Sender.TLS = &tls.Config{RootCAs: roots}
	c := sluice.Channel{Name: "mail", Kind: sluice.ChannelEmail, Host: "127.0.0.1", Port: s.listener.Addr().(*net.TCPAddr).Port, TLS: sluice.TLSStart,
		User: "ann", Secret: sluice.NewSecret(secret), From: "sluice@example.com", To: []string{"ann@example.com"}}
	if s.implicit {
		c.TLS = sluice.TLSImplicit
	}
	if _, err := h.CreateChannel(t.Context(), api.Local(), &c); err != nil {
		t.Fatal(err)
	}
	return h
}

// Letter and login go over TLS, from the start or after STARTTLS; nothing of them before.
func TestEmailOverTLS(t *testing.T) {
	login := "AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00ann\x00"+secret))
	for _, implicit := range []bool{true, false} {
		s := newStrongroom(t, implicit)
		h := mailing(t, s, s.roots)
		h.happen(t, sluice.EventRunFailed, "f")
		h.tick(t)
		s.over(t)
		if !slices.Contains(s.secure, login) || !slices.Contains(s.letter, "Subject: Sluice: Run 7 failed") {
			t.Errorf("implicit %t: under TLS came %q, and the letter %q", implicit, s.secure, s.letter)
		}
		for _, line := range s.clear {
			if line != "STARTTLS" && !strings.HasPrefix(line, "EHLO ") {
				t.Errorf("implicit %t: before TLS came %q", implicit, line)
			}
		}
		if list, err := h.ListMessages(t.Context(), "mail", 0, 10); err != nil || len(list) != 1 || list[0].State != sluice.MessageSent {
			t.Errorf("%+v, %v", list, err)
		}
	}
}

// A server whose certificate nobody vouches for gets neither login nor letter.
func TestEmailToAServerThatIsNotTheOne(t *testing.T) {
	for _, implicit := range []bool{true, false} {
		s := newStrongroom(t, implicit)
		h := mailing(t, s, x509.NewCertPool())
		_, err := h.TestChannel(t.Context(), api.Local(), "mail")
		if sluice.ErrorCode(err) != "channel.refused" || !strings.Contains(err.Error(), "certificate") {
			t.Errorf("implicit %t: %v", implicit, err)
		}
		s.over(t)
		if len(s.secure) != 0 || len(s.letter) != 0 {
			t.Errorf("implicit %t: it got %q and %q", implicit, s.secure, s.letter)
		}
	}
}
