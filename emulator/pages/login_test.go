package pages

import (
	"net/url"
	"strings"
	"testing"
)

// FuzzLocal looks for a way out of the account by the address that comes after
// the login.
func FuzzLocal(f *testing.F) {
	for _, path := range []string{"/app/center/card.nl?x=1", "//example.com/app/", "/app//example.com", `/\example.com`, "https://example.com/app/",
		"/app/../..//example.com", "/app/\r\nx", "javascript:alert(1)//app/", "\t/app/"} {
		f.Add(path)
	}
	base := &url.URL{Scheme: "http", Host: "localhost:8322", Path: "/pages/customerlogin.jsp"}
	f.Fuzz(func(t *testing.T, path string) {
		got := local(path)
		if got == "" {
			return
		}
		to, err := base.Parse(got)
		if err != nil || to.Host != base.Host || to.Scheme != base.Scheme || !strings.HasPrefix(to.Path, "/app/") {
			t.Errorf("%q leads to %v, %v", path, to, err)
		}
	})
}

func TestLocal(t *testing.T) {
	for path, want := range map[string]string{
		"/app/setup/features.nl?tab=SuiteCloud": "/app/setup/features.nl?tab=SuiteCloud", "": "", "/": "", "/pages/x": "", "/_emulator/reset": "",
		"//example.com/app/": "", "http://localhost:8322/app/": "", "app/x": "", "/app/../_emulator/": "",
	} {
		if got := local(path); got != want {
			t.Errorf("%q: %q", path, got)
		}
	}
}
