package rest

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice/emulator/fault"
)

// under returns what follows prefix in a path, without slashes at its ends.
func under(path, prefix string) (string, bool) {
	rest, ok := strings.CutPrefix(path, prefix)
	if !ok || rest != "" && rest[0] != '/' {
		return "", false
	}
	return strings.Trim(rest, "/"), true
}

// segments splits an escaped path. A blank or control character in a segment
// is malformed, as recorded in Oracle's help (section_156570709583), but for a
// blank in an external ID (article_0127092747).
func segments(path string) ([]string, error) {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		s, err := url.PathUnescape(p)
		isExternal := strings.HasPrefix(s, "eid:")
		if err != nil || s == "" || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == ' ' && !isExternal }) {
			return nil, notUnderstood()
		}
		parts[i] = s
	}
	return parts, nil
}

// page is a checked limit and offset.
type page struct{ limit, offset int }

const (
	maxLimit = 1000
	maxRows  = 100_000 // of a list without SuiteAnalytics Connect
)

// paging reads limit and offset (Oracle help, section_156414087576).
func paging(q url.Values) (page, error) {
	p := page{limit: maxLimit}
	for _, x := range []struct {
		name string
		to   *int
		low  int
		high int
	}{{"limit", &p.limit, 1, maxLimit}, {"offset", &p.offset, 0, 1<<31 - 1}} {
		if !q.Has(x.name) {
			continue
		}
		n, err := strconv.Atoi(q.Get(x.name))
		if err != nil || n < x.low || n > x.high {
			return p, badParameter(x.name, "Invalid value '%s' of the %s query parameter. Provide a number from %d to %d.",
				q.Get(x.name), x.name, x.low, x.high)
		}
		*x.to = n
	}
	if p.offset%p.limit != 0 {
		return p, badParameter("offset", "Invalid value '%d' of the offset query parameter. The offset must be divisible by the limit.", p.offset)
	}
	if p.offset >= maxRows {
		return p, badParameter("offset", "Invalid value '%d' of the offset query parameter. No results beyond %d can be read.", p.offset, maxRows)
	}
	return p, nil
}

func badParameter(name, format string, args ...any) error {
	return fault.New(http.StatusBadRequest, fault.InvalidParameter, format, args...).InParam(name)
}

// boolParam reads a query parameter that is true or false, in any case.
func boolParam(q url.Values, name string) (bool, error) {
	switch strings.ToLower(q.Get(name)) {
	case "":
		return false, nil
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, badParameter(name, "Invalid value '%s' of the %s query parameter. Provide true or false.", q.Get(name), name)
}

// names splits a comma list.
func names(list string) (out []string) {
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}
