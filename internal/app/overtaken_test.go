package app

import (
	"errors"
	"maps"
	"sync"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/credential"
	"github.com/sluicehq/sluice/internal/client"
)

// Of changes that were made from the same state one is stored, also when they come at
// once; what came in between is not undone unseen. Switched off by leaving out the look at
// Revision in rewrite.
func TestAnOvertakenChangeIsRefused(t *testing.T) {
	s := start(t)
	in := netsuiteInput("ns")
	created, err := s.local.CreateConnection(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	read, err := s.local.GetConnection(t.Context(), "ns")
	if err != nil || read.Revision == "" || read.Revision != created.Revision {
		t.Fatalf("revisions %q and %q, %v", created.Revision, read.Revision, err)
	}
	change := func(base, field, value string) (*client.Connection, error) {
		mine := client.ConnectionInput{Name: "ns", Kind: "netsuite", Settings: maps.Clone(read.Settings), Base: base}
		mine.Settings[field] = value
		return s.local.UpdateConnection(t.Context(), "ns", mine)
	}
	codes := make([]string, 8)
	var working sync.WaitGroup
	for i := range codes {
		working.Go(func() {
			_, err := change(read.Revision, "concurrency", string(rune('1'+i)))
			codes[i] = errorCode(err)
		})
	}
	working.Wait()
	stored := 0
	for _, code := range codes {
		switch code {
		case "":
			stored++
		case sluice.CodeConnectionChanged:
		default:
			t.Errorf("refused with %s", code)
		}
	}
	if stored != 1 {
		t.Errorf("%d of %d changes were stored: %v", stored, len(codes), codes)
	}
	if _, err := change("", "concurrency", "9"); err != nil {
		t.Errorf("without a base: %v", err)
	}
	now, err := s.local.GetConnection(t.Context(), "ns")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.local.UpdateConnection(t.Context(), "ns", client.ConnectionInput{Name: "ns", Kind: "netsuite", Settings: now.Settings, Secrets: map[string]string{"token_secret": canary + "-new"}, Base: now.Revision}); err != nil {
		t.Fatal(err)
	}
	if _, err := change(now.Revision, "concurrency", "9"); errorCode(err) != sluice.CodeConnectionChanged {
		t.Errorf("after another secret: %v", err)
	}
}

func errorCode(err error) string {
	var e *client.ErrorBody
	if errors.As(err, &e) {
		return e.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// Tokens and the account that an authorization brings, and what uses of the connection
// showed, overtake nobody; and who had not seen them does not take them away.
func TestWhatTheServerObtainsOvertakesNobody(t *testing.T) {
	s := start(t)
	created, err := s.local.CreateConnection(t.Context(), client.ConnectionInput{Name: "ns", Kind: "netsuite", Settings: map[string]string{"type": sluice.AuthTokenAuto},
		Secrets: map[string]string{"consumer_key": canary + "-ck", "consumer_secret": canary + "-cs"}})
	if err != nil {
		t.Fatal(err)
	}
	conns := credentialConnections{connections{s.core}}
	authorized, err := conns.Connection(t.Context(), "ns")
	if err != nil {
		t.Fatal(err)
	}
	authorized.Settings["account"] = "1234567_SB1"
	authorized.Secrets["token_id"], authorized.Secrets["token_secret"] = sluice.NewSecret(canary+"-ti"), sluice.NewSecret(canary+"-ts")
	authorized.UpdatedAt = credential.After(authorized.UpdatedAt, s.core.clock())
	authorized.Identity = &sluice.Identity{Account: "1234567_SB1"}
	if err := conns.SaveConnection(t.Context(), authorized); err != nil {
		t.Fatal(err)
	}
	if err := s.core.setStatus(t.Context(), authorized, sluice.StatusOnline, ""); err != nil {
		t.Fatal(err)
	}
	out, err := s.local.UpdateConnection(t.Context(), "ns", client.ConnectionInput{Name: "ns", Kind: "netsuite",
		Settings: map[string]string{"type": sluice.AuthTokenAuto, "concurrency": "3"}, Base: created.Revision})
	if err != nil {
		t.Fatal(err)
	}
	if out.Settings["account"] != "1234567_SB1" || out.Settings["concurrency"] != "3" || out.Revision == created.Revision {
		t.Errorf("stored %+v", out)
	}
	if secrets := s.secrets(t, "ns"); secrets["token_secret"].Reveal() != canary+"-ts" {
		t.Errorf("secrets %v", secrets)
	}
}
