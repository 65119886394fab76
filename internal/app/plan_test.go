package app

import (
	"strings"
	"testing"

	"github.com/sluicehq/sluice/internal/app/textdiff"
	"github.com/sluicehq/sluice/internal/client"
)

const copyFlow = `name: copy
export: {connection: files, csv: {path: in.csv}, key: [id]}
steps:
  - import: {connection: files, csv: {path: out.csv, columns: [id]}}
`

func filesConnection(dir string) client.ConnectionFile {
	return client.ConnectionFile{Path: "connections.yaml", Name: "files", Kind: "files", Settings: map[string]string{"dir": dir}}
}

// Every mistake of every file is told at once, and nothing of the set is stored.
func TestApplyIsAllOrNothing(t *testing.T) {
	s := start(t)
	set := client.FileSet{
		Connections: []client.ConnectionFile{filesConnection("/tmp"), {Path: "connections.yaml", Name: "ns", Kind: "netsuite"}},
		Flows: []client.FlowFile{
			{Path: "good.yaml", Text: copyFlow},
			{Path: "twice.yaml", Text: copyFlow},
			{Path: "wrong.yaml", Text: strings.ReplaceAll(strings.Replace(copyFlow, "name: copy", "name: wrong", 1), "connection: files", "connection: ns")},
			{Path: "unknown.yaml", Text: strings.Replace(strings.Replace(copyFlow, "name: copy", "name: unknown", 1), "connection: files", "connection: nowhere", 1)},
			{Path: "broken.yaml", Text: "name: broken\nexport: ["},
		},
	}
	_, err := s.local.Apply(t.Context(), set)
	e := wantCode(t, err, "plan.invalid")
	all := e.Error()
	for _, want := range []string{"connections.yaml: ns: secrets.token_id", "twice.yaml: the flow", "wrong.yaml: export.connection",
		"wrong.yaml: steps[0].import.connection", "unknown.yaml: export.connection", "broken.yaml"} {
		if !strings.Contains(all, want) {
			t.Errorf("the answer does not name %q:\n%s", want, all)
		}
	}
	flows, err1 := s.local.ListFlows(t.Context())
	conns, err2 := s.local.ListConnections(t.Context())
	if err1 != nil || err2 != nil || len(flows.Items) != 0 || len(conns.Items) != 0 {
		t.Errorf("stored in spite of mistakes: %d flows, %d connections (%v, %v)", len(flows.Items), len(conns.Items), err1, err2)
	}
}

