package archive

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/servertest"
	"github.com/sluicehq/sluice/internal/store"
)

// note stores a setting, or reads it.
func note(t *testing.T, path, value string) string {
	t.Helper()
	db := open(t, "sqlite:"+path)
	defer db.Close()
	if value != "" {
		if _, err := db.SwapSetting(t.Context(), "test.note", "", value); err != nil {
			t.Fatal(err)
		}
	}
	got, err := db.Setting(t.Context(), "test.note")
	if err != nil {
		t.Fatal(err)
	}
	return got
}

const leaveAfter = "SLUICE_TEST_LEAVE_AFTER" // the number of steps, a comma, the folder

// A process that dies between any two steps of the swap leaves the old database whole, with
// what only its log held, or the new one. Switched off by leaving out fold: the old log is
// lost then, or replayed into the new file.
func TestKilledBetweenTheStepsOfASwap(t *testing.T) {
	if told := os.Getenv(leaveAfter); told != "" {
		n, dir, _ := cutInt(told)
		leave(t, dir, n)
		return
	}
	const steps = 7
	for n := range steps + 1 {
		dir := t.TempDir()
		path := filepath.Join(dir, "sluice.db")
		note(t, path+restoring, "new")
		c, _, out := servertest.Again(t, "TestKilledBetweenTheStepsOfASwap", leaveAfter, strconv.Itoa(n)+","+dir)
		line, _ := out.ReadString('\n') // it is looked at below
		if err := c.Wait(); line != "left\n" || err == nil {
			t.Fatalf("the child said %q and ended with %v", line, err)
		}
		want := "old"
		if n >= 6 {
			want = "new"
		}
		if err := Tidy(path); err != nil {
			t.Fatal(err)
		}
		if got := note(t, path, ""); got != want {
			t.Errorf("after %d steps the database is %q, want %q", n, got, want)
		}
		kept, _ := filepath.Glob(path + replaced + "*")
		if want == "old" && kept != nil {
			t.Errorf("after %d steps the database has a second name: %v", n, kept)
		}
		if want == "new" && (len(kept) != 1 || note(t, kept[0], "") != "old") {
			t.Errorf("after %d steps %v is kept", n, kept)
		}
		if left, _ := filepath.Glob(path + restoring + "*"); left != nil {
			t.Errorf("after %d steps there is %v", n, left)
		}
	}
}

func cutInt(text string) (n int, rest string, err error) {
	n, err = strconv.Atoi(text[:1])
	return n, text[2:], err
}

// leave writes into the old database, whose log is not in its file yet, goes some steps
// and dies as by kill -9.
func leave(t *testing.T, dir string, n int) {
	path := filepath.Join(dir, "sluice.db")
	old, err := store.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.SwapSetting(t.Context(), "test.note", "", "old"); err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(path + "-wal") // as a server that was killed leaves it
	file, err2 := os.ReadFile(path)
	err = errors.Join(err, err2, old.Close(), os.WriteFile(path, file, 0o600), os.WriteFile(path+"-wal", log, 0o600))
	if err != nil || len(log) == 0 {
		t.Fatalf("%d bytes of log, %v", len(log), err)
	}
	for _, step := range swapFiles(t.Context(), path+restoring, path, path+replaced+"before")[:n] {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	os.Stdout.WriteString("left\n")
	p, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
	select {}
}

// A database that another program has open is not taken away under it; one that is damaged
// is kept as it is.
func TestWhatIsReplaced(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "sluice.db")
	note(t, path, "old")
	note(t, path+restoring, "new")
	other := open(t, "sqlite:"+path)
	if _, err := other.Setting(t.Context(), "test.note"); err != nil {
		t.Fatal(err)
	}
	expectRefused(t, run(swapFiles(t.Context(), path+restoring, path, path+replaced+"1")))
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if got := note(t, path, ""); got != "old" {
		t.Fatalf("the database is %q", got)
	}
	if err := errors.Join(os.WriteFile(path, []byte("no database at all, and long enough to be read as one"), 0o600), os.WriteFile(path+"-wal", []byte("its log"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := run(swapFiles(t.Context(), path+restoring, path, path+replaced+"2")); err != nil {
		t.Fatal(err)
	}
	if got := note(t, path, ""); got != "new" {
		t.Errorf("the database is %q", got)
	}
	for _, end := range []string{"", "-wal"} {
		if _, err := os.Stat(path + replaced + "2" + end); err != nil {
			t.Error(err)
		}
	}
}

func run(steps []func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func expectRefused(t *testing.T, err error) {
	t.Helper()
	if sluice.ErrorCode(err) != "restore.in_use" {
		t.Errorf("swapped under another program: %v", err)
	}
}
