// npm nsrestlet, unmodified, through the proxy: NetSuite's hosts are written into
// the package. The RESTlet that it calls is SuiteScript.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { start } from "./emulator.js";

let emulator;
before(async () => {
  emulator = await start("--proxy", "127.0.0.1:0", "--scripts", new URL("scripts", import.meta.url).pathname);
});
after(() => emulator?.stop());

// run has the client do calls, with a token secret of its own where one is given.
async function run(calls, tokenSecret = emulator.token_secret) {
  const client = spawn(process.execPath, [new URL("nsrestlet-client.js", import.meta.url).pathname], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, HTTPS_PROXY: emulator.proxy_url, NODE_EXTRA_CA_CERTS: emulator.ca_file, NO_PROXY: "", NODE_NO_WARNINGS: "1" },
  });
  client.stdin.end(JSON.stringify({
    account: {
      accountId: emulator.account, consumerKey: emulator.consumer_key, consumerSecret: emulator.consumer_secret,
      tokenKey: emulator.token_id, tokenSecret,
    },
    calls,
  }));
  return JSON.parse(await text(client.stdout));
}

// control asks the emulator itself.
const control = async (path) => (await fetch(`${emulator.base_url}/_emulator/${path}`)).json();

describe("nsrestlet through the proxy", { concurrency: false }, () => {
  test("an order lives and dies", async () => {
    const memo = "Orchard & Café";
    const [{ value: { items, customers } }] = await run([["get", { choose: "yes" }]]);
    const lines = [{ item: items[0], quantity: 3, rate: 19.99 }, { item: items[1], quantity: 1, rate: 0.1 }];
    const [post, get, put, again, gone] = await run([
      ["post", { customer: customers[0], memo, lines }],
      ["get", { id: "$id" }],
      ["put", { id: "$id", memo: "changed & more" }],
      ["get", { id: "$id", note: "a b+c&d=é" }],
      ["delete", { id: "$id" }],
    ]);
    assert.equal(typeof post.value?.id, "number", JSON.stringify(post));
    assert.deepEqual(get.value, { id: post.value.id, memo, customer: get.value.customer, lines });
    assert.ok(get.value.customer.includes(customers[0]));
    assert.deepEqual(put.value, { id: post.value.id });
    assert.equal(again.value.memo, "changed & more");
    assert.deepEqual(gone.value, { id: post.value.id });
    const log = await control("script-log");
    assert.deepEqual(JSON.parse(log.at(-1).details), { id: post.value.id });
  });

  test("what the script throws arrives with its code", async () => {
    const [absent, none, customer] = await run([
      ["delete", { id: "999999999" }],
      ["get", { choose: "no" }],
      ["post", { customer: "Nobody Ltd", memo: "", lines: [] }],
    ]);
    assert.equal(absent.error?.code, "RCRD_DSNT_EXIST");
    assert.equal(none.error?.code, "NO_ORDER");
    assert.equal(JSON.parse(customer.error.message).message, "There is no customer Nobody Ltd");
  });

  test("a wrong signature is refused", async () => {
    const [refused] = await run([["get", { id: "1" }]], "0".repeat(64));
    assert.equal(refused.error?.code, "INVALID_LOGIN_ATTEMPT");
  });

  test("the proxy leads nowhere else", async () => {
    for (const [host, words] of [["example.com:443", /forwards nothing/], ["7654321.restlets.api.netsuite.com:443", /not one of its hosts/]]) {
      const proxy = new URL(emulator.proxy_url);
      const answer = await new Promise((resolve, reject) => {
        request({ host: proxy.hostname, port: proxy.port, method: "CONNECT", path: host })
          .on("connect", (response, socket, head) => { socket.destroy(); resolve({ status: response.statusCode, text: head.toString() }); })
          .on("error", reject).end();
      });
      assert.equal(answer.status, 403);
      assert.match(answer.text, words);
    }
  });
});
