INSERT INTO connections (id, name, kind, settings, sealed, status, detail, checked_at, created_at, updated_at, identity, previous, candidate, debug_until) VALUES
  ('conn1', 'production', 'netsuite', '{"account":"1234567_SB1"}', '{"token_secret":"AQD/"}', 'offline', 'refused', '1772625660123456', '1772625600123456', '1772625660123456', '{"account":"1234567_SB1","role_id":"1001","role_name":"Web","entity_id":"7","entity_name":"A person","timezone":"Europe/Berlin","at":"2026-03-04T12:01:00.123456Z"}', '{"type":"token","settings":{"type":"token"},"changed_at":"2026-03-04T12:00:00.123456Z","proven_at":"2026-03-04T12:01:00.123456Z"}', '{"type":"oauth2-m2m","settings":{"certificate_id":"x"},"made_at":"2026-03-04T12:01:00.123456Z","error":{"code":"c","message":"m"},"tried_at":"2026-03-04T12:02:00.123456Z"}', '1772626560123456');
INSERT INTO flows (id, name, enabled, newest) VALUES
  ('flow1', 'orders', '1', '1');
INSERT INTO flow_revisions (flow_id, number, text, flow, created_at, created_by) VALUES
  ('flow1', '1', 'name: orders # kept
', '{"name":"orders","description":"d","integration":"i","export":{"connection":"files","csv":{"path":"o.csv","join":[{"path":"l.csv","on":{"id":"order"},"as":"lines"}]},"key":["id"]},"steps":[{"filter":{"if":"this.total \u003e 0","reason":"empty"}},{"map":"root = this"},{"name":"import","import":{"connection":"production","operation":"add","netsuite":{"record":"salesOrder"}}}],"totals":[{"name":"amount","value":"this.amount"}],"pages":{"size":50,"parallel":2,"ordered":true},"schedule":{"cron":"30 * * * *","zone":"Europe/Berlin","missed":"skip","overlap":true}}', '1772625600123456', 'ann@example.com');
INSERT INTO runs (id, flow_id, flow_name, revision, kind, state, cancel_asked, owner, fence, lease_until, position, export_done, counts, steps, totals, error, created_by, created_at, started_at, finished_at, bounds, exports) VALUES
  ('1', 'flow1', 'orders', '1', 'manual', 'failed', '0', '', '1', '0', X'0009', '1', '{"read":4,"rows":9,"written":1,"unchanged":1,"excluded":1,"failed":1}', '[{"step":"import","kind":"import","in":3,"created":1,"written":1}]', '[{"name":"amount","read":"10.10","written":"1.00","unchanged":"2.00","excluded":"3.00","failed":"4.10"}]', '{"code":"store.disk_full","message":"full","where":"w","remedy":"r","problems":[{"code":"c","path":"steps[1]","line":2,"message":"m"}]}', 'local', '1772625600123456', '1772625660123456', '1772625840123456', '{"from":"2026-03-04T12:00:00.123456Z","until":"2026-03-04T12:02:00.123456Z","mark":"2026-03-04T12:01:00.123456Z"}', '[{"export":"export","read":4,"rows":9,"filtered":1,"done":true}]');
INSERT INTO runs (id, flow_id, flow_name, revision, kind, state, cancel_asked, owner, fence, lease_until, position, export_done, counts, steps, totals, error, created_by, created_at, started_at, finished_at, bounds, exports) VALUES
  ('2', 'flow1', 'orders', '0', 'webhook', 'queued', '0', '', '0', '0', NULL, '0', '{"read":0,"rows":0,"written":0,"unchanged":0,"excluded":0,"failed":0}', 'null', 'null', 'null', '', '1772626140123456', '0', '0', 'null', 'null');
INSERT INTO pages (run_id, number, items, digest, offered, owner, claim, lease_until, failure) VALUES
  ('1', '2', X'014490418EEA301044AF12D5BA896C4C80F4EE9F03108A92861FE1D8C21DC3A028CB39D95C6C944D6659AF36AFEA3441E5097684877CC0F8B77120C4D4DFFB00462C5B7D1529BEB5A836350829BE155C1192B43175E009CD107318C176EB76D5FE70AC8DDDBA5DB53F1C6B535A43F07D10059F26A46614B02DCD4CF8C285109A41C0F8F92ECED918D79EB331DBFD391BE3048410838043F69EF011058F29CB4C909462BAF61DF830D3049527784778C83261B5B47F96217BBFA45B56E916E936760246ABAF728CF13A34E173BDF5E23B056110D5E6BEF475B1C2F77F490B5A2F29ACC13C5F7E030000FFFF', X'6A86F98B6EDFA8E2BDD5D0802F1A6A396904F18F89115ACEDE61098BC4641F74', '0', '', '0', '0', 'null');
INSERT INTO ledger (flow_id, step, key, run_id, page, seq, state, operation, external_id, target_id, digest, before, settles_at, updated_at, answer) VALUES
  ('flow1', 'import', 'bnVsACBicm9rZW7/', '1', '1', '1', 'intended', 'add', 'sluice-a', '', 'd1', '3 lines', '1772626800123456', '1772625780123456', '{"id":"4711"}');
INSERT INTO ledger (flow_id, step, key, run_id, page, seq, state, operation, external_id, target_id, digest, before, settles_at, updated_at, answer) VALUES
  ('flow1', 'import', 'A-1', '1', '1', '1', 'delivered', 'add', 'sluice-a', '4711', 'd1', '3 lines', '1772626800123456', '1772625780123456', '{"id":"4711"}');
INSERT INTO record_errors (id, flow_id, flow_name, run_id, step, seq, key, origin, row_count, code, classification, message, place, remedy, record, request, response, state, retries, retry_run, created_at, resolved_at, resolved_by, trace, tags, assignee, reason, failed_at, size) VALUES
  ('1', 'flow1', 'orders', '1', 'import', '2', 'A-2', 'o.csv row 4', '1', 'INVALID_KEY_OR_REF', 'reference', 'Invalid entity', 'entity', 'Create it', '{"amount":12345678901234567890.10,"lines":[{"rate":1.0},"x"],"name":"Å \u003c\u0026\u003e","none":null,"yes":true}', '{}', 'YmFk/w==', 'resolved', '0', '0', '1772625780123456', '1772625900123456', 'ann@example.com', 'SO-2', '["late"]', 'ann@example.com', 'by hand', '1772625780123456', '121');
INSERT INTO users (id, email, name, role, password, created_at, integrations, seen_at) VALUES
  ('user1', 'Ann@example.com', 'A person', 'owner', '$argon2id$made-up', '1772625600123456', '{"shop":"manage"}', '1772626020123456');
INSERT INTO tokens (id, user_id, name, role, hash, created_at, expires_at, last_used, integrations) VALUES
  ('token1', 'user1', 'ci', 'monitor', '00ff', '1772625600123456', '1772629140123456', '1772625720123456', '{"shop":"monitor"}');
INSERT INTO audit_events (id, at, actor, action, noun, noun_id, detail) VALUES
  ('1', '1772625600123456', 'local', 'connection.create', 'connection', 'conn1', 'name');
INSERT INTO settings (name, value) VALUES
  ('name', 'value');
INSERT INTO deleted_connections (id, name, kind, deleted_at, deleted_by, purge_at, body) VALUES
  ('conn2', 'old', 'files', '1772625720123456', 'ann@example.com', '1772628120123456', '{"connection":{"id":"conn2","name":"old","kind":"files","settings":{"dir":"/srv"},"status":"online","checked_at":"2026-03-04T12:01:00.123456Z","created_at":"2026-03-04T12:00:00.123456Z","updated_at":"2026-03-04T12:00:00.123456Z"},"sealed":{"x":"Af8="}}');
INSERT INTO consumer_keys (id, name, account, application, sealed, created_at, updated_at) VALUES
  ('key1', 'iclient', '1234567', 'Sluice', '{"consumer_key":"AQ==","consumer_secret":"AP8="}', '1772625600123456', '1772625660123456');
INSERT INTO integrations (id, name, title, description, application, created_at, updated_at) VALUES
  ('integration1', 'shop', 'Shop', 'd', 'shopify', '1772625600123456', '1772625660123456');
INSERT INTO registrations (integration_id, connection_id) VALUES
  ('integration1', 'conn1');
INSERT INTO notices (id, code, noun, noun_id, name, message, remedy, at, closed_at, closed_by) VALUES
  ('1', 'connection.offline', 'connection', 'conn1', 'production', 'offline', 'r', '1772625660123456', '1772625720123456', 'ann@example.com');
INSERT INTO authorizations (id, connection_id, connection, state, url, callback, return_to, error, identity, started_by, started_at, expires_at, finished_at, state_hash, request_token, sealed, taken) VALUES
  ('auth1', 'conn1', 'production', 'pending', 'https://example.com', 'http://localhost:8080/oauth/callback', '/', '{"code":"c","message":"m"}', '{"account":"1","at":"2026-03-04T12:00:00.123456Z"}', 'local', '1772625600123456', '1772626200123456', '1772625780123456', '00aa', 'r', '{"secret":"AQ=="}', '0');
INSERT INTO debug_entries (id, connection_id, at, method, url, status, took, request, response, error) VALUES
  ('1', 'conn1', '1772625660123456', 'GET', 'https://example.com', '200', '12', 'a

b', 'Y/8=', 'e');
INSERT INTO watermarks (flow_id, export, at, source, run_id, updated_at, updated_by) VALUES
  ('flow1', 'export', '1772625720123456', '00ff', '1', '1772625780123456', 'ann@example.com');
INSERT INTO schedules (flow_id, schedule, paused, held, next_at, last_at) VALUES
  ('flow1', '{"cron":"30 * * * *","zone":"Europe/Berlin","missed":"skip","overlap":true}', '0', '0', '1772627400123456', '0');
INSERT INTO inboxes (flow_id, last, last_at) VALUES
  ('flow1', '1', '1772626140123456');
INSERT INTO deliveries (flow_id, seq, id, received_at, headers, body, taken, done) VALUES
  ('flow1', '1', 'w-1', '1772626140123456', '{"X-Topic":"orders/create"}', X'7B226964223A20312E31307D', '0', '0');
INSERT INTO delivery_ids (flow_id, id, received_at) VALUES
  ('flow1', 'w-1', '1772626140123456');
INSERT INTO channels (id, name, channel, sealed, created_at, updated_at) VALUES
  ('channel1', 'ops', '{"id":"channel1","name":"ops","kind":"email","host":"smtp.example.com","port":587,"tls":"starttls","user":"u","from":"sluice@example.com","to":["ann@example.com"],"events":["run.failed"],"integrations":["shop"],"quiet":"2h","digest":"24h","created_at":"2026-03-04T12:00:00.123456Z","updated_at":"2026-03-04T12:01:00.123456Z"}', '{"secret":"AQD/"}', '1772625600123456', '1772625660123456');
INSERT INTO messages (id, channel_id, code, noun_id, event, repeats, first_at, due_at, held_until, attempts, error, state, sent_at) VALUES
  ('1', 'channel1', 'run.failed', 'flow1', '{"code":"run.failed","noun":"flow","noun_id":"flow1","name":"orders","message":"Run 1 of the flow orders failed: full","remedy":"Resume it when the cause is gone: sluice run resume 1","run_id":1,"at":"2026-03-04T12:04:00.123456Z"}', '1', '1772625840123456', '1772626140123456', '0', '0', '', 'sent', '1772626140123456');
INSERT INTO subjects (issuer, subject, user_id, email, linked_at) VALUES
  ('https://id.example.com', 'czEA', 'user1', 'Ann@example.com', '1772625660123456');
INSERT INTO sign_ins (state_hash, return_to, user_id, expires_at) VALUES
  ('00aa', '/flows', 'user1', '1772626200123456');
INSERT INTO removed_users (email) VALUES
  ('bob@example.com');
INSERT INTO flow_tests (flow_id, number, text, files, created_at, created_by) VALUES
  ('flow1', '1', 'cases: [] # none yet
', '{"pages/1.json":"{}"}', '1772625960123456', 'ann@example.com');
INSERT INTO sessions (id, user_id, hash, agent, remote, begun_at, seen_at, ends_at, hint) VALUES
  ('session1', 'user1', 'ff00', 'A browser', '::1', '1772625960123456', '1772626020123456', '1772628600123456', X'00FF');
