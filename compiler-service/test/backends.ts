import type { Backend } from "../src/backends/backend.ts";
import { LABEL } from "../src/backends/docker/container.ts";
import { DockerBackend, type DockerBounds } from "../src/backends/docker/docker-backend.ts";
import { type Engine, findEngine } from "../src/backends/docker/engine.ts";
import { WasmBackend } from "../src/backends/wasm/wasm-backend.ts";

/** The engine that `npm test` starts or finds; null where there is none. */
export const engine: Engine | null = await findEngine(process.env.DOCKER_HOST);

/** A backend in containers, or null where the engine has not all images. */
export async function dockerBackend(bounds?: DockerBounds): Promise<DockerBackend | null> {
  if (engine === null) return null;
  const docker = await DockerBackend.open(engine, bounds);
  return docker.toolchains.size === 5 ? docker : null;
}

/** Containers that there are of a process of the service. */
export function containersOf(pid: number) {
  return engine!.docker.listContainers({ all: true, filters: { label: [`${LABEL}=${pid}`] } });
}

/** All that can be had here. Each call makes others, which share nothing. */
export async function openBackends(): Promise<Backend[]> {
  const docker = await dockerBackend();
  return docker === null ? [new WasmBackend()] : [new WasmBackend(), docker];
}
