// Package traffic notes what runs ask of other systems and how the request slots of
// accounts are used, for who watches. Nothing rests on what it notes, so it never makes
// a request wait and what it cannot store is lost.
package traffic
