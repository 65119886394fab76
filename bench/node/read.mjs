// Reads by key, 1,000 rows a page, with the statements that the Go client sends.
import { client, tell } from "./client.mjs";

const query = process.argv[3];
const start = performance.now();
let count = 0;
for (let after = ""; ;) {
  const q = `SELECT * FROM (${query})${after && ` WHERE id > ${after}`} ORDER BY id ASC`;
  const { data } = await client.request({ path: "query/v1/suiteql?limit=1000&offset=0", method: "POST", body: JSON.stringify({ q }) });
  for (const row of data.items) {
    if (!row.id) throw new Error("a row without id");
    count++;
  }
  if (data.items.length === 0 || !data.hasMore) break;
  after = data.items.at(-1).id;
}
tell(count, start);
