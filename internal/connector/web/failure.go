package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sluicehq/sluice"
)

// maxWords bounds what is kept of an answer.
const maxWords = 2000

// place names an address without its query, which may hold keys.
func (c *client) place(u *url.URL) string {
	if u == nil {
		return origin(c.base)
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
}

// mask takes the connection's secrets out of a text, and shortens it.
func (c *client) mask(text string) string { return shorten(hide(text, c.login.secrets()...)) }

// hide takes secrets out of a text, as they are and as addresses have them.
func hide(text string, secrets ...string) string {
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	for _, s := range secrets {
		if s != "" {
			text = strings.NewReplacer(s, "…", url.QueryEscape(s), "…", url.PathEscape(s), "…").Replace(text)
		}
	}
	return text
}

func shorten(text string) string {
	text = strings.ToValidUTF8(text, "�")
	if len(text) <= maxWords {
		return text
	}
	end := maxWords
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// places where APIs say what is wrong, the most telling first.
var complaints = []string{"error.message", "message", "error_description", "detail", "errors.0.message", "errors.0.detail", "errors.0", "error", "title", "msg"}

// words returns what an answer says in words.
func words(body []byte) string {
	var v any
	if err := json.Unmarshal(body, &v); err == nil {
		for _, place := range complaints {
			if text := textAt(v, place); text != "" {
				return shorten(text)
			}
		}
	}
	text := strings.TrimSpace(string(body))
	if strings.HasPrefix(text, "<") { // a page for people
		return "no reason in words"
	}
	if text == "" {
		return "no reason"
	}
	return shorten(text)
}

// plain writes a plain value as text, and "" for any other.
func plain(v any) string {
	switch t := v.(type) {
	case string:
		return t
	case json.Number:
		return t.String()
	case bool, float64:
		return fmt.Sprint(t)
	}
	return ""
}

// failure is what an answer, or none, means for a record.
func (c *client) failure(k call, a *answer, err error) *sluice.Failure {
	f := &sluice.Failure{Where: k.method + " " + c.place(k.url), Request: c.mask(string(k.body))}
	if err != nil {
		f.Code, f.Classification, f.Message, f.Remedy = "http.no_answer", sluice.ClassIntermittent, "there was no answer: "+c.mask(err.Error()), "Try again later"
		return f
	}
	f.Code, f.Response = fmt.Sprintf("http.%d", a.status), c.mask(string(a.body))
	f.Message = c.mask(fmt.Sprintf("the API answered %s: %s", a.text, words(a.body)))
	f.Classification, f.Remedy = class(a.status)
	if location := a.header.Get("Location"); a.status/100 == 3 {
		f.Code, f.Message, f.Remedy = "http.redirect", "the API answered "+a.text, "Write the address that it redirects to into the flow or the connection"
		if to, err := k.url.Parse(location); err == nil {
			f.Message += " to " + c.place(to)
		}
	}
	return f
}

// class says what kind of failure a status is, and what to do.
func class(status int) (sluice.Classification, string) {
	switch {
	case status == http.StatusConflict:
		return sluice.ClassDuplicate, "Use upsert or update, or resolve this error"
	case status == http.StatusNotFound, status == http.StatusGone:
		return sluice.ClassMissing, "Correct the record or the import's path, then retry"
	case status == http.StatusForbidden, status == http.StatusUnauthorized:
		return sluice.ClassPermission, "Grant the connection's login what it needs, then retry"
	case status == http.StatusLocked, status == http.StatusPreconditionFailed:
		return sluice.ClassLocked, "Retry once the record can be changed"
	case status == http.StatusMethodNotAllowed, status/100 == 3:
		return sluice.ClassOther, "Correct the import's path or method"
	case status/100 == 4 && status != http.StatusRequestTimeout:
		return sluice.ClassValue, "Correct the record or the mapping, then retry"
	case status >= 500, status == http.StatusRequestTimeout:
		return sluice.ClassIntermittent, "Try again later"
	}
	return sluice.ClassOther, "Check what the API says"
}

// problem is what an answer that is no success, or none, means for the connection or
// an export.
func (c *client) problem(k call, a *answer, err error) error {
	if own, ok := err.(*silence); ok {
		return sluice.Errorf("connection.unreachable", "the API does not answer: %s", c.mask(own.Error())).At(c.place(k.url)).Fix("Check the base URL and the network, and that the API runs")
	}
	if err != nil {
		return err
	}
	f := c.failure(k, a, nil)
	e := sluice.Errorf(f.Code, "%s", f.Message).At(c.place(k.url)).Fix(f.Remedy)
	switch {
	case a.status == http.StatusUnauthorized:
		e.Code, e.Remedy = "connection.login_refused", "Check the connection's authentication type and its secrets"
	case a.status == http.StatusForbidden:
		e.Code, e.Remedy = "connection.permission", "Grant the connection's login what it needs"
	case a.status == http.StatusNotFound:
		e.Code, e.Remedy = "http.not_found", "Correct the path, or the connection's base URL"
	case a.status >= 500:
		e.Code, e.Remedy = "connection.unreachable", "Try again later"
	}
	return e
}
