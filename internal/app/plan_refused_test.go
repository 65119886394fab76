package app

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/client"
)

// What plan says that apply would refuse is what apply refuses, all of it at once; and a
// set that plan has nothing against is stored. Plan itself stores nothing. Switched off by
// leaving out Rehearse.
func TestPlanSaysWhatApplyRefuses(t *testing.T) {
	v := newVillage(t)
	own := fmt.Sprintf(villageFlow, "new-in-shop", "shop", "shop-files", "shop-files")
	foreign := fmt.Sprintf(villageFlow, "new-outside", "stock", "shop-files", "shop-files")
	mixed := client.FileSet{Source: "mixed",
		Connections:  []client.ConnectionFile{{Path: "connections.yaml", Name: "brand-new", Kind: "files", Settings: map[string]string{"dir": "/tmp/brand-new"}}},
		ConsumerKeys: []client.ConsumerKeyFile{{Path: "consumer_keys.yaml", Name: "key", Account: "1234567_SB1", ConsumerKey: canary + "-ck", ConsumerSecret: canary + "-cs"}},
		Flows:        []client.FlowFile{{Path: "own.yaml", Text: own}, {Path: "foreign.yaml", Text: foreign}}}
	plan, err := v.inside.Plan(t.Context(), mixed)
	noError(t, err)
	var places []string
	for _, r := range plan.Refused {
		places = append(places, strings.SplitN(r.Path, ":", 2)[0])
	}
	if slices.Sort(places); !slices.Equal(slices.Compact(places), []string{"connection brand-new", "consumer-key key", "flow new-outside"}) {
		t.Errorf("plan says that refused is %v", places)
	}
	_, err = v.inside.Apply(t.Context(), mixed)
	var refused *client.ErrorBody
	if !errors.As(err, &refused) || refused.Code != sluice.CodeForbidden || !reflect.DeepEqual(refused.Problems, plan.Refused) {
		t.Errorf("plan says %+v, apply %+v", plan.Refused, err)
	}
	for _, name := range []string{"new-in-shop", "new-outside"} {
		if _, err := v.core.store.Flow(t.Context(), name); sluice.ErrorCode(err) != sluice.CodeNotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	fine := client.FileSet{Source: "mixed", Flows: mixed.Flows[:1]}
	if plan, err = v.inside.Plan(t.Context(), fine); err != nil || plan.Refused != nil || len(plan.Changes) != 1 {
		t.Fatalf("%+v, %v", plan, err)
	}
	if _, err := v.core.store.Flow(t.Context(), "new-in-shop"); sluice.ErrorCode(err) != sluice.CodeNotFound {
		t.Errorf("plan has stored the flow: %v", err)
	}
	if _, err = v.inside.Apply(t.Context(), fine); err != nil {
		t.Error(err)
	}
	if plan, err = v.local.Plan(t.Context(), mixed); err != nil || plan.Refused != nil {
		t.Errorf("to who may all: %+v, %v", plan, err)
	}
}
