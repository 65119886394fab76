package file

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"syscall"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/file/format"
)

// stateDir is where the state of files that are being written is kept, in the
// connection's folder.
const stateDir = ".sluice"

// The stages of an output.
const (
	stageWriting   = "writing"
	stageFinishing = "finishing" // the file gets its name now
	stageFinished  = "finished"
)

// outputState says which run a file is written by, and how far it has got. It
// outlives a kill.
type outputState struct {
	Flow  string `json:"flow"` // its ID, within which runs are numbered as they begin
	Run   int64  `json:"run"`
	Stage string `json:"stage"`
	// Taken is the length of what an earlier run had left unfinished when this run
	// took it over; 0 when there was nothing.
	Taken int64 `json:"taken,omitempty"`
}

// of reports whether the state is of the output's own run.
func (s outputState) of(o *output) bool { return s.Flow == o.flow && s.Run == o.run }

// output is a file that is written under another name until it is whole.
type output struct {
	folder *folder
	path   string
	flow   string
	run    int64
	file   *os.File // the .partial file, open
	size   int64
	taken  int64
}

func (o *output) partial() string { return o.path + ".partial" }

func (o *output) statePath() string { return stateDir + "/" + url.PathEscape(o.path) + ".json" }

// state returns what is known of the file; the zero state when nothing is.
func (o *output) state() (outputState, error) {
	text, err := o.folder.ReadFile(o.statePath())
	if errors.Is(err, fs.ErrNotExist) {
		return outputState{}, nil
	}
	var s outputState
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil {
		return s, writeError(o.statePath(), err)
	}
	return s, nil
}

// setState replaces the state in one step.
func (o *output) setState(stage string) error {
	if err := o.folder.MkdirAll(stateDir, 0o755); err != nil {
		return writeError(stateDir, err)
	}
	text, err := json.Marshal(outputState{Flow: o.flow, Run: o.run, Stage: stage, Taken: o.taken})
	if err != nil {
		return fmt.Errorf("file import: %w", err)
	}
	fresh := o.statePath() + ".new"
	if err := o.writeFile(fresh, append(text, '\n')); err != nil {
		return err
	}
	if err := o.folder.Rename(fresh, o.statePath()); err != nil {
		return writeError(o.statePath(), err)
	}
	return o.syncDir(stateDir)
}

func (o *output) writeFile(path string, text []byte) error {
	f, err := o.folder.Create(path)
	if err == nil {
		_, err = f.Write(text)
		err = errors.Join(err, f.Sync(), f.Close())
	}
	if err != nil {
		return writeError(path, err)
	}
	return nil
}

func (o *output) syncDir(path string) error {
	d, err := o.folder.Open(path)
	if err != nil {
		return writeError(path, err)
	}
	defer func() { _ = d.Close() }()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) { // some file systems cannot
		return writeError(path, err)
	}
	return nil
}

// resume opens what this run has written before. It reports false when that is nothing.
func (o *output) resume() (bool, error) {
	s, err := o.state()
	if err == nil && s.Flow == o.flow && s.Run > o.run { // this run is resumed
		err = o.takenOver()
	}
	if err != nil || !s.of(o) || s.Stage == stageFinished {
		return false, err
	}
	o.taken = s.Taken
	o.file, err = o.folder.OpenFile(o.partial(), os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) && s.Stage == stageFinishing {
		return false, nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return false, o.lost()
	}
	if err != nil {
		return false, writeError(o.partial(), err)
	}
	if o.size, err = o.file.Seek(0, io.SeekEnd); err != nil {
		return false, writeError(o.partial(), err)
	}
	return true, nil
}

func (o *output) takenOver() error {
	return sluice.Errorf("file.taken", "a newer run has written the file since").At(o.path).Fix("Start a new run. Let each flow write a file of its own")
}

func (o *output) lost() error {
	return sluice.Errorf("file.partial_lost", "what the run has written so far is gone or shorter than it was").At(o.partial()).Fix("Start a new run, which writes the file anew")
}

// begin starts the file. A run that adds goes on with what an earlier run has left
// unfinished, since the ledger counts it as delivered, or else with a copy of the
// file as it is. Any other begins with the format's head.
func (o *output) begin(adds bool, as format.Format) error {
	if adds {
		if took, err := o.takeOver(as); took || err != nil {
			return err
		}
	}
	f, err := o.folder.Create(o.partial())
	if err != nil {
		return writeError(o.partial(), err)
	}
	o.file = f
	copied := false
	if adds {
		if copied, err = o.copyExisting(as.Head()); err != nil {
			return err
		}
	}
	if !copied {
		if _, err := f.Write(as.Head()); err != nil {
			return writeError(o.partial(), err)
		}
	}
	if o.size, err = f.Seek(0, io.SeekCurrent); err == nil {
		err = f.Sync()
	}
	if err != nil {
		return writeError(o.partial(), err)
	}
	return o.setState(stageWriting)
}

