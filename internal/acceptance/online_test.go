package acceptance

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluicehq/sluice/emulator"
	"github.com/sluicehq/sluice/internal/postgrestest"
	"github.com/sluicehq/sluice/internal/servertest"
)

var serverAddress = regexp.MustCompile(`Sluice is at http://(\S+)`)

// host is what has to be typed to confirm: the server says it where it begins.
func (in *installation) host() string {
	in.t.Helper()
	found := serverAddress.FindAllStringSubmatch(in.log.String(), -1)
	if found == nil {
		in.t.Fatalf("the server does not say where it is:\n%s", in.log)
	}
	return found[len(found)-1][1]
}

// users returns the e-mail addresses of all users.
func (in *installation) users() []string {
	in.t.Helper()
	var list []struct{ Email string }
	in.do(&list, "user", "list")
	var emails []string
	for _, u := range list {
		emails = append(emails, u.Email)
	}
	return emails
}

func (in *installation) addUser(email string) {
	in.t.Helper()
	in.do(nil, "user", "create", email, "--name", "Made Up", "--role", "owner")
}

func (in *installation) backup() string {
	in.t.Helper()
	file := filepath.Join(in.t.TempDir(), "backup.tar.gz")
	if o := in.try("backup", file); o.code != 0 {
		in.t.Fatalf("backup: %s", o.err)
	}
	return file
}

// A run is in work while its server is restored to a backup of before, made in the middle
// of it: the server lets it stop, begins anew in the same process and on the same address,
// and when an operator lets the run go on, each record arrives once.
func TestARunningServerRestoresItself(t *testing.T) {
	t.Parallel()
	const rows = 120
	for name, database := range map[string]string{"SQLite": "", "PostgreSQL": postgrestest.URL(t)} {
		t.Run(name, func(t *testing.T) {
			// NetSuite takes its time until the backup is back: on a busy machine too the run is
			// in the middle then.
			var latency atomic.Int64
			latency.Store(int64(200 * time.Millisecond))
			account := emulator.Start(t, func(o *emulator.Options) {
				o.Latency = func(*http.Request) time.Duration { return time.Duration(latency.Load()) }
			})
			env := netsuiteEnv(account)
			if database != "" {
				env = append(env, "SLUICE_DATABASE="+database)
			}
			k := &killed{install(t, env...), account, 0}
			flow, _ := addOrders(k, rows)
			k.addUser("olive@example.com")
			k.serve()
			var r run
			k.do(&r, "flow", "run", flow, "--detach")
			at := func(written int64) {
				for r.Counts.Written < written {
					<-time.After(5 * time.Millisecond) // another process works: nothing tells us how far it is
					k.do(&r, "run", "show", fmt.Sprint(r.ID))
				}
				if r.State != "running" {
					t.Fatalf("the run is %s: give it more records", r.State)
				}
			}
			at(rows / 6)
			latency.Store(int64(500 * time.Millisecond))
			file := k.backup()
			k.addUser("later@example.com")
			k.do(&r, "run", "show", fmt.Sprint(r.ID))
			at(r.Counts.Written + 1)
			pid, host := k.server.Process.Pid, k.host()

			if o := k.try("restore", file, "--online", "--confirm", "another.example.com"); o.code == 0 || !strings.Contains(o.err, "restore.not_confirmed") {
				t.Fatalf("restored without the word: %s", o.err)
			}
			if o := k.try("restore", file, "--online", "--confirm", host); o.code != 0 {
				t.Fatalf("restore: %s\n%s", o.err, k.log)
			}
			latency.Store(0)
			if k.host() != host || k.server.Process.Pid != pid {
				t.Errorf("the server was at %s and is at %s", host, k.host())
			}
			if got := k.users(); !slices.Equal(got, []string{"olive@example.com"}) {
				t.Errorf("users %v", got)
			}
			var events []struct{ Action, Actor, Detail string }
			k.do(&events, "audit", "--action", "server.restore")
			if len(events) != 1 || events[0].Actor != "local" || !strings.Contains(events[0].Detail, "backup.tar.gz") {
				t.Errorf("the audit log has %+v", events)
			}
			if left, _ := filepath.Glob(filepath.Join(k.dir, "restoring", "*")); left != nil {
				t.Errorf("left %v", left)
			}
			if kept, _ := filepath.Glob(filepath.Join(k.dir, "*.replaced-*")); (database == "") != (len(kept) == 1) {
				t.Errorf("kept %v", kept)
			}
			l := &later{killed: k, flow: flow, run: r.ID}
			if end := l.goOn(); end.State != "completed" || end.Counts.Written != rows || end.Counts.Failed != 0 {
				t.Fatalf("the run ended %s: %+v %+v\n%s", end.State, end.Counts, end.Error, k.log)
			}
			expectEachOnce(t, k.orders(), rows)
		})
	}
}

