import { mkdirSync } from "node:fs";
import path from "node:path";
import { OffshoreError } from "@near-offshore/protocol";
import { findEngine } from "../backends/docker/engine.ts";
import { makeBaseImage } from "./base-image.ts";
import { buildImages } from "./build-images.ts";
import { type OwnEngine, startOwnEngine } from "./own-engine.ts";
import { installEngine, whyNotInstallable } from "./packages.ts";

/** What may be thrown away, an engine of our own included. */
export const CACHE_DIR = path.resolve(
  process.env.OFFSHORE_CACHE_DIR ?? path.join(import.meta.dirname, "../../../.cache"),
);

/**
 * A container engine with the toolchains' images: the one that answers on this machine, or, on Debian as root, one of our own,
 * installed if it has to be.
 * @throws OffshoreError `toolchain_unavailable` saying why there is none
 */
export async function prepareEngine(say: (line: string) => void): Promise<OwnEngine> {
  const own = await openEngine(say);
  try {
    if (own.is_ours) await makeBaseImage(own.engine, CACHE_DIR, say);
    await buildImages(own.engine, say);
    return own;
  } catch (error) {
    await own.stop();
    throw error;
  }
}

async function openEngine(say: (line: string) => void): Promise<OwnEngine & { is_ours: boolean }> {
  const host = process.env.DOCKER_HOST;
  const there = await findEngine(host);
  if (there !== null) return { engine: there, stop: async () => {}, is_ours: false };
  if (host) throw unavailable(`nothing answers at DOCKER_HOST, ${host}`);
  const why_not = whyNotInstallable();
  if (why_not !== null)
    throw unavailable(`no container engine answers and none can be installed: ${why_not}`);
  installEngine(say);
  const started = await findEngine(undefined); // by the machine's own service manager
  if (started !== null) return { engine: started, stop: async () => {}, is_ours: true };
  mkdirSync(CACHE_DIR, { recursive: true });
  return { ...(await startOwnEngine(CACHE_DIR)), is_ours: true };
}

function unavailable(why: string): OffshoreError {
  return new OffshoreError("toolchain_unavailable", why);
}
