// npm soap, unmodified, against the emulator's SOAP service: with the WSDL that
// the emulator serves, and with NetSuite's own where it is at hand.
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import soap from "soap";
import { start } from "./emulator.js";

const shared = process.env.SLUICE_SHARED ?? fileURLToPath(new URL("../../shared", import.meta.url));
const published = join(shared, "wsdl/2023_2/netsuite.wsdl");

describe("npm soap with the emulator's WSDL", () => checks("2025_2", (account) => `${account.base_url}/wsdl/v2025_2_0/netsuite.wsdl`));
describe("npm soap with NetSuite's WSDL", { skip: existsSync(published) ? false : `no published WSDL at ${published}` }, () =>
  checks("2023_2", () => published),
);

function checks(version, wsdl) {
  let account, client;

  before(async () => {
    account = await start();
    const role = await fetch(`${account.base_url}/_emulator/account/roles/1001`, {
      method: "PATCH",
      body: JSON.stringify({ permissions: { ADMI_DELETEDRECORD: "Full" } }),
    });
    assert.equal(role.status, 200);
    client = await soap.createClientAsync(wsdl(account), {}, `${account.base_url}/services/NetSuitePort_${version}`);
  });
  after(() => account?.stop());

  function sign(secret = account.token_secret) {
    const nonce = randomBytes(16).toString("hex");
    const timestamp = Math.floor(Date.now() / 1000).toString();
    const base = [account.account, account.consumer_key, account.token_id, nonce, timestamp].join("&");
    const signature = createHmac("sha256", `${account.consumer_secret}&${secret}`).update(base).digest("base64");
    client.clearSoapHeaders();
    client.addSoapHeader({
      tokenPassport: {
        account: account.account,
        consumerKey: account.consumer_key,
        token: account.token_id,
        nonce,
        timestamp,
        signature: { attributes: { algorithm: "HMAC-SHA256" }, $value: signature },
      },
    });
  }

  async function call(operation, body, headers = []) {
    sign();
    for (const header of headers) client.addSoapHeader(header);
    const [result] = await client[`${operation}Async`](body);
    return result;
  }

  const relationships = `urn:relationships_${version}.lists.webservices.netsuite.com`;
  const core = `urn:core_${version}.platform.webservices.netsuite.com`;
  const customer = (externalId, name) => ({
    attributes: { "xsi:type": "listRel:Customer", "xmlns:listRel": relationships, externalId },
    "listRel:companyName": name,
    "listRel:subsidiary": { attributes: { internalId: "1" } },
  });
  const ref = (externalId) => ({
    attributes: { "xsi:type": "platformCore:RecordRef", "xmlns:platformCore": core, externalId, type: "customer" },
  });
  const list = (x) => (Array.isArray(x) ? x : [x]);

  it("writes, reads, deletes and finds the deletion", async () => {
    const { writeResponse: added } = await call("add", { record: customer("npm-1", "Npm & Söhne") });
    assert.equal(added.status.attributes.isSuccess, "true");
    const id = added.baseRef.attributes.internalId;

    const { readResponse: read } = await call("get", { baseRef: ref("NPM-1") });
    assert.equal(read.record.companyName, "Npm & Söhne");
    assert.equal(read.record.attributes.internalId, id);

    const { writeResponseList } = await call("upsertList", { record: [customer("npm-1", "Changed"), customer("npm-2", "New")] });
    assert.deepEqual(list(writeResponseList.writeResponse).map((w) => w.status.attributes.isSuccess), ["true", "true"]);
    assert.equal(list(writeResponseList.writeResponse)[0].baseRef.attributes.internalId, id);

    const { writeResponse: gone } = await call("delete", { baseRef: ref("npm-2") });
    assert.equal(gone.status.attributes.isSuccess, "true");
    const { getDeletedResult } = await call("getDeleted", {
      getDeletedFilter: { type: { attributes: { operator: "anyOf" }, searchValue: ["customer"] } },
      pageIndex: 1,
    });
    const deleted = list(getDeletedResult.deletedRecordList.deletedRecord);
    assert.deepEqual(deleted.map((d) => d.record.attributes.internalId), [gone.baseRef.attributes.internalId]);
  });

  it("reads a search page by page", async () => {
    const preferences = { searchPreferences: { pageSize: 70, bodyFieldsOnly: true } };
    const { searchResult: first } = await call(
      "search",
      {
        searchRecord: {
          attributes: {
            "xsi:type": "platformCommon:TransactionSearchBasic",
            "xmlns:platformCommon": `urn:common_${version}.platform.webservices.netsuite.com`,
          },
          "platformCommon:type": { attributes: { operator: "anyOf" }, searchValue: ["_salesOrder"] },
        },
      },
      [preferences],
    );
    assert.equal(first.status.attributes.isSuccess, "true");
    const ids = list(first.recordList.record).map((r) => r.attributes.internalId);
    const { searchResult: second } = await call("searchMoreWithId", { searchId: first.searchId, pageIndex: 2 }, [preferences]);
    ids.push(...list(second.recordList.record).map((r) => r.attributes.internalId));
    assert.equal(Number(first.totalPages), 2);
    assert.equal(new Set(ids).size, Number(first.totalRecords));
  });

  it("is refused with a wrong secret", async () => {
    sign("wrong");
    await assert.rejects(client.getServerTimeAsync({}), /Invalid login attempt/);
  });
}