// Whenever the process is killed, what is stored is whole: as it was, or as the backup has
// it. What was brought and not restored is gone when the server begins again.
func TestKilledWhileItRestores(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]string{"SQLite": "", "PostgreSQL": postgrestest.URL(t)} {
		t.Run(name, func(t *testing.T) {
			var env []string
			if database != "" {
				env = append(env, "SLUICE_DATABASE="+database)
			}
			in := install(t, env...)
			in.addUser("olive@example.com")
			in.serve()
			file := in.backup()
			took := time.Duration(0)
			for n := range inSoak(6, 60) {
				in.addUser("later@example.com")
				c := in.command(childCLI, "restore", file, "--online", "--confirm", in.host(), "--data", in.dir)
				begun := time.Now()
				if err := c.Start(); err != nil {
					t.Fatal(err)
				}
				if n == 0 {
					if err := c.Wait(); err != nil {
						t.Fatalf("%v\n%s", err, in.log)
					}
					took = time.Since(begun)
					continue
				}
				<-time.After(took * time.Duration(n) / time.Duration(inSoak(6, 60))) // the moment of the crash is what differs
				in.kill()
				_ = c.Process.Kill()
				_ = c.Wait() // its server is gone
				in.serve()
				users := in.users()
				if slices.Contains(users, "later@example.com") {
					in.do(nil, "user", "delete", "later@example.com")
				}
				if !slices.Contains(users, "olive@example.com") || len(users) > 2 {
					t.Fatalf("killed after %d of %d: users %v\n%s", n, inSoak(6, 60), users, in.log)
				}
				if _, err := os.Stat(filepath.Join(in.dir, "restoring")); !os.IsNotExist(err) {
					t.Errorf("what was brought is still there: %v", err)
				}
				if o := in.try("backup", "--check", in.backup()); o.code != 0 {
					t.Fatalf("killed after %d: %s", n, o.err)
				}
			}
		})
	}
}

// Another server on the database would write over what is restored: it is refused before
// the server stops its work.
func TestServersThatShareADatabaseDoNotRestore(t *testing.T) {
	t.Parallel()
	database := "SLUICE_DATABASE=" + postgrestest.URL(t)
	first, second := install(t, database), install(t, database)
	first.serve()
	first.addUser("olive@example.com")
	file, host := first.backup(), first.host()
	second.serve()
	o := first.try("restore", file, "--online", "--confirm", host)
	if o.code == 0 || !strings.Contains(o.err, "restore.in_use") {
		t.Fatalf("restored beside another server: %s", o.err)
	}
	if said := serverAddress.FindAllString(first.log.String(), -1); len(said) != 1 {
		t.Errorf("the server began anew: %v", said)
	}
	second.kill()
	for deadline := time.Now().Add(20 * time.Second); ; {
		if o = first.try("restore", file, "--online", "--confirm", host); o.code == 0 {
			break
		}
		if !strings.Contains(o.err, "restore.in_use") || time.Now().After(deadline) {
			t.Fatalf("alone: %s\n%s", o.err, first.log)
		}
		<-time.After(50 * time.Millisecond) // PostgreSQL sees in a moment that the other one is gone
	}
}

// A restore that fails when the server has ended leaves what was there: the server goes on
// with it, and says why.
func TestARestoreThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	in := install(t)
	in.addUser("olive@example.com")
	in.serve()
	file := in.backup()
	in.addUser("later@example.com")
	c := in.command(childCLI, "restore", file, "--online", "--data", in.dir)
	var said servertest.Log
	c.Stderr = &said
	answer, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(said.String(), "Type "+in.host()); {
		if time.Now().After(deadline) {
			t.Fatalf("not asked: %s", said.String())
		}
		<-time.After(5 * time.Millisecond) // another process works
	}
	staged, _ := filepath.Glob(filepath.Join(in.dir, "restoring", "*"))
	if len(staged) != 1 {
		t.Fatalf("staged: %v", staged)
	}
	if info, err := os.Stat(staged[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := os.Truncate(staged[0], 1000); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintln(answer, in.host()); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err == nil || !strings.Contains(said.String(), "the server goes on as before") || !strings.Contains(said.String(), "backup.damaged") {
		t.Errorf("%v: %s", err, said.String())
	}
	if got := in.users(); len(got) != 2 {
		t.Errorf("users %v", got)
	}
	if left, _ := filepath.Glob(filepath.Join(in.dir, "restoring", "*")); left != nil {
		t.Errorf("left %v", left)
	}
}
