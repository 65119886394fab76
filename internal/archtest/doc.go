// Package archtest holds the tests that keep the code in shape: which package
// may import which, how large things may grow, what must be documented. Its
// tests read the source; the package itself has no code.
//
// The rules are data at the top of each test file. A change that breaks one is
// either a mistake or a decision; a decision changes the table and gets a page
// in docs/decisions.
package archtest
