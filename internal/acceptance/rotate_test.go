package acceptance

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/internal/keyring"
	stored "github.com/sluicehq/sluice/internal/store"
)

const rotationCanary = "made-up-canary-41d7"

// TestKilledRotationsLoseNoSecret kills the server at random moments of rotations. Every
// secret opens afterwards, by the new key alone.
func TestKilledRotationsLoseNoSecret(t *testing.T) {
	t.Parallel()
	const connections = 400
	in := install(t, "ROTATION_CANARY="+rotationCanary)
	var b strings.Builder
	for i := range connections {
		fmt.Fprintf(&b, "\n  - name: api-%d\n    kind: http\n    settings: {base_url: \"http://localhost:1\", type: bearer}\n    secrets: {token: {env: ROTATION_CANARY}}", i)
	}
	in.apply(b.String(), nil)
	stolen, err := os.ReadFile(filepath.Join(in.dir, keyring.FileName))
	if err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	for range inSoak(5, 100) {
		in.serve()
		rotating := in.command(childCLI, "key", "rotate", "--data", in.dir)
		if err := rotating.Start(); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Duration(rng.IntN(300)) * time.Millisecond) // the moment of the kill is chance
		in.kill()
		_ = rotating.Wait() // its server was killed
	}
	in.serve()
	var list struct {
		Items []struct {
			Primary bool
			Secrets int
		}
		Lost int
	}
	in.do(nil, "key", "rotate")
	in.do(&list, "key", "list")
	if len(list.Items) != 1 || !list.Items[0].Primary || list.Items[0].Secrets != connections || list.Lost != 0 {
		t.Errorf("keys %+v", list)
	}
	in.kill()
	expectOpened(t, in.dir, stolen, connections)
}

// expectOpened wants all connections' tokens to open by the folder's key, and none by another one.
func expectOpened(t *testing.T, dir string, stolen []byte, connections int) {
	t.Helper()
	db, err := stored.Open(t.Context(), "sqlite:"+filepath.Join(dir, "sluice.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ring, err := keyring.Open(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	thief, err := keyring.Parse(stolen)
	if err != nil {
		t.Fatal(err)
	}
	list, err := db.Connections(t.Context())
	if err != nil || len(list) != connections {
		t.Fatalf("%d connections, %v", len(list), err)
	}
	for _, c := range list {
		place := keyring.Place(c.ID, "token")
		if secret, err := ring.Unseal(c.Sealed["token"], place); err != nil || secret.Reveal() != rotationCanary {
			t.Fatalf("the secret of %s: %v", c.Name, err)
		}
		if _, err := thief.Unseal(c.Sealed["token"], place); err == nil {
			t.Fatalf("the old key opens the secret of %s", c.Name)
		}
	}
}
