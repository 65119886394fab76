package emulator

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"strconv"
	"sync"
)

// watched remembers the status that went out; 0 means none did.
type watched struct {
	http.ResponseWriter
	status int
}

func (w *watched) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// kept is an answer that stays here.
type kept struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newKept(h http.Header) *kept { return &kept{header: maps.Clone(h)} }

func (k *kept) Header() http.Header { return k.header }

func (k *kept) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
}

func (k *kept) Write(b []byte) (int, error) {
	k.WriteHeader(http.StatusOK)
	return k.body.Write(b)
}

// sendHalf announces the whole answer and sends half of its body.
func (k *kept) sendHalf(w http.ResponseWriter) {
	k.WriteHeader(http.StatusOK)
	maps.Copy(w.Header(), k.header)
	if k.body.Len() > 0 {
		w.Header().Set("Content-Length", strconv.Itoa(k.body.Len()))
	}
	w.WriteHeader(k.status)
	_, _ = w.Write(k.body.Bytes()[:k.body.Len()/2]) // about to be cut anyway
	_ = http.NewResponseController(w).Flush()
}

// inFlight counts what is under way and lets somebody wait for the end. Unlike
// a WaitGroup it may be waited for while more begins.
type inFlight struct {
	mu   sync.Mutex
	n    int
	idle chan struct{} // closed when n falls to 0
}

func (f *inFlight) begin() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.n == 0 {
		f.idle = make(chan struct{})
	}
	f.n++
}

func (f *inFlight) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.n--; f.n == 0 {
		close(f.idle)
	}
}

func (f *inFlight) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.n
}

func (f *inFlight) wait(ctx context.Context) error {
	f.mu.Lock()
	n, idle := f.n, f.idle
	f.mu.Unlock()
	if n == 0 {
		return nil
	}
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
