package company

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/emulator/record"
)

// first are the types that others refer to, in the order in which they must
// be there. Types that are not named follow in any order, transactions last.
var first = []string{"currency", "subsidiary", "accountingperiod", "account", "department", "classification", "location", "term", "pricelevel",
	"customercategory", "customerstatus", "expensecategory", "paymentmethod", "unitstype", "employee", "vendor", "customer", "contact", "job"}

var last = []string{"opportunity", "estimate", "salesorder", "purchaseorder", "transferorder", "inventoryadjustment", "itemreceipt", "itemfulfillment",
	"invoice", "vendorbill", "cashsale", "creditmemo", "vendorcredit", "customerpayment", "vendorpayment", "journalentry"}

// maxLine is the longest line of a seed file.
const maxLine = 16 << 20

// Load adds the records of a folder: files TYPE.jsonl, one JSON object a line
// in the form that the record service takes to create a record. References may
// use external IDs of records in the folder or in the store. All refusals are
// reported, each with its file and line; the other records are kept.
func Load(ctx context.Context, store *record.Store, folder fs.FS) error {
	files, err := fs.Glob(folder, "*.jsonl")
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return errors.New("seed: the folder holds no file *.jsonl")
	}
	slices.SortStableFunc(files, func(a, b string) int { return rank(a) - rank(b) })
	var errs []error
	for _, name := range files {
		if err := loadFile(ctx, store, folder, name); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func typeOf(file string) string { return strings.TrimSuffix(file, ".jsonl") }

func rank(file string) int {
	typ := strings.ToLower(typeOf(file))
	if i := slices.Index(first, typ); i >= 0 {
		return i
	}
	return len(first) + 1 + slices.Index(last, typ) // the rest, then the last ones
}

func loadFile(ctx context.Context, store *record.Store, folder fs.FS, name string) error {
	f, err := folder.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if store.Type(typeOf(name)) == nil {
		return fmt.Errorf("seed %s: there is no record type %q", name, typeOf(name))
	}
	var errs []error
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxLine)
	for n := 1; lines.Scan(); n++ {
		text := bytes.TrimSpace(lines.Bytes())
		if len(text) == 0 {
			continue
		}
		if err := loadRecord(ctx, store, typeOf(name), text); err != nil {
			errs = append(errs, fmt.Errorf("seed %s:%d: %w", name, n, err))
		}
	}
	return errors.Join(append(errs, lines.Err())...)
}

func loadRecord(ctx context.Context, store *record.Store, typ string, text []byte) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var body map[string]any
	if err := dec.Decode(&body); err != nil {
		return err
	}
	_, err := store.Create(ctx, typ, body, record.WriteOptions{})
	return err
}
