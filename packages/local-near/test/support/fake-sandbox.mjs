// Takes near-sandbox's place where the binary cannot be had: the same arguments, files and addresses, blocks by the clock, another chain behind.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startLocalNear } from "../../src/index.ts";

const [, , home_option, home, command, ...rest] = process.argv;
if (home_option !== "--home") throw new Error("--home comes first");
if (process.env.FAKE_SANDBOX_FAULT === command) {
  console.error(`fault in ${command}`);
  process.exit(3);
}
const seed = "fake-sandbox";
if (command === "init") {
  // What near-sandbox 2.13 knows, and the npm package near-sandbox 0.3 says.
  if (rest.join(" ") !== "--fast") throw new Error(`unknown arguments of init: ${rest}`);
  const near = await startLocalNear({ seed, root_account_id: "test.near" });
  if (process.env.FAKE_SANDBOX_FAULT !== "key")
    writeFileSync(join(home, "validator_key.json"), JSON.stringify(near.root));
  await near.stop();
} else {
  if (command !== "run" || rest[0] !== "--rpc-addr" || rest[2] !== "--network-addr" || rest.length !== 4)
    throw new Error(`unknown arguments: ${command} ${rest}`);
  const port = Number(rest[rest.indexOf("--rpc-addr") + 1].split(":")[1]);
  const near = await startLocalNear({ seed, root_account_id: "test.near", port, block_ms: 100 });
  process.on("SIGTERM", () => near.stop());
}
