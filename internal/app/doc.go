// Package app wires the server: it opens the data folder and the store, runs the
// engine, listens, and holds the rules that package api calls.
package app
