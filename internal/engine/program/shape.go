package program

import (
	"context"

	"github.com/sluicehq/sluice"
)

// ShapeFunc shows what an import would send of a record.
type ShapeFunc func(ctx context.Context, i *sluice.Import, r sluice.Record) (sluice.Shape, error)

// Shapes returns what asks the connector how an import would send a record, or nil
// where it sends all as they are. A connection that cannot be opened or asked is not
// asked again for every record.
func Shapes(c sluice.Connector, open func(ctx context.Context, name string) (*sluice.Connection, error)) ShapeFunc {
	shaper, ok := c.(sluice.Shaper)
	if !ok {
		return nil
	}
	failed := map[string]error{}
	return func(ctx context.Context, i *sluice.Import, r sluice.Record) (sluice.Shape, error) {
		if err := failed[i.Connection]; err != nil {
			return sluice.Shape{}, err
		}
		conn, err := open(ctx, i.Connection)
		var shape sluice.Shape
		if err == nil {
			shape, err = shaper.Shape(ctx, conn, i, r)
		}
		failed[i.Connection] = err
		return shape, err
	}
}
