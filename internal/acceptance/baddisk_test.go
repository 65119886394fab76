//go:build linux

package acceptance

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// smallDisk returns a folder on a disk of its own that holds so many KiB.
func smallDisk(t *testing.T, kib int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("sluice-test", dir, "tmpfs", 0, fmt.Sprintf("size=%dk", kib)); err != nil {
		t.Skipf("a small disk cannot be mounted (%v); run the tests as root, with the right to mount", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// fill leaves no room on the folder's disk. Taking the file away makes room again.
func fill(t *testing.T, dir string) (path string) {
	t.Helper()
	path = filepath.Join(dir, "ballast")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := 64 << 10; block > 0; {
		if _, err := f.Write(make([]byte, block)); err != nil {
			block /= 2
		}
	}
	return path
}

const copyFlow = `
name: copy
export:
  connection: files
  csv: {path: people.csv}
  key: [id]
steps:
  - import:
      connection: disk
      csv: {path: copy.csv, columns: [id, name]}
pages: {size: 50}
`

// plain is a file that a CSV import writes as it was read.
func plain(rows int) string {
	var b strings.Builder
	b.WriteString("id,name\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d,%s\n", i+1, strings.Repeat("x", 100))
	}
	return b.String()
}

// A disk that is full fails the run; what was written stays beside the file's
// name, and the run goes on with it when there is room.
func TestAFullDiskUnderAFile(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, 256)
	b := &bench{installation: install(t), files: t.TempDir(), rows: 1500}
	b.put("people.csv", plain(b.rows))
	writeFile(t, filepath.Join(disk, "ballast"), strings.Repeat("x", 150<<10))
	b.apply(filesConnection("files", b.files)+filesConnection("disk", disk), map[string]string{"copy": copyFlow})
	r := b.failed("copy", complaint{"file.disk_full", "no room left", "copy.csv.partial", "resume the run"})
	if _, err := os.Stat(filepath.Join(disk, "copy.csv")); err == nil {
		t.Fatal("the file has its name already")
	}
	half, err := os.ReadFile(filepath.Join(disk, "copy.csv.partial"))
	if err != nil || len(half) == 0 || !strings.HasPrefix(plain(b.rows), string(half)) {
		t.Fatalf("what was written is not kept: %d bytes, %v", len(half), err)
	}
	b.must(os.Remove(filepath.Join(disk, "ballast")))
	var after run
	b.do(&after, "run", "resume", fmt.Sprint(r.ID))
	if after.Counts.Written != 1500 {
		t.Fatalf("the resumed run has %+v", after.Counts)
	}
	whole, err := os.ReadFile(filepath.Join(disk, "copy.csv"))
	if err != nil || !bytes.Equal(whole, []byte(plain(b.rows))) {
		t.Fatalf("the file has %d bytes, %v", len(whole), err)
	}
}

// A disk that is full under the data folder refuses what would be stored there, and
// says so; with room again everything goes on.
func TestAFullDiskUnderTheDataFolder(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, 4<<10)
	b := newBench(t, setup{})
	b.dir = filepath.Join(disk, "data")
	b.applyAgain()
	ballast := fill(t, disk)
	o := b.try("flow", "run", "people-in", "--output", "json")
	if e := o.told(t); o.code != 1 || e.Code != "store.disk_full" || e.Remedy == "" {
		t.Fatalf("exit %d: %+v\n%s", o.code, e, o.err)
	}
	b.must(os.Remove(ballast))
	b.flow("people-in")
	b.holds(1, b.rows)
}

// The data folder's disk fills up in the middle of a run. The run stands still and
// loses nothing: the next process that has room brings it to its end, each record once.
func TestADiskThatFillsUpInTheMiddle(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t, 24<<10)
	b := newBench(t, setup{rows: 400, onWrite: 10, then: func(b *bench) error { fill(b.t.(*testing.T), disk); return nil }})
	b.dir = filepath.Join(disk, "data")
	b.applyAgain()
	b.serve()
	var r run
	b.do(&r, "flow", "run", "people-in", "--detach")
	const word = "no room left on its disk"
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(b.log.String(), word); time.Sleep(10 * time.Millisecond) { // another process works: its log is the signal
		if time.Now().After(deadline) {
			t.Fatalf("the server does not say %q\n%s", word, b.log)
		}
	}
	b.kill()
	b.must(os.Remove(filepath.Join(disk, "ballast")))
	b.serve()
	for deadline := time.Now().Add(30 * time.Second); r.State != "completed"; b.do(&r, "run", "show", fmt.Sprint(r.ID)) {
		if r.State == "failed" {
			b.do(nil, "run", "resume", fmt.Sprint(r.ID))
		}
		if time.Now().After(deadline) {
			t.Fatalf("the run is %s: %+v\n%s", r.State, r.Error, b.log)
		}
	}
	b.holds(1, b.rows)
}
