package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/internal/cli/shell"
)

// sign is tested against the example of Oracle's help, section_1534941088
// (tokenPassport), and against RFC 5849's rules for the base string.
func runSign(t *testing.T, env map[string]string, args ...string) (map[string]string, int) {
	t.Helper()
	var out bytes.Buffer
	p := &program{Shell: &shell.Shell{In: strings.NewReader(""), Out: &out, Err: io.Discard, Getenv: func(name string) string { return env[name] }}}
	code := p.run(t.Context(), append([]string{"sign", "--output", "json"}, args...))
	var got map[string]string
	if code == exitOK {
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
	}
	return got, code
}

func TestSignSOAP(t *testing.T) {
	env := map[string]string{"SLUICE_CONSUMER_SECRET": "d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5",
		"SLUICE_TOKEN_SECRET": "c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295"}
	got, code := runSign(t, env, "--soap", "--realm", "123456", "--consumer-key", "ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4",
		"--token", "2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc", "--nonce", "fjaLirsIcCGVZWzBX0pg", "--timestamp", "1508242306")
	if code != exitOK || got["signature"] != "tIcC5zyKUmycB5Ml/cNxOHDusw03Y5KPQiXVNUHHp4U=" {
		t.Errorf("exit %d, %v", code, got)
	}
	if !strings.HasPrefix(got["base_string"], "123456&ef40") || !strings.Contains(got["header"], `<signature algorithm="HMAC-SHA256">tIcC5`) {
		t.Errorf("base string %q, header %q", got["base_string"], got["header"])
	}
}

func TestSignREST(t *testing.T) {
	args := []string{"--method", "get", "--url", "https://1234567.suitetalk.api.netsuite.com/services/rest/record/v1/customer?limit=2&q=a%20b",
		"--realm", "1234567", "--consumer-key", "made-up-key", "--token", "made-up-token", "--nonce", "abcdefghij", "--timestamp", "1508242306"}
	env := map[string]string{"SLUICE_CONSUMER_SECRET": "made-up-secret-1", "SLUICE_TOKEN_SECRET": "made-up-secret-2"}
	got, code := runSign(t, env, args...)
	if code != exitOK {
		t.Fatalf("exit %d", code)
	}
	want := "GET&https%3A%2F%2F1234567.suitetalk.api.netsuite.com%2Fservices%2Frest%2Frecord%2Fv1%2Fcustomer&limit%3D2%26oauth_consumer_key%3Dmade-up-key"
	if !strings.HasPrefix(got["base_string"], want) || !strings.HasSuffix(got["base_string"], "%26q%3Da%2520b") {
		t.Errorf("base string %s", got["base_string"])
	}
	if !strings.HasPrefix(got["header"], `OAuth realm="1234567"`) || strings.Contains(got["header"], "made-up-secret") {
		t.Errorf("header %s", got["header"])
	}
	env["SLUICE_TOKEN_SECRET"] = "another"
	if other, _ := runSign(t, env, args...); other["signature"] == got["signature"] {
		t.Error("the token secret does not change the signature")
	}
	if _, code := runSign(t, env, "--realm", "1234567"); code != exitUsage {
		t.Errorf("missing flags: exit %d", code)
	}
}
