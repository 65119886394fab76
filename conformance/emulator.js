// Starts the emulator as users do, and ends it.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const binary = process.env.SLUICE_BINARY ?? new URL("../bin/sluice", import.meta.url).pathname;

// start resolves to the account the emulator serves (the line `sluice emulate
// --json` prints) with stop(), which ends the process by its id.
export async function start(...args) {
  const child = spawn(binary, ["emulate", "--json", "--listen", "127.0.0.1:0", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const line = await Promise.race([
    new Promise((resolve) => createInterface({ input: child.stdout }).once("line", resolve)),
    ended.then((code) => Promise.reject(new Error(`the emulator ended with ${code} before it served`))),
    new Promise((_, reject) => child.once("error", reject)),
  ]);
  const account = JSON.parse(line);
  for (const key of ["account", "base_url", "consumer_key", "consumer_secret", "token_id", "token_secret"]) {
    if (!account[key]) throw new Error(`emulate --json printed no ${key}: ${line}`);
  }
  account.base_url = account.base_url.replace(/\/$/, "");
  return {
    ...account,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
