// Package restored keeps a server that was restored from doing twice what was done
// after its backup was made.
//
// A backup is a moment; the systems that flows write to have gone on since. What the
// ledger does not know may be there all the same. So flows come back disabled, their
// runs held. When an operator lets a flow go on, each write that would make a record
// and that the ledger knows nothing newer of is looked for first: what is there counts
// as written. Where a destination cannot be asked (lines that are appended, rows and
// requests without a key, files), the run stops before it writes, until an operator has
// looked and said so (Trust).
package restored

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/store/archive"
)

// setting is where the mark is kept.
const setting = "restored"

// Mark is what a restored server knows of that.
type Mark struct {
	BackupAt   time.Time          `json:"backup_at"`
	RestoredAt time.Time          `json:"restored_at"`
	Flows      []archive.HeldFlow `json:"flows"` // that are not trusted yet
	Runs       int64              `json:"runs"`  // that were held
}

// Store is what marks need of the store.
type Store interface {
	sluice.SettingStore
	LedgerEntries(ctx context.Context, flowID, step string, keys []string) (map[string]sluice.LedgerEntry, error)
}

// Text is the mark as a setting holds it.
func (m *Mark) Text() (string, error) {
	text, err := json.Marshal(m)
	return string(text), err
}

// Setting is the name of the setting that holds the mark.
func Setting() string { return setting }

// read returns the mark, nil where there is none, and its text.
func read(ctx context.Context, s sluice.SettingStore) (*Mark, string, error) {
	text, err := s.Setting(ctx, setting)
	if err != nil || text == "" {
		return nil, text, err
	}
	m := &Mark{}
	return m, text, json.Unmarshal([]byte(text), m)
}

// doubts returns the mark where it doubts a flow, nil otherwise.
func doubts(ctx context.Context, s sluice.SettingStore, flowID string) (*Mark, error) {
	m, _, err := read(ctx, s)
	if err != nil || m == nil || !slices.ContainsFunc(m.Flows, func(f archive.HeldFlow) bool { return f.ID == flowID }) {
		return nil, err
	}
	return m, nil
}

// Show returns the mark, nil where the server was not restored or nothing is in doubt any more.
func Show(ctx context.Context, s sluice.SettingStore) (*Mark, error) {
	m, _, err := read(ctx, s)
	if err != nil || m == nil || len(m.Flows) == 0 {
		return nil, err
	}
	return m, nil
}

// Trust ends the doubt in a flow, by its name or ID: an operator has looked at what was
// written after the backup. It reports whether no flow is in doubt any more. Errors: CodeNotFound.
func Trust(ctx context.Context, s sluice.SettingStore, flow string) (last bool, err error) {
	for {
		m, was, err := read(ctx, s)
		if err != nil {
			return false, err
		}
		if m == nil {
			return false, sluice.NotFound("flow in doubt", flow)
		}
		n := len(m.Flows)
		m.Flows = slices.DeleteFunc(m.Flows, func(f archive.HeldFlow) bool { return f.ID == flow || strings.EqualFold(f.Name, flow) })
		if len(m.Flows) == n {
			return false, sluice.NotFound("flow in doubt", flow)
		}
		text, err := m.Text()
		if err != nil {
			return false, err
		}
		if swapped, err := s.SwapSetting(ctx, setting, was, text); err != nil || swapped {
			return len(m.Flows) == 0, err
		}
	}
}
