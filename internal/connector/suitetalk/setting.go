package suitetalk

import (
	"strconv"
	"time"

	"github.com/sluicehq/sluice"
)

// maxSendWindow bounds how long after its intent a request may begin. It is part of
// what a restart has to wait for, so it is short, and long enough for a page to get its slots.
const maxSendWindow = time.Minute

// sendWindow is no longer than the time that the other side takes to settle, which
// a connection to an emulator sets to seconds.
func (c *client) sendWindow() time.Duration { return min(maxSendWindow, c.settle/2) }

// numbers returns the connection's limit, request timeout and settle time.
// Connection.Check has made sure that they can be read.
func numbers(conn *sluice.Connection) (limit int, timeout, settle time.Duration) {
	limit, _ = strconv.Atoi(conn.Get("concurrency"))
	timeout, _ = time.ParseDuration(conn.Get("timeout"))
	settle, _ = time.ParseDuration(conn.Get("settle"))
	return max(limit, 1), timeout, settle
}
