package web

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
)

// tap keeps what a debug log would.
type tap []sluice.DebugEntry

func (p *tap) Open(string) bool           { return true }
func (p *tap) Record(e sluice.DebugEntry) { *p = append(*p, e) }

// Leave the watch out of newClient and nothing is kept; let it mask nothing and the
// secrets show.
func TestExchangesAreKeptWithoutSecrets(t *testing.T) {
	for auth, secret := range map[string]string{"basic": "password", "bearer": "token", "api-key": "api_key", "oauth2": "client_secret"} {
		w := newWorld(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/grant") {
				_, _ = io.WriteString(w, `{"access_token": "canary-fresh", "token_type": "bearer", "expires_in": 60}`)
				return
			}
			_, _ = io.WriteString(w, `[{"id": 1, "echo": "canary-stored"}]`)
		})
		kept := &tap{}
		w.options.Tap = kept
		w.Settings["type"], w.Settings["user"], w.Settings["client_id"], w.Settings["key_in"] = auth, "someone", "someone", "query"
		w.Settings["token_url"] = w.Settings["base_url"] + "/grant"
		w.Secrets[secret] = sluice.NewSecret("canary-stored")
		if _, err := w.read(sluice.HTTPExport{Path: "/things"}); err != nil {
			t.Fatalf("%s: %v", auth, err)
		}
		if len(*kept) == 0 {
			t.Errorf("%s: nothing is kept", auth)
		}
		if text := fmt.Sprintf("%+v", *kept); strings.Contains(text, "canary") || !strings.Contains(text, "/things") {
			t.Errorf("%s: %s", auth, text)
		}
	}
}
