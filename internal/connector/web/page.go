package web

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice"
)

// after returns the position behind a page of n records.
func (r *reader) after(v any, a *answer, n int) (position, error) {
	next := position{Number: r.at.Number + 1}
	p := r.page
	more, told := r.more(v)
	var err error
	switch p.By {
	case sluice.PageByLink:
		next.Page, err = r.nextLink(v, a)
	case sluice.PageByCursor:
		next.Page = textAt(v, p.Next)
	case sluice.PageByNumber, sluice.PageByOffset:
		next.Page, err = r.count(n)
		if !told && (n == 0 || n < p.Size) {
			next.Page = ""
		}
	}
	if told && !more {
		next.Page = ""
	}
	if err != nil {
		return next, err
	}
	if next.Page != "" && next.Page == r.at.Page {
		return next, sluice.Errorf("source.page_repeats", "page %d names itself as the next one", next.Number).At("export.http.page").Fix("Check the place of the next page")
	}
	next.Done = next.Page == ""
	return next, nil
}

// more reads the value that says whether there are further pages, where the flow names it.
func (r *reader) more(v any) (more, told bool) {
	if r.page.More == "" {
		return false, false
	}
	found, _ := at(v, r.page.More)
	switch t := found.(type) {
	case bool:
		return t, true
	case string:
		return t != "" && !strings.EqualFold(t, "false"), true
	case json.Number:
		return t != "0", true
	}
	return false, true
}

// count returns the number or offset of the page behind one of n records.
func (r *reader) count(n int) (string, error) {
	at, err := strconv.ParseInt(r.number(), 10, 64)
	if err != nil {
		return "", sluice.Errorf("source.cursor", "the run's cursor does not fit the export").Fix("Start a new run")
	}
	if r.page.By == sluice.PageByNumber {
		return strconv.FormatInt(at+1, 10), nil
	}
	if n == 0 {
		return "", nil // there is nothing to count on by
	}
	return strconv.FormatInt(at+int64(n), 10), nil
}

// nextLink finds the next page's address in the answer or its Link header.
func (r *reader) nextLink(v any, a *answer) (string, error) {
	link := ""
	if r.page.Next != "" {
		link = textAt(v, r.page.Next)
	} else {
		link = relNext(a.header)
	}
	if link == "" {
		return "", nil
	}
	u, err := r.link(a.url, link)
	if err != nil {
		return "", err
	}
	return u.String(), nil
}

// link resolves a next page's address, which may not leave the origin: the
// credentials go with it.
func (r *reader) link(from *url.URL, text string) (*url.URL, error) {
	u, err := from.Parse(text)
	if err != nil || u.User != nil {
		return nil, sluice.Errorf("source.bad_link", "the address of the next page cannot be read").At("export.http.page")
	}
	if !r.within(u) {
		return nil, sluice.Errorf("source.foreign_link", "the next page is at %s, where the credentials of %s do not belong", r.place(u), origin(r.base)).At("export.http.page").Fix("Use the origin that the API names as the connection's base URL")
	}
	u.Fragment = ""
	return u, nil
}

// relNext reads the Link header (RFC 8288): <address>; rel="next", …
func relNext(h http.Header) string {
	rest := strings.Join(h.Values("Link"), ",")
	for {
		_, behind, found := strings.Cut(rest, "<")
		if !found {
			return ""
		}
		address, behind, found := strings.Cut(behind, ">")
		if !found {
			return ""
		}
		parameters, following, _ := strings.Cut(behind, "<")
		if hasRelNext(parameters) {
			return address
		}
		rest = "<" + following
		if following == "" {
			return ""
		}
	}
}

func hasRelNext(parameters string) bool {
	for p := range strings.SplitSeq(strings.TrimRight(strings.TrimSpace(parameters), ","), ";") {
		name, value, _ := strings.Cut(p, "=")
		if strings.EqualFold(strings.TrimSpace(name), "rel") && slices.Contains(strings.Fields(strings.ToLower(strings.Trim(strings.TrimSpace(value), `"`))), "next") {
			return true
		}
	}
	return false
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
