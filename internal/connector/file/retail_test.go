package file

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/reference"
)

func TestOnlineRetail(t *testing.T) {
	if testing.Short() {
		t.Skip("half a million rows")
	}
	c := &sluice.Connection{Kind: sluice.KindFiles, Settings: map[string]string{"dir": reference.Path(t, "data/online-retail")}}
	e := &sluice.Export{CSV: &sluice.CSVExport{Path: "online-retail.csv.gz"}, Group: &sluice.Group{By: []string{"InvoiceNo"}, As: "lines"}, Key: []string{"InvoiceNo"}}
	began := time.Now()
	r, err := OpenExport(t.Context(), c, e, sluice.ExportOptions{}, Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	t.Logf("staged in %v", time.Since(began))
	records, rows := 0, 0
	for {
		batch, err := r.Next(t.Context(), 200)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range batch.Items {
			records++
			rows += it.Rows
		}
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	t.Logf("read in %v, heap from the system %d MB", time.Since(began), memory.HeapSys>>20)
	if records != 25_900 || rows != 541_909 {
		t.Errorf("%d records of %d rows", records, rows)
	}
}

// Northwind leaves commas in addresses without quotes, and writes NULL for no value.
func TestNorthwind(t *testing.T) {
	c := &sluice.Connection{Kind: sluice.KindFiles, Settings: map[string]string{"dir": reference.Path(t, "data/northwind")}}
	e := &sluice.Export{CSV: &sluice.CSVExport{Path: "orders.csv", Null: "NULL", Overflow: "shipAddress",
		Join: []sluice.Join{{Path: "order-details.csv", On: map[string]string{"orderID": "orderID"}, As: "lines", Required: true}}}, Key: []string{"orderID"}}
	options := Options{TempDir: t.TempDir(), Warn: func(message string, args ...any) { t.Error(message, args) }}
	r, err := OpenExport(t.Context(), c, e, sluice.ExportOptions{}, options)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	orders, rows, repaired := 0, 0, 0
	for {
		batch, err := r.Next(t.Context(), 100)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range batch.Items {
			orders++
			rows += it.Rows
			if address, _ := it.Record["shipAddress"].(string); strings.Contains(address, ",") {
				repaired++
			}
			if country, _ := it.Record["shipCountry"].(string); country == "" {
				t.Errorf("%s: no country in %v", it.Origin, it.Record)
			}
		}
	}
	if orders != 830 || rows != 830+2155 || repaired == 0 {
		t.Errorf("%d orders, %d rows, %d addresses with commas", orders, rows, repaired)
	}
}
