// Package channel has the routes round channels, which tell people and programs
// outside what has happened.
package channel

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Rules are the rules round channels.
type Rules interface {
	ListChannels(ctx context.Context) ([]*sluice.Channel, error)
	Channel(ctx context.Context, name string) (*sluice.Channel, error)
	CreateChannel(ctx context.Context, by endpoint.Actor, c *sluice.Channel) (*sluice.Channel, error)
	// UpdateChannel keeps the secret when c leaves it out or gives its fingerprint.
	UpdateChannel(ctx context.Context, by endpoint.Actor, name string, c *sluice.Channel) (*sluice.Channel, error)
	DeleteChannel(ctx context.Context, by endpoint.Actor, name string) error
	// TestChannel sends a test message now, and fails as sending does.
	TestChannel(ctx context.Context, by endpoint.Actor, name string) (*Sent, error)
	// ListMessages returns what a channel has told and is to tell, newest first.
	ListMessages(ctx context.Context, name string, before int64, limit int) ([]*sluice.Message, error)
}

// Sent says where a test message went.
type Sent struct {
	To      string `json:"to"`
	Message string `json:"message"`
}

// EventCode is something that channels tell of.
type EventCode struct {
	Code string `json:"code"`
	Help string `json:"help"`
}

// Tag heads the routes in the documentation.
const Tag = "Channels"

// Routes returns the rows of the route table.
func Routes(rules Rules) []endpoint.Row {
	const edit, root = sluice.PermEditConnections, "/api/v1/channels"
	h, t := handlers{rules}, endpoint.Table{Tag: Tag}
	t.Add("GET", root, edit, "listChannels", "List channels", endpoint.Of(h.list))
	t.Add("POST", root, edit, "createChannel", "Create a channel", endpoint.Of(h.create))
	t.Add("GET", root+"/{name}", edit, "getChannel", "Show a channel; its secret as a fingerprint", endpoint.Of(h.get))
	t.Add("PUT", root+"/{name}", edit, "updateChannel", "Change a channel; a secret left out or given as its fingerprint stays", endpoint.Of(h.update))
	t.Add("DELETE", root+"/{name}", edit, "deleteChannel", "Delete a channel with what it has still to tell", endpoint.Of(h.remove))
	t.Add("POST", root+"/{name}/test", edit, "testChannel", "Send a test message through a channel now", endpoint.Of(h.test))
	t.Add("GET", root+"/{name}/messages", edit, "listMessages", "What a channel has told and is to tell, newest first", endpoint.Of(h.messages))
	t.Add("GET", "/api/v1/events", edit, "listEvents", "What channels can tell of", endpoint.Of(h.events))
	return t.Rows
}

type handlers struct{ Rules }

type channelBody struct{ Body sluice.Channel }

type namedBody struct {
	endpoint.NamePath
	Body sluice.Channel
}

type messageQuery struct {
	endpoint.NamePath
	Before int64 `query:"before" doc:"Messages with smaller numbers only"`
	Limit  int   `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

func (h handlers) list(ctx context.Context, _ *endpoint.NoInput) (*endpoint.Reply[endpoint.List[*sluice.Channel]], error) {
	return endpoint.Listing(h.ListChannels(ctx))
}

func (h handlers) create(ctx context.Context, in *channelBody) (*endpoint.Reply[*sluice.Channel], error) {
	return endpoint.Answer(h.CreateChannel(ctx, endpoint.ActorOf(ctx), &in.Body))
}

func (h handlers) get(ctx context.Context, in *endpoint.NamePath) (*endpoint.Reply[*sluice.Channel], error) {
	return endpoint.Answer(h.Channel(ctx, in.Name))
}

func (h handlers) update(ctx context.Context, in *namedBody) (*endpoint.Reply[*sluice.Channel], error) {
	return endpoint.Answer(h.UpdateChannel(ctx, endpoint.ActorOf(ctx), in.Name, &in.Body))
}

func (h handlers) remove(ctx context.Context, in *endpoint.NamePath) (*endpoint.Nothing, error) {
	return endpoint.Done(h.DeleteChannel(ctx, endpoint.ActorOf(ctx), in.Name))
}

func (h handlers) test(ctx context.Context, in *endpoint.NamePath) (*endpoint.Reply[*Sent], error) {
	return endpoint.Answer(h.TestChannel(ctx, endpoint.ActorOf(ctx), in.Name))
}

func (h handlers) messages(ctx context.Context, in *messageQuery) (*endpoint.Reply[endpoint.List[*sluice.Message]], error) {
	list, err := h.ListMessages(ctx, in.Name, in.Before, in.Limit)
	return endpoint.Paged(list, err, in.Limit, func(m *sluice.Message) int64 { return m.ID })
}

// help says when each event happens.
var help = map[string]string{
	sluice.EventRunFailed:      "A run could not go on",
	sluice.EventErrorsOpened:   "Records did not get through",
	sluice.EventScheduleMissed: "A flow was due while no server ran",
	sluice.NoticeOffline:       "A connection does not work any more",
	sluice.NoticeCertificate:   "A certificate ends within 60 days",
	sluice.NoticeWSDL:          "NetSuite does not support a connection's WSDL version any more",
	sluice.NoticeErrorsFull:    "A flow's open errors hold more than it keeps",
	sluice.EventErrorsDropped:  "Resolved errors were dropped, since there was too much of them",
	sluice.EventChannelFailed:  "Another channel has given up a message",
	sluice.NoticeBackup:        "A scheduled backup failed",
	sluice.NoticeRestored:      "The server was restored from a backup",
}

func (h handlers) events(context.Context, *endpoint.NoInput) (*endpoint.Reply[endpoint.List[EventCode]], error) {
	var list []EventCode
	for _, code := range sluice.Events() {
		list = append(list, EventCode{Code: code, Help: help[code]})
	}
	return endpoint.Listing(list, nil)
}
