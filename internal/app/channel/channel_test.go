package channel_test

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/app/channel"
	"github.com/sluicehq/sluice/internal/keyring"
	"github.com/sluicehq/sluice/internal/store"
)

var noon = time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)

const secret = "a-made-up-secret-of-tests"

// house is a store, and the office that sends from it.
type house struct {
	*channel.Office
	store sluice.Store
	now   time.Time
}

func newHouse(t *testing.T) *house {
	t.Helper()
	dir := t.TempDir()
	s, err := store.Open(t.Context(), filepath.Join(dir, "sluice.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	ring, err := keyring.Open(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	h := &house{store: s, now: noon}
	clock := func() time.Time { return h.now }
	log := slog.New(slog.DiscardHandler)
	h.Office = &channel.Office{Log: log, Channels: &channel.Channels{Store: s, Sealer: ring, Clock: clock, Audit: &audit.Log{Store: s, Clock: clock, Log: log},
		Sender: &channel.Sender{Private: true, Clock: clock, URL: func() string { return "https://sluice.example.com" }}},
		IntegrationsOf: func(_ context.Context, _, id string) []string { return []string{"of-" + id} }}
	return h
}

func (h *house) create(t *testing.T, c sluice.Channel) *sluice.Channel {
	t.Helper()
	c.Name, c.Kind, c.Secret = "ops", sluice.ChannelWebhook, sluice.NewSecret(secret)
	made, err := h.CreateChannel(t.Context(), api.Local(), &c)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (h *house) happen(t *testing.T, code, flow string) {
	t.Helper()
	if err := h.store.AddEvent(t.Context(), &sluice.Event{Code: code, Noun: "flow", NounID: flow, Name: flow, Message: "Run 7 failed", RunID: 7, At: h.now}); err != nil {
		t.Fatal(err)
	}
}

func (h *house) tick(t *testing.T) {
	t.Helper()
	if err := h.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// receiver is a webhook's other side.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	bodies []string
	header http.Header
}

func receive(t *testing.T) *receiver {
	r := &receiver{status: http.StatusNoContent}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.bodies, r.header = append(r.bodies, string(body)), req.Header; r.status/100 == 3 {
			w.Header().Set("Location", "http://169.254.169.254/")
		}
		w.WriteHeader(r.status)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) set(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

// notices returns the repeats of the notices that arrived, by flow, in their order.
func (r *receiver) notices(t *testing.T) []string {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for _, body := range r.bodies {
		var d struct {
			Notices []struct {
				Name    string `json:"name"`
				Repeats int    `json:"repeats"`
				URL     string `json:"url"`
			} `json:"notices"`
		}
		if err := json.Unmarshal([]byte(body), &d); err != nil {
			t.Fatal(err)
		}
		for _, n := range d.Notices {
			out = append(out, fmt.Sprintf("%s×%d", n.Name, n.Repeats))
		}
	}
	return out
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestWebhookIsSignedAndQuiet(t *testing.T) {
	h, r := newHouse(t), receive(t)
	h.create(t, sluice.Channel{URL: r.URL + "/hook", Events: []string{sluice.EventRunFailed}, Integrations: []string{"of-f", "of-g"}, Quiet: "1h"})
	h.happen(t, sluice.EventRunFailed, "f")
	h.happen(t, sluice.EventScheduleMissed, "f") // not asked for
	h.happen(t, sluice.EventRunFailed, "other")  // of another integration
	h.tick(t)
	equal(t, "told at once", r.notices(t), []string{"f×1"})
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = io.WriteString(mac, r.header.Get("Sluice-Timestamp")+"."+r.bodies[0])
	if got, want := r.header.Get("Sluice-Signature"), "v1="+hex.EncodeToString(mac.Sum(nil)); got != want {
		t.Errorf("the signature is %s, want %s", got, want)
	}
	if strings.Contains(r.bodies[0], secret) || !strings.Contains(r.bodies[0], "https://sluice.example.com/runs/7") {
		t.Errorf("the body is %s", r.bodies[0])
	}
	for minute := range 5 {
		h.now = noon.Add(time.Duration(minute+1) * time.Minute)
		h.happen(t, sluice.EventRunFailed, "f")
		h.tick(t)
	}
	h.happen(t, sluice.EventRunFailed, "g")
	h.tick(t)
	equal(t, "repeats are quiet, others are not", r.notices(t), []string{"f×1", "g×1"})
	h.now = noon.Add(61 * time.Minute)
	h.tick(t)
	equal(t, "after the quiet time", r.notices(t), []string{"f×1", "g×1", "f×5"})
}

// A message whose receiver is away waits, longer each time, and says why; a process
// that dies while it sends loses none.
func TestMessagesOutliveFailuresAndKills(t *testing.T) {
	h, r := newHouse(t), receive(t)
	h.create(t, sluice.Channel{URL: r.URL})
	r.set(http.StatusBadGateway)
	h.happen(t, sluice.EventRunFailed, "f")
	var pauses []time.Duration
	for range 4 {
		h.tick(t)
		list, err := h.ListMessages(t.Context(), "ops", 0, 10)
		if err != nil || len(list) != 1 || list[0].State != sluice.MessageWaiting || !strings.Contains(list[0].Error, "502") {
			t.Fatalf("%+v, %v", list, err)
		}
		pauses = append(pauses, list[0].DueAt.Sub(h.now))
		h.now = list[0].DueAt
	}
	if pauses[0] != 15*time.Second || pauses[3] != 2*time.Minute {
		t.Errorf("the pauses are %v", pauses)
	}
	// A process holds the message and is killed: another one sends it when the hold is over.
	if held, err := h.store.HoldMessages(t.Context(), h.now, h.now.Add(2*time.Minute)); err != nil || len(held) != 1 {
		t.Fatal(held, err)
	}
	r.set(http.StatusOK)
	before := len(r.notices(t))
	h.tick(t)
	h.now = h.now.Add(3 * time.Minute)
	h.tick(t)
	h.tick(t)
	if got := len(r.notices(t)) - before; got != 1 {
		t.Errorf("after the kill the message was sent %d times, want once", got)
	}
}

func TestGivenUpMessagesAreTold(t *testing.T) {
	h, r := newHouse(t), receive(t)
	h.create(t, sluice.Channel{URL: r.URL})
	r.set(http.StatusGone)
	h.happen(t, sluice.EventRunFailed, "f")
	for range 20 {
		h.tick(t)
		h.now = h.now.Add(2 * time.Hour)
	}
	list, err := h.ListMessages(t.Context(), "ops", 0, 10)
	if err != nil || len(list) != 1 || list[0].State != sluice.MessageGivenUp || list[0].Attempts != 15 {
		t.Errorf("%+v, %v: the channel does not tell of itself", list, err)
	}
}

// Redirects, link-local addresses and names that turn into them are refused, whatever
// the settings; private ones unless the server allows them.
func TestAddressesThatAreNotReached(t *testing.T) {
	h, r := newHouse(t), receive(t)
	c := h.create(t, sluice.Channel{URL: r.URL})
	try := func(url string, private bool) error {
		h.Sender.Private = private
		c.URL = url
		if _, err := h.UpdateChannel(t.Context(), api.Local(), "ops", c); err != nil {
			t.Fatal(err)
		}
		_, err := h.TestChannel(t.Context(), api.Local(), "ops")
		return err
	}
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(r.URL, "http://"))
	for _, tt := range []struct {
		url     string
		private bool
		want    string
	}{
		{r.URL, true, ""},
		{r.URL, false, "channel.address"},
		{"http://localhost:" + port, false, "channel.address"}, // by name: the address that is dialed counts
		{"http://[::ffff:127.0.0.1]:" + port, false, "channel.address"},
		{"http://169.254.169.254/latest/meta-data", true, "channel.address"},
		{"http://[fe80::1]/", true, "channel.address"},
		{"http://[fd00:ec2::254]/", true, "channel.address"},
		{"http://100.100.100.200/", true, "channel.address"},
		{"http://0.0.0.0:" + port, true, "channel.address"},
		{"http://10.0.0.1/", false, "channel.address"},
		{"http://100.64.0.1/", false, "channel.address"},
		{"http://[64:ff9b::a00:1]/", false, "channel.address"},
	} {
		if err := try(tt.url, tt.private); err == nil != (tt.want == "") || err != nil && sluice.ErrorCode(err) != tt.want {
			t.Errorf("%s, private %v: %v, want %q", tt.url, tt.private, err, tt.want)
		}
	}
	r.set(http.StatusTemporaryRedirect)
	if err := try(r.URL, true); sluice.ErrorCode(err) != "channel.redirect" {
		t.Errorf("a redirect: %v", err)
	}
}

func TestChannelsAreCheckedWhole(t *testing.T) {
	h := newHouse(t)
	for _, c := range []sluice.Channel{
		{Name: "Not a name", Kind: "pigeon", Events: []string{"no.such"}, Quiet: "soon", Digest: "-1h"},
		{Name: "w", Kind: sluice.ChannelWebhook, URL: "ftp://example.com", Secret: sluice.NewSecret("short")},
		{Name: "e", Kind: sluice.ChannelEmail, Host: "smtp.example.com:25", Port: 99999, TLS: "maybe", From: "Ann <ann@example.com>", To: []string{"x\r\nBcc: y@example.com"}},
		{Name: "n", Kind: sluice.ChannelEmail, Host: "smtp.example.com", Port: 25, TLS: sluice.TLSNone, User: "ann", From: "ann@example.com", To: []string{"bob@example.com"}},
	} {
		_, err := h.CreateChannel(t.Context(), api.Local(), &c)
		own, _ := errors.AsType[*sluice.Error](err)
		if least := map[string]int{"Not a name": 5, "w": 2, "e": 5, "n": 1}[c.Name]; own == nil || len(own.Problems) < least {
			t.Errorf("%s: %v, want at least %d problems", c.Name, err, least)
		}
	}
	c := h.create(t, sluice.Channel{URL: "https://example.com"})
	kept := *c
	kept.Secret = sluice.NewSecret(c.Secret.String())
	if _, err := h.UpdateChannel(t.Context(), api.Local(), "ops", &kept); err != nil {
		t.Fatal(err)
	}
	if back, err := h.Channel(t.Context(), "ops"); err != nil || back.Secret.Reveal() != secret {
		t.Errorf("the secret is not what it was: %v", err)
	}
}

// postOffice is an e-mail server on this machine that takes one letter and logins in
// the way of RFC 4616.
func postOffice(t *testing.T) (host string, port int, letter func() (from string, to []string, text string)) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	var from, text string
	var to []string
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		in := bufio.NewScanner(conn)
		say := func(line string) { _, _ = io.WriteString(conn, line+"\r\n") }
		say("220 post office")
		for in.Scan() {
			line := in.Text()
			switch verb, rest, _ := strings.Cut(line, ":"); {
			case strings.HasPrefix(line, "EHLO"):
				say("250-here")
				say("250 8BITMIME")
			case verb == "MAIL FROM":
				from = rest
				say("250 ok")
			case verb == "RCPT TO":
				to = append(to, rest)
				say("250 ok")
			case line == "DATA":
				say("354 go on")
				for in.Scan() && in.Text() != "." {
					text += in.Text() + "\r\n"
				}
				say("250 taken")
			case line == "QUIT":
				say("221 bye")
				return
			default:
				say("502 what?")
			}
		}
	}()
	address := l.Addr().(*net.TCPAddr)
	return "127.0.0.1", address.Port, func() (string, []string, string) {
		select {
		case <-done:
		case <-time.After(30 * time.Second):
			t.Fatal("no letter came")
		}
		return from, to, text
	}
}

func TestEmail(t *testing.T) {
	h := newHouse(t)
	host, port, letter := postOffice(t)
	c := sluice.Channel{Name: "mail", Kind: sluice.ChannelEmail, Host: host, Port: port, TLS: sluice.TLSNone, From: "sluice@example.com", To: []string{"ann@example.com", "bob@example.com"}}
	if _, err := h.CreateChannel(t.Context(), api.Local(), &c); err != nil {
		t.Fatal(err)
	}
	if err := h.store.AddEvent(t.Context(), &sluice.Event{Code: sluice.EventErrorsOpened, Noun: "flow", NounID: "f", Name: "orders", At: noon, Count: 3,
		Message: "Rechnung Nr. 5 für Müller\r\nBcc: eve@example.com", Remedy: "See them"}); err != nil {
		t.Fatal(err)
	}
	h.tick(t)
	from, to, text := letter()
	if !strings.Contains(from, "sluice@example.com") || len(to) != 2 {
		t.Errorf("from %s to %v", from, to)
	}
	m, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if m.Header.Get("Bcc") != "" {
		t.Errorf("the text has become a header: %v", m.Header)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || !strings.Contains(subject, "für Müller Bcc") {
		t.Errorf("the subject is %q, %v", subject, err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil || !strings.Contains(string(body), "für Müller") || !strings.Contains(string(body), "https://sluice.example.com/errors?flow=orders") || !strings.Contains(string(body), "Records: 3") {
		t.Errorf("the body is %s, %v", body, err)
	}
	if list, err := h.ListMessages(t.Context(), "mail", 0, 10); err != nil || len(list) != 1 || list[0].State != sluice.MessageSent {
		t.Errorf("%+v, %v", list, err)
	}
}

// No login goes over a connection that the server does not secure.
func TestEmailWantsItsTLS(t *testing.T) {
	h := newHouse(t)
	host, port, _ := postOffice(t)
	c := sluice.Channel{Name: "mail", Kind: sluice.ChannelEmail, Host: host, Port: port, TLS: sluice.TLSStart, User: "ann", Secret: sluice.NewSecret(secret), From: "sluice@example.com", To: []string{"ann@example.com"}}
	if _, err := h.CreateChannel(t.Context(), api.Local(), &c); err != nil {
		t.Fatal(err)
	}
	if _, err := h.TestChannel(t.Context(), api.Local(), "mail"); sluice.ErrorCode(err) != "channel.no_tls" {
		t.Errorf("without STARTTLS: %v", err)
	}
}
