// Package guide is NetSuite's side of a connection as data: what an administrator
// does there, on which page, with which fields, why, and how each step is
// checked. From the flows it computes the smallest role that can run them.
//
// The command line, the API and docs/setup-guide.md show the same data. Package
// doctor names a broken connection's cause by a step's ID.
//
// What the steps say rests on Oracle's NetSuite help (SetupStep.Help), and on the
// set-up documents of other integration products where they name pages and fields.
package guide
