package main

import (
	"os"
	"testing"
)

// The client is made from the route table; a changed route changes it.
func TestClientIsUpToDate(t *testing.T) {
	want, err := current()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../client/client_gen.go")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Error("internal/client/client_gen.go is not what the API says; run: go generate ./internal/client")
	}
}
