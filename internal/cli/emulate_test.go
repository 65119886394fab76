package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/internal/cli/shell"
)

// With --json the first line on standard output is what other programs wait for.
func TestEmulateJSON(t *testing.T) {
	out, in := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	p := &program{Shell: &shell.Shell{In: strings.NewReader(""), Out: in, Err: io.Discard, Getenv: func(string) string { return "" }}}
	code := make(chan int, 1)
	go func() { code <- p.run(ctx, []string{"emulate", "--json", "--listen", "127.0.0.1:0"}) }()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var told map[string]string
	if err := json.Unmarshal([]byte(line), &told); err != nil {
		t.Fatalf("%v in %q", err, line)
	}
	for _, name := range []string{"account", "base_url", "consumer_key", "consumer_secret", "token_id", "token_secret", "admin_email", "admin_password"} {
		if told[name] == "" {
			t.Errorf("%s is missing in %s", name, line)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, told["base_url"]+"/services/rest/record/v1", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("nobody answers at %s: %v", told["base_url"], err)
	}
	_ = resp.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	stop()
	if got := <-code; got != exitOK {
		t.Errorf("exit code %d after the interrupt", got)
	}
}
