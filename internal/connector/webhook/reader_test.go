package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

// fakeInbox holds deliveries in order.
type fakeInbox struct{ list []*sluice.Delivery }

func (f *fakeInbox) Receive(_ context.Context, d *sluice.Delivery, _ *sluice.Run) (bool, error) {
	d.Seq = int64(len(f.list)) + 1
	f.list = append(f.list, d)
	return true, nil
}

func (f *fakeInbox) Waiting(_ context.Context, _ string, after int64, limit int) ([]*sluice.Delivery, error) {
	list := slices.DeleteFunc(slices.Clone(f.list), func(d *sluice.Delivery) bool { return d.Seq <= after })
	return list[:min(limit, len(list))], nil
}

func (f *fakeInbox) Newest(_ context.Context, _ string, limit int) ([]*sluice.Delivery, error) {
	list := slices.Clone(f.list)
	slices.Reverse(list)
	return list[:min(limit, len(list))], nil
}

func (f *fakeInbox) Inbox(context.Context, string) (sluice.InboxState, error) {
	return sluice.InboxState{Last: int64(len(f.list))}, nil
}

func (f *fakeInbox) ForgetDeliveries(context.Context, string, time.Time) error { return nil }

func (f *fakeInbox) put(t *testing.T, d sluice.Delivery) {
	t.Helper()
	if _, err := f.Receive(t.Context(), &d, nil); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, in *fakeInbox, spec sluice.WebhookExport, o sluice.ExportOptions) sluice.Reader {
	t.Helper()
	r, err := OpenExport(t.Context(), &sluice.Export{Webhook: &spec}, o, Options{Inbox: in,
		FlowID: func(context.Context, string) (string, error) { return "f", nil }})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// drain reads to the end, so many records at a time, and returns the last mark.
func drain(t *testing.T, r sluice.Reader, limit int) (items []sluice.Item, mark sluice.InboxMark) {
	t.Helper()
	for {
		b, err := r.Next(t.Context(), limit)
		if b.Inbox != nil {
			mark = *b.Inbox
		}
		if errors.Is(err, io.EOF) {
			return items, mark
		}
		if err != nil || len(b.Items) > limit {
			t.Fatalf("%d records, %v", len(b.Items), err)
		}
		items = append(items, b.Items...)
	}
}

func TestRecordsOfDeliveries(t *testing.T) {
	in := &fakeInbox{}
	in.put(t, sluice.Delivery{ID: "a", Headers: map[string]string{"X-Topic": "orders"}, Body: []byte(`{"data": [{"n": 1.10}, {"n": 12345678901234567890.123}]}`)})
	in.put(t, sluice.Delivery{Body: []byte(`{"data": {"n": 3}}`)})
	in.put(t, sluice.Delivery{Body: []byte(`{"data": []}`)})
	in.put(t, sluice.Delivery{Body: []byte(`{"other": 1}`)})
	in.put(t, sluice.Delivery{Body: []byte(`{"data": [7]}`)})
	in.put(t, sluice.Delivery{Body: []byte(`{"data": [`)})
	in.put(t, sluice.Delivery{Body: []byte(`{"data": null}`)})
	items, mark := drain(t, open(t, in, sluice.WebhookExport{Records: "data", Headers: map[string]string{"topic": "X-Topic"}}, sluice.ExportOptions{FlowID: "f"}), 2)
	want := []struct {
		origin, refused string
		record          sluice.Record
	}{
		{"delivery 1 (a), record 1", "", sluice.Record{"n": json.Number("1.10"), "topic": "orders"}},
		{"delivery 1 (a), record 2", "", sluice.Record{"n": json.Number("12345678901234567890.123"), "topic": "orders"}},
		{"delivery 2", "", sluice.Record{"n": json.Number("3"), "topic": nil}},
		{"delivery 4", "source.no_records", sluice.Record{"other": json.Number("1")}},
		{"delivery 5, record 1", "source.no_records", sluice.Record{"value": json.Number("7")}},
		{"delivery 6", "source.damaged", nil},
		{"delivery 7", "source.no_records", sluice.Record{"value": nil}},
	}
	if len(items) != len(want) {
		t.Fatalf("%d records: %v", len(items), items)
	}
	for i, w := range want {
		refused := ""
		if items[i].Refused != nil {
			refused = items[i].Refused.Code
		}
		if items[i].Origin != w.origin || refused != w.refused || !reflect.DeepEqual(items[i].Record, w.record) {
			t.Errorf("record %d: %+v, want %+v", i, items[i], w)
		}
	}
	if mark != (sluice.InboxMark{Seq: 8}) {
		t.Errorf("the inbox was read to %+v", mark)
	}
}

// A run goes on within a delivery, whatever its cursor says, and leaves what came after it began.
func TestReadOnWhereTheInboxIs(t *testing.T) {
	in := &fakeInbox{}
	in.put(t, sluice.Delivery{Body: []byte(`[{"n": 1}, {"n": 2}, {"n": 3}]`), Taken: 2})
	in.put(t, sluice.Delivery{Body: []byte(`[{"n": 4}, {"n": 5}]`)})
	r := open(t, in, sluice.WebhookExport{}, sluice.ExportOptions{FlowID: "f", Cursor: []byte(`{"seq": 99}`)})
	in.put(t, sluice.Delivery{Body: []byte(`{"n": 6}`)})
	first, err := r.Next(t.Context(), 2)
	if err != nil || fmt.Sprint(first.Items[0].Record, first.Items[1].Record) != "map[n:3] map[n:4]" || *first.Inbox != (sluice.InboxMark{Seq: 2, Taken: 1}) {
		t.Fatalf("%+v up to %+v, %v", first.Items, first.Inbox, err)
	}
	rest, mark := drain(t, r, 10)
	if len(rest) != 1 || mark != (sluice.InboxMark{Seq: 3}) {
		t.Errorf("%v up to %+v", rest, mark)
	}
}

func TestPreviewShowsTheNewest(t *testing.T) {
	in := &fakeInbox{}
	for n := range 7 {
		in.put(t, sluice.Delivery{Body: fmt.Appendf(nil, `{"n": %d}`, n), Taken: 1})
	}
	items, _ := drain(t, open(t, in, sluice.WebhookExport{}, sluice.ExportOptions{Flow: "orders", Preview: true}), 3)
	if len(items) != shown || items[0].Origin != "delivery 7" {
		t.Errorf("%v", items)
	}
}

// A batch ends where its deliveries are large, but not with those that hold no record.
func TestBatchesAreBounded(t *testing.T) {
	in := &fakeInbox{}
	for _, body := range []string{`[]`, `[]`, `{"n": 1}`, `{"n": 2}`, `{"n": 3}`} {
		in.put(t, sluice.Delivery{Body: []byte(body)})
	}
	r := open(t, in, sluice.WebhookExport{}, sluice.ExportOptions{FlowID: "f"})
	r.(*reader).most = 4
	for n := range 3 {
		if b, err := r.Next(t.Context(), 10); err != nil || len(b.Items) != 1 || b.Inbox.Seq != int64(n)+4 {
			t.Fatalf("batch %d: %+v, %v", n, b, err)
		}
	}
}
