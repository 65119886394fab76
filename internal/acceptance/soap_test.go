package acceptance

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
	"github.com/sluicehq/sluice/netsuite/soap"
	"github.com/sluicehq/sluice/netsuite/soap/record"
)

// soapWorld is an emulated account behind a proxy that can lose answers.
type soapWorld struct {
	base *netsuite.Client
	soap *soap.Client
	lose atomic.Int32 // answers to lose after the account has done its work
}

func newSOAPWorld(t *testing.T) *soapWorld {
	t.Helper()
	e := emulator.Start(t)
	target, err := url.Parse(e.URL())
	if err != nil {
		t.Fatal(err)
	}
	w := &soapWorld{}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ModifyResponse = func(*http.Response) error {
		if w.lose.Add(-1) >= 0 {
			panic(http.ErrAbortHandler)
		}
		return nil
	}
	front := httptest.NewServer(proxy)
	t.Cleanup(front.Close)
	k := e.Credentials()
	account, err := netsuite.ParseAccountID(k.Account)
	if err != nil {
		t.Fatal(err)
	}
	tba := &auth.TBA{Realm: account.Realm(), ConsumerKey: k.ConsumerKey, ConsumerSecret: auth.NewSecret(k.ConsumerSecret), TokenID: k.TokenID, TokenSecret: auth.NewSecret(k.TokenSecret)}
	if w.base, err = netsuite.New(account, tba, netsuite.WithBaseURL(front.URL)); err != nil {
		t.Fatal(err)
	}
	if w.soap, err = soap.New(w.base, tba); err != nil {
		t.Fatal(err)
	}
	return w
}

// count counts the customers whose external IDs begin so, by SuiteQL.
func (w *soapWorld) count(t *testing.T, prefix string) int {
	t.Helper()
	page, err := w.base.SuiteQL.Page(t.Context(), "SELECT id FROM customer WHERE externalid LIKE '"+prefix+"%'", nil, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return len(page.Rows)
}

func soapCustomers(prefix string, n int) []*record.Element {
	list := make([]*record.Element, n)
	for i := range list {
		list[i] = record.New("customer").SetExternalID(fmt.Sprint(prefix, i)).Set("companyName", fmt.Sprint("Company ", prefix, i)).SetRef("subsidiary", record.Ref{InternalID: "1"})
	}
	return list
}

// TestSOAPListsLoseNothing loses the answer to a list that was saved. An upsert is
// sent again and saves each record once; an add is not sent again, and says that
// nobody knows. To switch the mechanism off, make encodeRecords in netsuite/soap
// call adds repeatable: then the adds fail as duplicates.
func TestSOAPListsLoseNothing(t *testing.T) {
	w := newSOAPWorld(t)
	w.lose.Store(1)
	results, err := w.soap.UpsertList(t.Context(), soapCustomers("soap-up-", 130))
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		if !r.Saved() || r.Ref.ExternalID != fmt.Sprint("soap-up-", i) {
			t.Fatalf("record %d: %+v", i, r)
		}
	}
	if n := w.count(t, "soap-up-"); n != 130 {
		t.Errorf("%d customers were made of 130", n)
	}

	w.lose.Store(1)
	if results, err = w.soap.AddList(t.Context(), soapCustomers("soap-add-", 3)); err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		if netsuite.Applied(r.Err) != netsuite.Unknown {
			t.Errorf("record %d: %v", i, r.Err)
		}
		found, err := w.soap.Get(t.Context(), record.Ref{ExternalID: fmt.Sprint("soap-add-", i), Type: "customer"})
		if err != nil || found.Value("companyName") != fmt.Sprint("Company soap-add-", i) {
			t.Errorf("record %d is not found by its external ID: %v", i, err)
		}
	}
	if n := w.count(t, "soap-add-"); n != 3 {
		t.Errorf("%d customers were made of 3", n)
	}
}

// TestSOAPRecordsStandAlone saves what can be saved of a list.
func TestSOAPRecordsStandAlone(t *testing.T) {
	w := newSOAPWorld(t)
	list := soapCustomers("soap-one-", 3)
	list[1].SetRef("subsidiary", record.Ref{InternalID: "999999"})
	results, err := w.soap.UpsertList(t.Context(), list)
	if err != nil || !results[0].Saved() || !results[2].Saved() || !errors.Is(results[1].Err, netsuite.ErrInvalid) || netsuite.Applied(results[1].Err) != netsuite.NotApplied {
		t.Fatalf("%+v, %v", results, err)
	}
	again, err := w.base.Records.Get(t.Context(), "customer", results[2].Ref.InternalID, netsuite.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if name := fmt.Sprint(again["companyName"]); name != "Company soap-one-2" {
		t.Errorf("REST reads %s", name)
	}
	refs := []record.Ref{{ExternalID: "soap-one-0", Type: "customer"}, {ExternalID: "soap-one-1", Type: "customer"}}
	read, err := w.soap.GetList(t.Context(), refs)
	if err != nil || read[0].Err != nil || !errors.Is(read[1].Err, netsuite.ErrNotFound) {
		t.Errorf("%+v, %v", read, err)
	}
	if results, err = w.soap.DeleteList(t.Context(), refs[:1], nil); err != nil || results[0].Err != nil {
		t.Errorf("%+v, %v", results, err)
	}
	if n := w.count(t, "soap-one-"); n != 1 {
		t.Errorf("%d customers are left", n)
	}
}

// TestSOAPLogin signs with a wrong secret.
func TestSOAPLogin(t *testing.T) {
	w := newSOAPWorld(t)
	bad := &auth.TBA{Realm: w.base.Account().Realm(), ConsumerKey: "made-up", ConsumerSecret: auth.NewSecret("made-up"), TokenID: "made-up", TokenSecret: auth.NewSecret("made-up")}
	c, err := soap.New(w.base, bad)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Get(t.Context(), record.Ref{InternalID: "1", Type: "customer"}); !errors.Is(err, netsuite.ErrLogin) {
		t.Errorf("a login with made-up keys: %v", err)
	}
}
