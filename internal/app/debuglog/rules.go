package debuglog

import (
	"context"
	"fmt"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
)

// Rules are what people do with debug logs. All fields are required.
type Rules struct {
	Log *Log
	// Connection finds a connection by name or ID.
	Connection func(ctx context.Context, name string) (*sluice.Connection, error)
	Audit      func(ctx context.Context, by api.Actor, action, noun, id, detail string)
}

// SetDebug switches a connection's debug log on for so many minutes; 0 ends it.
func (r *Rules) SetDebug(ctx context.Context, by api.Actor, name string, minutes int) (*sluice.Connection, error) {
	c, err := r.Connection(ctx, name)
	if err != nil {
		return nil, err
	}
	if c.DebugUntil, err = r.Log.Set(ctx, c.ID, time.Duration(minutes)*time.Minute); err != nil {
		return nil, err
	}
	detail := "ended"
	if minutes > 0 {
		detail = fmt.Sprintf("on for %d minutes", minutes)
	}
	r.Audit(ctx, by, "debug", "connection", c.Name, detail)
	return c, nil
}

// DebugLog returns entries below an ID (0 means all), newest first.
func (r *Rules) DebugLog(ctx context.Context, name string, before int64, limit int) ([]*sluice.DebugEntry, error) {
	c, err := r.Connection(ctx, name)
	if err != nil {
		return nil, err
	}
	return r.Log.Entries(ctx, c.ID, before, limit)
}

// ClearDebug removes all entries.
func (r *Rules) ClearDebug(ctx context.Context, by api.Actor, name string) error {
	c, err := r.Connection(ctx, name)
	if err != nil {
		return err
	}
	if err := r.Log.Clear(ctx, c.ID); err != nil {
		return err
	}
	r.Audit(ctx, by, "debug", "connection", c.Name, "cleared")
	return nil
}
