// Package cli is the command line: one command a file. It talks to a server over
// HTTP alone: to the one at --server, else through the data folder's socket, else
// to a server that it starts in its own process for as long as the command takes.
//
// Results go to standard output, everything else to standard error.
package cli
