package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/place"
)

// Options configure the connector.
type Options struct {
	Inbox sluice.InboxStore
	// FlowID finds a flow by its name, for a preview; "" where it is not stored.
	FlowID func(ctx context.Context, name string) (string, error)
}

// Test says what a webhook's connection is good for. Only a delivery proves the secret.
func Test(c *sluice.Connection) ([]sluice.Fact, error) {
	s := schemeOf(c)
	facts := []sluice.Fact{{Name: "Signature", Value: s.header, OK: true}}
	replays := sluice.Fact{Name: "Repeated deliveries", Value: "known by " + s.delivery, OK: true}
	switch {
	case s.stripe:
		replays.Value = "known by the event's id"
	case s.delivery == "" && s.timestamp != "":
		replays.Value = "known by time and signature"
	case s.delivery == "":
		replays.Value, replays.OK = "not known: name the header that has a delivery's ID", false
	}
	return append(facts, replays, sluice.Fact{Name: "Secret", Value: "proven by the first delivery", OK: true}), nil
}

// OpenExport starts reading the flow's inbox. It goes on where the inbox is, which
// knows what has become pages: the run's cursor tells it nothing. What arrives later
// than now is for the run that is queued with it.
func OpenExport(ctx context.Context, e *sluice.Export, o sluice.ExportOptions, options Options) (sluice.Reader, error) {
	r := &reader{inbox: options.Inbox, spec: e.Webhook, flowID: o.FlowID, most: sluice.DefaultPageBytes}
	if o.Preview {
		return r, r.preview(ctx, o, options)
	}
	state, err := r.inbox.Inbox(ctx, r.flowID)
	r.until = state.Last
	return r, err
}

// shown is how many of the newest deliveries a preview reads.
const shown = 5

// preview reads the newest deliveries, whether or not they are pages already.
func (r *reader) preview(ctx context.Context, o sluice.ExportOptions, options Options) error {
	var err error
	if r.flowID == "" {
		if r.flowID, err = options.FlowID(ctx, o.Flow); err != nil || r.flowID == "" {
			return err
		}
	}
	r.ahead, err = r.inbox.Newest(ctx, r.flowID, shown)
	for _, d := range r.ahead {
		d.Taken = 0
	}
	return err
}

// reader is the Reader of an inbox.
type reader struct {
	inbox  sluice.InboxStore
	spec   *sluice.WebhookExport
	flowID string
	most   int   // bytes of a batch, about
	until  int64 // the place that is read to
	behind int64 // the place of the last delivery that was fetched

	ahead []*sluice.Delivery
	items []sluice.Item // of the first of them, that are not read
	taken int           // records of it that are
	open  bool          // items are those of the first
}

// fetch is how many deliveries are asked for at once.
const fetch = 100

// Next returns the next records, with how far the inbox was read.
func (r *reader) Next(ctx context.Context, limit int) (sluice.Batch, error) {
	var batch sluice.Batch
	bytes := 0
	for len(batch.Items) < limit && (bytes < r.most || len(batch.Items) == 0) {
		if len(r.ahead) == 0 {
			if err := r.more(ctx); err != nil {
				return sluice.Batch{}, err
			}
			if len(r.ahead) == 0 {
				break
			}
		}
		d := r.ahead[0]
		if !r.open {
			all := r.records(d)
			r.taken = min(d.Taken, len(all))
			r.items, r.open = all[r.taken:], true
		}
		n := min(limit-len(batch.Items), len(r.items))
		batch.Items = append(batch.Items, r.items[:n]...)
		r.items, r.taken = r.items[n:], r.taken+n
		batch.Inbox = &sluice.InboxMark{Seq: d.Seq, Taken: r.taken}
		if len(r.items) == 0 {
			batch.Inbox = &sluice.InboxMark{Seq: d.Seq + 1}
			r.ahead, r.open = r.ahead[1:], false
			bytes += len(d.Body)
		}
	}
	if batch.Inbox != nil {
		var err error
		if batch.Cursor, err = json.Marshal(batch.Inbox); err != nil {
			return sluice.Batch{}, fmt.Errorf("webhook: cursor: %w", err)
		}
	}
	if len(batch.Items) == 0 {
		return batch, io.EOF
	}
	return batch, nil
}

// more fetches deliveries up to the place that is read to.
func (r *reader) more(ctx context.Context) error {
	if r.behind >= r.until {
		return nil
	}
	list, err := r.inbox.Waiting(ctx, r.flowID, r.behind, fetch)
	if err != nil {
		return err
	}
	r.ahead = slices.DeleteFunc(list, func(d *sluice.Delivery) bool { return d.Seq > r.until })
	if r.behind = r.until; len(r.ahead) > 0 {
		r.behind = r.ahead[len(r.ahead)-1].Seq
	}
	return nil
}

// records makes items of a delivery. What has no records where the flow looks for them
// is a record that cannot be read: it is kept, and can be mended.
func (r *reader) records(d *sluice.Delivery) []sluice.Item {
	origin := fmt.Sprintf("delivery %d", d.Seq)
	if d.ID != "" {
		origin += " (" + d.ID + ")"
	}
	v, err := decode(d.Body)
	if err != nil { // it was JSON when it was received
		return []sluice.Item{{Rows: 1, Origin: origin, Refused: sluice.Errorf("source.damaged", "the delivery is not JSON any more").At(origin)}}
	}
	found, ok := place.At(v, r.spec.Records)
	if !ok {
		return []sluice.Item{r.refused(v, origin, fmt.Sprintf("the delivery has nothing at %q", r.spec.Records))}
	}
	list, many := found.([]any)
	if !many {
		return []sluice.Item{r.item(d, found, origin)}
	}
	items := make([]sluice.Item, len(list))
	for i, element := range list {
		items[i] = r.item(d, element, fmt.Sprintf("%s, record %d", origin, i+1))
	}
	return items
}

func (r *reader) item(d *sluice.Delivery, v any, origin string) sluice.Item {
	record, ok := v.(map[string]any)
	if !ok {
		return r.refused(map[string]any{"value": v}, origin, "the record is not an object")
	}
	for field, header := range r.spec.Headers {
		record[field] = nil
		if value, sent := d.Headers[header]; sent {
			record[field] = value
		}
	}
	return sluice.Item{Rows: 1, Origin: origin, Record: record}
}

func (r *reader) refused(v any, origin, message string) sluice.Item {
	record, _ := v.(map[string]any)
	return sluice.Item{Rows: 1, Origin: origin, Record: record,
		Refused: sluice.Errorf("source.no_records", "%s", message).At(origin).Fix("Name the place of the records in export.webhook.records")}
}

// Close has nothing to do.
func (r *reader) Close() error { return nil }
