package soapform

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/sluicehq/sluice/netsuite/soap/schema"
)

//go:embed countries.txt
var countriesText string

// countries are SOAP's names by ISO 3166-1 code: the present one, then that of 2023.1.
var countries = sync.OnceValue(func() map[string][]string {
	known := map[string][]string{}
	for line := range strings.Lines(countriesText) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] != "#" {
			known[fields[0]] = fields[1:]
		}
	}
	return known
})

// country returns SOAP's name of a country, which the record service calls by its code.
func country(code string, v schema.Version) (string, bool) {
	names, ok := countries()[strings.ToUpper(code)]
	if !ok {
		return "", false
	}
	if v == schema.V2023_1 {
		return "_" + names[len(names)-1], true
	}
	return "_" + names[0], true
}
