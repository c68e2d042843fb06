// `npm run docker:setup`: makes the toolchains' images in the container engine of this machine, and on Debian, as root, brings an engine
// first where there is none. `npm run docker:engine` does the same and keeps that engine running until it is told to stop.
import { parseArgs } from "node:util";
import { OffshoreError } from "@near-offshore/protocol";
import { prepareEngine } from "./prepare.ts";

async function main(): Promise<void> {
  const { keep = false } = parseArgs({ options: { keep: { type: "boolean" } } }).values;
  const { engine, stop } = await prepareEngine(say);
  if (keep) {
    process.stdout.write(`ready ${engine.address}\n`);
    await new Promise<void>((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    });
  } else say("the images are ready");
  await stop();
}

function say(line: string): void {
  process.stderr.write(`docker: ${line}\n`);
}

main().then(
  () => process.exit(0), // connections to the engine are kept open otherwise
  (error: unknown) => {
    say(error instanceof OffshoreError ? error.message : (error as Error).stack!);
    process.exit(1);
  },
);
