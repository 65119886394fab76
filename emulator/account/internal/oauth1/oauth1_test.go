package oauth1

import (
	"fmt"
	"strings"
	"testing"
)

func TestOrigin(t *testing.T) {
	for _, row := range [][3]string{
		{"http", "Example.COM:80", "http://example.com"}, {"https", "example.com:443", "https://example.com"},
		{"http", "example.com:443", "http://example.com:443"}, {"http", "[::1]:80", "http://[::1]"}, {"HTTP", "[::1]:81", "http://[::1]:81"},
	} {
		if got := originOf(row[0], row[1]); got != row[2] {
			t.Errorf("%s %s: %s, want %s", row[0], row[1], got, row[2])
		}
	}
}

// FuzzParseHeader: the parser never panics, and what it reads it reads again
// after being written in canonical form.
func FuzzParseHeader(f *testing.F) {
	f.Add(`realm="1234567_SB1", oauth_token="a%2Bb",oauth_version="1.0"`)
	f.Add(`oauth_token=""`)
	f.Add(`a="b`)
	f.Add(`a="b",`)
	f.Add(` a = "b" , c="%zz"`)
	f.Fuzz(func(t *testing.T, h string) {
		params, err := ParseHeader(h)
		if err != nil {
			return
		}
		var parts []string
		for _, p := range params {
			parts = append(parts, Escape(p.Name)+`="`+Escape(p.Value)+`"`)
		}
		again, err := ParseHeader(strings.Join(parts, ","))
		if err != nil || fmt.Sprint(again) != fmt.Sprint(params) {
			t.Errorf("%q read as %q, then as %q (%v)", h, params, again, err)
		}
	})
}
