// Package netsuite is a client for NetSuite's REST record service, SuiteQL,
// RESTlets and the token and system services beside them.
//
//	account, err := netsuite.ParseAccountID("1234567-sb1")
//	…
//	client, err := netsuite.New(account, &auth.TBA{Realm: account.Realm(), …})
//	…
//	record, err := client.Records.Get(ctx, "customer", "107", netsuite.GetOptions{})
//
// Packages beside it build on the client: async (jobs and batches of records), form
// (forms and select options), catalog (record types and fields, kept), soap.
//
// # Errors
//
// A refusal by NetSuite is a [*Fault], an exchange without a usable answer a
// [*TransportError], bad input an [*InputError] that nothing was sent for.
// errors.Is sorts them: [ErrLogin], [ErrPermission], [ErrNotFound],
// [ErrConcurrency], [ErrDuplicate], [ErrInvalid], [ErrServer].
//
// # Did it happen?
//
// After a failed write, [Applied] says what is certain: [NotApplied] (sending
// it again is safe) or [Unknown] (NetSuite may have done it: read back first).
// The client itself repeats reads after every passing failure and writes only
// when they were certainly not applied.
//
// # Concurrency
//
// An account serves few requests at a time, over all APIs and callers together.
// [WithSlots] makes the client ask for a slot before each attempt; package
// governor grants them fairly. A refusal for concurrency is waited out, not
// reported, until [RetryPolicy.MaxElapsed] has passed.
package netsuite
