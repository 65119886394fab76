package file

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"syscall"

	"github.com/sluicehq/sluice"
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
	Run   int64  `json:"run"`
	Stage string `json:"stage"`
}

// output is a file that is written under another name until it is whole.
type output struct {
	folder *folder
	path   string
	run    int64
	file   *os.File // the .partial file, open
	size   int64
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
	text, err := json.Marshal(outputState{Run: o.run, Stage: stage})
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
	if err != nil || s.Run != o.run || s.Stage == stageFinished {
		return false, err
	}
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

func (o *output) lost() error {
	return sluice.Errorf("file.partial_lost", "what the run has written so far is gone or shorter than it was").At(o.partial()).Fix("Start a new run, which writes the file anew")
}

// begin starts the file: with a copy of the file as it is when the run adds to
// it, else with head.
func (o *output) begin(adds bool, head []byte) error {
	f, err := o.folder.Create(o.partial())
	if err != nil {
		return writeError(o.partial(), err)
	}
	o.file = f
	copied := false
	if adds {
		if copied, err = o.copyExisting(head); err != nil {
			return err
		}
	}
	if !copied {
		if _, err := f.Write(head); err != nil {
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
	start := make([]byte, len(head))
	if _, err := io.ReadFull(old, start); err != nil || string(start) != string(head) {
		return false, sluice.Errorf("file.columns_changed", "the file exists with other columns, and this run adds to it").At(o.path).
			Fix("Move the file away, or use the columns it has")
	}
	if _, err := o.file.Write(start); err != nil {
		return false, writeError(o.partial(), err)
	}
	if _, err := io.Copy(o.file, old); err != nil {
		return false, writeError(o.partial(), err)
	}
	return true, nil
}

// append writes text behind what is there, all of it or nothing. It reports false
// when not even the return to what was there succeeded.
func (o *output) append(text []byte) (clean bool, err error) {
	if s, err := o.state(); err != nil || s.Run != o.run {
		if err == nil {
			err = sluice.Errorf("file.taken", "another run has begun to write the file").At(o.path).Fix("Let each flow write a file of its own")
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
