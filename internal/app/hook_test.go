package app

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/internal/client"
)

const hookSecret = "made-up-webhook-secret"

const hookFlow = `name: orders-in
export:
  connection: shop
  webhook: {records: /order, headers: {topic: X-Shopify-Topic}}
  key: [id]
steps:
  - import: {connection: files, csv: {path: out.csv, columns: [id, total, topic]}}
`

// hooked is a server with a flow that takes Shopify's deliveries.
func hooked(t *testing.T, settings map[string]string, change ...func(*Config)) *server {
	t.Helper()
	s := start(t, change...)
	all := map[string]string{"preset": "shopify"}
	for k, v := range settings {
		all[k] = v
	}
	shop := client.ConnectionFile{Path: "connections.yaml", Name: "shop", Kind: "webhook", Settings: all, Secrets: map[string]string{"secret": hookSecret}}
	set := client.FileSet{Flows: []client.FlowFile{{Path: "orders-in.yaml", Text: hookFlow}}, Connections: []client.ConnectionFile{filesConnection(t.TempDir()), shop}}
	if _, err := s.local.Apply(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	return s
}

// delivery is a request as Shopify makes it.
type delivery struct {
	flow, id, body, media, signature string
}

// deliver sends a delivery and returns the answer and its body.
func (s *server) deliver(t *testing.T, d delivery) (*http.Response, string) {
	t.Helper()
	if d.flow == "" {
		d.flow = "orders-in"
	}
	if d.media == "" {
		d.media = "application/json"
	}
	if d.signature == "" {
		mac := hmac.New(sha256.New, []byte(hookSecret))
		mac.Write([]byte(d.body))
		d.signature = base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/hooks/"+d.flow, strings.NewReader(d.body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"Content-Type": d.media, "X-Shopify-Hmac-Sha256": d.signature, "X-Shopify-Webhook-Id": d.id, "X-Shopify-Topic": "orders/create"} {
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(text)
}

// ended waits until the flow's runs have ended, and returns them.
func (s *server) ended(t *testing.T, flow string) []client.Run {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for ticker := time.NewTicker(10 * time.Millisecond); time.Now().Before(deadline); <-ticker.C {
		list, err := s.local.ListRuns(t.Context(), client.ListRunsQuery{Flow: flow})
		if err != nil {
			t.Fatal(err)
		}
		open := 0
		for _, r := range list.Items {
			if r.State == "queued" || r.State == "running" {
				open++
			}
		}
		if open == 0 && len(list.Items) > 0 {
			return list.Items
		}
	}
	t.Fatalf("the runs of %s do not end: %s", flow, s.log.String())
	return nil
}

// What is delivered is answered once it is stored, and delivered again is not worked again.
func TestDeliveriesAreWorked(t *testing.T) {
	s := hooked(t, nil)
	for i, want := range []int{http.StatusAccepted, http.StatusOK} {
		if resp, text := s.deliver(t, delivery{id: "w-1", body: `{"order": {"id": 7, "total": 12345678901234567890.10}}`}); resp.StatusCode != want || text != "" {
			t.Fatalf("delivery %d: %s %s", i, resp.Status, text)
		}
	}
	runs := s.ended(t, "orders-in")
	if len(runs) != 1 || runs[0].Kind != "webhook" || runs[0].State != "completed" || runs[0].Counts.Written != 1 {
		t.Fatalf("%+v", runs)
	}
	files, err := s.local.GetConnection(t.Context(), "files")
	if err != nil {
		t.Fatal(err)
	}
	if text := readText(t, filepath.Join(files.Settings["dir"], "out.csv")); text != "id,total,topic\n7,12345678901234567890.10,orders/create\n" {
		t.Errorf("written: %q", text)
	}
	hook, err := s.local.GetHook(t.Context(), "orders-in")
	if err != nil || hook.URL != s.URL()+"/hooks/orders-in" || hook.Waiting != 0 || hook.Last != 1 || hook.LastAt.IsZero() {
		t.Errorf("%+v, %v", hook, err)
	}
	seen, err := s.local.PreviewFlow(t.Context(), "orders-in", client.PreviewOptions{})
	if err != nil || len(seen.Records) != 1 || seen.Records[0].Origin != "delivery 1 (w-1)" {
		t.Errorf("preview %+v, %v", seen, err)
	}
	if resp, _ := s.deliver(t, delivery{id: "w-2", body: `{"order": {"id": 8}}`}); resp.StatusCode != http.StatusAccepted {
		t.Fatal(resp.Status)
	}
	if runs := s.ended(t, "orders-in"); len(runs) != 2 || runs[0].Counts.Read != 1 {
		t.Errorf("%+v", runs)
	}
}

// Deliveries that are not accepted are told apart inside, and not outward.
func TestDeliveriesAreRefused(t *testing.T) {
	s := hooked(t, map[string]string{"max_body": "1", "rate": "6"})
	good := `{"order": {"id": 1}}`
	for name, c := range map[string]struct {
		d      delivery
		status int
		said   string
	}{
		"wrong signature": {delivery{body: good, signature: "AAAA"}, http.StatusUnauthorized, "webhook.signature"},
		"no such flow":    {delivery{flow: "absent", body: good}, http.StatusNotFound, "not_found"},
		"a form":          {delivery{body: "id=1", media: "application/x-www-form-urlencoded"}, http.StatusUnsupportedMediaType, "the delivery is a form, not JSON"},
		"no JSON":         {delivery{body: `{"order"`}, http.StatusBadRequest, "the delivery is not JSON"},
		"too large":       {delivery{body: strings.Repeat(" ", 1<<20) + good}, http.StatusRequestEntityTooLarge, "more than 1 MB"},
	} {
		resp, text := s.deliver(t, c.d)
		if resp.StatusCode != c.status || !strings.Contains(text, c.said) || strings.Contains(text, "secret") {
			t.Errorf("%s: %s %s", name, resp.Status, text)
		}
	}
	notices, err := s.local.ListNotices(t.Context(), client.ListNoticesQuery{})
	if err != nil || len(notices.Items) != 1 || !strings.Contains(notices.Items[0].Message, "is not that of the connection's secret") {
		t.Errorf("notices %+v, %v", notices, err)
	}
	audit, err := s.local.ListAudit(t.Context(), client.ListAuditQuery{Noun: "delivery"})
	if err != nil || len(audit.Items) != 1 || audit.Items[0].Action != "delivery.refuse" {
		t.Errorf("audit %+v, %v", audit, err)
	}
	if resp, text := s.deliver(t, delivery{id: "a", body: good}); resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") == "" {
		t.Errorf("the second delivery of a burst of one: %s %s", resp.Status, text)
	}
	if _, err := s.local.DisableFlow(t.Context(), "orders-in"); err != nil {
		t.Fatal(err)
	}
	if resp, _ := s.deliver(t, delivery{id: "b", body: good}); resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Errorf("disabled: %s", resp.Status)
	}
	s.core.stopping.Store(true)
	if resp, _ := s.deliver(t, delivery{id: "c", body: good}); resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Errorf("stopping: %s", resp.Status)
	}
	s.core.stopping.Store(false)
	if hook, err := s.local.GetHook(t.Context(), "orders-in"); err != nil || hook.Last != 0 {
		t.Errorf("what was refused is in the inbox: %+v, %v", hook, err)
	}
}

