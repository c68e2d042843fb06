import type { HostConfig } from "dockerode";
import { LIMITS } from "../../limits.ts";

/** Nobody: the user of every container's processes. */
export const SANDBOX_USER = "65534:65534";

/** Where containers work: in memory, and gone with them. */
const TMPFS = `rw,exec,nosuid,nodev,mode=0700,uid=65534,gid=65534,size=${LIMITS.container_tmpfs_bytes_max}`;

/**
 * What a container may have of its host: processor time, memory and processes up to a bound; one folder in memory to write to; no
 * capability, no log on the host's disk, and no network but the one that is named.
 */
export function sandbox(network: string, cpus: number): HostConfig {
  return {
    AutoRemove: true,
    NetworkMode: network,
    ReadonlyRootfs: true,
    Tmpfs: { "/work": TMPFS },
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges"],
    NanoCpus: Math.min(LIMITS.container_cpus_max, cpus) * 1e9,
    Memory: LIMITS.compile_memory_bytes_max,
    MemorySwap: LIMITS.compile_memory_bytes_max,
    PidsLimit: LIMITS.container_processes_max,
    Ulimits: [{ Name: "core", Soft: 0, Hard: 0 }],
    ShmSize: LIMITS.container_shm_bytes,
    IpcMode: "private",
    LogConfig: { Type: "none", Config: {} },
  };
}
