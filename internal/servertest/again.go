package servertest

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"testing"
)

// Again starts this test binary again to run one test in another process, with a
// variable set by which that test knows. It returns the process with its standard
// input and output.
func Again(t *testing.T, test, variable, value string) (*exec.Cmd, io.WriteCloser, *bufio.Reader) {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^"+test+"$")
	c.Env = append(os.Environ(), variable+"="+value)
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c, in, bufio.NewReader(out)
}
