package auth

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

const canary = "canary-made-up-secret"

// Every way to print a value that holds a Secret is tried. With the value in a
// plain string instead of behind a pointer, this fails: fmt does not ask the
// methods of unexported fields.
func TestSecretDoesNotPrint(t *testing.T) {
	type hidden struct {
		Open   Secret
		closed Secret
		ptr    *Secret
	}
	s := NewSecret(canary)
	values := []any{s, &s, hidden{s, s, &s}, &hidden{s, s, &s}, []Secret{s}, map[string]Secret{"k": s},
		TBA{ConsumerSecret: s, TokenSecret: s}, Signing{ConsumerSecret: s}, Passport{TokenSecret: s}}
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if text := fmt.Sprintf(verb, v); strings.Contains(text, canary) || strings.Contains(text, fmt.Sprintf("%x", canary)) {
				t.Errorf("%s of %T shows the secret", verb, v)
			}
		}
		var b bytes.Buffer
		slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "v", v)
		slog.New(slog.NewTextHandler(&b, nil)).Info("x", "v", v)
		if strings.Contains(b.String(), canary) {
			t.Errorf("slog of %T shows the secret", v)
		}
	}
	data, err := json.Marshal(map[string]any{"s": s, "t": hidden{Open: s}})
	if err != nil || bytes.Contains(data, []byte(canary)) {
		t.Errorf("JSON %s, %v", data, err)
	}
	if s.Reveal() != canary || s.IsZero() || !(Secret{}).IsZero() || (Secret{}).Reveal() != "" {
		t.Error("Reveal or IsZero is wrong")
	}
}
