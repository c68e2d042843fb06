import { OffshoreError } from "@near-offshore/protocol";
import type { Config } from "../config.ts";
import type { Backend } from "./backend.ts";
import { DockerBackend } from "./docker/docker-backend.ts";
import { findEngine } from "./docker/engine.ts";
import { FirstOf } from "./first-of.ts";
import { WasmBackend } from "./wasm/wasm-backend.ts";

/**
 * The backend that was chosen. `auto` takes what there is, and says in one line what there is not.
 * @throws OffshoreError `toolchain_unavailable` where `docker` was chosen and has no engine or no image.
 */
export async function openBackend(
  { backend: choice, docker_host }: Pick<Config, "backend" | "docker_host">,
  say: (line: string) => void,
): Promise<Backend> {
  if (choice === "wasm") return new WasmBackend();
  const { docker, missing } = await openDocker(docker_host);
  if (choice === "docker") {
    if (docker === null) throw new OffshoreError("toolchain_unavailable", missing);
    return docker;
  }
  if (docker !== null) return new FirstOf([docker, new WasmBackend()]);
  say(`${missing}: Rust and Go programs are refused`);
  return new WasmBackend();
}

async function openDocker(
  host: string | undefined,
): Promise<{ docker: DockerBackend | null; missing: string }> {
  const engine = await findEngine(host);
  if (engine === null) return { docker: null, missing: "no container engine answers" };
  const docker = await DockerBackend.open(engine);
  const is_empty = docker.toolchains.size === 0;
  const missing = "the container engine has no toolchain images (npm run docker:setup makes them)";
  return { docker: is_empty ? null : docker, missing };
}
