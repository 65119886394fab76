package nlauth

import "testing"

func TestParse(t *testing.T) {
	got, err := Parse("NLAuth nlauth_account=1234567_SB1, nlauth_email=a%40example.com,nlauth_signature=p%2C%20%3Dq, nlauth_role=3, nlauth_otp=000000")
	if want := (Header{"1234567_SB1", "a@example.com", "p, =q", "3"}); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{"NLAuth", "NLAuth x", "NLAuth nlauth_email=%zz"} {
		if got, err := Parse(bad); err == nil {
			t.Errorf("%q: %+v", bad, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("NLAuth nlauth_account=1, nlauth_email=a, nlauth_signature=b")
	f.Add("NLAuth ,=,%")
	f.Fuzz(func(t *testing.T, header string) {
		if got, err := Parse(header); err != nil && got != (Header{}) {
			t.Errorf("%q: an error with %+v", header, got)
		}
	})
}
