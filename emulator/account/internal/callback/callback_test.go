package callback

import "testing"

func TestMatches(t *testing.T) {
	for _, row := range []struct {
		record, callback string
		want             bool
	}{
		{"https://example.com/cb", "https://example.com/cb", true},
		{"https://example.com/cb", "https://example.com/cb/", false},
		{"https://example.com/cb", "https://example.com/CB", false},
		{"", "", false},
		{"http://localhost:*", "http://localhost:8080/any", true},
		{"http://localhost:*/cb", "http://localhost:1/cb", true},
		{"http://localhost:*/cb", "http://localhost:1/other", false},
		{"http://localhost:*", "http://127.0.0.1:8080/any", false},
		{"http://localhost:*", "http://localhost.example.com/", false},
		{"http://localhost:*", "http://user@localhost:80/", false},
		{"http://localhost:8080/cb", "http://localhost:9090/cb", false},
		{"https://*.example.com/callback", "https://a.example.com/callback", true},
		{"https://*.example.com/callback", "https://a.b.example.com/callback", false},
		{"https://*.example.com/callback", "https://example.com/callback", false},
		{"https://*.example.com/callback", "https://a.example.com/other", false},
	} {
		if got := Matches(row.record, row.callback); got != row.want {
			t.Errorf("%s with %s: %v", row.record, row.callback, got)
		}
	}
}
