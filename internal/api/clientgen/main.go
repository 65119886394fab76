// Command clientgen writes the Go client of the HTTP API from its OpenAPI
// document. It knows what our document uses, not all of OpenAPI. It can write the
// document itself too, from which the UI's types are made.
//
//	go generate ./internal/client
//	go run ./internal/api/clientgen -document web/openapi.json
package main

import (
	"flag"
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
	flags := flag.NewFlagSet("clientgen", flag.ContinueOnError)
	document := flags.Bool("document", false, "write the OpenAPI document")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return fmt.Errorf("give the file to write")
	}
	write := current
	if *document {
		write = openAPI
	}
	text, err := write()
	if err != nil {
		return err
	}
	return os.WriteFile(flags.Arg(0), text, 0o644) //nolint:gosec // source code
}

// openAPI returns the document of the API as it is.
func openAPI() ([]byte, error) {
	a, err := api.New(api.Config{}) // the document needs no services
	if err != nil {
		return nil, err
	}
	return a.Document(), nil
}

// current returns the client for the API as it is.
func current() ([]byte, error) {
	document, err := openAPI()
	if err != nil {
		return nil, err
	}
	return generate(document)
}
