// Command collect writes whose Go modules are linked into the program, with the texts of
// their licences as they lie in the module cache: into the file that it is given.
package main

import (
	"bytes"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "collect:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("name the file that is written")
	}
	book, lacking, err := collect("./cmd/sluice")
	if err != nil {
		return err
	}
	if len(lacking) > 0 {
		return fmt.Errorf("no licence is found of %v", lacking)
	}
	var packed bytes.Buffer
	if err := book.Pack(&packed); err != nil {
		return err
	}
	return os.WriteFile(args[0], packed.Bytes(), 0o644)
}
