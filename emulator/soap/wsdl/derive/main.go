// Command derive writes the tables in ../data from NetSuite's published WSDL
// files: names, order, types and cardinality, which is what the emulator has to
// agree with. Versions are merged into one table; what only some of them have
// is marked. It reads the sets below $SLUICE_SHARED/wsdl, or ../shared/wsdl
// beside the repository.
package main

import (
	"cmp"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// sets are the published or reconstructed files, oldest first, with the
// versions that each one speaks for.
var sets = []struct{ dir, since, until string }{
	{"2023_1-reconstructed", "2023_1", "2023_1"},
	{"2023_2", "2023_2", "2024_1"},
	{"2025_1-lowerbound", "2024_2", "2025_1"},
	{"2025_2-reconstructed", "2025_2", "2025_2"},
}

// base is the set that decides the order: the real one.
const base = 1

func main() {
	root := filepath.Join(cmp.Or(os.Getenv("SLUICE_SHARED"), "../../../../shared"), "wsdl")
	if err := run(root, "data"); err != nil {
		log.Fatal(err)
	}
}

func run(root, out string) error {
	files, err := filepath.Glob(filepath.Join(root, sets[base].dir, "xsd", "*.xsd"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("no XSD files below %s: %w", root, err)
	}
	prefixes, err := readPrefixes(files)
	if err != nil {
		return err
	}
	for _, file := range files {
		name := filepath.Base(file)
		merged, err := merge(root, name, prefixes)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		target := filepath.Join(out, strings.TrimSuffix(name, ".xsd")+".txt")
		if err := os.WriteFile(target, []byte(merged.text()), 0o644); err != nil {
			return err
		}
	}
	operations, err := readOperations(filepath.Join(root, sets[base].dir, "netsuite.wsdl"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, "operations.txt"), []byte(operations), 0o644)
}

// merge reads one file in every set and puts the results into one table.
func merge(root, name string, prefixes map[string]string) (*area, error) {
	var all [4]*area
	for i, set := range sets {
		a, err := readArea(filepath.Join(root, set.dir, "xsd", name), prefixes)
		if err != nil {
			return nil, err
		}
		all[i] = a
	}
	out := all[base]
	for _, t := range out.types {
		var fields [4][]field
		for i := range sets {
			if other := all[i].find(t.name); other != nil {
				fields[i] = other.fields
			}
		}
		t.fields = mergeList(fields, func(f field) string { return f.name }, func(f *field, mark string) { f.mark = mark })
	}
	for _, e := range out.enums {
		var values [4][]value
		for i := range sets {
			for _, other := range all[i].enums {
				if other.name == e.name {
					values[i] = other.values
				}
			}
		}
		e.values = mergeList(values, func(v value) string { return v.name }, func(v *value, mark string) { v.mark = mark })
	}
	return out, nil
}

// mergeList is the base list with what the others have beside it, each behind
// its predecessor, and with the versions where not all have it.
func mergeList[T any](lists [4][]T, key func(T) string, mark func(*T, string)) []T {
	out := slices.Clone(lists[base])
	for _, list := range lists {
		at := 0
		for _, x := range list {
			if i := slices.IndexFunc(out, func(y T) bool { return key(x) == key(y) }); i >= 0 {
				at = i + 1
				continue
			}
			out = slices.Insert(out, at, x)
			at++
		}
	}
	for i := range out {
		first, last := -1, -1
		for n, list := range lists {
			if slices.ContainsFunc(list, func(x T) bool { return key(x) == key(out[i]) }) {
				if first < 0 {
					first = n
				}
				last = n
			}
		}
		since, until := "", ""
		if first > 0 {
			since = sets[first].since
		}
		if last < len(sets)-1 {
			until = sets[last].until
		}
		if since+until != "" {
			mark(&out[i], "("+since+"-"+until+")")
		}
	}
	return out
}
