package licence

import (
	"slices"
	"strings"
)

// known are phrases that stand in one licence alone, and its SPDX identifier. Of a family,
// whose texts have phrases in common, the first that a text has counts.
var known = []struct {
	id, family string
	phrases    []string
}{
	{"Apache-2.0", "apache", []string{"apache license", "version 2.0"}},
	{"MPL-2.0", "copyleft", []string{"mozilla public license", "version 2.0"}},
	{"AGPL-3.0", "copyleft", []string{"gnu affero general public license"}},
	{"LGPL", "copyleft", []string{"gnu lesser general public license"}},
	{"GPL", "copyleft", []string{"gnu general public license"}},
	{"BlueOak-1.0.0", "blueoak", []string{"blue oak model license"}},
	{"Zlib", "zlib", []string{"this software is provided 'as-is'", "altered source versions must be plainly marked"}},
	{"BSD-3-Clause", "bsd", []string{"redistribution and use in source and binary forms", "neither the name"}},
	{"BSD-3-Clause", "bsd", []string{"redistribution and use in source and binary forms", "may not be used to endorse or promote"}},
	{"BSD-2-Clause", "bsd", []string{"redistribution and use in source and binary forms"}},
	{"0BSD", "isc", []string{"permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted.", "zero-clause"}},
	{"ISC", "isc", []string{"permission to use, copy, modify, and", "distribute this software for any purpose with or without fee is hereby granted"}},
	{"MIT", "mit", []string{"permission is hereby granted, free of charge, to any person obtaining a copy"}},
	{"Unlicense", "public", []string{"this is free and unencumbered software released into the public domain"}},
	{"CC0-1.0", "public", []string{"cc0 1.0 universal"}},
	{"Public domain", "public", []string{"public domain"}},
}

// Identify returns the SPDX identifiers of the licences that a text holds; none where it
// is not known.
func Identify(text string) []string {
	plain := strings.ToLower(strings.Join(strings.Fields(text), " "))
	var ids []string
	families := map[string]bool{}
	for _, l := range known {
		if !families[l.family] && !slices.ContainsFunc(l.phrases, func(p string) bool { return !strings.Contains(plain, p) }) {
			families[l.family], ids = true, append(ids, l.id)
		}
	}
	return ids
}
