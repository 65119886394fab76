// Package sunset says what stops with which NetSuite release, and what it should become.
//
// What ends is data, with the pages of Oracle's help that say so. What it means for
// stored connections and flows follows from how they log in and which API each of their
// parts uses. Only what is written down counts: nothing is asked of NetSuite.
package sunset
