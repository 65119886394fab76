package callback

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// answer sends a request and returns status and page.
func answer(t *testing.T, address, host string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if host != "" {
		req.Host = host
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(page)
}

// What is not the answer, and what comes under another name, does not end the wait.
func TestWait(t *testing.T) {
	l, err := Listen()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(l.URL(), "http://localhost:") {
		t.Errorf("address %s", l.URL())
	}
	ended := make(chan error, 1)
	var queries []string
	go func() {
		ended <- l.Wait(t.Context(), time.Minute, func(_ context.Context, query string) (Outcome, bool) {
			queries = append(queries, query)
			good := query == "oauth_token=1"
			return Outcome{OK: good, Title: "<Title>", Text: "Text"}, good
		})
	}()
	if status, _ := answer(t, l.URL()+"?x=1", "evil.example"); status != http.StatusMisdirectedRequest {
		t.Errorf("another host: %d", status)
	}
	if status, page := answer(t, l.URL()+"?x=2", ""); status != http.StatusUnprocessableEntity || strings.Contains(page, "<Title>") {
		t.Errorf("not the answer: %d %s", status, page)
	}
	if status, page := answer(t, l.URL()+"?oauth_token=1", ""); status != http.StatusOK || !strings.Contains(page, "You can close this page") {
		t.Errorf("the answer: %d %s", status, page)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if strings.Join(queries, " ") != "x=2 oauth_token=1" {
		t.Errorf("queries %q", queries)
	}
}

func TestWaitEnds(t *testing.T) {
	never := func(context.Context, string) (Outcome, bool) { return Outcome{}, false }
	l, err := Listen()
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Wait(t.Context(), time.Nanosecond, never); err == nil || !strings.Contains(err.Error(), "in time") {
		t.Errorf("after its time: %v", err)
	}
	if l, err = Listen(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Wait(ctx, time.Minute, never); err == nil {
		t.Error("the wait does not end with its context")
	}
}
