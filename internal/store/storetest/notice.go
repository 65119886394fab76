package storetest

import (
	"testing"

	"github.com/sluicehq/sluice"
)

func notice(code, connection string) *sluice.Notice {
	return &sluice.Notice{Code: code, Noun: "connection", NounID: "id-of-" + connection, Name: connection, Message: "it is offline: bad\xff", Remedy: "Test it", At: Noon}
}

// NoticeOnceOpen checks that a thing has one open notice of each code.
func NoticeOnceOpen(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	first, again := notice(sluice.NoticeOffline, "a"), notice(sluice.NoticeOffline, "a")
	other, elsewhere := notice(sluice.NoticeWSDL, "a"), notice(sluice.NoticeOffline, "b")
	for _, c := range []struct {
		n      *sluice.Notice
		opened bool
	}{{first, true}, {again, false}, {other, true}, {elsewhere, true}} {
		same(t, "opened", get[bool](t)(s.OpenNotice(ctx, c.n)), c.opened)
	}
	want := []*sluice.Notice{elsewhere, other, first}
	same(t, "open", get[[]*sluice.Notice](t)(s.Notices(ctx, true, 0)), want)
	same(t, "the newest", get[[]*sluice.Notice](t)(s.Notices(ctx, false, 1)), want[:1])
	must(t, s.CloseNotice(ctx, first.ID, "ann@example.com", minutes(1)))
	again.At = minutes(2)
	same(t, "opened after the first was closed", get[bool](t)(s.OpenNotice(ctx, again)), true)
	if again.ID == first.ID || again.ID == 0 {
		t.Errorf("the second notice has the ID %d, the first %d", again.ID, first.ID)
	}
}

// NoticeClosed checks who closed which notices, and that the first to close one stays.
func NoticeClosed(t *testing.T, s sluice.Store) {
	ctx := t.Context()
	offline, wsdl, certificate := notice(sluice.NoticeOffline, "a"), notice(sluice.NoticeWSDL, "a"), notice(sluice.NoticeCertificate, "a")
	elsewhere := notice(sluice.NoticeOffline, "b")
	for _, n := range []*sluice.Notice{offline, wsdl, certificate, elsewhere} {
		get[bool](t)(s.OpenNotice(ctx, n))
	}
	must(t, s.CloseNotices(ctx, offline.NounID, []string{sluice.NoticeOffline, sluice.NoticeCertificate}, "", minutes(1)))
	offline.ClosedAt, certificate.ClosedAt = minutes(1), minutes(1)
	same(t, "of two codes", get[[]*sluice.Notice](t)(s.Notices(ctx, false, 0)), []*sluice.Notice{elsewhere, certificate, wsdl, offline})
	same(t, "open", get[[]*sluice.Notice](t)(s.Notices(ctx, true, 0)), []*sluice.Notice{elsewhere, wsdl})
	must(t, s.CloseNotice(ctx, elsewhere.ID, "ann@example.com", minutes(2)))
	must(t, s.CloseNotice(ctx, elsewhere.ID, "bob@example.com", minutes(3)))
	must(t, s.CloseNotices(ctx, wsdl.NounID, nil, "bob@example.com", minutes(4)))
	elsewhere.ClosedAt, elsewhere.ClosedBy = minutes(2), "ann@example.com"
	wsdl.ClosedAt, wsdl.ClosedBy = minutes(4), "bob@example.com"
	same(t, "all", get[[]*sluice.Notice](t)(s.Notices(ctx, false, 0)), []*sluice.Notice{elsewhere, certificate, wsdl, offline})
	wantCode(t, s.CloseNotice(ctx, elsewhere.ID+100, "", minutes(5)), sluice.CodeNotFound)
}
