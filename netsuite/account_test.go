package netsuite

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
)

func TestParseAccountID(t *testing.T) {
	for in, want := range map[string][2]string{
		"1234567":        {"1234567", "1234567"},
		"1234567_SB1":    {"1234567_SB1", "1234567-sb1"},
		" 1234567-sb1\n": {"1234567_SB1", "1234567-sb1"},
		"1234567_sb2":    {"1234567_SB2", "1234567-sb2"},
		"1234567-RP":     {"1234567_RP", "1234567-rp"},
		"TSTDRV1234567":  {"TSTDRV1234567", "tstdrv1234567"},
		"td1234567":      {"TD1234567", "td1234567"},
		"mstrwlf":        {"MSTRWLF", "mstrwlf"},
		"https://1234567-sb1.app.netsuite.com/app/center/card.nl?x=1": {"1234567_SB1", "1234567-sb1"},
		"1234567.suitetalk.api.netsuite.com":                          {"1234567", "1234567"},
		"HTTPS://1234567-SB1.RESTLETS.API.NETSUITE.COM:443":           {"1234567_SB1", "1234567-sb1"},
	} {
		a, err := ParseAccountID(in)
		if err != nil || a.Realm() != want[0] || a.HostLabel() != want[1] || a.String() != want[0] {
			t.Errorf("ParseAccountID(%q) = %s/%s, %v, want %v", in, a.Realm(), a.HostLabel(), err, want)
		}
	}
}

func TestParseAccountIDRefuses(t *testing.T) {
	for _, in := range []string{"", "  ", "1234567/../x", "a.evil.example", "123@evil.example", "system.netsuite.com", "https://system.netsuite.com/x",
		"https://1234567.app.netsuite.com.evil.example", "123 456", "-1", "_SB1", "1__2", "é123", "1234567%2e", strings.Repeat("1", 64), "https://[::1"} {
		a, err := ParseAccountID(in)
		var input *InputError
		if !errors.As(err, &input) || !a.IsZero() {
			t.Errorf("ParseAccountID(%q) = %v, %v", in, a, err)
		}
	}
}

func TestAccountIDAsText(t *testing.T) {
	var v struct{ A, B AccountID }
	if err := json.Unmarshal([]byte(`{"A":"1234567-sb1","B":""}`), &v); err != nil {
		t.Fatal(err)
	}
	if text, err := json.Marshal(v); err != nil || string(text) != `{"A":"1234567_SB1","B":""}` {
		t.Errorf("%s, %v", text, err)
	}
	if err := json.Unmarshal([]byte(`{"A":"evil.example"}`), &v); err == nil || v.A != testAccount(t) {
		t.Errorf("%v, %v", v.A, err)
	}
}

func TestEnvironment(t *testing.T) {
	for in, want := range map[string]Environment{"1234567": Production, "1234567_SB12": Sandbox, "1234567_RP": ReleasePreview,
		"TSTDRV123": TestDrive, "TD123": TestDrive, "MSTRWLF": Production, "TSTDRV123_SB1": Sandbox} {
		a, err := ParseAccountID(in)
		if err != nil || a.Environment() != want {
			t.Errorf("%s is %s, %v, want %s", in, a.Environment(), err, want)
		}
	}
}

func TestEndpoints(t *testing.T) {
	a := testAccount(t)
	want := Endpoints{"https://1234567-sb1.suitetalk.api.netsuite.com", "https://1234567-sb1.restlets.api.netsuite.com", "https://1234567-sb1.app.netsuite.com", "https://rest.netsuite.com"}
	if got := a.Endpoints(); got != want {
		t.Errorf("endpoints %v", got)
	}
	c, err := New(a, testTBA(), WithEndpoints(Endpoints{RESTlets: "http://localhost:8080/"}))
	if err != nil {
		t.Fatal(err)
	}
	if want.RESTlets = "http://localhost:8080"; c.Endpoints() != want || c.Account() != a {
		t.Errorf("endpoints %v", c.Endpoints())
	}
	for _, bad := range []string{"localhost:8080", "ftp://h", "http://", "http://h?x=1", "http://user@h"} {
		if _, err := New(a, testTBA(), WithBaseURL(bad)); !errors.Is(err, ErrInvalid) {
			t.Errorf("base URL %q: %v", bad, err)
		}
	}
}

// FuzzParseAccountID checks that no text makes a host of anybody else, and that
// a parsed ID parses to itself in every form.
func FuzzParseAccountID(f *testing.F) {
	for _, seed := range []string{"1234567_SB1", "https://1234567-sb1.app.netsuite.com/x", "a.b", "1@2", "x:y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		a, err := ParseAccountID(in)
		if err != nil {
			return
		}
		for _, form := range []string{a.Realm(), a.HostLabel(), a.Endpoints().App} {
			if again, err := ParseAccountID(form); err != nil || again != a {
				t.Fatalf("%q gives %v, its form %q gives %v, %v", in, a, form, again, err)
			}
		}
		u, err := url.Parse(a.Endpoints().SuiteTalk)
		if err != nil || u.Host != a.HostLabel()+".suitetalk.api.netsuite.com" || strings.Contains(a.HostLabel(), ".") || u.User != nil || u.Path != "" {
			t.Fatalf("%q leads to %v, %v", in, u, err)
		}
	})
}
