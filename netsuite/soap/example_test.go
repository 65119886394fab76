package soap_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
	"github.com/sluicehq/sluice/netsuite/soap"
	"github.com/sluicehq/sluice/netsuite/soap/record"
	"github.com/sluicehq/sluice/netsuite/soap/schema"
	"github.com/sluicehq/sluice/netsuite/soap/search"
)

// client shares slots, retry policy and debug tap with the REST client.
func client(base *netsuite.Client, tba *auth.TBA) *soap.Client {
	c, err := soap.New(base, tba, soap.WithVersion(schema.V2025_2), soap.WithPreferences(soap.Preferences{IgnoreReadOnlyFields: new(true)}))
	if err != nil {
		log.Fatal(err)
	}
	return c
}

func ExampleClient_UpsertList() {
	ctx := context.Background()
	c := client(nil, nil)

	order := record.New("salesOrder").SetExternalID("SO-1001").
		SetRef("entity", record.Ref{ExternalID: "C-17"}).
		Set("tranDate", "2026-03-01").
		SetCustom(record.CustomText("custbody_channel", record.CustomString, "web")).
		SetList("itemList", record.Replace,
			*record.Line("item").SetRef("item", record.Ref{InternalID: "212"}).Set("quantity", "2").Set("rate", "19.90"))

	results, err := c.UpsertList(ctx, []*record.Element{order})
	if err != nil {
		log.Fatal(err) // nothing was sent: err names every field that is wrong
	}
	for _, r := range results {
		switch {
		case r.Saved():
			fmt.Println("saved as", r.Ref.InternalID)
		case netsuite.Applied(r.Err) == netsuite.Unknown:
			fmt.Println("look before sending again:", r.Err)
		default:
			fmt.Println("refused:", r.Err)
		}
	}
}

func ExampleClient_Records() {
	ctx := context.Background()
	c := client(nil, nil)

	now, err := c.ServerTime(ctx)
	if err != nil {
		log.Fatal(err)
	}
	query := search.Query{Type: "salesOrder", Where: []search.Criterion{search.Since("lastModifiedDate", now.Add(-time.Hour), now)}}
	e, err := query.Element(c.Version())
	if err != nil {
		log.Fatal(err)
	}
	for order, err := range c.Records(ctx, e, &soap.SearchPreferences{BodyFieldsOnly: new(false)}) {
		if errors.Is(err, soap.ErrSearchLost) {
			log.Fatal("begin again: ", err)
		}
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(order.InternalID(), order.Value("tranId"), len(order.All("itemList", "item")), "lines")
	}
}
