package query

import "context"

// pruned is how many rows one transaction of Prune removes: others wait for it.
const pruned = 500

// Prune runs a DELETE whose last parameter is how many rows it removes at most, each time
// in a transaction of its own, until it finds fewer.
func Prune(ctx context.Context, db Database, text string, args ...any) (total int64, err error) {
	for {
		var n int64
		err := db.Write(ctx, func(q Querier) (err error) {
			n, err = q.Exec(ctx, text, append(args[:len(args):len(args)], pruned)...)
			return err
		})
		if total += n; err != nil || n < pruned {
			return total, err
		}
	}
}
