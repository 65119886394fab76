package api

import (
	"context"

	"github.com/sluicehq/sluice"
)

// Notices are the rules round notices.
type Notices interface {
	// ListNotices returns notices, newest first, the open ones alone when asked to.
	ListNotices(ctx context.Context, open bool, limit int) ([]*sluice.Notice, error)
	CloseNotice(ctx context.Context, by Actor, id int64) error
}

type noticeQuery struct {
	Open  bool `query:"open" doc:"Open notices only"`
	Limit int  `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

func (a *API) noticeRoutes() []route {
	const t = tagServer
	return []route{
		{"GET", "/api/v1/notices", sluice.PermView, false, "listNotices", t, "What needs somebody, newest first", operation(a.listNotices)},
		{"POST", "/api/v1/notices/{id}/close", sluice.PermEditConnections, false, "closeNotice", t, "Dismiss a notice; it comes back when its cause does", operation(a.closeNotice)},
	}
}

func (a *API) listNotices(ctx context.Context, in *noticeQuery) (*reply[List[*sluice.Notice]], error) {
	return listing(a.services.Notices.ListNotices(ctx, in.Open, in.Limit))
}

func (a *API) closeNotice(ctx context.Context, in *NumberPath) (*nothing, error) {
	return done(a.services.Notices.CloseNotice(ctx, actorOf(ctx), in.ID))
}
