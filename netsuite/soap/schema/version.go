package schema

import (
	"fmt"
	"slices"
	"strings"
)

// Version is a version of the SOAP web services as it stands in addresses and
// namespaces: 2025_2.
type Version string

// The versions whose schemas the table holds. 2025_2 is the last that Oracle
// plans; all end with NetSuite 2028.2 (Oracle help article_2104046421).
const (
	V2023_1 Version = "2023_1"
	V2023_2 Version = "2023_2"
	V2024_1 Version = "2024_1"
	V2024_2 Version = "2024_2"
	V2025_1 Version = "2025_1"
	V2025_2 Version = "2025_2"
)

// Latest is the last version that Oracle plans to publish.
const Latest = V2025_2

// Versions lists the versions, the oldest first.
func Versions() []Version {
	return []Version{V2023_1, V2023_2, V2024_1, V2024_2, V2025_1, V2025_2}
}

// ParseVersion reads 2025_2 and, as people write it, 2025.2. Empty means Latest.
func ParseVersion(text string) (Version, error) {
	v := Version(strings.ReplaceAll(strings.TrimPrefix(text, "v"), ".", "_"))
	if v == "" {
		return Latest, nil
	}
	if !slices.Contains(Versions(), v) {
		return "", fmt.Errorf("SOAP version %q is not known: one of 2023_1, 2023_2, 2024_1, 2024_2, 2025_1, 2025_2 is needed", text)
	}
	return v, nil
}

// String returns the form that addresses have.
func (v Version) String() string { return string(v) }

// Release returns the form that people write: 2025.2.
func (v Version) Release() string { return strings.ReplaceAll(string(v), "_", ".") }
