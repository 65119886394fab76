// Package flowfile reads, checks, formats and documents flows in their text form,
// YAML.
//
// One table (package shape) says which keys there are, what they hold and what they
// mean. The parser, the checks, the JSON Schema for editors and docs/flows.md all
// come from it. Each key has an example in testdata/examples, which the tests run with
// the key and without it.
package flowfile
