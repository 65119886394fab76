// npm oauth-1.0a with fetch: a second library signs, and here headers can be read.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";
import OAuth from "oauth-1.0a";
import { start } from "./emulator.js";

let emulator;
before(async () => { emulator = await start(); });
after(() => emulator?.stop());

function sign(url, method, { hash = "sha256", secret = emulator.token_secret, fixed = {} } = {}) {
  const oauth = new OAuth({
    consumer: { key: emulator.consumer_key, secret: emulator.consumer_secret },
    realm: emulator.account,
    signature_method: `HMAC-${hash.toUpperCase()}`,
    hash_function: (text, key) => createHmac(hash, key).update(text).digest("base64"),
  });
  if (fixed.nonce) oauth.getNonce = () => fixed.nonce;
  if (fixed.timestamp) oauth.getTimeStamp = () => fixed.timestamp;
  return oauth.toHeader(oauth.authorize({ url, method }, { key: emulator.token_id, secret })).Authorization;
}

async function call(path, { method = "GET", body, headers = {}, ...signing } = {}) {
  const url = emulator.base_url + "/services/rest/" + path;
  const response = await fetch(url, {
    method, body: body && JSON.stringify(body), redirect: "manual",
    headers: { Authorization: sign(url, method, signing), ...(body && { "Content-Type": "application/json" }), ...headers },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, data: text ? JSON.parse(text) : null };
}

describe("oauth-1.0a with fetch", { concurrency: false }, () => {
  let location;

  test("create answers with the new record's Location", async () => {
    const answer = await call("record/v1/customer", {
      method: "POST", body: { companyName: "Second Library", externalId: "conformance-2", subsidiary: { id: "1" } },
    });
    assert.equal(answer.status, 204, JSON.stringify(answer.data));
    location = answer.headers.get("Location");
    assert.match(location, new RegExp(`^${emulator.base_url}/services/rest/record/v1/customer/\\d+$`));
    assert.ok(answer.headers.get("X-N-OperationId"), "no X-N-OperationId");
  });

  test("upsert by external ID keeps the internal ID", async () => {
    const answer = await call("record/v1/customer/eid:conformance-2", { method: "PUT", body: { companyName: "Second Library Ltd" } });
    assert.equal(answer.status, 204);
    const { data } = await call("record/v1/customer/eid:conformance-2");
    assert.equal(data.companyName, "Second Library Ltd");
    assert.ok(location.endsWith("/" + data.id));
  });

  test("query parameters are signed, whatever characters they hold", async () => {
    for (const q of ['companyName IS "Second Library Ltd"', 'companyName CONTAIN "&=+ ~*\'()!%é"']) {
      const { status, data } = await call(`record/v1/customer?limit=10&q=${encodeURIComponent(q)}`);
      assert.equal(status, 200, JSON.stringify(data));
    }
  });

  test("SuiteQL needs Prefer: transient, and params stay text", async () => {
    const body = { q: "SELECT id, companyname FROM customer WHERE externalid = ?", params: ["conformance-2"] };
    const without = await call("query/v1/suiteql", { method: "POST", body });
    assert.equal(without.status, 400);
    const { status, data } = await call("query/v1/suiteql", { method: "POST", body, headers: { Prefer: "transient" } });
    assert.equal(status, 200, JSON.stringify(data));
    assert.deepEqual(data.items.map((row) => row.companyname), ["Second Library Ltd"]);
    assert.equal(typeof data.items[0].id, "string");
  });

  test("every refusal of a login looks the same from outside", async () => {
    const fixed = { nonce: "used-once-by-conformance", timestamp: Math.floor(Date.now() / 1000) };
    assert.equal((await call("record/v1/customer?limit=1", { fixed })).status, 200);
    const attempts = {
      "a nonce used before": { fixed },
      "a wrong secret": { secret: "1".repeat(64) },
      "HMAC-SHA1": { hash: "sha1" },
      "an old timestamp": { fixed: { nonce: "old", timestamp: fixed.timestamp - 3600 } },
    };
    for (const [what, signing] of Object.entries(attempts)) {
      const { status, data } = await call("record/v1/customer?limit=1", signing);
      assert.equal(status, 401, what);
      assert.equal(data["o:errorDetails"][0]["o:errorCode"], "INVALID_LOGIN", what);
    }
  });

  test("delete", async () => {
    const url = "record/v1/customer/" + location.split("/").pop();
    const answer = await call(url, { method: "DELETE" });
    assert.equal(answer.status, 204);
    assert.equal(answer.headers.get("Location"), null);
    assert.equal((await call(url)).status, 404);
  });
});
