package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
)

// seedFolder writes a folder for `sluice emulate --seed` with so many customers.
// The caller removes it.
func seedFolder(customers int) (string, error) {
	dir, err := os.MkdirTemp("", "sluice-bench-")
	if err != nil {
		return "", err
	}
	f, err := os.Create(filepath.Join(dir, "customer.jsonl"))
	if err != nil {
		return "", err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	for i := range customers {
		fmt.Fprintf(w, `{"externalId":"BENCH-%d","companyName":"Bench Customer %07d","email":"orders-%d@bench.example","phone":"+00 555 %07d","subsidiary":{"id":"1"}}`+"\n", i, i, i, i)
	}
	if err := w.Flush(); err != nil {
		return "", err
	}
	return dir, f.Close()
}
