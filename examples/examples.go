// Package examples carries the made-up shop that `sluice demo` shows: its
// files, the flows that move them and the tables they end in.
package examples

import (
	"embed"
	"io/fs"
)

//go:embed shop/connections.yaml shop/integrations.yaml shop/warehouse.sql shop/data/*.csv shop/flows/*.yaml
var files embed.FS

// Shop returns the folder of the example: connections.yaml, warehouse.sql,
// data/*.csv and flows/*.yaml.
func Shop() fs.FS {
	shop, err := fs.Sub(files, "shop")
	if err != nil {
		panic(err) // the path above is a constant
	}
	return shop
}
