// Package find finds files of flow tests.
package find

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/flowtest"
)

// Files returns the files of flow tests that arguments name: such a file, a flow's file,
// a folder with all below it, or the name of a flow whose tests are below the folder
// here. Without arguments it is all below here.
func Files(here string, args []string) ([]string, error) {
	if len(args) == 0 {
		args = []string{here}
	}
	var out []string
	for _, arg := range args {
		found, err := find(here, arg)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func find(here, arg string) ([]string, error) {
	info, err := os.Stat(arg)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ofFlow(here, arg)
	case err != nil:
		return nil, err
	case info.IsDir():
		found, err := below(arg)
		if err == nil && len(found) == 0 {
			err = sluice.Errorf("test.none", "there is no file of flow tests below %s", arg).Fix("Write one beside a flow: orders.test.yaml beside orders.yaml")
		}
		return found, err
	case flowtest.IsTestFile(arg):
		return []string{arg}, nil
	}
	beside := strings.TrimSuffix(arg, filepath.Ext(arg)) + flowtest.Suffix
	if _, err := os.Stat(beside); err != nil {
		return nil, sluice.Errorf("test.none", "the flow file %s has no tests", arg).Fix("Write them into " + beside)
	}
	return []string{beside}, nil
}

func below(dir string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && flowtest.IsTestFile(path) {
			out = append(out, path)
		}
		if err == nil && d.IsDir() && path != dir && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		return err
	})
	return out, err
}

// ofFlow finds the tests of a flow by its name.
func ofFlow(here, name string) ([]string, error) {
	all, err := below(here)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, path := range all {
		if filepath.Base(flowtest.Base(path)) == name {
			out = append(out, path)
			continue
		}
		if s, err := flowtest.Load(path); err == nil && s.Flow.Name == name {
			out = append(out, path)
		}
	}
	if len(out) == 0 {
		err = sluice.Errorf("test.none", "%q is neither a file nor a folder, nor a flow with tests below %s", name, here)
	}
	return out, err
}
