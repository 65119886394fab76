// Package flowtest runs the cases that are kept beside flows: given records go through
// the engine and the connectors that work real runs, other systems' answers are made up,
// and what comes of it is held against what is expected. Nothing leaves the process.
package flowtest
