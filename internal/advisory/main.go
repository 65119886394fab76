// Command advisory asks which known weaknesses the code reaches: govulncheck for Go,
// npm audit for what is in the pages. One that is reached fails, unless the file of
// exceptions lists it with a reason and an end. Where an advisory database cannot be
// reached, it says so and goes on.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"time"
)

// govulncheck is the version that this program reads the output of.
const govulncheck = "golang.org/x/vuln/cmd/govulncheck@v1.9.0"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	file := flag.String("except", ".ci/advisories.txt", "file of exceptions")
	required := flag.Bool("required", false, "fail where a database cannot be reached")
	flag.Parse()
	text, err := os.ReadFile(*file)
	if err != nil {
		fmt.Fprintln(os.Stderr, "advisory:", err)
		os.Exit(1)
	}
	c := check{out: os.Stdout, now: time.Now(), required: *required, ask: ask}
	if !c.run(ctx, string(text)) {
		os.Exit(1)
	}
}

// tool is a program that asks a database.
type tool struct {
	name string
	dir  string
	args []string
	read func(output []byte) (answer, error)
	// clean tools end without an error when they have looked at everything, whatever they
	// found; npm audit ends with one when it has found something.
	clean bool
}

func tools() []tool {
	return []tool{
		{"govulncheck", ".", []string{"go", "run", govulncheck, "-format", "json", "./..."}, readGo, true},
		{"npm audit", "web", []string{"npm", "audit", "--omit=dev", "--json"}, readNPM, false},
	}
}

// said is what a tool wrote, and how it ended.
type said struct {
	output, complaint []byte
	failed            bool
}

func ask(ctx context.Context, t tool) said {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, t.args[0], t.args[1:]...) //nolint:gosec // our own tools
	var out, errs bytes.Buffer
	c.Dir, c.Stdout, c.Stderr = t.dir, &out, &errs
	err := c.Run()
	if err != nil {
		_, _ = fmt.Fprintln(&errs, err) // a buffer takes everything
	}
	return said{out.Bytes(), errs.Bytes(), err != nil}
}

// check asks all tools.
type check struct {
	out      io.Writer
	now      time.Time
	required bool
	ask      func(ctx context.Context, t tool) said
}

// run reports whether nothing stands against the code.
func (c *check) run(ctx context.Context, text string) bool {
	exceptions, err := readExceptions(text)
	if err != nil {
		c.say("%v", err)
		return false
	}
	good, whole := true, true
	for _, t := range tools() {
		got := c.ask(ctx, t)
		a, err := t.read(got.output)
		if t.clean && got.failed {
			err = errors.Join(errors.New("it ended before it was through"), err)
		}
		switch {
		case err == nil:
			good = c.judge(t, a, exceptions) && good
		case unreachable(string(got.output) + string(got.complaint)):
			c.say("%s: NOT CHECKED: its advisory database cannot be reached from here", t.name)
			good, whole = good && !c.required, false
		default:
			c.say("%s: %v\n%s", t.name, err, tail(got.complaint))
			good = false
		}
	}
	for _, e := range exceptions {
		if whole && !e.used {
			c.say("note: nobody needs the exception %s of line %d any more", e.id, e.line)
		}
	}
	return good
}

// judge tells what a tool found.
func (c *check) judge(t tool, a answer, exceptions []*exception) bool {
	good, excepted := true, 0
	for _, f := range a.reached {
		switch e := exceptionFor(exceptions, f.ids); {
		case e == nil:
			c.say("%s: %s", t.name, f)
			good = false
		case !c.now.Before(e.until.AddDate(0, 0, 1)):
			c.say("%s: %s\n  its exception ended on %s (%s)", t.name, f, e.until.Format(time.DateOnly), e.reason)
			good, e.used = false, true
		default:
			excepted++
			e.used = true
			c.say("%s: %s until %s: %s", t.name, e.id, e.until.Format(time.DateOnly), e.reason)
		}
	}
	if good {
		c.say("%s: nothing that the code reaches, %d excepted, %d not reached", t.name, excepted, a.others)
	}
	return good
}

func (c *check) say(format string, args ...any) { _, _ = fmt.Fprintf(c.out, format+"\n", args...) } // nobody else to tell

// signs are how the tools say that they had no database. An answer of a database that
// does not know the question (405, 404) is none either: so answers a mirror.
var signs = []string{"dial tcp", "no such host", "i/o timeout", "connection refused", "connection reset", "network is unreachable", "TLS handshake timeout", "proxyconnect",
	"fetching vulnerabilities", "ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "405 Method Not Allowed", "404 Not Found", "502 Bad Gateway", "503 Service"}

func unreachable(said string) bool {
	for _, s := range signs {
		if strings.Contains(said, s) {
			return true
		}
	}
	return false
}

func tail(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-10):], "\n")
}
