package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice/internal/client"
)

// tell prints a line of the story.
func (d *Demo) tell(format string, args ...any) {
	_, _ = fmt.Fprintf(d.Out, format+"\n", args...)
}

// demoFlows are the shop's flows in the order in which they make sense.
var demoFlows = []struct{ name, what string }{
	{"customers-in", "customers of a CSV file into NetSuite"},
	{"products-in", "products of a CSV file into NetSuite"},
	{"orders-in", "orders with their lines, from two CSV files, into NetSuite"},
	{"orders-out", "every sales order of NetSuite into a database and a CSV file"},
}

// story tells what is there, tests the connections and runs the flows.
func (d *Demo) story(ctx context.Context) error {
	d.tell("A NetSuite account   %s   (emulated, with a sample company)", d.address)
	admin := d.account.Admin()
	d.tell("  its set-up pages   log in as %s with %s", admin.Email, admin.Password)
	d.tell("A Sluice server      %s   (API documentation: %s/docs)", d.app.URL(), d.app.URL())
	d.tell("\nConnections")
	list, err := d.client.ListConnections(ctx)
	if err != nil {
		return err
	}
	for _, c := range list.Items {
		e, err := d.client.TestConnection(ctx, c.Name, client.TestConnectionQuery{})
		if err != nil {
			return err
		}
		if !e.OK {
			return fmt.Errorf("the connection %s does not work: %s", c.Name, e.Message)
		}
		d.tell("  %-13s %-9s %s%s", c.Name, c.Kind, e.Message, evidenceLine(e))
	}
	for _, f := range demoFlows {
		if err := d.runFlow(ctx, f.name, f.what); err != nil {
			return err
		}
	}
	return d.tellErrors(ctx)
}

// evidenceLine is the most telling fact of a connection test.
func evidenceLine(e *client.Evidence) string {
	for _, f := range e.Facts {
		if f.Name == "Role" {
			return " (role " + f.Value + ")"
		}
	}
	return ""
}

func (d *Demo) runFlow(ctx context.Context, name, what string) error {
	run, err := d.client.StartRun(ctx, name)
	if err != nil {
		return err
	}
	if run, err = d.Await(ctx, d.client, run.ID); err != nil {
		return err
	}
	if run.State != "completed" {
		return fmt.Errorf("the run of %s is %s: %w", name, run.State, cause(run))
	}
	c := run.Counts
	d.tell("\n%s: %s", name, what)
	parts := []string{fmt.Sprintf("%d read", c.Read), fmt.Sprintf("%d written", c.Written)}
	for _, p := range []struct {
		n    int64
		what string
	}{{c.Unchanged, "unchanged"}, {c.Excluded, "excluded by a filter"}, {c.Failed, "failed"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	d.tell("  %s, in %s", strings.Join(parts, ", "), run.FinishedAt.Sub(run.StartedAt).Round(time.Millisecond))
	for _, t := range run.Totals {
		d.tell("  %-12s %s read = %s written + %s unchanged + %s excluded + %s failed", t.Name, t.Read, t.Written, t.Unchanged, t.Excluded, t.Failed)
	}
	return nil
}

func (d *Demo) tellErrors(ctx context.Context) error {
	list, err := d.client.ListErrors(ctx, client.ListErrorsQuery{State: "open", Limit: shownErrors})
	if err != nil || len(list.Items) == 0 {
		return err
	}
	d.tell("\nRecords that did not get through, kept until they are mended:")
	slices.Reverse(list.Items) // oldest first
	for i := range list.Items {
		e := &list.Items[i]
		d.tell("  %d  %s %s (%s): %s", e.ID, e.Flow, e.Key, e.Origin, short(e.Message, 160))
	}
	return nil
}

// whatNext names commands that work while the demo is up.
func (d *Demo) whatNext() {
	d.tell("\nTry, in another terminal:")
	if path := aliasNeeded(); path != "" {
		d.tell("  alias sluice=%s", shellQuote(path))
	}
	for _, line := range []string{
		"export SLUICE_DATA=" + shellQuote(d.Dir),
		"sluice connection test netsuite",
		`sluice suiteql netsuite "SELECT id, tranid, foreigntotal FROM transaction ORDER BY id DESC" --limit 5`,
		"sluice flow preview orders-in --limit 1",
		"sluice flow run customers-in          # what has not changed is not sent again",
		"sluice error list",
		"sluice error show 1",
	} {
		d.tell("  %s", line)
	}
	if link := d.app.SetupURL(); link != "" {
		d.tell("\nOpen Sluice: make yourself the owner (the link works once), then log in at %s\n  %s", d.app.URL(), link)
	} else {
		d.tell("\nOpen Sluice: %s", d.app.URL())
	}
	d.tell("\nFlows and data: %s", d.shopDir())
	d.tell("Everything is up until you press Ctrl-C.")
}

// aliasNeeded returns this program's path, where the shell would not find it by its name.
func aliasNeeded() string {
	self, err := os.Executable()
	if err != nil {
		return ""
	}
	if found, err := exec.LookPath("sluice"); err == nil && found == self {
		return ""
	}
	return self
}

// shellQuote writes text so that a shell takes it as one word.
func shellQuote(s string) string {
	plain := strings.IndexFunc(s, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-", r)
	}) < 0
	if plain && s != "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// cause is why a run did not get through.
func cause(run *client.Run) error {
	if run.Error != nil {
		return run.Error
	}
	return errors.New("no cause was told")
}

// shownErrors is how many record errors the story lists.
const shownErrors = 10

// short cuts text at so many characters.
func short(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
