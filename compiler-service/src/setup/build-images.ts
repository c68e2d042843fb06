import { readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { OffshoreError } from "@near-offshore/protocol";
import { type Pack, pack } from "tar-stream";
import type { Engine } from "../backends/docker/engine.ts";
import { findImage, IMAGES, IMAGES_DIR, imageFiles, imageTag } from "../backends/docker/images.ts";
import { LIMITS } from "../limits.ts";
import { followEngine } from "./follow.ts";

/** Makes the images that are not there yet, from the Dockerfiles of `images/`. */
export async function buildImages(engine: Engine, say: (line: string) => void): Promise<void> {
  for (const name of Object.keys(IMAGES)) {
    if ((await findImage(engine, name)) !== null) continue;
    const start_ms = Date.now();
    say(`making the image of ${name}`);
    await buildImage(engine, name);
    say(`made ${imageTag(name)} in ${Math.round((Date.now() - start_ms) / 1000)} s`);
  }
}

async function buildImage({ docker, network }: Engine, name: string): Promise<void> {
  const archive = pack();
  for (const file of imageFiles(name)) addFile(archive, file, path.join(IMAGES_DIR, file));
  if (name === "assemblyscript")
    for (const [to, from] of ASSEMBLYSCRIPT_PACKAGES) addFolder(archive, to, from);
  archive.finalize();
  const stream = await docker.buildImage(archive as unknown as NodeJS.ReadableStream, {
    dockerfile: `${name}/Dockerfile`,
    t: imageTag(name),
    networkmode: network,
    forcerm: true,
  });
  let said = "";
  try {
    await followEngine(docker, stream, (text) => {
      said = (said + text).slice(-LIMITS.failure_message_chars_max);
    });
  } catch (cause) {
    throw new OffshoreError("toolchain_unavailable", `${(cause as Error).message}\n${said}`, { cause });
  }
}

// The very packages that this service's other backend compiles with: where they come from is one lockfile.
const { resolve } = createRequire(import.meta.url);
const assemblyscript = path.dirname(resolve("assemblyscript/package.json"));
const ASSEMBLYSCRIPT_PACKAGES = ["assemblyscript", "@assemblyscript/wasi-shim", "long", "binaryen"].map(
  (name): [string, string] => [`assemblyscript/node_modules/${name}`, packageFolder(name)],
);

function packageFolder(name: string): string {
  for (const folder of [
    path.join(assemblyscript, "node_modules", name),
    path.join(assemblyscript, "..", name),
  ])
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new OffshoreError("toolchain_unavailable", `the package ${name} is not installed`);
}

function addFolder(archive: Pack, to: string, from: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.name === "node_modules") continue;
    if (entry.isDirectory()) addFolder(archive, `${to}/${entry.name}`, path.join(from, entry.name));
    else if (entry.isFile()) addFile(archive, `${to}/${entry.name}`, path.join(from, entry.name));
  }
}

function addFile(archive: Pack, name: string, file: string): void {
  const mode = statSync(file).mode & 0o111 ? 0o755 : 0o644;
  archive.entry({ name, mode, mtime: new Date(0) }, readFileSync(file));
}
