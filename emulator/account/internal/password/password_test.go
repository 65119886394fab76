package password

import (
	"strings"
	"testing"
)

func TestMatches(t *testing.T) {
	stored := New("facade-Password-1")
	if stored == New("facade-Password-1") || strings.Contains(stored, "facade") {
		t.Error("the stored form has no salt, or the password itself")
	}
	if !Matches(stored, "facade-Password-1") {
		t.Error("the password does not match")
	}
	if !Stored(stored) || Stored("facade-Password-1") || Stored("ab$cd") {
		t.Error("a stored form is not told from a password")
	}
	salt, sum, _ := strings.Cut(stored, "$")
	for _, other := range []string{"", "$", "x$y", salt, salt + "$", salt + "$00" + sum[2:] + "0", "facade-Password-1"} {
		if Matches(other, "facade-Password-1") {
			t.Errorf("%q matches", other)
		}
	}
	for _, wrong := range []string{"", "facade-password-1", "facade-Password-1 "} {
		if Matches(stored, wrong) {
			t.Errorf("%q matches", wrong)
		}
	}
}