// A right signature closes the notice that wrong ones have opened.
func TestRightSignatureSettlesTheNotice(t *testing.T) {
	s := hooked(t, nil)
	s.deliver(t, delivery{body: "{}", signature: "AAAA"})
	s.deliver(t, delivery{id: "a", body: `{"order": {"id": 1}}`})
	notices, err := s.local.ListNotices(t.Context(), client.ListNoticesQuery{})
	if err != nil || len(notices.Items) != 1 || notices.Items[0].ClosedAt.IsZero() {
		t.Errorf("notices %+v, %v", notices, err)
	}
	s.ended(t, "orders-in")
}

// A flow is not deleted while something waits that was answered with 202.
func TestFlowWithDeliveriesStays(t *testing.T) {
	s := hooked(t, nil, func(c *Config) { c.Idle = true })
	if resp, _ := s.deliver(t, delivery{id: "a", body: `{"order": {"id": 1}}`}); resp.StatusCode != http.StatusAccepted {
		t.Fatal(resp.Status)
	}
	runs, err := s.local.ListRuns(t.Context(), client.ListRunsQuery{})
	if err != nil || len(runs.Items) != 1 {
		t.Fatalf("%+v, %v", runs, err)
	}
	if _, err := s.local.CancelRun(t.Context(), runs.Items[0].ID); err != nil {
		t.Fatal(err)
	}
	if e := wantCode(t, s.local.DeleteFlow(t.Context(), "orders-in"), "conflict"); !strings.Contains(e.Message, "wait: 1") {
		t.Errorf("%+v", e)
	}
	if hook, err := s.local.GetHook(t.Context(), "orders-in"); err != nil || hook.Waiting != 1 {
		t.Errorf("%+v, %v", hook, err)
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
