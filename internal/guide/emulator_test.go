package guide_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the warehouse's driver

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/emulator/account"
	"github.com/sluicehq/sluice/emulator/company"
	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/internal/app"
	"github.com/sluicehq/sluice/internal/client"
	"github.com/sluicehq/sluice/internal/guide"
)

// world is an emulated account and a server with the example flows on a few records.
type world struct {
	t       *testing.T
	account *emulator.Emulator
	client  *client.Client
	dir     string
}

// inputs are the files that the flows read, one record or two each.
var inputs = map[string]string{
	"customers.csv": "customer_no,company,email,phone,street,zip,city,country,segment\nC1,Peak,a@example.com,1,Way 1,1,Town,DE,trade\n",
	"products.csv":  "sku,name,list_price,family,weight_kg\nTENT,Tent,289.00,tent,1.66\n",
	"orders.csv":    "order_no,customer_no,ordered_on,state,shipping,note\nW-1,C1,07.01.2026,placed,4.90,\n",
	"order-lines.csv": "order_no,line,sku,quantity,unit_price,discount_percent\n" +
		"W-1,1,TENT,2,289.00,10\n",
	"northwind/customers.csv": "customerID,companyName,contactName,contactTitle,address,city,region,postalCode,country,phone,fax\n" +
		"ALFKI,Futter,Somebody,Owner,Street 57,Berlin,NULL,12209,Germany,030,031\n",
	"northwind/products.csv": "productID,productName,supplierID,categoryID,quantityPerUnit,unitPrice,unitsInStock,unitsOnOrder,reorderLevel,discontinued\n" +
		"1,Chai,1,1,10 boxes,18.00,39,0,10,0\n",
	"northwind/orders.csv": "orderID,customerID,orderDate,requiredDate,shippedDate,freight,shipName,shipAddress,shipCity,shipRegion,shipPostalCode,shipCountry\n" +
		"10248,ALFKI,2026-01-04 00:00:00.000,2026-01-05 00:00:00.000,2026-01-06 00:00:00.000,32.38,Futter,Street 57,Berlin,NULL,12209,Germany\n",
	"northwind/order-details.csv": "orderID,productID,unitPrice,quantity,discount\n10248,1,14.00,12,0\n",
	"online-retail.csv.gz": "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n" +
		"536365,85123A,LANTERN,6,2026-01-01 08:26:00,2.55,17850.0,United Kingdom\nC536379,85123A,LANTERN,-1,2026-01-01 09:41:00,2.55,17850.0,United Kingdom\n",
}

// exampleFlows are the flows of the examples, in an order in which they find what they refer to.
var exampleFlows = []string{
	"shop/customers-in", "shop/products-in", "shop/orders-in", "shop/orders-out",
	"northwind/customers-in", "northwind/products-in", "northwind/orders-in", "northwind/orders-out",
	"online-retail/customers-in", "online-retail/items-in", "online-retail/invoices-in",
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), account: emulator.Start(t, func(o *emulator.Options) {
		o.Company = company.Size{Customers: 1, Items: 1, Orders: 1, Invoices: 1}
	})}
	w.files()
	w.serve()
	credentials := w.account.Credentials()
	for name, dir := range map[string]string{"shop-files": "", "out": "", "online-retail": "", "northwind": "northwind"} {
		w.connect(client.ConnectionInput{Name: name, Kind: sluice.KindFiles, Settings: map[string]string{"dir": filepath.Join(w.dir, dir)}})
	}
	w.connect(client.ConnectionInput{Name: "warehouse", Kind: sluice.KindSQLite, Settings: map[string]string{"path": filepath.Join(w.dir, "warehouse.db")}})
	w.connect(client.ConnectionInput{Name: "netsuite", Kind: sluice.KindNetSuite,
		Settings: map[string]string{"account": credentials.Account, "base_url": credentials.BaseURL, "type": sluice.AuthToken, "settle": "1s"},
		Secrets: map[string]string{"consumer_key": credentials.ConsumerKey, "consumer_secret": credentials.ConsumerSecret,
			"token_id": credentials.TokenID, "token_secret": credentials.TokenSecret}})
	w.flows()
	return w
}

func (w *world) files() {
	w.t.Helper()
	for _, dir := range []string{"northwind", "out", "data"} {
		if err := os.Mkdir(filepath.Join(w.dir, dir), 0o700); err != nil {
			w.t.Fatal(err)
		}
	}
	for name, text := range inputs {
		data := []byte(text)
		if strings.HasSuffix(name, ".gz") {
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			if _, err := z.Write(data); err != nil || z.Close() != nil {
				w.t.Fatal(err)
			}
			data = b.Bytes()
		}
		if err := os.WriteFile(filepath.Join(w.dir, name), data, 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "warehouse.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, example := range []string{"shop", "northwind"} {
		text, err := os.ReadFile("../../examples/" + example + "/warehouse.sql")
		if err != nil {
			w.t.Fatal(err)
		}
		if _, err := db.ExecContext(w.t.Context(), string(text)); err != nil {
			w.t.Fatal(err)
		}
	}
}

// serve starts a server on a data folder, reached by its socket.
func (w *world) serve() {
	w.t.Helper()
	dir := filepath.Join(w.dir, "data")
	a, err := app.New(w.t.Context(), app.Config{DataDir: dir})
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	w.t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			w.t.Errorf("Run: %v", err)
		}
		if err := a.Close(); err != nil {
			w.t.Errorf("Close: %v", err)
		}
	})
	w.client = &client.Client{Base: "http://sluice", HTTP: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return app.DialSocket(ctx, dir) }}}}
}

