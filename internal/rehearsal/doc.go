// Package rehearsal runs flows through the engine without leaving anything behind: no
// run, no ledger entry, no watermark, no record anywhere. What is rehearsed is worked
// by the engine that works all runs, on a store of its own that goes afterwards, so
// that a rehearsal cannot come to know a flow otherwise than a run does.
package rehearsal
