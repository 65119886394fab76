// Command clientgen writes the Go client of the HTTP API from its OpenAPI
// document. It knows what our document uses, not all of OpenAPI.
//
//	go generate ./internal/client
package main

import (
	"fmt"
	"os"

	"github.com/sluicehq/sluice/internal/api"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "clientgen:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("give the file to write")
	}
	code, err := current()
	if err != nil {
		return err
	}
	return os.WriteFile(args[0], code, 0o644) //nolint:gosec // source code
}

// current returns the client for the API as it is.
func current() ([]byte, error) {
	a, err := api.New(api.Config{}) // the document needs no services
	if err != nil {
		return nil, err
	}
	return generate(a.Document())
}
