// npm netsuite-rest, unmodified: create, read, change, query and delete.
//
// The client copies the response with {...response}. In Node 16 and later
// `headers` is a getter of the prototype, so the copy has none: a Location
// cannot be read. What it does hand over, statusCode and data, is checked; IDs
// are found by external ID and by SuiteQL.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import NetsuiteRest from "netsuite-rest";
import { start } from "./emulator.js";

let emulator, client;
before(async () => {
  emulator = await start();
  client = connect(emulator);
});
after(() => emulator?.stop());

function connect(account, change = {}) {
  return new NetsuiteRest({
    consumer_key: account.consumer_key,
    consumer_secret_key: account.consumer_secret,
    token: account.token_id,
    token_secret: account.token_secret,
    realm: account.account,
    base_url: account.base_url,
    ...change,
  });
}

const record = (path, method = "GET", body = "") =>
  client.request({ path: `record/v1/${path}`, method, body: body && JSON.stringify(body) });

async function suiteql(q, page = "") {
  const answer = await client.request({
    path: `query/v1/suiteql${page}`, method: "POST", body: JSON.stringify({ q }),
  });
  assert.equal(answer.statusCode, 200);
  return answer.data;
}

// refused asserts that a request ends with a status, and returns NetSuite's words.
async function refused(promise, status) {
  const error = await promise.then(
    () => assert.fail(`answered, but should be refused with ${status}`), (e) => e);
  assert.equal(error.response?.statusCode, status, error.message);
  const body = JSON.parse(error.response.body);
  assert.equal(body.status, status);
  assert.ok(body["o:errorDetails"]?.length > 0, "no o:errorDetails");
  return body["o:errorDetails"][0];
}

describe("netsuite-rest", { concurrency: false }, () => {
  test("the client's own first example: OPTIONS", async () => {
    const answer = await client.request({ path: "*", method: "OPTIONS" });
    assert.equal(answer.statusCode, 204);
  });

  test("create", async () => {
    const answer = await record("customer", "POST", {
      externalId: "conformance-1", companyName: "Conformance & Söhne", subsidiary: { id: "1" }, email: "a@conformance.example",
    });
    assert.equal(answer.statusCode, 204);
    assert.equal(answer.data, null);
  });

  test("read by external and by internal ID", async () => {
    const { statusCode, data } = await record("customer/eid:conformance-1");
    assert.equal(statusCode, 200);
    assert.equal(data.companyName, "Conformance & Söhne");
    assert.equal(typeof data.id, "string");
    assert.equal(data.subsidiary.id, "1");
    const same = await record(`customer/${data.id}`);
    assert.equal(same.data.externalId, "conformance-1");
  });

  test("the same external ID again is refused", async () => {
    const detail = await refused(record("customer", "POST", {
      externalId: "CONFORMANCE-1", companyName: "Another", subsidiary: { id: "1" },
    }), 400);
    assert.equal(detail["o:errorCode"], "USER_ERROR");
  });

  test("change", async () => {
    const answer = await record("customer/eid:conformance-1", "PATCH", { email: "b@conformance.example" });
    assert.equal(answer.statusCode, 204);
    const { data } = await record("customer/eid:conformance-1");
    assert.equal(data.email, "b@conformance.example");
    assert.equal(data.companyName, "Conformance & Söhne");
  });

  test("an order: amounts add up, and SuiteQL sees it", async () => {
    const item = (await suiteql("SELECT id FROM item WHERE isinactive = 'F' ORDER BY id FETCH FIRST 1 ROWS ONLY")).items[0].id;
    const order = await record("salesOrder", "POST", {
      externalId: "conformance-order", entity: { externalId: "conformance-1" },
      item: { items: [{ item: { id: item }, quantity: 3, rate: 19.99 }, { item: { id: item }, quantity: 1, rate: 0.1 }] },
    });
    assert.equal(order.statusCode, 204);
    const { data } = await record("salesOrder/eid:conformance-order?expandSubResources=true");
    assert.equal(data.total, 60.07);
    assert.deepEqual(data.item.items.map((line) => line.amount), [59.97, 0.1]);
    const { items } = await suiteql(
      `SELECT t.foreigntotal, BUILTIN.DF(t.entity) AS Customer FROM transaction t WHERE t.externalid = 'conformance-order'`);
    assert.equal(items.length, 1);
    assert.equal(items[0].foreigntotal, "60.07");
    assert.match(items[0].customer, /Conformance & Söhne/);
  });

  test("a query pages through everything once", async () => {
    const total = Number((await suiteql("SELECT COUNT(*) AS n FROM customer")).items[0].n);
    assert.ok(total >= 50, `the sample company has ${total} customers`);
    const ids = [];
    for (let offset = 0, more = true; more; offset += 20) {
      const page = await suiteql("SELECT id FROM customer ORDER BY id", `?limit=20&offset=${offset}`);
      assert.equal(page.count, page.items.length);
      assert.equal(page.totalResults, total);
      ids.push(...page.items.map((row) => row.id));
      more = page.hasMore;
    }
    assert.equal(ids.length, total);
    assert.equal(new Set(ids).size, total);
  });

  test("lists", async () => {
    const { data } = await record(`customer?q=${encodeURIComponent('companyName IS "Conformance & Söhne"')}`);
    assert.equal(data.totalResults, 1);
    assert.equal(data.items[0].links[0].rel, "self");
  });

  test("refusals", async () => {
    assert.equal((await refused(record("customer/999999999"), 404))["o:errorCode"], "NONEXISTENT_ID");
    assert.equal((await refused(suiteql("SELECT nothing FROM customer"), 400))["o:errorCode"], "INVALID_PARAMETER");
    assert.equal((await refused(suiteql("DELETE FROM customer"), 400))["o:errorCode"], "INVALID_PARAMETER");
    const stranger = connect(emulator, { token_secret: "0".repeat(64) });
    const detail = await refused(stranger.request({ path: "record/v1/customer/1" }), 401);
    assert.equal(detail["o:errorCode"], "INVALID_LOGIN");
  });

  test("delete", async () => {
    await refused(record("customer/eid:conformance-1", "DELETE"), 400); // the order needs it
    assert.equal((await record("salesOrder/eid:conformance-order", "DELETE")).statusCode, 204);
    assert.equal((await record("customer/eid:conformance-1", "DELETE")).statusCode, 204);
    await refused(record("customer/eid:conformance-1"), 404);
  });
});
