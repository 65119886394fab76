package emulator_test

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/emulator/failure"
)

// A program that is no Go test serves an account itself. Requests fail by
// rules: here the second one to /rest/tokeninfo.
func Example() {
	account, err := emulator.New(emulator.Options{AccountID: "7654321", Empty: true})
	if err != nil {
		panic(err)
	}
	defer account.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() { _ = account.Serve(context.Background(), l) }()
	if err := account.Faults().Add(failure.Rule{Path: "/rest/tokeninfo", Effect: failure.Unavailable, Nth: 2}); err != nil {
		panic(err)
	}
	for range 3 {
		resp, err := http.Get("http://" + l.Addr().String() + "/rest/tokeninfo")
		if err != nil {
			panic(err)
		}
		resp.Body.Close()
		fmt.Println(resp.Status)
	}
	fmt.Println(account.Credentials().ConsumerKey[:6])
	// Output:
	// 401 Unauthorized
	// 503 Service Unavailable
	// 401 Unauthorized
	// facade
}
