// Package own keeps connections away from the server's own files. Whoever may write a
// connection would otherwise read the key that seals secrets, or make themselves an owner
// in the database.
package own

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
)

// Files are the server's own.
type Files struct {
	// Folder is the data folder. What lies in it is the server's; folders within it are not.
	Folder string
	// Others are files and folders elsewhere, or within it, that are the server's with all
	// that is in them: the key file, the database, the backups. Empty ones count for nothing.
	Others []string
}

// Check returns why a connection is not used: it leads to files of the server.
func (f Files) Check(c *sluice.Connection) error {
	setting := map[string]string{sluice.KindFiles: "dir", sluice.KindSQLite: "path"}[c.Kind]
	if setting == "" || c.Get(setting) == "" {
		return nil
	}
	to := real(c.Get(setting))
	folder, others := real(f.Folder), make([]string, 0, len(f.Others))
	for _, path := range f.Others {
		if path != "" {
			others = append(others, real(path))
		}
	}
	inside := slices.ContainsFunc(others, func(p string) bool { return within(to, p) })
	if to == folder || c.Kind == sluice.KindSQLite && filepath.Dir(to) == folder || inside {
		return sluice.Errorf("connection.own_files", "the connection %s leads to the server's own files", c.Name).At("settings." + setting).
			Fix("Use a folder of its own, such as one within the data folder")
	}
	return nil
}

// Singly returns the paths of the files that no folder lends, however it is reached: a
// folder may hold the data folder.
func (f Files) Singly() []string {
	list := slices.DeleteFunc(slices.Clone(f.Others), func(path string) bool { return path == "" })
	for _, name := range []string{"key.json", "sluice.db", "sluice.db-wal", "sluice.db-shm"} {
		list = append(list, filepath.Join(f.Folder, name))
	}
	return list
}

// real returns where a path leads in the end, as far as there is something.
func real(path string) string {
	path, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if found, err := filepath.EvalSymlinks(path); err == nil {
		return found
	}
	if parent := filepath.Dir(path); parent != path {
		return filepath.Join(real(parent), filepath.Base(path))
	}
	return path
}

// within reports whether a path is a folder, or in it.
func within(path, folder string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
