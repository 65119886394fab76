// Package others shares accounts' request slots with other processes on the store, and
// hears what they tell.
package others

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
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

// Sharing returns what connectors share with other processes, nil for one that is alone.
func Sharing(store sluice.BudgetStore, process string, alone bool) *governor.Sharing {
	if alone {
		return nil
	}
	return &governor.Sharing{Process: process, Budget: func(account string) governor.Budget { return budget{store, account} }}
}

// Listen passes on what other processes on the store tell until ctx ends: to sharing,
// unless it is nil, what is about slots, and the rest to heard.
func Listen(ctx context.Context, store sluice.SignalStore, sharing *governor.Sharing, heard func(topic string), log *slog.Logger) {
	err := store.Signals(ctx, func(topic string) {
		account, ok := strings.CutPrefix(topic, sluice.TopicBudget)
		switch {
		case !ok:
			heard(topic)
		case sharing != nil:
			sharing.Changed(account)
		}
	})
	if err != nil {
		log.ErrorContext(ctx, "listen to other processes", "error", err)
	}
}

// Process names this process among all that work runs.
func Process() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s/%d/%s", host, os.Getpid(), rand.Text()[:6])
}
