// Package client is the Go client of the HTTP API. client_gen.go is generated from the
// OpenAPI document; the package imports nothing of the server.
package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

//go:generate go run github.com/sluicehq/sluice/internal/api/clientgen client_gen.go

// maxAnswer bounds how much of an answer is read.
const maxAnswer = 256 << 20

// Client calls a server.
type Client struct {
	// Base is the server's address without a slash at its end: http://localhost:8321.
	Base string
	// Token is sent as bearer token when it is not empty.
	Token string
	// HTTP carries the requests; nil means http.DefaultClient.
	HTTP *http.Client
}

// Error makes the server's error body an error: message, code, place, problems and remedy.
func (e *ErrorBody) Error() string {
	var b strings.Builder
	b.WriteString(e.Message + " [" + e.Code + "]")
	if e.Where != "" {
		fmt.Fprintf(&b, " (at %s)", e.Where)
	}
	for _, p := range e.Problems {
		b.WriteString("\n  ")
		b.WriteString(p.String())
	}
	if e.Remedy != "" {
		if len(e.Problems) > 0 {
			b.WriteString("\n" + e.Remedy)
		} else {
			b.WriteString(". " + e.Remedy)
		}
	}
	return b.String()
}

// String returns place, message, code and remedy on one line.
func (p Problem) String() string {
	text := p.Message + " [" + p.Code + "]"
	switch {
	case p.Path != "" && p.Line > 0:
		text = fmt.Sprintf("%s (line %d): %s", p.Path, p.Line, text)
	case p.Path != "":
		text = p.Path + ": " + text
	case p.Line > 0:
		text = fmt.Sprintf("line %d: %s", p.Line, text)
	}
	if p.Remedy != "" {
		text += ". " + p.Remedy
	}
	return text
}

// call sends a request and reads the answer into out, when there is one.
// Errors of the server are *ErrorBody.
func (c *Client) call(ctx context.Context, method, path string, query url.Values, in, out any) error {
	resp, err := c.send(ctx, method, path, "application/json", query, in)
	if err != nil {
		return err
	}
	return read(resp, out)
}

// Send sends a file as it is, and reads the answer into out. Errors of the server are *ErrorBody.
func (c *Client) Send(ctx context.Context, method, path string, query url.Values, kind string, file io.Reader, out any) error {
	req, err := c.request(ctx, method, path, query, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", kind)
	req.Body = io.NopCloser(file)
	resp, err := c.do(req)
	if err != nil {
		return err
	}
	return read(resp, out)
}

// Fetch sends a request whose answer is a file, and writes that out. It fails where fewer
// bytes come than were announced. Errors of the server are *ErrorBody.
func (c *Client) Fetch(ctx context.Context, method, path string, query url.Values, in any, to io.Writer) error {
	resp, err := c.send(ctx, method, path, "*/*", query, in)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.Copy(to, resp.Body); err != nil {
		return fmt.Errorf("the file was not received whole: %w", err)
	}
	return nil
}

// send sends a request and returns the answer, which the caller closes. An answer that
// tells of a failure is an *ErrorBody.
func (c *Client) send(ctx context.Context, method, path, accept string, query url.Values, in any) (*http.Response, error) {
	req, err := c.request(ctx, method, path, query, in)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", accept)
	return c.do(req)
}

func (c *Client) do(req *http.Request) (*http.Response, error) {
	resp, err := cmp.Or(c.HTTP, http.DefaultClient).Do(req)
	if err != nil {
		return nil, fmt.Errorf("the server cannot be reached: %w", err)
	}
	if resp.StatusCode >= http.StatusBadRequest {
		defer func() { _ = resp.Body.Close() }()
		return nil, failure(resp)
	}
	return resp, nil
}

func (c *Client) request(ctx context.Context, method, path string, query url.Values, in any) (*http.Request, error) {
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return nil, fmt.Errorf("request body: %w", err)
		}
		body = bytes.NewReader(data)
	}
	target := c.Base + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		return nil, fmt.Errorf("server address: %w", err)
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	return req, nil
}

// read reads an answer into out, when there is one, and closes it.
func read(resp *http.Response, out any) error {
	defer func() { _ = resp.Body.Close() }()
	if out == nil || resp.StatusCode == http.StatusNoContent {
		return nil
	}
	if err := decoder(resp).Decode(out); err != nil {
		return fmt.Errorf("the server's answer to %s %s cannot be read: %w", resp.Request.Method, resp.Request.URL.Path, err)
	}
	return nil
}

// decoder reads an answer of JSON, up to what an answer may have.
func decoder(resp *http.Response) *json.Decoder {
	d := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer))
	d.UseNumber()
	return d
}

func failure(resp *http.Response) error {
	e := new(ErrorBody)
	if err := decoder(resp).Decode(e); err != nil || e.Message == "" {
		return fmt.Errorf("the server answered %s; is it a Sluice server?", resp.Status)
	}
	return e
}

// escape writes a path parameter.
func escape[T string | int64](v T) string { return url.PathEscape(fmt.Sprint(v)) }

// setQuery sets a query parameter that is not the zero value.
func setQuery(v url.Values, name string, value any) {
	switch value := value.(type) {
	case string:
		if value != "" {
			v.Set(name, value)
		}
	case int64:
		if value != 0 {
			v.Set(name, strconv.FormatInt(value, 10))
		}
	case bool:
		if value {
			v.Set(name, "true")
		}
	case time.Time:
		if !value.IsZero() {
			v.Set(name, value.Format(time.RFC3339Nano))
		}
	case []string:
		if len(value) > 0 {
			v.Set(name, strings.Join(value, ","))
		}
	}
}

// Error makes an error that the server kept (of a run, of a test) an error here.
func (e *Error) Error() string {
	return (&ErrorBody{Code: e.Code, Message: e.Message, Where: e.Where, Remedy: e.Remedy, Problems: e.Problems}).Error()
}
