package traffic

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/sluicehq/sluice"
	api "github.com/sluicehq/sluice/internal/api/traffic"
	"github.com/sluicehq/sluice/internal/connector/wire"
)

// How many requests of a run are kept one by one.
const (
	keptNewest  = 500
	keptSlowest = 50
	keptFailed  = 150
)

// noted is a request with its number among those of its notes.
type noted struct {
	Number int64 `json:"n"`
	api.RunRequest
}

// notes is what one process noted of one run. They are bounded: the newest requests
// stand in a ring, the slowest and the failed beside it.
type notes struct {
	counts  map[string]*counts // by connection
	made    int64
	newest  []noted // a ring
	failed  []noted // a ring
	failing int64
	slowest []noted // the quickest of them first

	changed bool      // since they were stored
	touched time.Time // last
}

// counts adds up requests of a connection. Times are exact here, and rounded when told.
type counts struct {
	api.RequestCounts
	waited, took, slowest time.Duration
}

func newNotes() *notes { return &notes{counts: map[string]*counts{}} }

// add notes a request.
func (n *notes) add(r *wire.Request, step string, now time.Time) {
	n.made++
	n.changed, n.touched = true, now
	n.count(r)
	one := noted{n.made, api.RunRequest{At: r.At.UTC(), Connection: r.Connection, Step: step, Method: r.Method, Path: r.Path, What: r.What, Attempt: r.Attempt,
		Status: r.Status, Failure: r.Failure, Waited: milliseconds(r.Waited), Took: milliseconds(r.Took), Sent: r.Sent, Received: r.Received}}
	n.newest = inRing(n.newest, one, n.made-1, keptNewest)
	if r.Failure != "" {
		n.failed = inRing(n.failed, one, n.failing, keptFailed)
		n.failing++
	}
	if len(n.slowest) == keptSlowest {
		if one.Took <= n.slowest[0].Took {
			return
		}
		n.slowest = n.slowest[:copy(n.slowest, n.slowest[1:])]
	}
	at, _ := slices.BinarySearchFunc(n.slowest, one, func(a, b noted) int { return cmp.Compare(a.Took, b.Took) })
	n.slowest = slices.Insert(n.slowest, at, one)
}

func (n *notes) count(r *wire.Request) {
	c := n.counts[r.Connection]
	if c == nil {
		c = &counts{RequestCounts: api.RequestCounts{Connection: r.Connection}}
		n.counts[r.Connection] = c
	}
	c.Requests++
	if r.Failure != "" {
		c.Failed++
	}
	if r.Attempt > 1 {
		c.Retries++
	}
	c.waited += r.Waited
	c.took += r.Took
	c.slowest = max(c.slowest, r.Took)
	c.Sent += int64(r.Sent)
	c.Received += int64(r.Received)
}

// inRing puts an element into a ring of a size, as the one with that number from 0.
func inRing(ring []noted, one noted, number int64, size int) []noted {
	if len(ring) < size {
		return append(ring, one)
	}
	ring[number%int64(size)] = one
	return ring
}

func milliseconds(d time.Duration) sluice.Milliseconds {
	return sluice.Milliseconds(d.Round(time.Millisecond).Milliseconds())
}

// told is the form in which notes are stored.
type told struct {
	Made   int64               `json:"made"`
	Counts []api.RequestCounts `json:"counts"`
	Items  []noted             `json:"items"`
}

// tell returns what there is to store: a copy.
func (n *notes) tell() told {
	t := told{Made: n.made}
	for _, c := range n.counts {
		one := c.RequestCounts
		one.Waited, one.Took, one.Slowest = milliseconds(c.waited), milliseconds(c.took), milliseconds(c.slowest)
		t.Counts = append(t.Counts, one)
	}
	t.Items = slices.Concat(n.newest, n.failed, n.slowest)
	return t
}

// encode makes of notes what is stored. A request that was kept for several reasons
// stands there once.
func (t told) encode() ([]byte, error) {
	slices.SortFunc(t.Items, func(a, b noted) int { return cmp.Compare(a.Number, b.Number) })
	t.Items = slices.CompactFunc(t.Items, func(a, b noted) bool { return a.Number == b.Number })
	var out bytes.Buffer
	packed, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if err := json.NewEncoder(packed).Encode(t); err != nil {
		return nil, err
	}
	err = packed.Close()
	return out.Bytes(), err
}

func decode(body []byte) (t told, err error) {
	packed, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return t, fmt.Errorf("what was noted of a run cannot be read: %w", err)
	}
	text, err := io.ReadAll(packed)
	if err == nil {
		err = json.Unmarshal(text, &t)
	}
	if err != nil {
		return t, fmt.Errorf("what was noted of a run cannot be read: %w", err)
	}
	return t, nil
}

// together lays the notes of several processes, or of several times, over each other.
func together(all []told) *api.RunRequests {
	out := &api.RunRequests{Connections: []api.RequestCounts{}, Items: []api.RunRequest{}}
	for _, t := range all {
		out.LeftOut += t.Made - int64(len(t.Items))
		for _, c := range t.Counts {
			i := slices.IndexFunc(out.Connections, func(o api.RequestCounts) bool { return o.Connection == c.Connection })
			if i < 0 {
				out.Connections = append(out.Connections, c)
				continue
			}
			o := &out.Connections[i]
			o.Requests, o.Failed, o.Retries = o.Requests+c.Requests, o.Failed+c.Failed, o.Retries+c.Retries
			o.Waited, o.Took, o.Slowest = o.Waited+c.Waited, o.Took+c.Took, max(o.Slowest, c.Slowest)
			o.Sent, o.Received = o.Sent+c.Sent, o.Received+c.Received
		}
		for _, i := range t.Items {
			out.Items = append(out.Items, i.RunRequest)
		}
	}
	slices.SortFunc(out.Connections, func(a, b api.RequestCounts) int { return cmp.Compare(a.Connection, b.Connection) })
	slices.SortStableFunc(out.Items, func(a, b api.RunRequest) int { return a.At.Compare(b.At) })
	return out
}