func TestPlanSaysWhatApplyDoes(t *testing.T) {
	s := start(t)
	set := client.FileSet{Connections: []client.ConnectionFile{filesConnection("/tmp")}, Flows: []client.FlowFile{{Path: "copy.yaml", Text: copyFlow}}}
	plan, err := s.local.Plan(t.Context(), set)
	if err != nil || plan.Applied || len(plan.Changes) != 2 {
		t.Fatalf("plan %+v, %v", plan, err)
	}
	if flows, err := s.local.ListFlows(t.Context()); err != nil || len(flows.Items) != 0 {
		t.Fatalf("the plan stored something: %v, %v", flows, err)
	}
	if plan, err = s.local.Apply(t.Context(), set); err != nil || !plan.Applied || len(plan.Changes) != 2 {
		t.Fatalf("apply %+v, %v", plan, err)
	}
	set.Connections[0].Settings["dir"] = "/var/tmp"
	set.Flows[0].Text = strings.Replace(copyFlow, "out.csv", "other.csv", 1)
	plan, err = s.local.Plan(t.Context(), set)
	if err != nil || len(plan.Changes) != 2 || plan.Changes[0].Fields[0] != "settings.dir" {
		t.Fatalf("plan %+v, %v", plan, err)
	}
	if diff := plan.Changes[1].Diff; strings.Count(diff, "\n") != 2 || !strings.Contains(diff, "- ") || !strings.Contains(diff, "+ ") || !strings.Contains(diff, "other.csv") {
		t.Errorf("diff:\n%s", diff)
	}
	if _, err := s.local.Apply(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	if plan, err = s.local.Apply(t.Context(), set); err != nil || len(plan.Changes) != 0 || plan.Unchanged != 2 {
		t.Errorf("applied again: %+v, %v", plan, err)
	}
	flow, err := s.local.GetFlow(t.Context(), "copy")
	if err != nil || flow.Number != 2 {
		t.Errorf("revision %d after two different texts, %v", flow.Number, err)
	}
}

// The plan says by which way each NetSuite import sends, and why, before its connection
// is stored.
func TestPlanSaysByWhichWay(t *testing.T) {
	s := start(t)
	flow := func(name, api string) client.FlowFile {
		return client.FlowFile{Path: name + ".yaml", Text: "name: " + name + `
export: {connection: files, csv: {path: in.csv}, key: [id]}
steps:
  - import: {connection: ns, operation: upsert, netsuite: {record: customer, external_id: this.id` + api + `}}
  - import: {connection: files, csv: {path: out.csv, columns: [id]}}
`}
	}
	ns := client.ConnectionFile{Path: "connections.yaml", Name: "ns", Kind: "netsuite", Settings: map[string]string{"account": "1234567"},
		Secrets: map[string]string{"consumer_key": canary, "consumer_secret": canary, "token_id": canary, "token_secret": canary}}
	plan, err := s.local.Plan(t.Context(), client.FileSet{Connections: []client.ConnectionFile{filesConnection(t.TempDir()), ns},
		Flows: []client.FlowFile{flow("one", ""), flow("many", ", api: batch"), flow("lists", ", api: soap")}})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, c := range plan.Changes {
		if c.Forecast != nil && len(c.Forecast.Routes) == 1 {
			r := c.Forecast.Routes[0]
			found[c.Name] = r.Step + " by " + r.API + ": " + r.Why
		}
	}
	for name, want := range map[string]string{"one": "import-1 by NetSuite REST record service: one record a request, as many",
		"many": "import-1 by NetSuite REST batches: the flow says api: batch", "lists": "import-1 by NetSuite SOAP lists: the flow says api: soap"} {
		if !strings.HasPrefix(found[name], want) {
			t.Errorf("%s: %q, want %q", name, found[name], want)
		}
	}
}

func TestLineDiff(t *testing.T) {
	for _, tt := range []struct{ old, now, want string }{
		{"a\nb\nc\n", "a\nb\nc\n", ""},
		{"a\nb\nc\n", "a\nx\nc\n", "- b\n+ x\n"},
		{"a\nb\n", "a\nb\nc\n", "+ c\n"},
		{"a\nb\nc", "b", "- a\n- c\n"},
		{"", "a\n", "- \n+ a\n"},
	} {
		if got := textdiff.Lines(tt.old, tt.now); got != tt.want {
			t.Errorf("textdiff.Lines(%q, %q) = %q, want %q", tt.old, tt.now, got, tt.want)
		}
	}
}

// A set can bring a connection together with its iClient, its lender and its
// integration, in any order of names.
func TestApplyWholeSet(t *testing.T) {
	s := start(t)
	connection := func(name string, settings map[string]string) client.ConnectionFile {
		settings["account"], settings["iclient"] = "1234567", "prod"
		return client.ConnectionFile{Path: "connections.yaml", Name: name, Kind: "netsuite", Settings: settings, Secrets: map[string]string{"token_id": canary, "token_secret": canary}}
	}
	set := client.FileSet{
		ConsumerKeys: []client.ConsumerKeyFile{{Path: "consumer_keys.yaml", Name: "prod", Account: "1234567", ConsumerKey: canary + "-k", ConsumerSecret: canary + "-s"}},
		Connections:  []client.ConnectionFile{connection("a", map[string]string{"borrow_from": "b"}), connection("b", map[string]string{})},
		Integrations: []client.IntegrationFile{{Path: "integrations.yaml", Name: "shop", Title: "Shop", Connections: []string{"b", "a"}}},
	}
	plan, err := s.local.Apply(t.Context(), set)
	if err != nil || len(plan.Changes) != 4 || plan.Changes[0].Noun != "consumer-key" || plan.Changes[3].Noun != "integration" {
		t.Fatalf("plan %+v, %v", plan, err)
	}
	if got := s.used(t, "a").Secrets["consumer_key"].Reveal(); got != canary+"-k" {
		t.Errorf("the consumer key is %q", got)
	}
	if plan, err = s.local.Plan(t.Context(), set); err != nil || len(plan.Changes) != 0 || plan.Unchanged != 4 {
		t.Errorf("the same again: %+v, %v", plan, err)
	}
	set.ConsumerKeys[0].ConsumerKey, set.ConsumerKeys[0].ConsumerSecret = "", ""
	set.ConsumerKeys[0].Application = "Sluice"
	if plan, err = s.local.Apply(t.Context(), set); err != nil || len(plan.Changes) != 1 || strings.Join(plan.Changes[0].Fields, " ") != "application" {
		t.Errorf("without secrets: %+v, %v", plan, err)
	}
	pulled, err := s.local.Pull(t.Context())
	if err != nil || len(pulled.ConsumerKeys) != 1 || pulled.ConsumerKeys[0].Application != "Sluice" || len(pulled.Integrations) != 1 || strings.Join(pulled.Integrations[0].Connections, " ") != "a b" {
		t.Errorf("pulled %+v, %v", pulled, err)
	}

	wrong := client.FileSet{
		ConsumerKeys: []client.ConsumerKeyFile{{Path: "consumer_keys.yaml", Name: "prod", Account: "7654321"}, {Path: "consumer_keys.yaml", Name: "new"}},
		Connections:  []client.ConnectionFile{connection("c", map[string]string{"borrow_from": "d"})},
		Integrations: []client.IntegrationFile{{Path: "integrations.yaml", Name: "shop", Connections: []string{"e"}}},
	}
	_, err = s.local.Apply(t.Context(), wrong)
	for code, path := range map[string]string{
		"consumer_key.missing_field": "consumer_keys.yaml: new: consumer_key", "connection.unknown_lender": "connections.yaml: c: settings.borrow_from",
		"connection.wrong_iclient": "consumer_keys.yaml: prod: a: settings.iclient", "integration.unknown_connection": "integrations.yaml: shop: connections[0]",
	} {
		wantProblem(t, err, code, path)
	}
	if keys, err := s.local.ListConsumerKeys(t.Context()); err != nil || len(keys.Items) != 1 || keys.Items[0].Account != "1234567" {
		t.Errorf("stored in spite of mistakes: %+v, %v", keys.Items, err)
	}
}
