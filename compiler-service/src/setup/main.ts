// `npm run docker:setup`: makes the toolchains' images in the container engine of this machine, and on Debian, as root, brings an engine
// first where there is none. `npm run docker:engine` does the same and keeps that engine running until it is told to stop.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { OffshoreError } from "@near-offshore/protocol";
import { findEngine } from "../backends/docker/engine.ts";
import { makeBaseImage } from "./base-image.ts";
import { buildImages } from "./build-images.ts";
import { type OwnEngine, startOwnEngine } from "./own-engine.ts";
import { installEngine, whyNotInstallable } from "./packages.ts";

const CACHE = path.resolve(
  process.env.OFFSHORE_CACHE_DIR ?? path.join(import.meta.dirname, "../../../.cache"),
);

async function main(): Promise<void> {
  const { keep = false } = parseArgs({ options: { keep: { type: "boolean" } } }).values;
  const { engine, stop } = await openEngine();
  const told = toldToStop();
  try {
    await Promise.race([buildImages(engine, say), told]);
    if (!keep) return say("the images are ready");
    process.stdout.write(`ready ${engine.address}\n`);
    await told;
  } finally {
    await stop();
  }
}

/** The engine of this machine, or one of our own. */
async function openEngine(): Promise<OwnEngine> {
  const there = await findEngine(process.env.DOCKER_HOST);
  if (there !== null) return { engine: there, stop: async () => {} };
  if (process.env.DOCKER_HOST)
    throw unavailable(`nothing answers at DOCKER_HOST, ${process.env.DOCKER_HOST}`);
  const why_not = whyNotInstallable();
  if (why_not !== null)
    throw unavailable(
      `no container engine answers and none can be installed: ${why_not}. Install Docker, or set DOCKER_HOST`,
    );
  installEngine(say);
  const started = await findEngine(undefined); // by the machine's own service manager
  if (started !== null) return withBase({ engine: started, stop: async () => {} });
  mkdirSync(CACHE, { recursive: true });
  return withBase(await startOwnEngine(CACHE));
}

async function withBase(own: OwnEngine): Promise<OwnEngine> {
  try {
    await makeBaseImage(own.engine, CACHE, say);
    return own;
  } catch (error) {
    await own.stop();
    throw error;
  }
}

function unavailable(why: string): OffshoreError {
  return new OffshoreError("toolchain_unavailable", why);
}

function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}

function say(line: string): void {
  process.stderr.write(`docker: ${line}\n`);
}

main().then(
  () => process.exit(0), // an image that is still being made ends with its connection
  (error: unknown) => {
    say(error instanceof OffshoreError ? error.message : (error as Error).stack!);
    process.exit(1);
  },
);
