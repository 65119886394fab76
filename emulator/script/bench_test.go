package script_test

import (
	"testing"

	"github.com/sluicehq/sluice/emulator/restlet"
	"github.com/sluicehq/sluice/emulator/session"
)

// A call makes a machine, loads the modules and runs an entry point.
func BenchmarkCall(b *testing.B) {
	w := newWorld(b, empty)
	s := w.deploy(`return 'x'`)
	ctx := session.With(b.Context(), w.ses)
	for b.Loop() {
		if _, err := s.Post(ctx, &restlet.Request{Method: "POST", ContentType: "application/json", Body: []byte(`{"a":1}`)}); err != nil {
			b.Fatal(err)
		}
	}
}
