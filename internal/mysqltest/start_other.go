//go:build !unix

package mysqltest

// start starts nothing: only Unix has the programs where they are looked for.
func start() (string, func() error, error) { return "", nil, errAbsent }
