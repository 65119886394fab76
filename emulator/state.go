package emulator

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/sluicehq/sluice/emulator/account"
)

// stateVersion is the version of the state file's form.
const stateVersion = 1

// stateFile is what outlives a restart beside the records.
type stateFile struct {
	Version     int             `json:"version"`
	Seed        uint64          `json:"seed"`
	Account     json.RawMessage `json:"account"`
	ClockOffset string          `json:"clockOffset"`
	ClockStands *time.Time      `json:"clockStands,omitempty"`
	Limit       int             `json:"limit"`
	Shares      map[string]int  `json:"shares,omitempty"`
	// Production is what a sandbox refresh copies; without it, how the account started.
	Production *account.Setup `json:"production,omitempty"`
}

// open makes the account, from the state file where there is one. The state
// file is written last: without it, records beside it are an unfinished seed.
func (e *Emulator) open() error {
	opts, err := e.accountOptions()
	if err != nil {
		return err
	}
	opts.Changed = e.changed
	e.production.Store(e.setup())
	data, err := e.readState()
	if err != nil {
		return err
	}
	if data == nil {
		if e.account, err = account.New(e.setup(), opts); err != nil {
			return err
		}
		return errors.Join(e.seedRecords(), e.save())
	}
	var s stateFile
	if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("state file %s: %w", e.opts.StateFile, err)
	}
	if s.Version != stateVersion {
		return fmt.Errorf("state file %s: version %d, want %d", e.opts.StateFile, s.Version, stateVersion)
	}
	if e.account, err = account.Restore(s.Account, opts); err != nil {
		return fmt.Errorf("state file %s: %w", e.opts.StateFile, err)
	}
	e.seed.Store(s.Seed)
	e.production.Store(cmp.Or(s.Production, e.setup()))
	e.failures.Reset(s.Seed)
	if err := e.restore(&s); err != nil {
		return err
	}
	x, err := e.openRecords(e.recordsFile())
	if err != nil {
		return err
	}
	e.records.Store(x)
	return e.publishScripts()
}

func (e *Emulator) readState() ([]byte, error) {
	if e.opts.StateFile == "" {
		return nil, nil
	}
	data, err := os.ReadFile(e.opts.StateFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// restore puts clock and gate as they were, but for what Options set.
func (e *Emulator) restore(s *stateFile) error {
	if e.opts.Clock == nil {
		offset, err := time.ParseDuration(s.ClockOffset)
		if err != nil {
			return fmt.Errorf("state file %s: %w", e.opts.StateFile, err)
		}
		e.clock.Advance(offset)
		if s.ClockStands != nil {
			e.clock.Stop()
			e.clock.Set(*s.ClockStands)
		}
	}
	if e.opts.Concurrency != 0 {
		return nil
	}
	errs := []error{e.gate.SetLimit(s.Limit)}
	for id, n := range s.Shares {
		errs = append(errs, e.gate.Allot(id, n))
	}
	return errors.Join(errs...)
}

// changed keeps the state file up to date after an edit.
func (e *Emulator) changed() {
	if err := e.save(); err != nil {
		e.opts.Log.Error("emulator: state file not written", "file", e.opts.StateFile, "error", err)
	}
}

// save writes the state file, so that a crash leaves the old or the new one.
func (e *Emulator) save() error {
	if e.opts.StateFile == "" {
		return nil
	}
	e.saving.Lock()
	defer e.saving.Unlock()
	acc, err := json.Marshal(e.account)
	if err != nil {
		return err
	}
	running, offset := e.clock.Running()
	s := stateFile{
		Version: stateVersion, Seed: e.seed.Load(), Account: acc, ClockOffset: offset.String(), Limit: e.gate.Stats().Limit, Shares: e.gate.Shares(),
		Production: e.production.Load(),
	}
	if !running {
		now := e.clock.Now()
		s.ClockStands = &now
	}
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(e.opts.StateFile, data)
}

// writeFile replaces a file at once; secrets are inside, so only the owner reads it.
func writeFile(name string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // the first error counts
		}
	}()
	_, err = f.Write(data)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
