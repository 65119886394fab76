package badinput

import "testing"

func clockThatJumps(t *testing.T, w *world)         {}
func recordDeletedMeanwhile(t *testing.T, w *world) {}
func editedRecord(t *testing.T, w *world)           {}
func wrongSignature(t *testing.T, w *world)         {}
