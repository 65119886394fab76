// Package hook receives what other systems send to flows: it checks who sent it, and
// stores it before it is answered.
package hook

import (
	"context"
	"encoding/json"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/api/hook"
	"github.com/sluicehq/sluice/internal/app/audit"
	"github.com/sluicehq/sluice/internal/app/notice"
	"github.com/sluicehq/sluice/internal/connector/webhook"
)

// Store is what deliveries need of the store.
type Store interface {
	Flow(ctx context.Context, idOrName string) (*sluice.FlowRevision, error)
	sluice.InboxStore
}

// Config is what a Hooks needs.
type Config struct {
	Store Store
	// Open finds a connection with its secrets.
	Open      func(ctx context.Context, name string) (*sluice.Connection, error)
	Accepting func() error  // refuses new work while the server stops
	Wake      func()        // tells the engine that a run is queued
	URL       func() string // the server's own address; empty without one
	Notices   *notice.Board
	Audit     *audit.Log
	Clock     func() time.Time
	Log       *slog.Logger
}

// Hooks receives deliveries.
type Hooks struct {
	Config
	bodies  meter
	mu      sync.Mutex
	senders map[string]*sender // by flow ID
}

// New returns a Hooks.
func New(c Config) *Hooks { return &Hooks{Config: c, senders: map[string]*sender{}} }

// Receive stores a delivery to a flow. It reports false for one that was received
// before. Why a signature is refused is told inside alone.
func (h *Hooks) Receive(ctx context.Context, name string, in hook.Incoming) (bool, error) {
	if err := h.Accepting(); err != nil {
		return false, err
	}
	flow, err := h.flow(ctx, name)
	if err != nil {
		return false, err
	}
	if err := checkMedia(in.Header); err != nil {
		return false, err
	}
	conn, err := h.Open(ctx, flow.Flow.Export.Connection)
	if err != nil {
		return false, err
	}
	megabytes, _ := strconv.Atoi(conn.Get("max_body")) // which Check has read
	body, release, err := h.bodies.read(in.Body, in.Length, megabytes<<20)
	defer release()
	if err != nil {
		return false, err
	}
	now := h.Clock().UTC()
	from := h.sender(flow.FlowID)
	id, err := webhook.Verify(conn, in.Header, body, now)
	if err != nil {
		h.refuse(ctx, from, flow, conn, err)
		return false, err
	}
	perMinute, _ := strconv.Atoi(conn.Get("rate"))
	if wait := from.take(now, perMinute); wait > 0 {
		return false, sluice.Errorf("webhook.rate", "there are more than %d deliveries a minute", perMinute).Fix("Send it again later")
	}
	if !json.Valid(body) {
		return false, sluice.Errorf("request.malformed", "the delivery is not JSON").Fix("Send JSON")
	}
	return h.store(ctx, from, flow, conn, &sluice.Delivery{FlowID: flow.FlowID, ID: id, ReceivedAt: now,
		Headers: wanted(flow.Flow.Export.Webhook, in.Header), Body: body})
}

// flow finds the flow that takes deliveries under a name. Flows that take none are not
// told apart from those that are not there.
func (h *Hooks) flow(ctx context.Context, name string) (*sluice.FlowRevision, error) {
	flow, err := h.Store.Flow(ctx, name)
	if err != nil {
		return nil, err
	}
	if flow.Flow.Export.Webhook == nil {
		return nil, sluice.NotFound("flow", name)
	}
	if !flow.Enabled {
		return nil, sluice.Errorf("webhook.disabled", "the flow is disabled").Fix("Send it again later")
	}
	return flow, nil
}

// checkMedia refuses what is not JSON by its own word.
func checkMedia(h http.Header) error {
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	packed := h.Get("Content-Encoding")
	switch {
	case err == nil && (kind == "application/x-www-form-urlencoded" || kind == "multipart/form-data"):
		return sluice.Errorf("request.media_type", "the delivery is a form, not JSON").Fix("Set the other system's content type to application/json")
	case err != nil || kind != "application/json" && !strings.HasSuffix(kind, "+json"):
		return sluice.Errorf("request.media_type", "the delivery has the media type %q, not application/json", h.Get("Content-Type")).Fix("Send JSON")
	case packed != "" && !strings.EqualFold(packed, "identity"):
		return sluice.Errorf("request.media_type", "the delivery is packed as %q", packed).Fix("Send it as it is")
	}
	return nil
}

