// Package key has the routes of the keys that seal secrets. Keys themselves never come here.
package key

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Rules are the rules round keys.
type Rules interface {
	Keys(ctx context.Context) (*Keys, error)
	// Rotate makes a new primary key and seals everything anew.
	Rotate(ctx context.Context, by endpoint.Actor) (*Keys, error)
	// DropKeys removes keys that nothing needs; with although also those that only backups need.
	DropKeys(ctx context.Context, by endpoint.Actor, although bool) (*Keys, error)
}

// Keys are the keys of a server.
type Keys struct {
	File  string `json:"file" doc:"Where the key file is"`
	Items []Key  `json:"items" nullable:"false" doc:"The keys, the oldest first"`
	// Lost counts secrets whose key is not there.
	Lost    int64       `json:"lost,omitempty" doc:"Secrets that no key opens: they have to be entered again"`
	Servers []KeyServer `json:"servers" nullable:"false" doc:"The servers of the database, where there are several"`
	Waiting string      `json:"waiting,omitempty" doc:"What a rotation waits for"`
}

// Key is one of the keys.
type Key struct {
	ID          uint32 `json:"id"`
	Primary     bool   `json:"primary" doc:"Seals; the others only open"`
	Fingerprint string `json:"fingerprint" doc:"Equal for the same key alone; says nothing of it"`
	Secrets     int64  `json:"secrets" doc:"Stored secrets that it has sealed"`
	Backups     int    `json:"backups" doc:"Scheduled backups that need it"`
}

// KeyServer is a server that has a key file.
type KeyServer struct {
	Name    string   `json:"name"`
	Keys    []uint32 `json:"keys" nullable:"false"`
	Primary uint32   `json:"primary"`
}

// Drop says which keys may go.
type Drop struct {
	AlthoughBackups bool `json:"although_backups,omitempty" doc:"Also keys that scheduled backups need: their secrets do not open any more"`
}

// Tag heads the routes in the documentation.
const Tag = "Keys"

type dropBody struct{ Body Drop }

// Routes returns the rows of the route table.
func Routes(rules Rules) []endpoint.Row {
	const operate, root = sluice.PermOperate, "/api/v1/keys"
	t := endpoint.Table{Tag: Tag}
	t.Add("GET", root, operate, "listKeys", "The keys that seal secrets, and what each is needed for", endpoint.Of(func(ctx context.Context, _ *endpoint.NoInput) (*endpoint.Reply[*Keys], error) {
		return endpoint.Answer(rules.Keys(ctx))
	}))
	t.Add("POST", root+"/rotate", operate, "rotateKey", "Make a new key and seal every secret anew", endpoint.Of(func(ctx context.Context, _ *endpoint.NoInput) (*endpoint.Reply[*Keys], error) {
		return endpoint.Answer(rules.Rotate(ctx, endpoint.ActorOf(ctx)))
	}))
	t.Add("POST", root+"/drop", operate, "dropKeys", "Remove keys that nothing needs any more", endpoint.Of(func(ctx context.Context, in *dropBody) (*endpoint.Reply[*Keys], error) {
		return endpoint.Answer(rules.DropKeys(ctx, endpoint.ActorOf(ctx), in.Body.AlthoughBackups))
	}))
	return t.Rows
}
