// Package api is the HTTP API: one table of routes with a permission each, the
// checks that stand before every handler, and the translation of sluice.Error
// into an HTTP status.
//
// The rules live behind the interfaces of this package (see Services); package
// app implements them. The OpenAPI document is made from the table, the command
// line's client from the document.
package api