// wanted picks the headers that the flow reads.
func wanted(e *sluice.WebhookExport, h http.Header) map[string]string {
	out := map[string]string{}
	for _, name := range e.Headers {
		if values := h.Values(name); len(values) > 0 {
			out[name] = strings.ToValidUTF8(strings.ReplaceAll(strings.Join(values, ", "), "\x00", ""), "�")
		}
	}
	return out
}

// store keeps a delivery whose sender was proven.
func (h *Hooks) store(ctx context.Context, from *sender, flow *sluice.FlowRevision, conn *sluice.Connection, d *sluice.Delivery) (bool, error) {
	run := &sluice.Run{FlowID: flow.FlowID, FlowName: flow.Flow.Name, Revision: flow.Number, Kind: sluice.RunWebhook, CreatedBy: "webhook", CreatedAt: d.ReceivedAt}
	stored, err := h.Store.Receive(ctx, d, run)
	if err != nil {
		return false, err
	}
	if stored {
		h.Wake()
	}
	forget, settle := from.accepted(d.ReceivedAt)
	if settle {
		h.Notices.Settle(ctx, flow.FlowID, sluice.NoticeSignature)
	}
	if forget {
		days, _ := strconv.Atoi(conn.Get("remember"))
		if err := h.Store.ForgetDeliveries(ctx, flow.FlowID, d.ReceivedAt.AddDate(0, 0, -days)); err != nil {
			h.Log.WarnContext(ctx, "old deliveries are remembered for longer", "flow", flow.Flow.Name, "error", err)
		}
	}
	return stored, nil
}

// refuse tells people inside, not too often, of a delivery that was not signed as it should be.
func (h *Hooks) refuse(ctx context.Context, from *sender, flow *sluice.FlowRevision, conn *sluice.Connection, reason error) {
	if !from.refused(h.Clock()) {
		return
	}
	why := reason.Error()
	h.Log.WarnContext(ctx, "delivery refused", "flow", flow.Flow.Name, "reason", why)
	h.Audit.Note(ctx, api.Actor{Name: "webhook"}, "refuse", "delivery", flow.Flow.Name, why)
	n := &sluice.Notice{Code: sluice.NoticeSignature, Noun: "flow", NounID: flow.FlowID, Name: flow.Flow.Name,
		Message: "Deliveries to the flow " + flow.Flow.Name + " are refused: " + why, Remedy: "Compare the secret of the connection " + conn.Name + " with the other system's"}
	h.Notices.Tell(ctx, n)
}

// Hook says where a flow's deliveries go, and what waits.
func (h *Hooks) Hook(ctx context.Context, name string) (*hook.Hook, error) {
	flow, err := h.Store.Flow(ctx, name)
	if err != nil {
		return nil, err
	}
	if flow.Flow.Export.Webhook == nil {
		return nil, sluice.NotFound("webhook of flow", name).Fix("Only flows whose export is a webhook take deliveries")
	}
	state, err := h.Store.Inbox(ctx, flow.FlowID)
	if err != nil {
		return nil, err
	}
	return &hook.Hook{URL: h.URL() + sluice.HookPath(flow.Flow.Name), Connection: flow.Flow.Export.Connection, InboxState: state}, nil
}

// tooLarge refuses a body.
func tooLarge(most int) error {
	return sluice.Errorf("request.too_large", "the delivery has more than %d MB", most>>20).Fix("Send less at once, or raise the connection's largest delivery")
}

// FlowID returns what finds the ID of a flow by its name; "" where it is not stored.
func FlowID(flows interface {
	Flow(ctx context.Context, idOrName string) (*sluice.FlowRevision, error)
}) func(ctx context.Context, name string) (string, error) {
	return func(ctx context.Context, name string) (string, error) {
		r, err := flows.Flow(ctx, name)
		switch {
		case sluice.ErrorCode(err) == sluice.CodeNotFound:
			return "", nil
		case err != nil:
			return "", err
		}
		return r.FlowID, nil
	}
}

// Worked refuses to go on while deliveries to a flow wait: they were accepted.
func Worked(ctx context.Context, inboxes sluice.InboxStore, flow *sluice.FlowRevision) error {
	state, err := inboxes.Inbox(ctx, flow.FlowID)
	if err != nil || state.Waiting == 0 {
		return err
	}
	return sluice.Errorf(sluice.CodeConflict, "the flow %q has accepted deliveries that wait: %d", flow.Flow.Name, state.Waiting).
		Fix("Work them first: sluice flow run " + flow.Flow.Name)
}
