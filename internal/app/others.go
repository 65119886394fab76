package app

import (
	"context"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/netsuite/governor"
)

// budget is what all processes on the store share of an account's request slots.
type budget struct {
	store   sluice.BudgetStore
	account string
}

// Change changes the account's state.
func (b budget) Change(ctx context.Context, change func(state []byte, now time.Time) (next []byte, wake bool, err error)) error {
	return b.store.ChangeBudget(ctx, b.account, change)
}

// newSharing returns what connectors share with other processes, nil where this one is alone.
func (a *App) newSharing(process string) *governor.Sharing {
	if !a.cfg.shared || a.cfg.WithoutBudget {
		return nil
	}
	return &governor.Sharing{Process: process, Budget: func(account string) governor.Budget { return budget{a.core.store, account} }}
}

// listenToOthers passes on what other processes on the store tell.
func (a *App) listenToOthers(ctx context.Context) {
	err := a.core.store.Signals(ctx, func(topic string) {
		account, ok := strings.CutPrefix(topic, sluice.TopicBudget)
		switch {
		case !ok:
			a.core.engine.Heard(topic)
		case a.sharing != nil:
			a.sharing.Changed(account)
		}
	})
	if err != nil {
		a.cfg.Log.Error("listen to other processes", "error", err)
	}
}
