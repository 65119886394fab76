// Package sluice holds the nouns of the integration platform and their rules.
//
// A Connection reaches a system. A Flow takes records from an Export, passes
// them through Steps (filters, mappings) and hands them to Imports. A Run is
// one execution of a flow, worked in Pages; the Ledger remembers what a run
// meant to write and what became of it; a RecordError is a record that did not
// get through, kept until it is resolved.
//
// The package imports the standard library only, does no I/O and starts no
// goroutine. Its Go API carries no compatibility promise.
package sluice
