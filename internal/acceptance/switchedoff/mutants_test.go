package switchedoff

// mutant is a mechanism switched off in the source itself, where no test can do so from
// outside. At least one of the tests has to fail with it.
type mutant struct {
	name  string // as docs/guarantees.md names it
	file  string // from the root
	edits []edit
	pkg   string // of the tests
	tests string // a pattern of their names
}

// edit takes the place of a text that is in its file once.
type edit struct{ old, new string }

const (
	engine      = "internal/engine"
	suitetalk   = "internal/connector/suitetalk"
	recording   = suitetalk + "/recordimport"
	web         = "internal/connector/web"
	database    = "internal/connector/database"
	file        = "internal/connector/file"
	recorderror = "internal/store/recorderror"
	retention   = "internal/store/retention"
	channel     = "internal/app/channel"
	governor    = "netsuite/governor"
	oidc        = "internal/app/oidc"
)

var mutants = []mutant{
	{"absent-at-once", engine + "/doubt.go", []edit{{"case r.State == sluice.ResultAbsent && over:", "case r.State == sluice.ResultAbsent:"}}, engine, "TestLostAnswersNeitherLoseNorDouble"},
	{"relations-unread", recording + "/refuse.go", []edit{{"	if read.State == sluice.ResultWritten {\n		return read, nil\n	}\n	return r, nil\n}\n\n// ignored", "	_ = read\n	return r, nil\n}\n\n// ignored"}}, suitetalk, "TestAttachAndDetach"},
	{"existing-unsaid", recording + "/refuse.go", []edit{{"i.Operation != sluice.Upsert && !w.Import.IgnoreExisting {", "false {"}, {"	case w.Import.IgnoreExisting:\n", "	case true:\n"}}, suitetalk, "TestIgnoreExisting"},
	{"conditions-unasked", web + "/import.go", []edit{{"if w.imp.IgnoreExisting || w.imp.Conditional() {", "if w.imp.IgnoreExisting {"}}, web, "TestConditionalFields"},
	{"batch-believed", web + "/batch.go", []edit{{"	case a.ok():\n		r.State = sluice.ResultUnknown", "	case a.ok():\n		r.State = sluice.ResultWritten"}}, web, "TestAnswersThatDoNotTellOfEachRecord"},
	{"excluded-uncounted", engine + "/program/progress.go", []edit{{"		c.Excluded++\n", ""}}, engine, "TestFiltersExcludeAndAreAccountedFor"},
	{"floats", "internal/mapping/decimal.go", []edit{{"	return a.AddExact(b, max(a.Scale(), b.Scale()))", "	x, _ := a.Float64()\n	y, _ := b.Float64()\n	return decimal.NewFromFloat64(x + y)"}}, "internal/mapping", "TestDecimalsAgreeWithRationals"},
	{"outcome-guessed", web + "/import.go", []edit{{"		r.State = sluice.ResultUnknown\n", "		r.State = sluice.ResultRefused\n"}}, web, "TestOutcomes|TestWhatABatchTellsOfEachRecord|TestReconcile"},
	{"any-origin", web + "/client.go", []edit{{"return origin(u) == origin(c.base) }", "return true }"}}, web, "TestCredentialsStayAtTheirOrigin"},
	{"file-in-its-place", file + "/output.go", []edit{{`return o.path + ".partial" }`, `return o.path }`}}, file, "TestFileAppearsWhenTheRunIsThrough"},
	{"files-unchecked", file + "/rows.go", []edit{{"	if !x.stream() {\n		if err := x.checkRows", "	if false {\n		if err := x.checkRows"}}, file, "TestDamagedFiles"},
	{"no-fingerprint", file + "/folder.go", []edit{{"		if now != b {", "		if now != b && false {"}}, file, "TestChangedSource"},
	{"errors-of-any-flow", recorderror + "/recorderror.go", []edit{{"flow_id = (SELECT flow_id FROM runs WHERE id = ?) AND \"+condition", "(1 = 1 OR flow_id = (SELECT flow_id FROM runs WHERE id = ?)) AND \"+condition"}}, "internal/store", "TestSQLite$"},
	{"no-growing-pauses", "internal/app/recorderror/care.go", []edit{{"		wait = min(2*wait, longestWait)\n", ""}}, "internal/app/recorderror", "TestRetriesAreBoundedAndWaitLonger"},
	{"open-errors-dropped", recorderror + "/care.go", []edit{
		{"WHERE flow_id = ? AND state = 'resolved' AND resolved_at < ? LIMIT ?", "WHERE flow_id = ? AND created_at < ? LIMIT ?"},
		{"DELETE FROM record_errors WHERE state = 'resolved' AND id IN", "DELETE FROM record_errors WHERE id IN"}}, "internal/app/recorderror", "TestOpenErrorsAreNeverDropped"},
	{"runs-with-errors-go", retention + "/retention.go", []edit{{"(EXISTS (SELECT 1 FROM record_errors e WHERE e.run_id = r.id)\n", "(1 = 0\n"}}, "internal/store", "TestSQLite$"},
	{"resumable-runs-go", retention + "/retention.go", []edit{{"`((r.state = 'failed' OR", "`(1 = 0 AND (r.state = 'failed' OR"}}, "internal/store", "TestSQLite$"},
	{"any-old-run-goes", retention + "/retention.go", []edit{{" OR \" + hasFlow + \" AND (", " OR 1 = 0 AND \" + hasFlow + \" AND ("}}, "internal/store", "TestSQLite$"},
	{"pruned-unnoted", "internal/app/setting/prune.go", []edit{{"	if err != nil {\n		return err\n	}\n	_, err = r.Store.PruneAudit", "	_, err = r.Store.PruneAudit"}}, "internal/app/setting", "TestPruningOfTheAuditLogIsNotedFirst"},
	{"never-quiet", "internal/store/outbox/outbox.go", []edit{{"!last.IsZero() && last.Add(w.Quiet).After(due)", "false && !last.IsZero()"}}, channel, "TestWebhookIsSignedAndQuiet"},
	{"any-address", channel + "/sender.go", []edit{{"return reachable(a, private) })", "return reachable(a, true) })"}}, channel, "TestAddressesThatAreNotReached"},
	{"any-destination", "internal/connector/reach/rule.go", []edit{{"	switch ClassOf(a) {\n", "	switch Public {\n"}}, "internal/connector/reach", "TestRebinding|TestProxies"},
	{"own-files-reached", "internal/app/own/own.go", []edit{{"	if setting == \"\" ||", "	if true ||"}}, "internal/acceptance/security", "TestConnectionsDoNotReachTheServersOwnFiles"},
	{"several-statements", "internal/connector/database/single.go", []edit{{"	if c.Kind != sluice.KindSQLite ||", "	if true ||"}}, "internal/acceptance/security", "TestQueriesAreOneStatement"},
	{"nonce-unread", oidc + "/oidc.go", []edit{{"[]byte(nonce)) != 1 {", "[]byte(nonce)) > 1 {"}}, oidc, "TestTokensThatDoNotHold"},
	{"any-party", oidc + "/oidc.go", []edit{{"if more.Party != \"\" &&", "if false &&"}, {"|| more.Party == \"\" && len(id.Audience) > 1 {", "{"}}, oidc, "TestTokensThatDoNotHold"},
	{"sign-ins-of-other-browsers", oidc + "/oidc.go", []edit{{"hmac.New(sha256.New, []byte(binding.Reveal()))", "hmac.New(sha256.New, nil)"}}, oidc, "TestStatesWorkOnceInTheirBrowser"},
	{"states-for-ever", oidc + "/oidc.go", []edit{{"if !r.Clock().Before(in.ExpiresAt) {", "if false {"}}, oidc, "TestStatesWorkOnceInTheirBrowser"},
	{"addresses-believed", oidc + "/person.go", []edit{{"proof == true || proof == \"true\"", "proof != 0"}}, oidc, "TestTokensThatDoNotHold"},
	{"removed-come-back", "internal/store/signin/signin.go", []edit{{"return n > 0, err", "return false, err"}}, oidc, "TestWhoIsWho"},
	{"any-return", oidc + "/oidc.go", []edit{{"	if !ownPage(b.Return) {", "	if false {"}}, oidc, "TestReturnsAreOurPages"},
	{"slots-of-the-dead", governor + "/pool.go", []edit{{"return h.Until < at })", "return h.Until < at+int64(time.Hour/time.Microsecond) })"}}, governor, "TestADeadProcessHoldsItsSlotsUntilItsRequestsAreOver|TestPoolProperties"},
	{"refusals-unheard", governor + "/pool.go", []edit{{"		p.Allowance = max(1, p.Allowance*sharedCut)\n", ""}}, governor, "TestARefusalCutsForAllProcesses"},
	{"keys-unlocked", engine + "/execution.go", []edit{{"unlock, ok := x.keys.Lock(ctx, page.Items)", "unlock, ok := func() {}, true"}}, engine, "RecordsOfOneKeyKeepTheirOrder"},
	{"paths-remembered", engine + "/page.go", []edit{{"	if err := w.forget(ctx); err != nil {\n		return err\n	}\n	w.traceTouches(ctx)", "	w.traceTouches(ctx)"}}, engine, "TestARecordThatChangesItsPathIsWrittenAgain"},
	{"boundless", engine + "/program/source.go", []edit{{"size > sluice.MaxRecordBytes {", "size < 0 {"}}, engine, "TestPagesAndRecordsAreBounded"},
	{"marks-moved-by-anyone", "internal/store/watermark.go", []edit{{"		if err := noPages(ctx, q, f.RunID); err != nil {\n			return err\n		}\n		old, err", "		old, err"}}, "internal/store", "TestSQLite$"},
	{"children-run-ahead", engine + "/delta.go", []edit{{`	if d.After == "" {`, `	if d.After != "-" {`}}, "internal/acceptance/delta", "TestAChildNeverOvertakesItsParent"},
	{"once-forgotten", engine + "/delivery.go", []edit{{"	return d.program.Source(it.passenger.Item).Once != nil && it.mapped.Operation.Makes()", "	return false"}}, engine, "TestARecordToBeExportedOnceIsMadeOnce"},
	{"clocks-never-set", "internal/schedule/cron.go", []edit{{"	if !c.changes(after) {", "	if true {"}, {"		return c.first(c.spec.Next(wall(after, c.zone)), after)", "		return time.Date(c.spec.Next(wall(after, c.zone)).Year(), c.spec.Next(wall(after, c.zone)).Month(), c.spec.Next(wall(after, c.zone)).Day(), c.spec.Next(wall(after, c.zone)).Hour(), c.spec.Next(wall(after, c.zone)).Minute(), 0, 0, c.zone)"}}, "internal/schedule", "TestDaysOnWhichClocksAreSet|TestDailyIsDaily"},
	{"due-for-everyone", "internal/store/schedule.go", []edit{{`" WHERE flow_id = ? AND next_at = ? AND NOT paused`, `" WHERE flow_id = ? AND ? >= 0 AND NOT paused`}}, "internal/schedule", "TestManyProcessesMakeEachRunOnce"},
	{"cancel-at-once", engine + "/engine.go", []edit{{"e.register(run.ID, stop.ask)", "e.register(run.ID, stop.end)"}}, engine, "TestCancelFinishesWhatIsInWork"},
	{"questions-together", "internal/connector/finding/finding.go", []edit{{"		case refused != nil && n == 1:\n			answers = []sluice.Answer{{Refused: refused}}", "		case refused != nil && n > 0:\n			for range n {\n				answers = append(answers, sluice.Answer{Refused: refused})\n			}"}}, "internal/connector/finding", "TestRefusedPartsAreHalved"},
	{"no-recover", "internal/mapping/mapping.go", []edit{{"if r := recover(); r != nil {", "if r := any(nil); r != nil {"}}, "internal/mapping", "TestPanicBecomesError"},
	{"refusals-uncounted", "internal/doctor/ask.go", []edit{{"		e.failed++\n", "		e.failed += 0\n"}}, "internal/doctor", "TestBreakages|TestSeenLoginCounts"},
	{"any-signature", "internal/connector/webhook/signature.go", []edit{{"hmac.Equal(sum, theirs)", "len(sum) == len(theirs)"}}, "internal/connector/webhook", "TestSignatures"},
	{"no-rate", web + "/rate.go", []edit{{"!w.sent[w.next].IsZero() && wait > 0 {", "false && wait > 0 {"}}, web, "TestRateOfAConnection"},
	{"other-browsers", "internal/app/credential/callback.go", []edit{{`[]byte(state + "\n" + binding.Reveal())`, `[]byte(state + "\n" + binding.String()[:0])`}}, "internal/app", "TestAuthorizationIsBoundToTheBrowser"},
	{"late-requests", suitetalk + "/sendby/sendby.go", []edit{{"ok && now.After(by) {", "ok && now.After(by) && false {"}}, suitetalk, "TestImports"},
	{"commit-in-one", database + "/import.go", []edit{{"		return w.singly(ctx, intents)\n", "		return w.broken(ctx, results, err)\n"}}, database, "TestOnlyTheBadRecordFailsAtTheCommit"},
	{"lines-unsaid", recording + "/prepare.go", []edit{{"		case !allNamed(lines, there):\n", "		case !allNamed(lines, there) && false:\n"}}, suitetalk, "TestLinesHaveToBeSaid"},
	{"errors-lost", engine + "/page.go", []edit{{"	w.result.Errors = append(w.result.Errors, e)\n", ""}}, engine, "TestRefusedRecordsAreKeptAndRetried"},
	{"touches-lost", engine + "/delivery.go", []edit{{"	d.keepTouches()\n", ""}}, engine, "TestDeliveriesLeaveTouches"},
	{"leases-for-ever", "internal/store/run.go", []edit{{"(state = 'running' AND lease_until < ?", "(state = 'running' AND lease_until < ? - 1000000000000000"}}, engine, "TestALateOwnerWritesNothing"},
	{"anything-equals", "internal/connector/finding/finding.go", []edit{{"		if !equal(want, values[i]) {", "		if !equal(want, values[i]) && false {"}}, file, "TestLookups$"},
	{"every-login-tried", "internal/connector/lanes/lanes.go", []edit{{"first = err; close(stopped) })", "first = err })"}}, suitetalk, "TestWriteStopsWhenTheLoginIsRefused"},
	{"old-login-for-good", suitetalk + "/login.go", []edit{{"	if !signedBy(login, r) {", "	if !signedBy(login, r) && false {"}}, suitetalk, "TestRequestInFlightWhileTheLoginIsReplaced"},
	{"doubt-unbounded", engine + "/doubt.go", []edit{{"		d.bound(batch, asked)\n", ""}}, engine, "TestAClockThatIsSetBackHoldsNothingUp"},
	{"clock-unwatched", "internal/schedule/schedule.go", []edit{{"d.Next.After(c.Next(next)) {", "next.IsZero() {"}}, "internal/schedule", "TestAClockThatWasFarAhead"},
	{"any-certificate", channel + "/mail.go", []edit{{"secure.ServerName, secure.MinVersion = c.Host, tls.VersionTLS12", "secure.InsecureSkipVerify = true"}}, channel, "TestEmailToAServerThatIsNotTheOne"},
	{"any-integration", "internal/api/scope/decide.go", []edit{{"	case actor.May(p), s.reach == own:\n", "	case actor.May(p), s.reach == own, s.reach == things:\n"}}, "internal/app", "TestRoutesKeepMembersToTheirIntegration"},
	{"everything-listed", "internal/app/access/access.go", []edit{{"return actor, actor.Known() && !actor.May(p)", "return actor, false"}}, "internal/app", "TestListsHoldWhatIsTheActors|TestMembersStayInTheirIntegration"},
	{"tokens-for-ever", "internal/app/account/login.go", []edit{{"within := actor.Grants().Within(endpoint.Grants{Role: t.Role, Integrations: t.Integrations})", "within := endpoint.Grants{Role: t.Role, Integrations: t.Integrations}"}}, "internal/app", "TestTokensShrinkWithTheirPerson"},
	{"sessions-never-end", "internal/api/session/session.go", []edit{{"return now.Before(s.EndsAt) && now.Before(s.SeenAt.Add(Idle))", "return true"}}, "internal/api/session", "TestASessionEndsWithItsLifetimeAndWhenItIsIdle"},
	{"stored-flows-unasked", "internal/app/flow.go", []edit{{"		return &r.Flow, f.finder.MayDraft(ctx, &r.Flow)\n", "		return &r.Flow, nil\n"}}, "internal/app", "TestOnlyWhoMayUseAConnectionLooksThroughIt"},
	{"formulas-live", "internal/api/person/audit.go", []edit{{"		return \"'\" + text\n", "		return text\n"}}, "internal/app", "TestAuditExport"},
	{"log-left", "internal/store/archive/swap.go", []edit{{"	err := fold(ctx, path)\n	if err == nil ||", "	var err error\n	if err == nil ||"}}, "internal/store/archive", "TestKilledBetweenTheStepsOfASwap"},
	{"overtaken-stored", "internal/app/connection.go", []edit{{`if in.Revision != "" && in.Revision != old.Revision {`, "if false {"}}, "internal/app", "TestAnOvertakenChangeIsRefused"},
	{"leaps-unnoticed", engine + "/lease.go", []edit{{"first || ahead < while {", "first || ahead < while || true {"}}, "internal/acceptance/badinput", "TestBadInput/a_clock_that_jumps"},
}
