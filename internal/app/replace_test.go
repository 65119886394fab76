package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice/internal/client"
)

// filesFlow copies from one connection to itself, with a comment that has to stay.
func filesFlow(name, connection string) string {
	return "# kept\nname: " + name + "\nexport:\n  connection: " + connection + "   # in\n  csv: {path: a.csv}\n  key: [id]\nsteps:\n  - import:\n      connection: \"" + connection + "\"\n      csv: {path: b.csv, columns: [id]}\n"
}

func (s *server) mustPut(t *testing.T, name, text string) {
	t.Helper()
	if _, err := s.local.PutFlow(t.Context(), name, client.FlowText{Text: text}); err != nil {
		t.Fatal(err)
	}
}

func TestReplaceConnection(t *testing.T) {
	s := start(t)
	for _, name := range []string{"old", "new"} {
		s.mustCreate(t, client.ConnectionInput{Name: name, Kind: "files", Settings: map[string]string{"dir": t.TempDir()}})
	}
	s.mustCreate(t, netsuiteInput("ns"))
	for _, name := range []string{"a", "b", "c"} {
		s.mustPut(t, name, filesFlow(name, "old"))
	}
	s.mustPut(t, "other", filesFlow("other", "new"))

	replaced, err := s.local.ReplaceConnection(t.Context(), "old", client.Replacement{With: "new", Flows: []string{"a", "c"}})
	if err != nil || !slices.Equal(replaced.Flows, []string{"a", "c"}) {
		t.Fatalf("replaced %v, %v", replaced, err)
	}
	a, err := s.local.GetFlow(t.Context(), "a")
	if err != nil || a.Text != filesFlow("a", "new") || a.Number != 2 || a.Flow.Export.Connection != "new" {
		t.Errorf("revision %d, %v:\n%s", a.Number, err, a.Text)
	}
	if b, err := s.local.GetFlow(t.Context(), "b"); err != nil || b.Number != 1 {
		t.Errorf("a flow that was not chosen has revision %d, %v", b.Number, err)
	}

	// All or none: one flow does not use it, another kind of connection fits nobody.
	_, err = s.local.ReplaceConnection(t.Context(), "old", client.Replacement{With: "new", Flows: []string{"b", "other"}})
	wantProblem(t, err, "flow.other_connection", "flows[1]")
	_, err = s.local.ReplaceConnection(t.Context(), "new", client.Replacement{With: "ns"})
	wantProblem(t, err, "flow.wrong_connection", "a: export.connection")
	_, err = s.local.ReplaceConnection(t.Context(), "old", client.Replacement{With: "old"})
	wantCode(t, err, "invalid")
	_, err = s.local.ReplaceConnection(t.Context(), "old", client.Replacement{With: "absent"})
	wantCode(t, err, "not_found")
	for name, number := range map[string]int64{"a": 2, "b": 1, "other": 1} {
		if f, err := s.local.GetFlow(t.Context(), name); err != nil || f.Number != number {
			t.Errorf("%s has revision %d after what was refused, %v", name, f.Number, err)
		}
	}

	if replaced, err = s.local.ReplaceConnection(t.Context(), "old", client.Replacement{With: "new"}); err != nil || !slices.Equal(replaced.Flows, []string{"b"}) {
		t.Errorf("everywhere: %v, %v", replaced, err)
	}
	if err := s.local.DeleteConnection(t.Context(), "old"); err != nil {
		t.Errorf("after it was replaced everywhere: %v", err)
	}
	events, err := s.local.ListAudit(t.Context(), client.ListAuditQuery{Noun: "connection", Name: "old"})
	if err != nil || len(events.Items) != 4 || events.Items[0].Action != "connection.delete" || events.Items[1].Action != "connection.replace" || events.Items[1].Detail != "new in b" {
		t.Errorf("audit: %+v, %v", events.Items, err)
	}
}