func (w *world) connect(c client.ConnectionInput) {
	w.t.Helper()
	if _, err := w.client.CreateConnection(w.t.Context(), c); err != nil {
		w.t.Fatal(err)
	}
}

// flows stores the example flows, changed so that each run sends all records again.
func (w *world) flows() {
	w.t.Helper()
	var set client.FileSet
	for _, path := range exampleFlows {
		example, name, _ := strings.Cut(path, "/")
		text, err := os.ReadFile("../../examples/" + example + "/flows/" + name + ".yaml")
		if err != nil {
			w.t.Fatal(err)
		}
		set.Flows = append(set.Flows, client.FlowFile{Path: path, Text: strings.ReplaceAll(string(text), "unchanged: skip", "unchanged: write")})
	}
	if _, err := w.client.Apply(w.t.Context(), set); err != nil {
		w.t.Fatal(err)
	}
}

// flowName returns the name of the flow in an example's file.
func flowName(path string) string {
	example, name, _ := strings.Cut(path, "/")
	return map[string]string{"shop": "", "northwind": "northwind-", "online-retail": "retail-"}[example] + name
}

// role computes the role for flows, as the API gives it.
func (w *world) role(auth string, flows ...string) []client.Grant {
	w.t.Helper()
	g, err := w.client.Guide(w.t.Context(), client.GuideQuery{Type: auth, Flow: flows, Connection: "netsuite"})
	if err != nil {
		w.t.Fatal(err)
	}
	if len(g.Role.Unknown) > 0 {
		w.t.Errorf("%v: unknown %+v", flows, g.Role.Unknown)
	}
	return g.Role.Grants
}

var levelNames = []string{"None", "View", "Create", "Edit", "Full"}

// hold makes the account's role hold exactly these permissions.
func (w *world) hold(grants []client.Grant) {
	w.t.Helper()
	permissions := account.Permissions{}
	for _, g := range grants {
		permissions[g.ID] = session.Level(slices.Index(levelNames, g.Level))
	}
	if err := w.account.Account().EditRole(account.IntegrationRole, func(r *account.Role) { r.Permissions = permissions }); err != nil {
		w.t.Fatal(err)
	}
}

// works tests the connection and runs the flow. It returns what went wrong.
func (w *world) works(flow string) error {
	w.t.Helper()
	evidence, err := w.client.TestConnection(w.t.Context(), "netsuite", client.TestConnectionQuery{})
	if err != nil {
		w.t.Fatal(err)
	}
	if evidence.Error != nil {
		return evidence.Error
	}
	for _, f := range evidence.Facts {
		// The role is for one flow, and what others lack is in the fact Permissions.
		if !f.OK && f.Name != "Permissions" {
			return fmt.Errorf("%s: %s", f.Name, f.Value)
		}
	}
	run, err := w.client.StartRun(w.t.Context(), flow)
	for err == nil && !sluice.RunState(run.State).Ended() {
		<-time.After(2 * time.Millisecond) // the API has no signal for the end of a run
		run, err = w.client.GetRun(w.t.Context(), run.ID)
	}
	switch {
	case err != nil:
		w.t.Fatal(err)
	case run.Error != nil:
		return run.Error
	case run.Counts.Failed > 0:
		return fmt.Errorf("%d records failed", run.Counts.Failed)
	case run.State != string(sluice.RunCompleted) || run.Counts.Written == 0:
		return fmt.Errorf("the run is %s, %d records written", run.State, run.Counts.Written)
	}
	return nil
}

// diagnosed returns the doctor's verdict as text.
func (w *world) diagnosed() string {
	w.t.Helper()
	d, err := w.client.Diagnose(w.t.Context(), "netsuite")
	if err != nil {
		w.t.Fatal(err)
	}
	w.account.Account().Unlock(account.IntegrationUser)
	return fmt.Sprintf("%+v", d.Verdict)
}

