package auth

import (
	"encoding/base64"
	"testing"
)

func TestSubjectOf(t *testing.T) {
	token := func(payload string) string {
		return "e30." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".c2ln"
	}
	for _, c := range []struct {
		name, token string
		want        Subject
		ok          bool
	}{
		{"authorization code", token(`{"sub":"3;7"}`), Subject{"3", "7"}, true},
		{"client credentials", token(`{"sub":"1234567_SB1;0;1001;2;N"}`), Subject{"1001", "2"}, true},
		{"another form", token(`{"sub":"somebody"}`), Subject{}, false},
		{"no numbers", token(`{"sub":"a;b"}`), Subject{"a", "b"}, false},
		{"no claims", token(`[]`), Subject{}, false},
		{"no JWT", "opaque", Subject{}, false},
		{"no base64", "a.***.b", Subject{}, false},
	} {
		if got, ok := SubjectOf(c.token); ok != c.ok || ok && got != c.want {
			t.Errorf("%s: %+v, %v", c.name, got, ok)
		}
	}
}

func FuzzSubjectOf(f *testing.F) {
	f.Add("a.eyJzdWIiOiIzOzcifQ.b")
	f.Fuzz(func(t *testing.T, token string) {
		if s, ok := SubjectOf(token); ok && (!isID(s.Role) || !isID(s.Entity)) {
			t.Errorf("%q: %+v", token, s)
		}
	})
}
