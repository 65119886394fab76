// Creates customers with as many requests in flight as there are slots. The
// client has no answer to a refusal for concurrency, so it is tried again here.
import { client, tell } from "./client.mjs";

const [records, limit] = process.argv.slice(2).map(Number);
const run = Date.now();
let next = 0, done = 0, refusals = 0;

async function work() {
  for (let i = ++next; i <= records; i = ++next) {
    const body = JSON.stringify({ companyName: `Bench ${run} ${i}`, externalId: `bench-${run}-${i}`, subsidiary: { id: "1" } });
    for (;;) {
      try {
        await client.request({ path: "record/v1/customer", method: "POST", body });
        break;
      } catch (error) {
        if (error.response?.statusCode !== 429) throw error;
        refusals++;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    done++;
  }
}

const start = performance.now();
await Promise.all(Array.from({ length: limit }, work));
tell(done, start, refusals);
