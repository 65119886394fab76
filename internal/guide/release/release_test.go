package release

import (
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

func TestAt(t *testing.T) {
	day := func(text string) time.Time {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for at, want := range map[string]string{
		"2026-01-01T00:00:00Z": "2025.2", "2026-03-14T23:59:59Z": "2025.2", "2026-03-15T00:00:00Z": "2026.1", "2026-09-14T23:59:59Z": "2026.1",
		"2026-09-15T00:00:00Z": "2026.2", "2026-12-31T23:59:59Z": "2026.2", "2026-03-15T00:30:00+01:00": "2025.2",
	} {
		if got := At(day(at)); got != want {
			t.Errorf("at %s: %s, want %s", at, got, want)
		}
	}
}

// TestWSDLVersions checks the calendar's rows against each other.
func TestWSDLVersions(t *testing.T) {
	list := sluice.WSDLVersions()
	if list[0].Version != sluice.LatestWSDL {
		t.Errorf("the newest is %s, want %s", list[0].Version, sluice.LatestWSDL)
	}
	for i, v := range list {
		if v.SupportedThrough < v.Version || v.GoneWith <= v.SupportedThrough {
			t.Errorf("%s is supported through %s and gone with %s", v.Version, v.SupportedThrough, v.GoneWith)
		}
		if i > 0 && (v.Version >= list[i-1].Version || v.SupportedThrough > list[i-1].SupportedThrough) {
			t.Errorf("%s follows %s", v.Version, list[i-1].Version)
		}
		if !Supports(v.SupportedThrough, v) || Supports("2028.2", v) || Ends("2028.1", v) || !Ends("2028.2", v) {
			t.Errorf("%s: support or end at the wrong release", v.Version)
		}
	}
}

func TestSpanAndNext(t *testing.T) {
	for _, tt := range []struct{ release, span, next string }{
		{"2026.2", "August to October 2026", "2027.1"}, {"2027.1", "February to April 2027", "2027.2"}, {"2027", "", ""}, {"", "", ""},
	} {
		if got := Span(tt.release); got != tt.span {
			t.Errorf("span of %q: %q, want %q", tt.release, got, tt.span)
		}
		if got := Next(tt.release); got != tt.next {
			t.Errorf("next of %q: %q, want %q", tt.release, got, tt.next)
		}
	}
}

func TestOutdated(t *testing.T) {
	for _, tt := range []struct{ release, kind, version, want string }{
		{"2025.2", sluice.KindNetSuite, "2023.1", ""},
		{"2026.1", sluice.KindNetSuite, "2023.1", "NetSuite 2026.1 does not support it any more; it answers until 2028.2"},
		{"2028.1", sluice.KindNetSuite, "", ""}, // the newest, when nothing is chosen
		{"2028.2", sluice.KindNetSuite, "2025.2", "NetSuite 2028.2 has no SOAP web services any more"},
		{"2028.2", sluice.KindHTTP, "", ""},
	} {
		c := &sluice.Connection{Kind: tt.kind, Settings: map[string]string{}}
		if tt.version != "" {
			c.Settings["wsdl_version"] = tt.version
		}
		if got := Outdated(tt.release, c); got != tt.want {
			t.Errorf("%s at %s: %q, want %q", tt.version, tt.release, got, tt.want)
		}
	}
}
