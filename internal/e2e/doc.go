// Package e2e drives the real binary from start to end, as people do: an
// emulated account and a server in processes of their own, the sample shop's
// flows, breaks of all kinds. Its tests know the command line and nothing else.
//
// The binary is built by the tests, unless $SLUICE_BINARY names one.
package e2e
