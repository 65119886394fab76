package suitetalk

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/async"
	"github.com/sluicehq/sluice/netsuite/catalog"
	"github.com/sluicehq/sluice/netsuite/form"
)

// What the client's packages make of Oracle's help is what the emulator, which was
// written from it by itself, understands.
func TestRestOfREST(t *testing.T) {
	s := newSuite(t)
	c := s.client()
	order, item := s.order()
	t.Run("forms", func(t *testing.T) {
		forms := form.New(c)
		invoice, err := forms.Transform(t.Context(), "salesOrder", order, "invoice", map[string]any{"memo": "a form"}, form.Options{ExpandSubResources: true})
		if err != nil || invoice["memo"] != "a form" || invoice["item"] == nil {
			t.Errorf("transform: %v, %v", invoice, err)
		}
		edited, err := forms.Edit(t.Context(), "salesOrder", order, map[string]any{"memo": "not saved"}, form.Options{})
		if err != nil || edited["memo"] != "not saved" || s.get("salesOrder", order)["memo"] == "not saved" {
			t.Errorf("edit: %v, %v", edited, err)
		}
		before := len(s.rows("SELECT id FROM customer"))
		if made, err := forms.Create(t.Context(), "customer", map[string]any{"companyName": "A form"}, form.Options{}); err != nil || made["companyName"] != "A form" {
			t.Errorf("create: %v, %v", made, err)
		}
		if now := len(s.rows("SELECT id FROM customer")); now != before {
			t.Error("a form was saved")
		}
		values, err := forms.Options(t.Context(), form.Question{RecordType: "customer", Fields: []string{"subsidiary"}, Limit: 1})
		if v := values["subsidiary"]; err != nil || len(v.Options) != 1 || v.Options[0].ID == "" || v.Options[0].Name == "" {
			t.Errorf("values: %+v, %v", values, err)
		}
	})
	t.Run("catalogue", func(t *testing.T) {
		kept := catalog.New(c, catalog.Options{})
		types, err := kept.Types(t.Context())
		if err != nil || !slices.Contains(types, "salesorder") {
			t.Errorf("%v, %v", types, err)
		}
		d, err := kept.OpenAPI(t.Context(), "salesorder")
		if err != nil {
			t.Fatal(err)
		}
		fields, ok := d.Fields("salesOrder")
		if _, has := fields.Field("tranId"); !ok || !has || len(d.Operations) == 0 {
			t.Errorf("%+v", d.Operations)
		}
	})
	t.Run("asynchronous reading", func(t *testing.T) {
		got := async.New(c).Get(t.Context(), "salesOrder", []string{order, "99999999"}, netsuite.GetOptions{})
		if len(got) != 2 || got[0].Err != nil || got[0].Record.ID() != order || got[1].Err == nil {
			t.Errorf("%+v", got)
		}
		if _, err := async.New(c).Job(t.Context(), "99999"); !errors.Is(err, netsuite.ErrNotFound) {
			t.Errorf("no such job: %v", err)
		}
	})
	t.Run("sublists and subrecords", func(t *testing.T) {
		for _, path := range []string{"item", "item/1", "billingAddress", "entity"} {
			if got, err := c.Records.GetSublist(t.Context(), "salesOrder", order, path, netsuite.SublistOptions{}); err != nil || got.Record == nil {
				t.Errorf("%s: %+v, %v", path, got, err)
			}
		}
		line, err := c.Records.GetSublist(t.Context(), "salesOrder", order, "item/1", netsuite.SublistOptions{})
		if ref, _ := line.Record["item"].(map[string]any); err != nil || fmt.Sprint(ref["id"]) != item {
			t.Errorf("%+v, %v", line.Record, err)
		}
	})
	t.Run("addresses", func(t *testing.T) {
		if e, err := c.System.DataCenterURLs(t.Context()); err != nil || e.SuiteTalk != s.emulator.URL() || e.RESTlets != s.emulator.URL() {
			t.Errorf("%+v, %v", e, err)
		}
	})
}
