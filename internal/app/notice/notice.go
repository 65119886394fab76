// Package notice tells people of what needs them: connections that are offline, whose
// certificate ends or whose WSDL version NetSuite does not support any more, and flows
// with more open errors than they keep room for. A notice closes by itself when its cause is gone.
package notice

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/guide/release"
)

// Warning is how long before its end a certificate is told of.
const Warning = 60 * 24 * time.Hour

// recent is how many notices are looked through for one that was dismissed.
const recent = 1000

// Board opens and closes notices.
type Board struct {
	Store sluice.NoticeStore
	Audit *audit.Log
	Clock func() time.Time
	Log   *slog.Logger
}

// ListNotices returns notices, newest first, the open ones alone when asked to.
func (b *Board) ListNotices(ctx context.Context, open bool, limit int) ([]*sluice.Notice, error) {
	return b.Store.Notices(ctx, open, limit)
}

// CloseNotice dismisses a notice.
func (b *Board) CloseNotice(ctx context.Context, by api.Actor, id int64) error {
	if err := b.Store.CloseNotice(ctx, id, by.Name, b.Clock().UTC()); err != nil {
		return err
	}
	b.Audit.Note(ctx, by, "close", "notice", strconv.FormatInt(id, 10), "")
	return nil
}

// Review opens the notices that a connection is cause for, and closes those whose
// cause is gone. It is offline news when the connection was not offline before. That
// a notice is not stored is for the log: what was done to the connection is done.
func (b *Board) Review(ctx context.Context, c *sluice.Connection, before sluice.ConnectionStatus) {
	ctx = context.WithoutCancel(ctx)
	switch {
	case c.Status == sluice.StatusOnline:
		b.close(ctx, c, sluice.NoticeOffline)
	case c.Status == sluice.StatusOffline && before != sluice.StatusOffline:
		b.open(ctx, c, sluice.NoticeOffline, offline(c))
	}
	for code, n := range map[string]*sluice.Notice{sluice.NoticeCertificate: b.certificate(c), sluice.NoticeWSDL: b.wsdl(c)} {
		if n == nil {
			b.close(ctx, c, code)
		} else if !b.dismissed(ctx, c, code, n) {
			b.open(ctx, c, code, n)
		}
	}
}

func (b *Board) open(ctx context.Context, c *sluice.Connection, code string, n *sluice.Notice) {
	n.Code, n.Noun, n.NounID, n.Name, n.At = code, "connection", c.ID, c.Name, b.Clock().UTC()
	if _, err := b.Store.OpenNotice(ctx, n); err != nil {
		b.Log.ErrorContext(ctx, "notice not stored", "connection", c.Name, "code", code, "error", err)
	}
}

func (b *Board) close(ctx context.Context, c *sluice.Connection, codes ...string) {
	if err := b.Store.CloseNotices(ctx, c.ID, codes, "", b.Clock().UTC()); err != nil {
		b.Log.ErrorContext(ctx, "notices not closed", "connection", c.Name, "error", err)
	}
}

// dismissed reports whether a person has closed a notice that says the same: they
// know of an end that comes on its day, and need not be told daily.
func (b *Board) dismissed(ctx context.Context, c *sluice.Connection, code string, n *sluice.Notice) bool {
	list, err := b.Store.Notices(ctx, false, recent)
	if err != nil {
		b.Log.ErrorContext(ctx, "notices not read", "connection", c.Name, "error", err)
	}
	return slices.ContainsFunc(list, func(old *sluice.Notice) bool {
		return old.Code == code && old.NounID == c.ID && old.ClosedBy != "" && old.Message == n.Message
	})
}

// Forget closes all notices of a connection that is deleted.
func (b *Board) Forget(ctx context.Context, c *sluice.Connection) {
	b.close(context.WithoutCancel(ctx), c)
}

// offline tells of a connection that is offline.
func offline(c *sluice.Connection) *sluice.Notice {
	n := &sluice.Notice{Message: "The connection " + c.Name + " is offline", Remedy: "See what is wrong: sluice connection test " + c.Name}
	if c.Detail != "" {
		n.Message += ": " + c.Detail
	}
	if c.Kind == sluice.KindNetSuite {
		n.Remedy = "See which step is wrong: sluice doctor " + c.Name
	}
	return n
}

// certificate warns of a certificate that ends. One that cannot be read is for the
// connection's test to tell.
func (b *Board) certificate(c *sluice.Connection) *sluice.Notice {
	if c.Kind != sluice.KindNetSuite || c.Get("type") != sluice.AuthOAuth2M2M {
		return nil
	}
	end, ok := CertificateEnd(c.Get("certificate"))
	left := end.Sub(b.Clock())
	if !ok || left > Warning {
		return nil
	}
	day := end.UTC().Format(time.DateOnly)
	n := &sluice.Notice{Message: fmt.Sprintf("The certificate of the connection %s ends on %s", c.Name, day),
		Remedy: "Make the next one in time: sluice connection oauth2 prepare " + c.Name}
	if left <= 0 {
		n.Message = fmt.Sprintf("The certificate of the connection %s ended on %s", c.Name, day)
	}
	return n
}

// CertificateEnd returns when the certificate in PEM text ends, and false where
// there is none.
func CertificateEnd(text string) (time.Time, bool) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return time.Time{}, false
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return time.Time{}, false
	}
	return certificate.NotAfter, true
}

func (b *Board) wsdl(c *sluice.Connection) *sluice.Notice {
	if c.Kind != sluice.KindNetSuite {
		return nil
	}
	now := release.At(b.Clock())
	for _, v := range sluice.WSDLVersions() {
		if v.Version == c.Get("wsdl_version") && !release.Supports(now, v) {
			return &sluice.Notice{Message: fmt.Sprintf("NetSuite %s does not support the WSDL version %s of the connection %s any more: support ended with %s", now, v.Version, c.Name, v.SupportedThrough),
				Remedy: "Read NetSuite's release notes, then choose " + sluice.LatestWSDL + ": sluice connection edit " + c.Name + " --set wsdl_version=" + sluice.LatestWSDL}
		}
	}
	return nil
}
