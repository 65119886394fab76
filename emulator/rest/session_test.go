package rest

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator/record"
	"github.com/sluicehq/sluice/emulator/session"
)

// TestNoSession: a request that did not log in gets the recorded 401.
func TestNoSession(t *testing.T) {
	store, err := record.Open(t.Context(), record.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", recordPath+"/customer", nil)
	New(store, Options{}).ServeHTTP(w, r)
	equal(t, "status", w.Code, 401)
	w = httptest.NewRecorder()
	ses := &session.Session{Now: time.Now}
	New(store, Options{}).ServeHTTP(w, r.WithContext(session.With(r.Context(), ses)))
	equal(t, "a session without permissions", w.Code, 403)
}
