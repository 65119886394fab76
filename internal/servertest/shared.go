package servertest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
)

// Shared is the one server of its kind behind a test binary. It is the one whose
// address is in the variable, or is started when a test first asks for it.
type Shared struct {
	Name     string // as people write it
	Variable string
	// Absent says that the server's programs are not on this machine, and how to get them.
	Absent error
	// Start starts a server of our own, or fails with Absent.
	Start func() (address string, stop func() error, err error)
	// Run runs a statement on the server. It does not use t's context, which has
	// ended when databases are dropped.
	Run func(t testing.TB, server *url.URL, statement string)

	once    sync.Once
	address string
	stop    func() error
	err     error
}

// Database returns the address of a new and empty database, which goes when the test
// ends, or with the server. Where no server can be had it skips the test, or fails it
// with CI=true. drop goes behind the statement that drops the database.
func (s *Shared) Database(t testing.TB, drop string) *url.URL {
	t.Helper()
	s.once.Do(func() {
		if s.address = os.Getenv(s.Variable); s.address == "" {
			s.address, s.stop, s.err = s.Start()
		}
	})
	switch {
	case errors.Is(s.err, s.Absent) && os.Getenv("CI") != "true":
		t.Skip(s.err)
	case s.err != nil:
		t.Fatal(s.Name+": ", s.err)
	}
	server, err := url.Parse(s.address)
	if err != nil {
		t.Fatalf("%s is not an address", s.Variable)
	}
	name := "sluice_test_" + strings.ToLower(rand.Text())
	s.Run(t, server, "CREATE DATABASE "+name)
	if s.stop == nil { // ours goes with all its databases
		t.Cleanup(func() { s.Run(t, server, "DROP DATABASE "+name+drop) })
	}
	database := *server
	database.Path = "/" + name
	return &database
}

// Stop stops the server behind a package's tests, when one was started. It takes and
// returns the tests' exit code.
func (s *Shared) Stop(code int) int {
	if s.stop == nil {
		return code
	}
	if err := s.stop(); err != nil {
		fmt.Fprintln(os.Stderr, s.Name+":", err)
		return max(code, 1)
	}
	return code
}
