// Package flowfile reads, checks, formats and documents flows in their text form,
// YAML.
//
// One table (keys.go) says which keys there are, what they hold and what they
// mean. The parser, the checks, the JSON Schema for editors and docs/flows.md all
// come from it.
package flowfile