// TestComputedRolesAreExact runs each example flow in an account whose role holds
// what was computed for that flow and nothing else; without any one entry, or
// with a record's at the next lower level, the flow or the connection's test fails,
// and the doctor names the entry that is missing.
func TestComputedRolesAreExact(t *testing.T) {
	w := newWorld(t)
	for _, path := range exampleFlows { // later runs find their records, which takes Edit
		w.hold(w.role(sluice.AuthToken, flowName(path)))
		if err := w.works(flowName(path)); err != nil {
			t.Fatalf("%s with the role computed for it: %v", path, err)
		}
	}
	for _, path := range exampleFlows {
		flow := flowName(path)
		grants := w.role(sluice.AuthToken, flow)
		if len(grants) < 4 {
			t.Errorf("%s: role of %+v", flow, grants)
		}
		w.hold(grants)
		if err := w.works(flow); err != nil {
			t.Errorf("%s again: %v", flow, err)
		}
		for i, g := range grants {
			w.hold(slices.Delete(slices.Clone(grants), i, i+1))
			if w.works(flow) == nil {
				t.Errorf("%s works without %s", flow, g.ID)
			}
			if verdict := w.diagnosed(); !strings.Contains(verdict, g.Name) {
				t.Errorf("%s without %s (%s): the doctor says %s", flow, g.ID, g.Name, verdict)
			}
			if g.Tab != "Transactions" && g.Tab != "Lists" || g.Level == "View" {
				continue
			}
			less := slices.Clone(grants)
			less[i].Level = levelNames[slices.Index(levelNames, g.Level)-1]
			w.hold(less)
			if w.works(flow) == nil {
				t.Errorf("%s works with %s at %s", flow, g.ID, less[i].Level)
			}
		}
	}
}

// emulated are the record types and the SuiteQL tables of the emulated account.
const (
	emulatedRecords = `customer contact vendor employee inventoryItem nonInventorySaleItem serviceSaleItem otherChargeSaleItem
		subsidiary department classification location currency account accountingPeriod term priceLevel customerStatus customerCategory
		customlist_sluice_segment customrecord_sluice_shipment salesOrder invoice creditMemo customerPayment journalEntry`
	emulatedTables = `account accountingbook accountingperiod classification contact currency customer customeraddressbook
		customeraddressbookentityaddress customersubsidiaryrelationship deletedrecord department employee entity entityaddress entitystatus
		item itemprice location pricelevel script scriptdeployment customfield subsidiary term transaction transactionaccountingline
		transactionline vendor customercategory customlist_sluice_segment customrecord_sluice_shipment`
)

// TestPermissionsOpenWhatTheySay reads every record type and table of the account
// with the permission that is computed for it, and without.
func TestPermissionsOpenWhatTheySay(t *testing.T) {
	w := newWorld(t)
	check := func(name string, f *sluice.Flow, read func() error) {
		var login, grants []client.Grant
		for _, g := range guideFor(t, guide.Options{Flows: []*sluice.Flow{f}}).Role.Grants {
			made := client.Grant{ID: g.ID, Level: string(g.Level)}
			grants = append(grants, made)
			if slices.ContainsFunc(guideFor(t, guide.Options{}).Role.Grants, func(l guide.Grant) bool { return l.ID == g.ID }) {
				login = append(login, made)
			}
		}
		if w.hold(grants); len(grants) != len(login)+1 {
			t.Errorf("%s: permissions %+v", name, grants)
		}
		if err := read(); err != nil {
			t.Errorf("%s with %+v: %v", name, grants, err)
		}
		if w.hold(login); read() == nil {
			t.Errorf("%s can be read without a permission", name)
		}
	}
	for name := range strings.FieldsSeq(emulatedRecords) {
		check("record "+name, reads(name), func() error {
			_, err := w.client.ListRecords(t.Context(), "netsuite", name, client.ListRecordsQuery{Limit: 1})
			return err
		})
	}
	for name := range strings.FieldsSeq(emulatedTables) {
		query := "SELECT COUNT(*) AS n FROM " + name
		check("table "+name, queries(query), func() error {
			_, err := w.client.SuiteQL(t.Context(), "netsuite", client.SuiteQLQuery{Query: query})
			return err
		})
	}
}

// TestComputedRoleByOAuth2 does the same for the login by certificate, and runs all
// flows in one role.
func TestComputedRoleByOAuth2(t *testing.T) {
	w := newWorld(t)
	m2m := w.account.M2M()
	_, err := w.client.UpdateConnection(t.Context(), "netsuite", client.ConnectionInput{Name: "netsuite", Kind: sluice.KindNetSuite,
		Settings: map[string]string{"account": emulator.DefaultAccountID, "base_url": w.account.URL(), "type": sluice.AuthOAuth2M2M, "settle": "1s",
			"certificate_id": m2m.CertificateID},
		Secrets: map[string]string{"client_id": m2m.ClientID, "private_key": m2m.PrivateKey,
			"consumer_key": "", "consumer_secret": "", "token_id": "", "token_secret": ""}})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, path := range exampleFlows {
		names = append(names, flowName(path))
	}
	grants := w.role(sluice.AuthOAuth2M2M, names...)
	w.hold(grants)
	for _, name := range names {
		if err := w.works(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.hold(slices.DeleteFunc(grants, func(g client.Grant) bool { return g.ID == "ADMI_LOGIN_OAUTH2" }))
	if w.works(names[0]) == nil {
		t.Error("it works without Log in using OAuth 2.0 Access Tokens")
	}
}