// takeOver goes on with the unfinished file of an earlier run, up to its last
// whole row. It reports false when there is none.
func (o *output) takeOver(as format.Format) (bool, error) {
	s, err := o.state()
	if err != nil || s.Flow != o.flow || s.Stage == "" || s.Stage == stageFinished {
		return false, err
	}
	f, err := o.folder.OpenFile(o.partial(), os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, writeError(o.partial(), err)
	}
	o.file = f
	if err := o.startsWith(f, as.Head()); err != nil {
		return false, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return false, writeError(o.partial(), err)
	}
	whole, err := as.Whole(f)
	if err == nil {
		err = errors.Join(f.Truncate(whole), f.Sync())
	}
	if err != nil {
		return false, writeError(o.partial(), err)
	}
	o.size, o.taken = whole, whole
	return true, o.setState(stageWriting)
}

// startsWith reads head from a file that the run adds to.
func (o *output) startsWith(from io.Reader, head []byte) error {
	start := make([]byte, len(head))
	if _, err := io.ReadFull(from, start); err != nil || string(start) != string(head) {
		return sluice.Errorf("file.columns_changed", "the file exists with other columns, and this run adds to it").At(o.path).
			Fix("Move the file and " + o.partial() + " away, or use the columns they have")
	}
	return nil
}

// copyExisting copies the file under its own name, which has to begin with head.
func (o *output) copyExisting(head []byte) (bool, error) {
	old, err := o.folder.Open(o.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, writeError(o.path, err)
	}
	defer func() { _ = old.Close() }()
	if err := o.startsWith(old, head); err != nil {
		return false, err
	}
	if _, err := o.file.Write(head); err != nil {
		return false, writeError(o.partial(), err)
	}
	if _, err := io.Copy(o.file, old); err != nil {
		return false, writeError(o.partial(), err)
	}
	return true, nil
}

// holds reports whether a row stands in what was taken over, behind from.
func (o *output) holds(row []byte, from int64) (bool, error) {
	if from >= o.taken {
		return false, nil
	}
	region := make([]byte, o.taken-from)
	if _, err := o.file.ReadAt(region, from); err != nil {
		return false, writeError(o.partial(), err)
	}
	return bytes.HasPrefix(region, row) || bytes.Contains(region, append([]byte{'\n'}, row...)), nil
}

// append writes text behind what is there, all of it or nothing. It reports false
// when not even the return to what was there succeeded.
func (o *output) append(text []byte) (clean bool, err error) {
	if s, err := o.state(); err != nil || !s.of(o) {
		if err == nil {
			err = o.takenOver()
		}
		return true, err
	}
	_, err = o.file.WriteAt(text, o.size)
	if err == nil {
		err = o.file.Sync()
	}
	if err == nil {
		o.size += int64(len(text))
		return true, nil
	}
	back := o.file.Truncate(o.size)
	return back == nil, writeError(o.partial(), err)
}

// cut takes away what is behind size.
func (o *output) cut(size int64) error {
	if size > o.size {
		return o.lost()
	}
	if err := errors.Join(o.file.Truncate(size), o.file.Sync()); err != nil {
		return writeError(o.partial(), err)
	}
	o.size = size
	return nil
}

// finish gives the file its name.
func (o *output) finish() error {
	if err := o.file.Sync(); err != nil {
		return writeError(o.partial(), err)
	}
	if err := o.setState(stageFinishing); err != nil {
		return err
	}
	if err := o.folder.Rename(o.partial(), o.path); err != nil {
		return writeError(o.path, err)
	}
	if err := o.syncDir(dirOf(o.path)); err != nil {
		return err
	}
	return o.setState(stageFinished)
}

func (o *output) close() error {
	if o.file == nil {
		return nil
	}
	return o.file.Close()
}

// writeError turns what writing brought into an Error.
func writeError(path string, err error) *sluice.Error {
	if own, ok := errors.AsType[*sluice.Error](err); ok {
		return own
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return sluice.Errorf("file.disk_full", "there is no room left for the file: %w", reason(err)).At(path).Fix("Make room and resume the run: nothing is lost")
	}
	return sluice.Errorf("file.write_failed", "the file cannot be written: %w", reason(err)).At(path).Fix("Let the server's user write in the connection's folder, then resume the run")
}
