package netsuite_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
	"github.com/sluicehq/sluice/netsuite/governor"
	"github.com/sluicehq/sluice/netsuite/suiteql"
)

func ExampleParseAccountID() {
	for _, spelling := range []string{"1234567-sb1", "https://1234567.app.netsuite.com/app/center/card.nl"} {
		account, err := netsuite.ParseAccountID(spelling)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(account.Realm(), account.HostLabel(), account.Environment())
	}
	// Output:
	// 1234567_SB1 1234567-sb1 sandbox
	// 1234567 1234567 production
}

func ExampleNew() {
	account, err := netsuite.ParseAccountID("1234567_SB1")
	if err != nil {
		log.Fatal(err)
	}
	slots := governor.New(governor.Options{Limit: 5}) // one for all clients of the account
	client, err := netsuite.New(account, &auth.TBA{
		Realm:          account.Realm(),
		ConsumerKey:    os.Getenv("CONSUMER_KEY"),
		ConsumerSecret: auth.NewSecret(os.Getenv("CONSUMER_SECRET")),
		TokenID:        os.Getenv("TOKEN_ID"),
		TokenSecret:    auth.NewSecret(os.Getenv("TOKEN_SECRET")),
	}, netsuite.WithSlots(slots), netsuite.OnExchange(func(_ context.Context, e netsuite.Exchange) {
		log.Println(e.Operation, e.Status, e.Duration, e.OperationID)
	}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(client.Endpoints().SuiteTalk)
	// Output: https://1234567-sb1.suitetalk.api.netsuite.com
}

// A write that failed is sent again only where that is safe.
func ExampleApplied() {
	var client *netsuite.Client // see ExampleNew
	create := func(ctx context.Context) error {
		_, err := client.Records.Create(ctx, "customer", netsuite.Record{"companyName": "A", "externalId": "web-17"}, netsuite.WriteOptions{})
		switch {
		case err == nil || errors.Is(err, netsuite.ErrDuplicate):
			return nil
		case netsuite.Applied(err) == netsuite.Unknown:
			_, err = client.Records.GetByExternalID(ctx, "customer", "web-17", netsuite.GetOptions{})
			return err
		}
		return err // not applied: it may be sent again
	}
	_ = create
}

// Rows come in key order, however many there are, and reading can go on later
// behind the last key.
func ExampleSuiteQL_Rows() {
	var client *netsuite.Client // see ExampleNew
	read := func(ctx context.Context, after []string) (last []string, err error) {
		query := suiteql.Query{
			SQL:    "SELECT t.id, tl.id AS line, tl.netamount FROM transaction t JOIN transactionline tl ON tl.transaction = t.id WHERE t.type = ?",
			Params: []string{"SalesOrd"},
			Key:    []suiteql.KeyColumn{{Name: "id"}, {Name: "line"}},
			After:  after,
		}
		for row, err := range client.SuiteQL.Rows(ctx, query) {
			if err != nil {
				return last, err
			}
			fmt.Println(row.Text("id"), row.Text("netamount"))
			last = row.Key()
		}
		return last, nil
	}
	_ = read
}

func ExampleQuoteFilter() {
	name, err := netsuite.QuoteFilter("A & B Ltd")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("companyName IS " + name + " AND isInactive IS false")
	// Output: companyName IS "A & B Ltd" AND isInactive IS false
}