func TestImpactOfAnotherWSDLVersion(t *testing.T) {
	now := newClock() // NetSuite has 2025.2
	s := start(t, func(c *Config) { c.Clock = now.Now })
	s.mustCreate(t, netsuiteInput("ns"), client.ConnectionInput{Name: "files", Kind: "files", Settings: map[string]string{"dir": t.TempDir()}})
	impact := func(version string) *client.Impact {
		t.Helper()
		i, err := s.local.ConnectionImpact(t.Context(), "ns", client.ConnectionImpactQuery{WSDLVersion: version})
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	if i := impact("2025.1"); len(i.Flows) != 0 || i.Message != "No flow uses the connection." {
		t.Errorf("without flows: %+v", i)
	}
	s.mustPut(t, "orders", strings.Replace(strings.Replace(filesFlow("orders", "files"), "\"files\"", "ns", 1), "csv: {path: b.csv, columns: [id]}", "operation: add\n      netsuite: {record: salesOrder}", 1))
	if i := impact("2025.1"); !slices.Equal(i.Flows, []string{"orders"}) || !strings.Contains(i.Message, "2025.1 instead of 2025.2") {
		t.Errorf("with a flow: %+v", i)
	}
	if i := impact("2025.2"); !strings.Contains(i.Message, "already") {
		t.Errorf("the same version: %+v", i)
	}
	now.Add(365 * 24 * time.Hour)
	if i := impact("2023.1"); !strings.Contains(i.Message, "does not support it any more") {
		t.Errorf("a version without support: %+v", i)
	}
	_, err := s.local.ConnectionImpact(t.Context(), "ns", client.ConnectionImpactQuery{WSDLVersion: "2011.1"})
	wantCode(t, err, "invalid")
	_, err = s.local.ConnectionImpact(t.Context(), "files", client.ConnectionImpactQuery{WSDLVersion: "2025.1"})
	wantCode(t, err, "invalid")

	versions, err := s.local.ListWSDLVersions(t.Context()) // NetSuite has 2026.2
	if err != nil || len(versions.Items) != 6 {
		t.Fatalf("versions %+v, %v", versions.Items, err)
	}
	for version, supported := range map[string]bool{"2025.2": true, "2025.1": true, "2024.1": true, "2023.2": false, "2023.1": false} {
		i := slices.IndexFunc(versions.Items, func(v client.WSDLVersion) bool { return v.Version == version })
		if i < 0 || versions.Items[i].Supported != supported || versions.Items[i].Note == "" {
			t.Errorf("%s: %+v", version, versions.Items)
		}
	}
}

func TestIntegrations(t *testing.T) {
	s := start(t)
	s.mustCreate(t, client.ConnectionInput{Name: "files", Kind: "files", Settings: map[string]string{"dir": t.TempDir()}, Integration: "default"})
	_, err := s.local.CreateConnection(t.Context(), client.ConnectionInput{Name: "more", Kind: "files", Settings: map[string]string{"dir": t.TempDir()}, Integration: "absent"})
	wantCode(t, err, "not_found")
	_, err = s.local.GetConnection(t.Context(), "more")
	wantCode(t, err, "not_found")
	s.mustPut(t, "a", filesFlow("a", "files"))
	s.mustPut(t, "b", "integration: shop\n"+filesFlow("b", "files"))
	names := func() []string {
		t.Helper()
		list, err := s.local.ListIntegrations(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, i := range list.Items {
			out = append(out, i.Name+" "+strings.Join(i.Flows, ",")+" "+strings.Join(i.Connections, ","))
		}
		return out
	}
	if got := names(); !slices.Equal(got, []string{"default a files", "shop b "}) {
		t.Errorf("integrations %q", got)
	}
	shop, err := s.local.UpdateIntegration(t.Context(), "shop", client.IntegrationInput{Name: "shop", Title: "The shop", Application: "shopify", Connections: []string{"files"}})
	if err != nil || shop.ID == "" || shop.Title != "The shop" || !slices.Equal(shop.Connections, []string{"files"}) {
		t.Errorf("stored %+v, %v", shop, err)
	}
	_, err = s.local.UpdateIntegration(t.Context(), "shop", client.IntegrationInput{Name: "Shop", Application: "unheard-of", Connections: []string{"absent"}})
	wantProblem(t, err, "name.invalid", "name")
	wantProblem(t, err, "integration.in_use", "name")
	wantProblem(t, err, "integration.unknown_application", "application")
	wantProblem(t, err, "integration.unknown_connection", "connections[0]")
	wantCode(t, s.local.DeleteIntegration(t.Context(), "shop"), "integration.in_use")
	wantCode(t, s.local.DeleteIntegration(t.Context(), "default"), "integration.in_use")
	if group, err := s.local.UnregisterConnection(t.Context(), "shop", "files"); err != nil || len(group.Connections) != 0 {
		t.Errorf("unregistered: %+v, %v", group, err)
	}
	for _, flow := range []string{"a", "b"} {
		if err := s.local.DeleteFlow(t.Context(), flow); err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, s.local.DeleteIntegration(t.Context(), "default"), "integration.default")
	if err := s.local.DeleteIntegration(t.Context(), "shop"); err != nil {
		t.Fatal(err)
	}
	if got := names(); !slices.Equal(got, []string{"default  files"}) {
		t.Errorf("integrations %q", got)
	}
}
