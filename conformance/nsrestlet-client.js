// A program that uses npm nsrestlet as its readme says. The package asks
// https://rest.netsuite.com for the account's domain and calls the RESTlet there:
// it has no setting for another host. The environment names the proxy and the
// certificate (HTTPS_PROXY, NODE_EXTRA_CA_CERTS); no line here knows of them.
//
// It reads a job from standard input and prints what each call gave.
import { text } from "node:stream/consumers";
import nsrestlet from "nsrestlet";

const { account, calls } = JSON.parse(await text(process.stdin));
const link = nsrestlet.createLink(account, { script: "customscript_orders", deployment: "customdeploy_orders", retries: 1 });
const results = [];
for (const [method, input] of calls) {
  try {
    // $id stands for the ID of the order that was made.
    const made = results.find((r) => r.value?.id)?.value.id;
    const given = Object.fromEntries(Object.entries(input).map(([k, v]) => [k, v === "$id" ? made : v]));
    results.push({ value: await link[method](given) });
  } catch (error) {
    results.push({ error: { code: error.code, message: error.message } });
  }
}
console.log(JSON.stringify(results));
