import NetsuiteRest from "netsuite-rest";

const account = JSON.parse(process.env.BENCH_ACCOUNT);

export const client = new NetsuiteRest({
  consumer_key: account.consumer_key,
  consumer_secret_key: account.consumer_secret,
  token: account.token_id,
  token_secret: account.token_secret,
  realm: account.account,
  base_url: account.base_url.replace(/\/$/, ""),
});

// tell prints the answer that bench reads.
export function tell(count, start, refusals = 0) {
  const seconds = (performance.now() - start) / 1000;
  console.log(JSON.stringify({ count, seconds, peak: process.resourceUsage().maxRSS * 1024, refusals }));
}
