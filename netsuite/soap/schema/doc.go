// Package schema knows the types of NetSuite's SOAP web services: what fields a
// record, a sublist, a search or a search's columns have, in what order, of what
// kind and in which namespace. One table serves the versions 2023.1 to 2025.2,
// whose schemas differ in a handful of fields; values of enumerations are not
// checked, since those are what versions differ in most (Oracle renames and adds
// values with nearly every one).
package schema

//go:generate go run ./gen
