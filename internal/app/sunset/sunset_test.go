package sunset

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
)

// stored is a store in memory.
type stored struct {
	connections []*sluice.SealedConnection
	flows       []*sluice.FlowRevision
}

func (s stored) Connections(context.Context) ([]*sluice.SealedConnection, error) {
	return s.connections, nil
}
func (s stored) Flows(context.Context) ([]*sluice.FlowRevision, error) { return s.flows, nil }
func (s stored) Connection(_ context.Context, name string) (*sluice.SealedConnection, error) {
	i := slices.IndexFunc(s.connections, func(c *sluice.SealedConnection) bool { return c.Name == name })
	if i < 0 {
		return nil, sluice.Errorf(sluice.CodeNotFound, "no connection %q", name)
	}
	return s.connections[i], nil
}

func connection(name, kind string, settings map[string]string) *sluice.SealedConnection {
	return &sluice.SealedConnection{Connection: sluice.Connection{Name: name, Kind: kind, Settings: settings}}
}

func sunsets(at time.Time) *Sunsets {
	return &Sunsets{Clock: func() time.Time { return at }, Store: stored{
		connections: []*sluice.SealedConnection{
			connection("ns", sluice.KindNetSuite, map[string]string{"account": "https://1234567-sb1.app.netsuite.com", "type": sluice.AuthToken}),
			connection("same", sluice.KindNetSuite, map[string]string{"account": "1234567_SB1", "type": sluice.AuthOAuth2M2M}),
			connection("partner", sluice.KindNetSuite, map[string]string{"account": "TSTDRV1234567", "environment": sluice.EnvironmentSandbox, "type": sluice.AuthOAuth2M2M}),
			connection("later", sluice.KindNetSuite, map[string]string{"type": sluice.AuthTokenAuto}),
			connection("files", sluice.KindFiles, nil),
		},
		flows: []*sluice.FlowRevision{{Enabled: true, Flow: sluice.Flow{Name: "out", Export: sluice.Export{Connection: "ns", SuiteQL: &sluice.SuiteQLExport{}}}}},
	}}
}

func TestAccountsOfConnections(t *testing.T) {
	got, err := sunsets(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)).Sunset(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if got.Release != "2026.2" {
		t.Errorf("release %s", got.Release)
	}
	type account struct {
		id, environment string
		connections     int
		flows           int
	}
	var accounts []account
	for _, a := range got.Accounts {
		accounts = append(accounts, account{a.Account, a.Environment, len(a.Connections), len(a.Flows)})
	}
	want := []account{{"1234567_SB1", "sandbox", 2, 1}, {"", "", 1, 0}, {"TSTDRV1234567", "sandbox", 1, 0}}
	if !slices.Equal(accounts, want) {
		t.Errorf("got %v, want %v", accounts, want)
	}
	if f := got.Accounts[0].Flows[0]; !f.Enabled || f.StopsWith != "2028.1" || f.Parts[0].Effects[0].Past {
		t.Errorf("the flow: %+v", f)
	}
	later, err := sunsets(time.Date(2028, 4, 1, 0, 0, 0, 0, time.UTC)).Sunset(t.Context(), "")
	if err != nil || !later.Accounts[0].Flows[0].Parts[0].Effects[0].Past {
		t.Errorf("with 2028.1 the end of tokens has come: %+v, %v", later, err)
	}
}

func TestOneConnection(t *testing.T) {
	s := sunsets(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	got, err := s.Sunset(t.Context(), "same")
	if err != nil || len(got.Accounts) != 1 || len(got.Accounts[0].Connections) != 1 || len(got.Accounts[0].Flows) != 0 {
		t.Errorf("got %+v, %v", got, err)
	}
	for name, code := range map[string]string{"files": sluice.CodeInvalid, "absent": sluice.CodeNotFound} {
		if _, err := s.Sunset(t.Context(), name); sluice.ErrorCode(err) != code {
			t.Errorf("%s: %v, want %s", name, err, code)
		}
	}
}
