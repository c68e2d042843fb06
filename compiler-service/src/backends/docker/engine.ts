import { once } from "node:events";
import { OffshoreError } from "@near-offshore/protocol";
import Docker from "dockerode";
import { LIMITS } from "../../limits.ts";

/** A container engine that answers, and what of it a container can have. */
export interface Engine {
  docker: Docker;
  /** Where it listens, for people. */
  address: string;
  cpus: number;
  /** The network that has a way out: `bridge`, or `host` where the engine has no other. */
  network: string;
}

const DEFAULT_HOST = "unix:///var/run/docker.sock";

/**
 * The engine at an address as in DOCKER_HOST (Docker's own default where it is empty), or null where none answers.
 * @throws OffshoreError `invalid_argument` where that is no such address.
 */
export async function findEngine(host: string | undefined): Promise<Engine | null> {
  const address = host || DEFAULT_HOST;
  const docker = new Docker(optionsOf(address));
  try {
    const timeout = AbortSignal.timeout(LIMITS.engine_answer_ms);
    const silence = once(timeout, "abort").then(() => Promise.reject(timeout.reason));
    await Promise.race([docker.ping(), silence]);
    const { NCPU: cpus } = (await docker.info()) as { NCPU: number };
    const networks = await docker.listNetworks();
    const has_bridge = networks.some(({ Name }) => Name === "bridge");
    return { docker, address, cpus, network: has_bridge ? "bridge" : "host" };
  } catch {
    return null;
  }
}

function optionsOf(address: string): Docker.DockerOptions {
  const socket = /^unix:\/\/(.+)$/.exec(address)?.[1];
  if (socket !== undefined) return { socketPath: socket };
  const url = URL.parse(address.replace(/^tcp:/, "http:"));
  if (url === null || !["http:", "https:"].includes(url.protocol))
    throw new OffshoreError(
      "invalid_argument",
      `DOCKER_HOST is ${address}; expected unix:///path or tcp://host:port`,
    );
  return { host: url.hostname, port: url.port, protocol: url.protocol === "https:" ? "https" : "http" };
}
