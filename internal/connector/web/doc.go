// Package web is the connector of HTTP APIs that speak JSON: exports page by page,
// imports a request a record.
//
// Credentials go to the origin of the connection's base URL and nowhere else:
// redirects and next pages that lead to another scheme, host or port are refused.
// What became of a request is told apart by what was answered: nothing is taken for
// refused that may have had its effect.
package web
