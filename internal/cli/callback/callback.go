// Package callback waits on this machine for the browser that NetSuite sends back.
package callback

import (
	"context"
	"errors"
	"html/template"
	"net"
	"net/http"
	"strconv"
	"time"
)

// path is the path of the callback.
const path = "/oauth/callback"

// Listener listens on a free port of this machine.
type Listener struct {
	listeners []net.Listener
	port      string
}

// Listen takes a free port. Browsers know localhost as 127.0.0.1 or ::1: it listens
// on both where both are to be had.
func Listen() (*Listener, error) {
	first, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &Listener{listeners: []net.Listener{first}, port: strconv.Itoa(first.Addr().(*net.TCPAddr).Port)}
	if second, err := net.Listen("tcp", net.JoinHostPort("::1", l.port)); err == nil {
		l.listeners = append(l.listeners, second)
	}
	return l, nil
}

// URL is the address to tell NetSuite. It says localhost, which NetSuite takes with
// any port, and 127.0.0.1 it does not (Oracle help, bridgehead_4249032125).
func (l *Listener) URL() string { return "http://localhost:" + l.port + path }

// Outcome is what the browser's page says in the end.
type Outcome struct {
	OK    bool
	Title string
	Text  string
	Cure  string
}

// Wait serves the callback until an answer is taken, ctx ends, or the time is over.
// take gets what stood behind the question mark, and reports whether it was the
// answer that is waited for.
func (l *Listener) Wait(ctx context.Context, limit time.Duration, take func(ctx context.Context, query string) (Outcome, bool)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errors.New("nobody came back from NetSuite in time"))
	defer cancel()
	taken := make(chan struct{}, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.Host != "localhost:"+l.port {
			w.WriteHeader(http.StatusMisdirectedRequest)
			return
		}
		outcome, last := take(ctx, r.URL.RawQuery)
		show(w, outcome)
		if last {
			select {
			case taken <- struct{}{}:
			default: // the browser asked twice
			}
		}
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	for _, listener := range l.listeners {
		go func() { _ = server.Serve(listener) }() // ends with Shutdown
	}
	var err error
	select {
	case <-taken:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	stopping, stop := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer stop()
	_ = server.Shutdown(stopping) // the page is on its way
	return err
}

// Close frees the port of a listener that nobody waits at.
func (l *Listener) Close() {
	for _, listener := range l.listeners {
		_ = listener.Close()
	}
}

var page = template.Must(template.New("outcome").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} – Sluice</title>
<style>:root { color-scheme: light dark; } body { font: 16px/1.55 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem; }</style>
</head>
<body>
<main>
<h1>{{.Title}}</h1>
<p{{if not .OK}} role="alert"{{end}}>{{.Text}}</p>
{{with .Cure}}<p>{{.}}</p>
{{end}}<p>You can close this page and go back to the terminal.</p>
</main>
</body>
</html>
`))

func show(w http.ResponseWriter, o Outcome) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	w.Header().Set("Referrer-Policy", "no-referrer")
	w.Header().Set("Cache-Control", "no-store")
	if !o.OK {
		w.WriteHeader(http.StatusUnprocessableEntity)
	}
	_ = page.Execute(w, o) // the browser is gone if this fails
}
