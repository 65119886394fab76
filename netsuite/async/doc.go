// Package async makes NetSuite work on requests after it has answered them: single
// calls of the record service, and batches of records (from NetSuite 2026.1 on).
//
//	jobs := async.New(client)
//	outcomes := jobs.Write(ctx, async.Batch{
//		Action: async.Upsert, RecordType: "customer", Items: items,
//	})
//
// # Jobs
//
// NetSuite answers a call that prefers respond-async with the address of a job. A
// job has tasks, one for each record of a batch; each task has a result, which is what
// the call would have been answered at once (Oracle help, chapter_161251386312). That a
// job has succeeded says nothing of its tasks.
//
// # Lost answers
//
// A call that carries an idempotency key is carried out once, however often it is
// sent: NetSuite refuses the second one and names the job of the first. So
// [Service.Submit] repeats a call with a key after a failure that would otherwise
// leave its outcome unknown, and [Service.Find] tells a later process what became of
// a call whose sender died.
package async
