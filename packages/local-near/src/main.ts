// Starts a chain as a process: `node src/main.ts --port 3030 --block-ms 500 --state chain.bin --seed demo`.
// Prints one line of JSON when it is ready: {"rpc_url", "feed_url", "root": {"account_id", "public_key", "secret_key"}}.
import { parseArgs } from "node:util";
import { startLocalNear } from "./start.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: process.env.LOCAL_NEAR_PORT ?? "0" },
    "block-ms": { type: "string", default: process.env.LOCAL_NEAR_BLOCK_MS ?? "on_demand" },
    state: { type: "string", default: process.env.LOCAL_NEAR_STATE ?? "" },
    seed: { type: "string", default: process.env.LOCAL_NEAR_SEED ?? "" },
  },
});

const near = await startLocalNear({
  port: wholeNumber("port", values.port),
  block_ms: values["block-ms"] === "on_demand" ? "on_demand" : wholeNumber("block-ms", values["block-ms"]),
  ...(values.state && { state_file: values.state }),
  ...(values.seed && { seed: values.seed }),
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void near.stop().then(() => process.exit(0)));
}

process.stdout.write(
  `${JSON.stringify({ rpc_url: near.rpc_url, feed_url: near.feed_url, root: near.root })}\n`,
);

function wholeNumber(name: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  process.stderr.write(`local-near: --${name} must be a whole number, got ${JSON.stringify(text)}\n`);
  process.exit(2);
}
