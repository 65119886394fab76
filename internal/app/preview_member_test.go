package app

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/client"
)

const askingFlow = "name: %s\nintegration: %s\nexport:\n  connection: shop-account\n  suiteql: {query: SELECT id FROM customer, key: [id]}\n  key: [id]\nsteps:\n  - import:\n      connection: stock-files\n      csv: {path: out.csv, columns: [id]}\n"

// What looks through a connection while a flow is built is for who may manage one of the
// connection's integrations: nobody else makes the server ask the account anything. Take
// MayDraft away from flows that are stored, and somebody else's flow shows what is in it.
func TestOnlyWhoMayUseAConnectionLooksThroughIt(t *testing.T) {
	v := newVillage(t)
	ctx := t.Context()
	var asked atomic.Int64
	account := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusForbidden)
	}))
	defer account.Close()
	_, err := v.local.CreateConnection(ctx, client.ConnectionInput{Name: "shop-account", Kind: sluice.KindNetSuite, Integration: "shop",
		Settings: map[string]string{"account": "1234567", "type": "token", "base_url": account.URL},
		Secrets:  map[string]string{"consumer_key": "made-up", "consumer_secret": "made-up", "token_id": "made-up", "token_secret": "made-up"}})
	noError(t, err)
	// Who may use both has put the shop's connection into a flow of the stock's.
	_, err = v.local.PutFlow(ctx, "borrowed", client.FlowText{Text: fmt.Sprintf(askingFlow, "borrowed", "stock")})
	noError(t, err)
	both := v.member(t, "both", "stock", "manage")
	_, err = v.local.UpdateUser(ctx, "both@example.com", client.UserChange{Integrations: map[string]string{"stock": "manage", "shop": "monitor"}})
	noError(t, err)
	monitor := v.user(t, sluice.RoleMonitor)

	draft := fmt.Sprintf(askingFlow, "draft", "stock")
	through := "shop-account"
	looks := map[string]func(*client.Client) error{
		"preview of a stored flow": func(c *client.Client) error {
			_, err := c.PreviewFlow(ctx, "borrowed", client.PreviewOptions{})
			return err
		},
		"preview of a text": func(c *client.Client) error {
			_, err := c.PreviewText(ctx, client.PreviewText{Text: draft})
			return err
		},
		"dry run": func(c *client.Client) error { _, err := c.DryRun(ctx, client.DryRunInput{Text: draft}); return err },
		"tables": func(c *client.Client) error {
			_, err := c.ListTables(ctx, through, client.ListTablesQuery{})
			return err
		},
		"columns": func(c *client.Client) error {
			_, err := c.ListColumns(ctx, through, "customer", client.ListColumnsQuery{})
			return err
		},
		"record types": func(c *client.Client) error {
			_, err := c.ListRecordTypes(ctx, through, client.ListRecordTypesQuery{})
			return err
		},
		"fields": func(c *client.Client) error {
			_, err := c.DescribeRecord(ctx, through, "customer", client.DescribeRecordQuery{})
			return err
		},
		"values": func(c *client.Client) error {
			_, err := c.ListOptions(ctx, through, "customer", "subsidiary", client.ListOptionsQuery{})
			return err
		},
	}
	for what, look := range looks {
		for who, c := range map[string]*client.Client{"a monitor": monitor, "who watches the integration": v.watching, "who manages another": v.outside, "who manages another and watches this": both} {
			if err := look(c); err == nil || asked.Load() > 0 {
				t.Errorf("%s by %s: %v, and %d requests", what, who, err, asked.Swap(0))
			}
		}
	}
	for what, look := range looks {
		before := asked.Load()
		if _ = look(v.local); asked.Load() == before && what != "values" {
			t.Errorf("%s by who may: the account is not asked", what)
		}
	}
	// An evaluation reads nothing but the record that comes with it.
	before := asked.Load()
	if _, err := both.Evaluate(ctx, client.Evaluation{Kind: "condition", Text: "this.id == 1", Record: map[string]any{"id": 1}}); err != nil || asked.Load() != before {
		t.Errorf("evaluation: %v", err)
	}
	if _, err := monitor.Evaluate(ctx, client.Evaluation{Kind: "condition", Text: "true", Record: map[string]any{}}); err == nil {
		t.Error("a monitor, who changes nothing, tries a condition")
	}
}
