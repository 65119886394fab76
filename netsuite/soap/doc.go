// Package soap is a client of NetSuite's SOAP web services, versions 2023.1 to
// 2025.2, on top of a netsuite.Client: one connection serves REST and SOAP, with
// one pool of slots, one retry policy and one debug tap.
//
// Records are trees (package record), typed by a table (package schema); there
// is no code for any one record type. Answers are decoded while they arrive
// (package xmlstream). Errors are those of package netsuite: a *netsuite.Fault
// for what NetSuite answered, also for one record of a list, and
// *netsuite.TransportError where no usable answer came; netsuite.Applied tells
// what is certain of a write.
//
// Oracle ends SOAP with NetSuite 2028.2 (help article_2104046421).
package soap
